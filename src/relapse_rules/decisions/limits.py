"""When a time limit starts and ends.

A limit from a moment counts from it; one from a day alone counts from the end of that day, which is itself not counted (民法典 201).
Months and years end with the day that corresponds, at 23:59:59 (民法典 202, 203). Working days need a calendar of holidays, which
no policy holds, so they are never due by computation.
"""

from __future__ import annotations

from typing import Final

from relapse_rules.decisions.moments import first_second, in_calendar, last_second, moment_text, months_later
from relapse_rules.ir.program import Limit
from relapse_rules.values.moments import day_of
from relapse_rules.values.types import NEVER, SECONDS_PER_DAY

END_OF_DAY: Final = "次日终了"
"""The option of a 解读 by which a day ends at 23:59:59; any other (二十四小时) counts 24 hours."""

_DAYS: Final = "天"
_MONTHS: Final = frozenset({"月", "年"})
WORKING_DAYS: Final = "工作日"
"""A ``within_unit`` that a decision leaves without a due time."""

StartAndDue = tuple[str | None, str | None]
NEITHER: Final[StartAndDue] = (None, None)


def start_and_due(limit: Limit, start: int | None, within: int | None, counting: str | None) -> StartAndDue:
    """Return when ``limit`` starts and is due, as ISO text; see `moments`."""
    begin, due = moments(limit, start, within, counting)
    return None if begin is None else moment_text(begin), None if due is None else moment_text(due)


def moments(
    limit: Limit, start: int | None, within: int | None, counting: str | None
) -> tuple[int | None, int | None]:
    """Return when ``limit`` starts and is due, in seconds since 1970-01-01T00:00:00Z.

    ``start`` is a moment, or a day's ordinal when ``limit.start_is_date``; unknown (None) or 未发生 gives neither. ``within`` is the
    duration in ``limit.within_unit``, None when its 参数 is 待定. ``counting``: the option by which a day counts, None without a 解读.
    """
    if start is None or start == NEVER:
        return None, None
    begin = first_second(start) if limit.start_is_date else start
    if not in_calendar(begin):
        return None, None
    due = _due(limit, begin, within, counting)
    return begin, due if due is not None and in_calendar(due) else None


def _due(limit: Limit, begin: int, within: int | None, counting: str | None) -> int | None:
    day = day_of(begin)
    if limit.same_day:
        return last_second(day)
    if within is None or limit.within_unit == WORKING_DAYS:
        return None
    if limit.within_unit in _MONTHS:
        last_day = months_later(day, within)
        return None if last_day is None else last_second(last_day)
    if limit.within_unit == _DAYS and counting == END_OF_DAY:
        return last_second(day + within // SECONDS_PER_DAY)
    return (last_second(day) if limit.start_is_date else begin) + within
