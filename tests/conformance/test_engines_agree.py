"""Every engine gives the oracle's answer, for every expression of every policy, at every element of every case."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from random import Random
from typing import Protocol

import pytest
from hypothesis import given, settings
from tests.conformance.isolated import WORKER, IsolatedEvaluator
from tests.strategies.cases import random_case
from tests.strategies.effort import COMPILED
from tests.strategies.policies import policies_and_cases, random_policy, seeded, shrinking_policies_and_cases

from relapse_rules.check.policy import TypedPolicy
from relapse_rules.engines.lanes import compile_program
from relapse_rules.facts.case import Case
from relapse_rules.ir.nodes import Merge, MergeNumber
from relapse_rules.ir.program import Program
from relapse_rules.ir.verify import is_number, verify
from relapse_rules.lowering import lower
from relapse_rules.reference import Rails, evaluate

BULK_CASES = int(os.environ.get("RELAPSE_CONFORMANCE_CASES") or (20_000 if os.environ.get("CI") else 500))
CASES_PER_POLICY = 5
BLOCKS = 4  # so that two workers can share the bulk


class EngineRails(Protocol):
    """What a conforming engine answers: any node, at any lane."""

    def truth(self, node: int, lane: int) -> bool | None: ...

    def number(self, node: int, lane: int) -> int | None: ...

    @property
    def conflicts(self) -> tuple[tuple[int, int], ...]: ...


class Evaluator(Protocol):
    """A compiled program."""

    def run(self, case: Case, readings: Mapping[str, str] | None = None) -> EngineRails: ...


ENGINES: dict[str, Callable[[Program], Evaluator]] = {"lanes": compile_program, "durable": IsolatedEvaluator}
SHARE = {"lanes": 1, "durable": 20}
"""An engine takes one of so many bulk cases; durable has a bulk of its own in `test_durable_bulk`."""
_NEEDS = {
    "durable": pytest.mark.skipif(
        find_spec("durable_rules_engine") is None, reason="durable_rules is not installed"
    )
}
EACH_ENGINE = pytest.mark.parametrize(
    "engine", [pytest.param(engine, marks=_NEEDS.get(engine, ())) for engine in ENGINES]
)


@pytest.fixture(scope="module", autouse=True)
def _no_worker_left() -> Iterator[None]:
    yield
    WORKER.close()


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("block", range(BLOCKS))
@EACH_ENGINE
def test_bulk_of_random_cases(engine: str, block: int) -> None:
    """Seeds are spread over the blocks; a failure names its own, for `random_policy(seeded(seed))`."""
    for seed in range(block, BULK_CASES // SHARE[engine] // CASES_PER_POLICY, BLOCKS):
        rng = seeded(seed)
        policy = random_policy(rng)
        program = lower(policy)
        evaluator = ENGINES[engine](program)
        for _ in range(CASES_PER_POLICY):
            case, readings = random_case(rng), _random_readings(policy, rng)
            problems = _differences(policy, program, evaluator, case, readings)
            assert not problems, f"seed {seed}: {problems[:3]}"


@EACH_ENGINE
@settings(max_examples=min(settings().max_examples, 100))  # the bulk searches; this makes what it finds small
@given(policy_and_case=shrinking_policies_and_cases())
def test_shrinking_cases(engine: str, policy_and_case: tuple[TypedPolicy, Case]) -> None:
    policy, case = policy_and_case
    program = lower(policy)

    assert _differences(policy, program, ENGINES[engine](program), case, None) == []


@COMPILED
@given(policy_and_case=policies_and_cases())
def test_lowered_programs_keep_their_invariants(policy_and_case: tuple[TypedPolicy, Case]) -> None:
    policy, _ = policy_and_case

    assert verify(lower(policy)) == ()


def _random_readings(policy: TypedPolicy, rng: Random) -> dict[str, str] | None:
    """Return another choice of readings, half of the time."""
    return rng.choice((None, {spec.name: rng.choice(spec.options) for spec in policy.readings}))


def _differences(
    policy: TypedPolicy,
    program: Program,
    evaluator: Evaluator,
    case: Case,
    readings: Mapping[str, str] | None,
) -> list[str]:
    """Return where the engine and the oracle differ, one line each."""
    expected = evaluate(policy, case, readings=readings)
    actual = evaluator.run(case, readings)
    found = [] if set(program.expressions) == set(expected.expressions) else ["not the same expressions"]
    for place, column in expected.expressions.items():
        node = program.expressions[place]
        value = actual.number if is_number(program.nodes[node]) else actual.truth
        got = tuple(value(node, lane) for lane in range(len(column)))
        if got != column or list(map(type, got)) != list(map(type, column)):
            found.append(f"{place} {program.nodes[node]}: expected {column}, got {got}")
    return (
        found
        + _named_differences(program, expected, actual)
        + _contradiction_differences(program, expected, actual)
    )


def _named_differences(program: Program, expected: Rails, actual: EngineRails) -> list[str]:
    """Return the names whose merged value differs."""
    found = []
    for name, node in program.named.items():
        value = actual.number if is_number(program.nodes[node]) else actual.truth
        got = tuple(value(node, lane) for lane in range(len(expected.declared[name])))
        if got != expected.declared[name]:
            found.append(f"{name}: expected {expected.declared[name]}, got {got}")
    return found


def _contradiction_differences(program: Program, expected: Rails, actual: EngineRails) -> list[str]:
    """Return a line when not the same contradictions are reported."""
    wanted = {(item.fact, item.lane, item.rule, item.supplied) for item in expected.contradictions}
    got = {
        contradiction
        for position, lanes in actual.conflicts
        for contradiction in _contradictions(program, actual, position, lanes)
    }
    return [] if got == wanted else [f"contradictions: expected {wanted}, got {got}"]


def _contradictions(
    program: Program, actual: EngineRails, position: int, lanes: int
) -> Iterator[tuple[str, int, bool | int | None, bool | int | None]]:
    """Yield (fact, lane, by rule, as stated) for each of ``lanes`` (bits) of a merging node."""
    node = program.nodes[position]
    assert isinstance(node, Merge | MergeNumber)
    value = actual.truth if isinstance(node, Merge) else actual.number
    for lane in range(lanes.bit_length()):
        if lanes >> lane & 1:
            yield node.fact, lane, value(node.rule, lane), value(node.supplied, lane)
