"""What a responsible unit is called for this household on this day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from relapse_rules.facts.case import Value
from relapse_rules.ir.program import UnitEntry

_CODE_LENGTH: Final = 12
"""Digits of a full area code: county 6, township 9, village 12; a shorter one is filled up with zeros."""

_MOST_PLACES: Final = 1024
"""Townships and villages whose units are kept; a batch must not fill the memory."""

Names = tuple[str, ...]


class UnitNames:
    """The declared units as they are called on one day (ordinal), by name, alias and area code."""

    def __init__(self, units: tuple[UnitEntry, ...], day: int) -> None:
        self._day = day
        self._by_name = {alias: unit for unit in units for alias in unit.aliases}
        self._by_name.update({unit.name: unit for unit in units})
        self._by_code = {_full(unit.code): unit for unit in units if unit.code is not None}
        self._facts = tuple(dict.fromkeys(unit.fact for unit in units if unit.fact is not None))
        self._places: dict[tuple[Value | None, ...], dict[Names, Names]] = {}

    def fixed(self, names: Names) -> Names | None:
        """Return what units are called for every household; None when one stands for the household's own."""
        units = (self._by_name.get(name) for name in names)
        if any(unit is not None and unit.fact is not None for unit in units):
            return None
        return self.resolve(names, {}, self.known_for({}))

    def known_for(self, household: Mapping[str, Value]) -> dict[Names, Names]:
        """Return what has been resolved for households at the same place as this one; `resolve` adds to it."""
        place = tuple(map(household.get, self._facts))
        known = self._places.get(place)
        if known is None:
            if len(self._places) >= _MOST_PLACES:
                self._places = {}
            known = self._places[place] = {}
        return known

    def resolve(self, names: Names, household: Mapping[str, Value], known: dict[Names, Names]) -> Names:
        """Return what units are called for a household with these facts: its own by their stated codes, else as merged by this day.

        A code without a declared unit is returned itself; without a stated code the generic name stays. ``known``: see `known_for`.
        """
        found = known.get(names)
        if found is None:
            found = known[names] = tuple(self._resolve(name, household) for name in names)
        return found

    def _resolve(self, name: str, household: Mapping[str, Value]) -> str:
        unit = self._by_name.get(name)
        if unit is None:
            return name
        code = None if unit.fact is None else household.get(unit.fact)
        if not isinstance(code, str):
            return self._current(unit)
        own = self._by_code.get(_full(code))
        return code if own is None else self._current(own)

    def _current(self, unit: UnitEntry) -> str:
        """Return the name of ``unit`` or, after a merger, of the unit that it ended up in."""
        seen = {unit.name}
        while True:
            merged = [successor for successor, since in unit.successions if since <= self._day]
            if not merged or merged[-1] in seen:
                return unit.name
            seen.add(merged[-1])
            following = self._by_name.get(merged[-1])
            if following is None:
                return merged[-1]
            unit = following


def _full(code: str) -> str:
    return code.ljust(_CODE_LENGTH, "0")
