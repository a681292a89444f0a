"""The 参数 of two versions over the days on which they are compared: which have the same values, and what they are called in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from relapse_rules.analysis.proving.values import FIRST_DAY, LAST_DAY, held
from relapse_rules.ir.program import DatedSetting, ParameterEntry, Program

Days = tuple[int, int]
"""The first and the last day (ordinals)."""

Value = int | tuple[str, ...] | bool | None

OLD_MARK = "（旧版）"


class Common(NamedTuple):
    """All 参数 of both versions under one name each. ``old`` and ``new``: a version's name → the common one. ``open``: 待定 in both."""

    entries: tuple[ParameterEntry, ...]
    old: Mapping[str, str]
    new: Mapping[str, str]
    open: frozenset[str]


def common_days(old: Program, new: Program) -> Days | None:
    """Return the days on which both versions are in force; None when there are none."""
    first = max(FIRST_DAY, old.valid_from or FIRST_DAY, new.valid_from or FIRST_DAY)
    last = min(LAST_DAY, old.valid_until or LAST_DAY, new.valid_until or LAST_DAY)
    return (first, last) if first <= last else None


def is_unset(entry: ParameterEntry) -> bool:
    """Whether a version leaves a 参数 open: 待定 from first to last."""
    return all(each.value is None for each in entry.values)


def values_over(entry: ParameterEntry, days: Days) -> tuple[tuple[int, Value], ...]:
    """Return the values of a 参数 over some days, each with the day from which it holds; neighbours are different."""
    found: list[tuple[int, Value]] = []
    for start, _, setting in held(entry, days):
        value = None if setting is None else setting.value
        value = tuple(sorted(value)) if isinstance(value, tuple) else value
        if not found or found[-1][1] != value:
            found.append((start, value))
    return tuple(found)


def common_parameters(old: Program, new: Program, days: Days) -> Common:
    """Return the 参数 of both versions; those of the old one that have other values than in the new one get a name of their own."""
    entries = {entry.name: entry for entry in new.parameters}
    names: dict[str, str] = {}
    still_open: set[str] = set()
    for entry in old.parameters:
        same = entries.get(entry.name)
        if same is not None and is_unset(same) and is_unset(entry):
            still_open.add(entry.name)
            names[entry.name] = entry.name
        elif same is not None and values_over(same, days) == values_over(entry, days):
            names[entry.name] = entry.name
        else:
            names[entry.name] = f"{entry.name}{OLD_MARK}"
            entries[names[entry.name]] = replace(entry, name=names[entry.name])
    told = tuple(entry if entry.name in still_open else closed(entry) for entry in entries.values())
    return Common(told, names, {entry.name: entry.name for entry in new.parameters}, frozenset(still_open))


def closed(entry: ParameterEntry) -> ParameterEntry:
    """Return a 参数 of which nobody supposes that the county may set it: as long as it is 待定, it has no value."""
    if not is_unset(entry):
        return entry
    never = DatedSetting(since=0, value=0, text=None, source="", origin="")
    return replace(entry, values=(never, replace(never, since=1, value=None)))
