"""Which procedure events show a duty done: the steps that its 完成 asks for. The only tie between duties and names of steps."""

from __future__ import annotations

from typing import Final

from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program

STEP: Final = "procedure_event.step"


def steps_of(program: Program, node: int | None) -> frozenset[str]:
    """Return the steps that a condition asks for."""
    if node is None:
        return frozenset()
    found = program.nodes[node]
    if isinstance(found, nodes.Test):
        return frozenset(found.values) if found.fact == STEP else frozenset()
    steps: frozenset[str] = frozenset()
    for operand in operands(found):
        steps |= steps_of(program, operand)
    return steps


def household_steps(program: Program) -> frozenset[str]:
    """Return the steps that show duties towards households done."""
    steps: frozenset[str] = frozenset()
    for listing in program.listings:
        if listing.domain == "household":
            steps |= steps_of(program, listing.done)
    return steps


def units_by_step(program: Program) -> dict[str, tuple[str, ...]]:
    """Return by step who may take it: the units of all duties that this step alone shows done.

    A step shared by several duties (重点核查) may be taken by the units of any of them.
    """
    units: dict[str, dict[str, None]] = {}
    for listing in program.listings:
        steps = steps_of(program, listing.done)
        if len(steps) == 1 and listing.units:
            units.setdefault(next(iter(steps)), {}).update(dict.fromkeys(listing.units))
    return {step: tuple(names) for step, names in units.items()}
