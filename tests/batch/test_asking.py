"""A household of a finished run can be asked why, months later, from the same tables; from others it cannot."""

from __future__ import annotations

import pytest

pytest.importorskip("pyarrow", reason="extra batch is not installed")

import pyarrow as pa
import pyarrow.parquet as pq
from tests.batch.counties import AS_OF, PLAN

from relapse_rules.batch.result import ReasonsError
from relapse_rules.batch.running import run_batch
from relapse_rules.batch.simulate.county import Wish, simulate
from relapse_rules.tables.errors import InputError


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("asked")
    simulate(Wish(households=60, seed=3), folder / "county", PLAN.vocabulary)
    run_batch(PLAN, folder / "county", folder / "out")
    return folder


def households(folder) -> pa.Table:
    return pa.concat_tables(
        pq.read_table(path) for path in sorted((folder / "out/decisions/household").glob("*.parquet"))
    )


def test_a_household_is_explained_as_it_was_decided(run):
    table = households(run)
    together = PLAN.decide_batch(run / "county")

    for row in table.slice(0, 3).to_pylist():
        asked = PLAN.ask_run(run / "county", run / "out", row["household_id"])

        assert asked == together.explained(row["household_id"])
        assert {"yes": True, "no": False}.get(asked.eligibility.outcome) == row[PLAN.program.eligibility]
        assert asked.explain(PLAN.program.eligibility).proof.outcome == asked.eligibility.outcome


def test_a_household_that_was_not_decided_is_named(run):
    with pytest.raises(InputError, match="没有判定过农户“没有这户”"):
        PLAN.ask_run(run / "county", run / "out", "没有这户")


def test_other_tables_or_another_moment_cannot_be_asked(run, tmp_path):
    simulate(Wish(households=60, seed=4), tmp_path / "county", PLAN.vocabulary)
    name = households(run)["household_id"][0].as_py()

    with pytest.raises(InputError, match="是用别的县里的表判定的"):
        PLAN.ask_run(tmp_path / "county", run / "out", name)
    with pytest.raises(InputError, match="是用别的判定时点判定的"):
        PLAN.ask_run(run / "county", run / "out", name, as_of=AS_OF)
    with pytest.raises(InputError, match="没有一次完整的判定结果"):
        PLAN.ask_run(run / "county", tmp_path, name)


def test_reasons_that_were_changed_are_found(run, tmp_path):
    simulate(Wish(households=30, seed=3), tmp_path / "county", PLAN.vocabulary)
    run_batch(PLAN, tmp_path / "county", tmp_path / "out")
    (path,) = (tmp_path / "out/decisions/household").glob("*.parquet")
    table = pq.read_table(path)
    others = pa.array([b"\1"] * len(table), pa.binary())
    pq.write_table(table.set_column(table.column_names.index("reasons"), "reasons", others), path)

    with pytest.raises(ReasonsError):
        PLAN.ask_run(tmp_path / "county", tmp_path / "out", table["household_id"][0].as_py())
