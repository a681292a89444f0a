"""Moments and days of Asia/Shanghai, as decisions write them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

from relapse_rules.values.moments import EPOCH_ORDINAL, day_of
from relapse_rules.values.types import SECONDS_PER_DAY, UTC_OFFSET_SECONDS

_LAST_DAY: Final = date.max.toordinal()
_MONTHS_PER_YEAR: Final = 12
_LONGEST_MONTH: Final = 31


def first_second(day: int) -> int:
    """Return the moment at which a day (ordinal) begins, 00:00:00."""
    return (day - EPOCH_ORDINAL) * SECONDS_PER_DAY - UTC_OFFSET_SECONDS


def last_second(day: int) -> int:
    """Return the moment 23:59:59 of a day (ordinal)."""
    return first_second(day + 1) - 1


def in_calendar(seconds: int) -> bool:
    """Whether a moment falls in the years 1 to 9999, and so can be written."""
    return 1 <= day_of(seconds) <= _LAST_DAY


def months_later(day: int, months: int) -> int | None:
    """Return the same day of the month ``months`` later, or that month's last day where it has no such day.

    None past the year 9999. (民法典 202)
    """
    start = date.fromordinal(day)
    year, month = divmod(start.year * _MONTHS_PER_YEAR + start.month - 1 + months, _MONTHS_PER_YEAR)
    if not date.min.year <= year <= date.max.year:
        return None
    return next(
        found
        for wanted in range(start.day, 0, -1)
        if (found := _ordinal(year, month + 1, wanted)) is not None
    )


def _ordinal(year: int, month: int, day: int) -> int | None:
    """Return the ordinal of a date that may not exist."""
    length = (
        _LONGEST_MONTH
        if month == _MONTHS_PER_YEAR
        else date(year, month + 1, 1).toordinal() - date(year, month, 1).toordinal()
    )
    return date(year, month, day).toordinal() if day <= length else None


@lru_cache(maxsize=4096)
def moment_text(seconds: int) -> str:
    """Return a moment in ISO 8601 with Asia/Shanghai's offset.

    >>> moment_text(0)
    '1970-01-01T08:00:00+08:00'
    """
    days, rest = divmod(seconds + UTC_OFFSET_SECONDS, SECONDS_PER_DAY)
    minutes, second = divmod(rest, 60)
    hour, minute = divmod(minutes, 60)
    return f"{date.fromordinal(EPOCH_ORDINAL + days).isoformat()}T{hour:02}:{minute:02}:{second:02}+08:00"


def day_text(day: int) -> str:
    """Return a day (ordinal) in ISO 8601."""
    return date.fromordinal(day).isoformat()
