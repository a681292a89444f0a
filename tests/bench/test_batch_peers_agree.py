"""What the benchmark of counties compares gives the same outcomes, or the comparison means nothing."""

import sys
from argparse import Namespace
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="extra batch is not installed")

from relapse_rules.batch.simulate.county import Wish, simulate
from relapse_rules.policy import load, load_plan

BENCH = Path(__file__).parents[2] / "bench"
CHOSEN = Namespace(rounds=1, sample=20)


@pytest.fixture(scope="module", autouse=True)
def _bench_on_path():
    sys.path.insert(0, str(BENCH))
    yield
    sys.path.remove(str(BENCH))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("bench") / "county"
    simulate(Wish(households=400, seed=1), made, load_plan().vocabulary)
    return made


def figures(policy, folder, name):
    import batch  # noqa: PLC0415 - found only with the folder on the path
    from batch_kernel import county_of  # noqa: PLC0415

    peers = batch.PLAN_PEERS | batch.TWENTY_PEERS
    with county_of(policy, folder) as county:
        return peers[name](county, batch._kernel(county, 1), CHOSEN)


@pytest.mark.parametrize("name", ["duckdb", "limit"])
def test_peers_agree_on_the_plan(folder, name, recwarn):
    if name == "duckdb":
        pytest.importorskip("duckdb")

    assert figures(load_plan(), folder, name).seconds >= 0


@pytest.mark.parametrize(
    ("name", "package"),
    [("openfisca", "openfisca_core"), ("zen", "zen"), ("durable", "durable_rules_engine")],
)
def test_peers_agree_on_twenty_measures(folder, name, package):
    pytest.importorskip(package, reason="needs the extra [bench]")

    assert figures(load(BENCH / "twenty.policy"), folder, name).seconds > 0
