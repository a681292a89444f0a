"""Which outcomes hang on how an ambiguous text is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails


class ReadingEvaluator(Protocol):
    """What an engine must offer: rails for any choice of readings, and the nodes that another choice changes."""

    @property
    def program(self) -> Program:
        """The program that it runs."""
        ...

    def run(self, case: Case, readings: Mapping[str, str] | None = None) -> Rails:
        """Return the rails of ``case``; ``readings`` takes some 解读 otherwise than the policy does."""
        ...

    def changed_by_readings(self, case: Case, rails: Rails) -> Mapping[str, frozenset[int]]:
        """Return for each 解读 the listed nodes that another option than the policy's changes."""
        ...


def changed_by_readings(
    evaluator: ReadingEvaluator, rails: Rails, case: Case, readings: Mapping[str, str] | None = None
) -> Mapping[str, frozenset[int]]:
    """Return for each 解读 the listed nodes whose outcome, for any element, another of its options would change.

    ``readings``: the 解读 that ``rails`` took otherwise than the policy does. Then the program is run again for each option; without,
    the engine recomputes only what the 解读 touches.
    """
    if not readings:
        return evaluator.changed_by_readings(case, rails)
    program = evaluator.program
    listed = {entry.node for entry in (*program.conclusions, *program.judgements)}
    listed.update(entry.node for entry in program.listings)
    changed: dict[str, frozenset[int]] = {}
    for entry in program.readings:
        taken = readings.get(entry.name, entry.taken)
        others = (
            evaluator.run(case, {**readings, entry.name: option})
            for option in entry.options
            if option != taken
        )
        changed[entry.name] = frozenset().union(*(_different(listed, rails, other) for other in others))
    return changed


def _different(listed: set[int], rails: Rails, other: Rails) -> frozenset[int]:
    return frozenset(
        node
        for node in listed
        if rails.first[node] != other.first[node] or rails.second[node] != other.second[node]
    )
