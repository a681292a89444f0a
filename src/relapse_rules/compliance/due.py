"""When limits end, for all lanes at once; the rules are those of `decisions.limits`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relapse_rules.cases.clock import CalendarError, Workdays, working_days_later
from relapse_rules.compliance.columns import Bools, Ints
from relapse_rules.compliance.evidence import Settings
from relapse_rules.decisions.limits import END_OF_DAY
from relapse_rules.decisions.moments import first_second, last_second, months_later
from relapse_rules.ir.program import Limit
from relapse_rules.values.moments import day_of
from relapse_rules.values.types import NEVER, SECONDS_PER_DAY, UTC_OFFSET_SECONDS

_DAYS: Final = "天"
_MONTHS: Final = frozenset({"月", "年"})
_WORKING_DAYS: Final = "工作日"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dues:
    """By lane: when the limit began (where ``begun``) and ends (where ``known``), in seconds. ``reason``: why an end is not known."""

    begin: Ints
    begun: Bools
    due: Ints
    known: Bools
    reason: str = ""


def dues_of(limit: Limit, start: Ints, known: Bools, settings: Settings, rule: Workdays) -> Dues:
    """Return when ``limit`` ends. ``start``: seconds, or days (ordinals) when ``limit.start_is_date``. ``rule``: what a 工作日 is."""
    known = known & (start != NEVER)
    begin = np.where(known, start, 0)
    if limit.start_is_date:
        begin = np.where(known, first_second(0) + begin * SECONDS_PER_DAY, 0)
    nowhere = np.zeros(len(begin), dtype=np.bool_)
    if limit.same_day:
        return Dues(begin=begin, begun=known, due=_last_second(begin), known=known)
    within = limit.within if not isinstance(limit.within, str) else settings.numbers.get(limit.within)
    if within is None:
        return Dues(
            begin=begin,
            begun=known,
            due=begin,
            known=nowhere,
            reason=f"参数“{limit.within}”还没有填，不知道截止时间",
        )
    if limit.within_unit == _WORKING_DAYS:
        return _working_days(begin, known, within, rule)
    if limit.within_unit in _MONTHS:
        due, exists = _months(begin, within)
        return Dues(begin=begin, begun=known, due=due, known=known & exists)
    counting = None if limit.reading is None else settings.readings[limit.reading]
    if limit.within_unit == _DAYS and counting == END_OF_DAY:
        days = within // SECONDS_PER_DAY * SECONDS_PER_DAY
        return Dues(begin=begin, begun=known, due=_last_second(begin) + days, known=known)
    return Dues(
        begin=begin,
        begun=known,
        due=(_last_second(begin) if limit.start_is_date else begin) + within,
        known=known,
    )


def _last_second(moments: Ints) -> Ints:
    """Return 23:59:59 of the days of moments, in Asia/Shanghai."""
    return (moments + UTC_OFFSET_SECONDS) // SECONDS_PER_DAY * SECONDS_PER_DAY + (
        SECONDS_PER_DAY - 1 - UTC_OFFSET_SECONDS
    )


def _months(begin: Ints, within: int) -> tuple[Ints, Bools]:
    """Months end with the day that corresponds; there are few different days, so each is looked up once."""
    firsts, place = np.unique(_last_second(begin), return_inverse=True)
    ends = [months_later(day_of(moment), within) for moment in firsts.tolist()]
    due = np.array([0 if day is None else last_second(day) for day in ends], dtype=np.int64)
    exists = np.array([day is not None for day in ends], dtype=np.bool_)
    return due[place], exists[place]


def _working_days(begin: Ints, known: Bools, within: int, rule: Workdays) -> Dues:
    """Working days end with the last of them, at 23:59:59; a year without a calendar of holidays leaves the end unknown."""
    firsts, place = np.unique(_last_second(begin), return_inverse=True)
    used = np.zeros(len(firsts), dtype=np.bool_)
    used[place[known]] = True
    due = np.zeros(len(firsts), dtype=np.int64)
    exists = np.zeros(len(firsts), dtype=np.bool_)
    reason = ""
    for index in np.flatnonzero(used).tolist():
        try:
            due[index] = last_second(working_days_later(day_of(int(firsts[index])), within, rule))
            exists[index] = True
        except CalendarError as error:
            reason = str(error)
    return Dues(begin=begin, begun=known, due=due[place], known=known & exists[place], reason=reason)
