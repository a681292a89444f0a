import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.bench.households import EXAMPLES, random_case

from relapse_rules.facts import read_case
from relapse_rules.facts.case import Case
from relapse_rules.ir.rails import Rails
from relapse_rules.policy import Policy, load_plan

ROOT = Path(__file__).parents[2]
FILLS = 300


@cache
def plan() -> Policy:
    return load_plan()


@pytest.fixture(scope="module")
def handwritten() -> Callable[..., Any]:
    sys.path.insert(0, str(ROOT / "bench"))
    try:
        from handwritten import decide  # noqa: PLC0415 - the benchmark's folder is no package
    finally:
        sys.path.pop(0)
    return decide


def lanes(rails: Rails, case: Case, node: int, domain: str) -> list[Any]:
    return [rails.truth(node, lane) for lane in range(len(case.tables[domain].rows))]


def assert_same(decide: Callable[..., Any], case: Case, readings: dict[str, str] | None = None) -> None:
    program = plan().program
    rails = plan().evaluator.run(case, readings)
    taken = {entry.name: entry.taken for entry in program.readings} | (readings or {})
    outcomes, done = decide(case, taken)
    ours, ours_done = {}, {}
    for entry in (*program.conclusions, *program.judgements, *program.listings):
        ours[entry.id] = lanes(rails, case, entry.node, entry.domain)
    for entry in program.listings:
        if entry.done is not None:
            ours_done[entry.id] = lanes(rails, case, entry.done, entry.domain)
    for name, node in program.named.items():
        if name not in ours:
            ours[name] = [rails.number(node, 0)]
    assert as_lists(outcomes) == ours
    assert as_lists(done) == ours_done


def as_lists(answers: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: answer if isinstance(answer, list) else [answer] for name, answer in answers.items()}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_plan_written_by_hand_gives_the_examples_the_same_rails(path, handwritten):
    case = read_case(path.read_bytes(), plan().vocabulary)
    assert_same(handwritten, case)


@pytest.mark.parametrize("seed", range(FILLS))
def test_the_plan_written_by_hand_gives_random_households_the_same_rails(seed, handwritten):
    rng = Random(seed)
    assert_same(handwritten, random_case(plan().vocabulary, rng))


@pytest.mark.parametrize("seed", range(40))
def test_the_plan_written_by_hand_follows_other_readings_too(seed, handwritten):
    rng = Random(seed)
    readings = {entry.name: rng.choice(entry.options) for entry in plan().program.readings}
    assert_same(handwritten, random_case(plan().vocabulary, rng), readings)


def test_a_hand_written_condition_stands_for_each_of_the_plan(handwritten):
    case = read_case(EXAMPLES[0].read_bytes(), plan().vocabulary)
    outcomes, done = handwritten(case)
    assert len(outcomes) + len(done) > 250
