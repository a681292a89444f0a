"""The SQL written from a program gives random households our outcomes: incomplete lists, facts that nobody states, contradictions."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="extra batch is not installed")

from tests.batch.counties import AS_OF, PLAN, random_county

from relapse_rules.policy import Policy

BENCH = Path(__file__).parents[2] / "bench"

Opened = Callable[[Policy, Any], Any]


@pytest.fixture(scope="module", autouse=True)
def _bench_on_path() -> Iterator[None]:
    # The benchmark's folder holds scripts and is no package.
    sys.path.insert(0, str(BENCH))
    yield
    sys.path.remove(str(BENCH))


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


@pytest.mark.parametrize("seed", range(3))
def test_sql_gives_random_households_our_outcomes(seed, opened):
    pytest.importorskip("duckdb", reason="needs the extra [bench]")
    from duck_county import Layout  # noqa: PLC0415 - found only with the folder on the path
    from duck_sql import Way  # noqa: PLC0415

    rng = Random(seed)
    county = opened(PLAN, random_county(rng, 150, known=rng.choice((0.4, 0.8, 1.0))).tables())
    ours = ran(county)
    assert {-1, 0, 1} <= {int(outcome) for node in ours.values() for outcome in node}
    assert_duckdb_agrees(county, ours, [tuple(Layout)[seed]], [Way(by_maximum=seed != 1, keep=seed != 2)])
