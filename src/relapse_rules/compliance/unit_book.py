"""The units of the plan: what they are called today, what townships are, and whether somebody who acted is who should have."""

from __future__ import annotations

import re
from typing import Final

from relapse_rules.decisions.units import UnitNames
from relapse_rules.ir.program import UnitEntry

TOWNSHIP_FACT: Final = "household.township_code"
NOBODY: Final = "（方案没有点名）"

_CODE: Final = re.compile(r"[0-9]{6,12}")
_FULL: Final = 12
_TOWNSHIP: Final = 9
_COUNTY: Final = 6
_GENERAL: Final = re.compile(r"相关|有关|其他|各|未指明")
"""Words of units that the plan does not name one by one."""
_LEVELS: Final = frozenset({"县", "乡", "村"})

RIGHT: Final = "right"


class UnitBook:
    """The declared units on one day (ordinal)."""

    def __init__(self, units: tuple[UnitEntry, ...], day: int) -> None:
        self._names = UnitNames(units, day)
        self._units = units
        self._by_name = {alias: unit for unit in units for alias in unit.aliases}
        self._by_name.update({unit.name: unit for unit in units})
        self._by_code = {unit.code.ljust(_FULL, "0"): unit for unit in units if unit.code is not None}

    def aliases(self) -> dict[str, str]:
        """Return each other name of a unit and the name that the plan's conditions use."""
        return {alias: unit.name for unit in self._units for alias in unit.aliases}

    def predecessors(self) -> dict[str, tuple[str, ...]]:
        """Return for each unit that others were merged into the names of those."""
        merged: dict[str, tuple[str, ...]] = {}
        for unit in self._units:
            current = self.current(unit.name)
            if current != unit.name:
                merged[current] = (*merged.get(current, ()), unit.name)
        return merged

    def current(self, name: str) -> str:
        """Return what a unit is called on the day, after mergers."""
        return self._names.resolve((name,), {}, {})[0]

    def place(self, code: str) -> str:
        """Return the name of a township or village by its code; the code itself when none is declared."""
        unit = self._by_code.get(code.ljust(_FULL, "0"))
        return code if unit is None else self.current(unit.name)

    def is_general(self, name: str) -> bool:
        """Whether a name stands for units that the plan does not name one by one (相关部门)."""
        unit = self._by_name.get(name)
        if unit is not None and unit.fact is not None:
            return False
        return name in _LEVELS or _GENERAL.search(name) is not None

    def level(self, name: str) -> str | None:
        """Return the fact through which a unit stands for a household's own township or village, None for other units."""
        unit = self._by_name.get(name)
        return None if unit is None else unit.fact

    def is_declared(self, name: str) -> bool:
        """Whether a name or code is that of a unit of the policy."""
        return name in self._by_name or self._code(name) is not None

    def same_level(self, wanted: str, actor: str) -> bool:
        """Whether ``actor`` is ``wanted``, or a township where a township is wanted, a village where a village is."""
        level, code = self.level(wanted), self._code(actor)
        if level is None:
            return self.judged(wanted, actor, None) is True
        if code is None:
            return self.level(actor) == level
        return _within(code, level, code[:_TOWNSHIP]) is True

    def judged(self, wanted: str, actor: str, township: str | None) -> bool | None:
        """Return whether ``actor`` is the unit ``wanted`` for a household of ``township``; None when that cannot be told."""
        level = self.level(wanted)
        code = self._code(actor)
        if level is not None and code is not None:
            return _within(code, level, township)
        unit = self._by_name.get(actor)
        if unit is None:
            return None
        if level is not None:
            return True if unit.fact == level else None if self.is_general(actor) else False
        if self.current(actor) == self.current(wanted):
            return True
        return None if self.is_general(wanted) or self.is_general(actor) else False

    def verdict(self, wanted: tuple[str, ...], actor: str, township: str | None) -> str:
        """Return ``RIGHT``, empty when ``actor`` is none of ``wanted``, or why that cannot be told."""
        answers = [self.judged(name, actor, township) for name in wanted]
        if True in answers:
            return RIGHT
        if None not in answers:
            return ""
        if self._code(actor) is None and actor not in self._by_name:
            return f"政策里没有声明单位“{actor}”"
        general = [name for name in (*wanted, actor) if self.is_general(name)]
        return f"“{'”“'.join(general)}”是概括说法，方案没有列出包括谁" if general else "没有填所在乡镇"

    def _code(self, actor: str) -> str | None:
        if _CODE.fullmatch(actor):
            return actor.ljust(_FULL, "0")
        unit = self._by_name.get(actor)
        return unit.code.ljust(_FULL, "0") if unit is not None and unit.code is not None else None


def _within(code: str, level: str, township: str | None) -> bool | None:
    """Whether a township's or village's code is of the level asked for and in the household's township (None: not stated)."""
    is_village = code[_TOWNSHIP:].strip("0") != ""
    is_township = not is_village and code[_COUNTY:].strip("0") != ""
    if (level == TOWNSHIP_FACT) is not is_township or not (is_village or is_township):
        return False
    if township is None:
        return None
    return code[:_TOWNSHIP] == township.ljust(_FULL, "0")[:_TOWNSHIP]
