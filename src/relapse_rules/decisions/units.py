"""What a responsible unit is called for this household on this day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from relapse_rules.facts.case import Value
from relapse_rules.ir.program import UnitEntry

_CODE_LENGTH: Final = 12
"""Digits of a full area code: county 6, township 9, village 12; a shorter one is filled up with zeros."""


class UnitNames:
    """The declared units, ready to be looked up by name, alias and area code."""

    def __init__(self, units: tuple[UnitEntry, ...]) -> None:
        self._by_name = {alias: unit for unit in units for alias in unit.aliases}
        self._by_name.update({unit.name: unit for unit in units})
        self._by_code = {_full(unit.code): unit for unit in units if unit.code is not None}

    def fixed(self, names: tuple[str, ...], day: int) -> tuple[str, ...] | None:
        """Return what units are called on ``day`` for every household; None when one stands for the household's own."""
        units = (self._by_name.get(name) for name in names)
        if any(unit is not None and unit.fact is not None for unit in units):
            return None
        return tuple(self.resolve(name, day, {}) for name in names)

    def resolve(self, name: str, day: int, household: Mapping[str, Value]) -> str:
        """Return what the unit is called: the household's own by its stated code, the successor in force on ``day`` (ordinal).

        A code without a declared unit is returned itself; without a stated code the generic name stays.
        """
        unit = self._by_name.get(name)
        if unit is None:
            return name
        code = None if unit.fact is None else household.get(unit.fact)
        if not isinstance(code, str):
            return self._current(unit, day)
        own = self._by_code.get(_full(code))
        return code if own is None else self._current(own, day)

    def _current(self, unit: UnitEntry, day: int) -> str:
        """Return the name of ``unit`` or, after a merger, of the unit that it ended up in."""
        seen = {unit.name}
        while True:
            merged = [successor for successor, since in unit.successions if since <= day]
            if not merged or merged[-1] in seen:
                return unit.name
            seen.add(merged[-1])
            following = self._by_name.get(merged[-1])
            if following is None:
                return merged[-1]
            unit = following


def _full(code: str) -> str:
    return code.ljust(_CODE_LENGTH, "0")
