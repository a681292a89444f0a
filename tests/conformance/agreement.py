"""Where an engine and the oracle differ on one case: the same question for tests, nightly fuzzing and kept cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Protocol

from relapse_rules.check.policy import TypedPolicy
from relapse_rules.facts.case import Case
from relapse_rules.ir.nodes import Merge, MergeNumber
from relapse_rules.ir.program import Program
from relapse_rules.ir.verify import is_number
from relapse_rules.reference import Rails, evaluate


class EngineRails(Protocol):
    """What a conforming engine answers: any node, at any lane."""

    def truth(self, node: int, lane: int) -> bool | None: ...

    def number(self, node: int, lane: int) -> int | None: ...

    @property
    def conflicts(self) -> tuple[tuple[int, int], ...]: ...


class Evaluator(Protocol):
    """A compiled program."""

    def run(self, case: Case, readings: Mapping[str, str] | None = None) -> EngineRails: ...


def random_readings(policy: TypedPolicy, rng: Random) -> dict[str, str] | None:
    """Return another choice of readings, half of the time."""
    return rng.choice((None, {spec.name: rng.choice(spec.options) for spec in policy.readings}))


def differences(
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
