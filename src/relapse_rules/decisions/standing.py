"""What holds on one day, whoever the household is: 参数 in force, and what they make a decision assume."""

from __future__ import annotations

from relapse_rules.decisions.model import Assumption
from relapse_rules.decisions.names import FactNames
from relapse_rules.engines.lanes.settings import in_force
from relapse_rules.ir.program import Program

THE_PLAN_ITSELF = "原文"
"""The source of a 参数 whose value the plan's own text gives; any other value is an assumption."""


class Standing:
    """The settings of one day.

    ``settings``: 参数 → its number, None when it is 待定, not yet in force, or no number. ``unset``: 参数 without any value.
    ``suppliers``: who supplies what can be missing, by position in `FactNames`.
    ``units`` remembers what units are called on this day, for those that do not depend on the household.
    """

    def __init__(self, program: Program, names: FactNames, day: int) -> None:
        in_force_today = {entry.name: in_force(entry, day) for entry in program.parameters}
        values = {name: None if held is None else held.value for name, held in in_force_today.items()}
        self.settings = {
            name: value if isinstance(value, int) and not isinstance(value, bool) else None
            for name, value in values.items()
        }
        self.unset = frozenset(name for name, value in values.items() if value is None)
        self.assumptions = tuple(
            Assumption(name, held.text if held.value is not None else None, held.source)
            for name, held in in_force_today.items()
            if held is not None and held.source != THE_PLAN_ITSELF
        )
        self.suppliers = names.suppliers(day)
        self.units: dict[tuple[str, ...], tuple[str, ...]] = {}
