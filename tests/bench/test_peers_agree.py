import sys
from functools import cache
from pathlib import Path
from random import Random

import pytest
from tests.bench.households import EXAMPLES, random_case

from relapse_rules.facts import read_case
from relapse_rules.policy import Policy, inspect, load

BENCH = Path(__file__).parents[2] / "bench"


@cache
def twenty() -> Policy:
    return load(BENCH / "twenty.policy")


@pytest.fixture(scope="module", autouse=True)
def _bench_on_path():
    # The benchmark's folder holds scripts and is no package.
    sys.path.insert(0, str(BENCH))
    yield
    sys.path.remove(str(BENCH))


@pytest.fixture(scope="module")
def zen():
    pytest.importorskip("zen", reason="needs the extra [bench]")
    from peer_zen import ZenTwenty  # noqa: PLC0415 - found only with the folder on the path

    return ZenTwenty()


@pytest.fixture(scope="module")
def durable():
    pytest.importorskip("durable_rules_engine", reason="needs the extra [bench] and a C compiler")
    from peer_durable import DurableTwenty  # noqa: PLC0415 - the same

    engine = DurableTwenty()
    yield engine
    engine.close()


def households():
    for path in EXAMPLES:
        yield path.stem, read_case(path.read_bytes(), twenty().vocabulary)
    for seed in range(200):
        yield f"seed {seed}", random_case(twenty().vocabulary, Random(seed))


def assert_agrees(peer):
    from plain import plain_facts  # noqa: PLC0415 - found only with the folder on the path

    for name, case in households():
        rails = twenty().evaluator.run(case)
        ours = {
            entry.id: [rails.truth(entry.node, lane) for lane in range(len(case.tables[entry.domain].rows))]
            for entry in twenty().program.listings
        }
        assert peer.truths(plain_facts(case)) == ours, name


def test_the_policy_for_peers_holds_twenty_measures_and_nothing_is_wrong_with_it():
    assert len(twenty().program.listings) == 20
    assert inspect(BENCH / "twenty.policy").diagnostics == ()


def test_zen_gives_the_twenty_measures_our_outcomes(zen):
    assert_agrees(zen)


def test_durable_rules_gives_the_twenty_measures_our_outcomes(durable):
    assert_agrees(durable)
