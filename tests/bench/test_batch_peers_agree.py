"""DuckDB and OpenFisca give a county's households our outcomes: what `bench/batch.py` compares is the same work."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.batch.counties import AS_OF, PLAN, random_county

from relapse_rules.batch.simulate.county import Wish, simulate
from relapse_rules.policy import Policy, load

BENCH = Path(__file__).parents[2] / "bench"
HOUSEHOLDS = 400

Opened = Callable[[Policy, Any], Any]


@pytest.fixture(scope="module", autouse=True)
def _bench_on_path() -> Iterator[None]:
    # The benchmark's folder holds scripts and is no package.
    sys.path.insert(0, str(BENCH))
    yield
    sys.path.remove(str(BENCH))


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county") / "tables"
    simulate(Wish(households=HOUSEHOLDS, seed=5), folder, PLAN.vocabulary)
    return folder


@pytest.fixture
def opened() -> Iterator[Opened]:
    from batch_kernel import AS_OF as MOMENT  # noqa: PLC0415 - found only with the folder on the path
    from batch_kernel import county_of  # noqa: PLC0415

    assert MOMENT == AS_OF
    with ExitStack() as stack:
        yield lambda policy, source: stack.enter_context(county_of(policy, source))


def ran(county: Any) -> dict[int, Any]:
    from batch_kernel import outcomes_of  # noqa: PLC0415 - found only with the folder on the path

    blocks = county.blocks()
    evaluator = county.evaluator()
    return outcomes_of(county, blocks, [evaluator.run(block.block, county.rails) for block in blocks])


def assert_duckdb_agrees(county: Any, ours: dict[int, Any], layouts: Any, ways: Any) -> None:
    from duck_county import DuckCounty, differing  # noqa: PLC0415 - the same

    program = county.policy.program
    duck = DuckCounty(program, county.shared, county.case, county.rails, county.taken)
    for layout in layouts:
        duck.load(layout)
        for way in ways:
            duck.run(county.wanted, way)
            for domain in {program.nodes[node].domain for node in county.wanted}:
                own = [node for node in county.wanted if program.nodes[node].domain == domain]
                assert differing(duck.outcomes(domain), ours, own) == {}, (layout, way, domain)


def test_sql_gives_a_simulated_county_our_outcomes_in_every_layout(simulated, opened):
    pytest.importorskip("duckdb", reason="needs the extra [bench]")
    from duck_county import Layout  # noqa: PLC0415 - found only with the folder on the path
    from duck_sql import Way  # noqa: PLC0415

    county = opened(PLAN, simulated)
    ours = ran(county)
    assert_duckdb_agrees(county, ours, Layout, [Way()])
    assert_duckdb_agrees(county, ours, [Layout.CODES], [Way(keep=False), Way(by_maximum=True)])


@pytest.mark.parametrize("seed", range(3))
def test_sql_gives_random_households_our_outcomes(seed, opened):
    pytest.importorskip("duckdb", reason="needs the extra [bench]")
    from duck_county import Layout  # noqa: PLC0415 - found only with the folder on the path
    from duck_sql import Way  # noqa: PLC0415

    rng = Random(seed)
    county = opened(PLAN, random_county(rng, 150, known=rng.choice((0.4, 0.8, 1.0))).tables())
    ours = ran(county)
    assert {-1, 0, 1} <= {int(outcome) for node in ours.values() for outcome in node}
    assert_duckdb_agrees(county, ours, [Layout.CODES], [Way(by_maximum=seed % 2 == 1)])


def test_openfisca_says_yes_and_no_where_we_do(simulated, opened):
    pytest.importorskip("openfisca_core", reason="needs the extra [bench]")
    from peer_openfisca import OpenFiscaTwenty  # noqa: PLC0415 - found only with the folder on the path

    county = opened(load(BENCH / "twenty.policy"), simulated)
    ours = ran(county)
    peer = OpenFiscaTwenty(county)
    assert peer.differing(peer.run(), ours) == {}
    flipped = {node: 1 - outcomes for node, outcomes in ours.items()}
    assert peer.differing(peer.run(), flipped) != {}
