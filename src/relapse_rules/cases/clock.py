"""Time limits in live cases: those of a decision, and working days, which need a calendar of holidays.

Nothing here reads the wall clock. Asia/Shanghai throughout.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from relapse_rules.decisions.limits import WORKING_DAYS, moments
from relapse_rules.decisions.moments import last_second
from relapse_rules.ir.program import Limit
from relapse_rules.values.moments import day_of

_SATURDAY: Final = 5


class Workdays(StrEnum):
    """What a 工作日 is."""

    CALENDAR = "calendar"
    """The State Council's yearly notice on holidays, as ``chinesecalendar`` has it; other years are not known."""
    WEEKDAYS = "weekdays"
    """Monday to Friday, whatever the holidays."""


class CalendarError(Exception):
    """A 工作日 cannot be told. The message says why, and what to do."""


def is_working_day(day: int, rule: Workdays) -> bool:
    """Return whether a day (ordinal) is a 工作日.

    Raises:
        CalendarError: the calendar does not know the year, or is not installed.
    """
    wanted = date.fromordinal(day)
    if rule is Workdays.WEEKDAYS:
        return wanted.weekday() < _SATURDAY
    try:
        from chinese_calendar import is_workday  # noqa: PLC0415 - its tables are loaded for those who count working days
    except ModuleNotFoundError:
        message = (
            "没有安装节假日日历：pip install 'relapse_rules[cases]'，或按周一至周五计算（workdays=weekdays）"
        )
        raise CalendarError(message) from None
    try:
        return bool(is_workday(wanted))
    except NotImplementedError:
        message = f"{wanted.year} 年的节假日安排不在日历中：更新 chinesecalendar，或按周一至周五计算（workdays=weekdays）"
        raise CalendarError(message) from None


def working_days_later(day: int, count: int, rule: Workdays) -> int:
    """Return the ordinal of the ``count``-th 工作日 after a day, which itself is not counted (民法典 201).

    Raises:
        CalendarError: as for `is_working_day`.
    """
    while count > 0:
        if day >= date.max.toordinal():
            message = "期限超出日历"
            raise CalendarError(message)
        day += timedelta(days=1).days
        count -= is_working_day(day, rule)
    return day


def start_and_due(
    limit: Limit, start: int | None, within: int | None, counting: str | None, rule: Workdays
) -> tuple[int | None, int | None]:
    """Return when a limit starts and is due, in seconds; as `decisions.limits.moments`, and for 工作日 by ``rule``.

    A period of working days ends with the last of them, at 23:59:59.

    Raises:
        CalendarError: as for `is_working_day`.
    """
    begin, due = moments(limit, start, within, counting)
    if limit.within_unit == WORKING_DAYS and begin is not None and within is not None and not limit.same_day:
        due = last_second(working_days_later(day_of(begin), within, rule))
    return begin, due
