"""Who is responsible for what, where: a township's own work, a village's, a bureau's; and who supplies which fact."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from relapse_rules.decisions.units import UnitNames
from relapse_rules.facts.case import Value
from relapse_rules.ir.program import Program, UnitEntry

TOWNSHIP_FACT: Final = "household.township_code"
VILLAGE_FACT: Final = "household.village_code"
NO_TOWNSHIP: Final = "未填乡镇"
NO_VILLAGE: Final = "未填行政村"
NOBODY: Final = "方案未指明"

_BETWEEN: Final = re.compile("[/、,，;；]")
_STANDING_FOR: Final = {TOWNSHIP_FACT: NO_TOWNSHIP, VILLAGE_FACT: NO_VILLAGE}


class Level(StrEnum):
    """What kind of unit one is; the value is how officers call them all."""

    TOWNSHIP = "乡镇"
    UNIT = "单位"
    VILLAGE = "村（社区）"


class Owner(NamedTuple):
    """A unit that has a ledger of its own."""

    level: Level
    name: str


class Place(NamedTuple):
    """Where a household lives: area codes, None where not stated."""

    township: str | None
    village: str | None


NOWHERE: Final = Place(None, None)
"""Where the county's own events and projects are."""


class Assignment:
    """The units of a program as they are called on one day (ordinal), for households at any place."""

    def __init__(self, program: Program, day: int) -> None:
        # Two units that stand for a household's own township and village, whatever the policy calls those.
        own = tuple(UnitEntry(name=name, fact=fact) for fact, name in _STANDING_FOR.items())
        self._names = UnitNames((*program.units, *own), day)
        self._fact = {name: unit.fact for unit in program.units for name in (unit.name, *unit.aliases)}
        self.owners_of = lru_cache(maxsize=None)(self._owners_of)
        self.told = lru_cache(maxsize=None)(self._told)
        self.township = lru_cache(maxsize=None)(self._township)
        self.village = lru_cache(maxsize=None)(self._village)

    def suppliers(self, text: str) -> tuple[str, ...]:
        """Return the declared units among those that a supplier's description names (``县民政局/乡镇``)."""
        return tuple(part for part in _BETWEEN.split(text) if part in self._fact)

    def _township(self, place: Place) -> str:
        """Return what a place's township is called today."""
        return self._called(NO_TOWNSHIP, place)

    def _village(self, place: Place) -> str:
        """Return what a place's village is called today."""
        return self._called(NO_VILLAGE, place)

    def _told(self, units: tuple[str, ...], place: Place) -> str:
        """Return what units are called for a household there, each once."""
        return "、".join(dict.fromkeys(self._called(name, place) for name in units)) or NOBODY

    def _owners_of(self, units: tuple[str, ...], place: Place) -> tuple[Owner, ...]:
        """Return in whose ledgers work of ``units`` at ``place`` stands, each once; `NOBODY`'s when no unit is named."""
        return tuple(dict.fromkeys(self._owner(name, place) for name in units)) or (
            Owner(Level.UNIT, NOBODY),
        )

    def owners_at_county(self, units: tuple[str, ...]) -> tuple[Owner, ...]:
        """Return who does the county's own work; `NO_TOWNSHIP` and `NO_VILLAGE` stand for every township and every village."""
        return self.owners_of(units, NOWHERE)

    def _owner(self, name: str, place: Place) -> Owner:
        match self._fact.get(name):
            case "household.township_code":
                return Owner(Level.TOWNSHIP, self.township(place))
            case "household.village_code":
                return Owner(Level.VILLAGE, self.village(place))
            case _:
                return Owner(Level.UNIT, self._called(name, place))

    def _called(self, name: str, place: Place) -> str:
        stated = {TOWNSHIP_FACT: place.township, VILLAGE_FACT: place.village}
        household: dict[str, Value] = {fact: code for fact, code in stated.items() if code is not None}
        return self._names.resolve((name,), household, {})[0]
