"""What holds on one day, whoever the household is: 参数 in force and what they make a decision assume, and names of units."""

from __future__ import annotations

from collections.abc import Mapping

from relapse_rules.decisions.elements import Prepared, prepared
from relapse_rules.decisions.model import Assumption
from relapse_rules.decisions.names import FactNames
from relapse_rules.decisions.ordering import Reordering, reorderings
from relapse_rules.decisions.units import UnitNames
from relapse_rules.ir.program import Program, in_force

THE_PLAN_ITSELF = "原文"
"""The source of a 参数 whose value the plan's own text gives; any other value is an assumption."""


class Standing:
    """One day (ordinal) of a program.

    ``unset``: 参数 without a value. ``suppliers``: who supplies what can be missing, by position in `FactNames`.
    ``measures`` and ``tasks`` with what their units are called and how long their limits are.
    """

    def __init__(self, program: Program, names: FactNames, day: int) -> None:
        settings = {entry.name: in_force(entry, day) for entry in program.parameters}
        values = {name: None if held is None else held.value for name, held in settings.items()}
        self.unset = frozenset(name for name, value in values.items() if value is None)
        self.assumptions = tuple(
            Assumption(name, held.text if held.value is not None else None, held.source)
            for name, held in settings.items()
            if held is not None and held.source != THE_PLAN_ITSELF
        )
        self.suppliers = names.suppliers(day)
        numbers = {name: value if isinstance(value, int) else None for name, value in values.items()}
        changes = reorderings(program)
        self.units = UnitNames(program.units, day)
        self.measures = _prepared(program, ("measure",), changes, self.units, numbers)
        self.tasks = _prepared(program, ("step", "duty"), changes, self.units, numbers)


def _prepared(
    program: Program,
    kinds: tuple[str, ...],
    changes: Mapping[str, tuple[Reordering, ...]],
    units: UnitNames,
    numbers: Mapping[str, int | None],
) -> tuple[Prepared, ...]:
    return tuple(
        prepared(listing, changes.get(listing.id, ()), units.fixed(listing.units), numbers)
        for listing in program.listings
        if listing.kind in kinds
    )
