"""Dates, times and months as facts state them. Everything is Asia/Shanghai unless an offset is written."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from relapse_rules.values.types import SECONDS_PER_DAY, UTC_OFFSET_SECONDS

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200

_MINUTES_PER_HOUR: Final = 60
_MONTHS: Final = 12
_FURTHEST_OFFSET: Final = 14 * _MINUTES_PER_HOUR
"""Minutes; no place on earth is further from UTC."""

_EPOCH: Final = date(1970, 1, 1).toordinal()
_USUAL_DATE: Final = len("2023-08-01")
_USUAL_TIME: Final = len("2023-08-01T20:00:00")
_SHANGHAI: Final = "+08:00"
_LOCAL_EPOCH: Final = datetime(1970, 1, 1) + timedelta(seconds=UTC_OFFSET_SECONDS)  # noqa: DTZ001 - compared with local times
_FIRST_DAY: Final = date(FIRST_YEAR, 1, 2).toordinal() - _EPOCH
"""Days from the epoch; a day short of the range, which the long way looks at exactly."""
_LAST_DAY: Final = date(LAST_YEAR, 12, 30).toordinal() - _EPOCH
_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?"
    r"(?:(Z)|([+-])([0-9]{2}):?([0-9]{2}))?"
)
_MONTH: Final = re.compile(r"([0-9]{4})([0-9]{2})")


class MomentError(Exception):
    """The text or object is no such moment. The message completes “…要填时间，这里是…”; it never holds the value."""


def date_ordinal(stated: object) -> int:
    """Return the proleptic Gregorian ordinal of a date, stated as ``2023-08-01`` or a `date`.

    Raises:
        MomentError: it is no date, carries a time of day, does not exist, or lies outside 1900–2200.
    """
    if isinstance(stated, str):
        if (quick := _usual_date(stated)) is not None:
            return quick
        match = _DATE.fullmatch(stated)
        if match is None:
            reason = "带有时刻" if _TIME.fullmatch(stated) else "不是这种写法"
            raise MomentError(reason)
        year, month, day = match.groups()
        return _ordinal(int(year), int(month), int(day))
    if isinstance(stated, date) and not isinstance(stated, datetime):
        return _ordinal(stated.year, stated.month, stated.day)
    reason = "带有时刻" if isinstance(stated, datetime) else "不是这种写法"
    raise MomentError(reason)


def time_seconds(stated: object) -> int:
    """Return seconds since 1970-01-01T00:00:00Z of an ISO 8601 time, or of a `datetime`.

    Raises:
        MomentError: it is no time, only a date, has a fraction of a second, does not exist, or lies outside 1900–2200.
    """
    if isinstance(stated, str):
        if (quick := _usual_time(stated)) is not None:
            return quick
        match = _TIME.fullmatch(stated)
        if match is None:
            reason = "只有日期，没有时刻" if _DATE.fullmatch(stated) else "不是这种写法"
            raise MomentError(reason)
        year, month, day, hour, minute, second, fraction, utc, sign, offset_hour, offset_minute = (
            match.groups()
        )
        days = _ordinal(int(year), int(month), int(day)) - _EPOCH
        if fraction is not None and fraction.strip("0"):
            message = "有不足一秒的部分"
            raise MomentError(message)
        clock = _clock(int(hour), int(minute), int(second or 0))
        offset = (
            0
            if utc
            else UTC_OFFSET_SECONDS
            if sign is None
            else _offset(sign, int(offset_hour), int(offset_minute))
        )
        return days * SECONDS_PER_DAY + clock - offset
    if isinstance(stated, datetime):
        return _from_datetime(stated)
    reason = "只有日期，没有时刻" if isinstance(stated, date) else "不是这种写法"
    raise MomentError(reason)


def _usual_date(stated: str) -> int | None:
    """Return the ordinal of a date in the usual spelling, quickly; None sends it the long way, which words the problem."""
    if len(stated) == _USUAL_DATE and stated[4] == stated[7] == "-":
        try:
            day = date.fromisoformat(stated)
        except ValueError:
            return None
        return day.toordinal() if FIRST_YEAR <= day.year <= LAST_YEAR else None
    return None


def _usual_time(stated: str) -> int | None:
    """Return the seconds of a time in the usual spelling, quickly; None sends it the long way, which words the problem."""
    # INVARIANT: these separators leave `fromisoformat` no other spelling (weeks, fractions) than the usual one.
    if (
        stated[_USUAL_TIME:] == _SHANGHAI
        and stated[4] == stated[7] == "-"
        and stated[10] == "T"
        and stated[13] == stated[16] == ":"
    ):
        try:
            since = datetime.fromisoformat(stated[:_USUAL_TIME]) - _LOCAL_EPOCH
        except ValueError:
            return None
        return since.days * SECONDS_PER_DAY + since.seconds if _FIRST_DAY <= since.days <= _LAST_DAY else None
    return None


def month_number(stated: object) -> int:
    """Return ``year * 12 + month - 1`` of a month stated as ``202308``.

    Raises:
        MomentError: it is no such text, or lies outside 1900–2200.
    """
    match = _MONTH.fullmatch(stated) if isinstance(stated, str) else None
    if match is None:
        message = "不是这种写法"
        raise MomentError(message)
    year, month = int(match[1]), int(match[2])
    if not 1 <= month <= _MONTHS:
        message = "没有这个月份"
        raise MomentError(message)
    _ordinal(year, month, 1)
    return year * 12 + month - 1


def _ordinal(year: int, month: int, day: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = f"年份不在 {FIRST_YEAR}–{LAST_YEAR} 之内"
        raise MomentError(message)
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        message = "日历上没有这一天"
        raise MomentError(message) from None


def _clock(hour: int, minute: int, second: int) -> int:
    if (hour, minute, second) == (24, 0, 0):
        message = "24:00 要写作次日的 00:00"
        raise MomentError(message)
    try:
        clock = time(hour, minute, second)
    except ValueError:
        message = "没有这个时刻"
        raise MomentError(message) from None
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _offset(sign: str, hours: int, minutes: int) -> int:
    offset = hours * 60 + minutes
    if offset > _FURTHEST_OFFSET or minutes >= _MINUTES_PER_HOUR:
        message = "没有这个时区"
        raise MomentError(message)
    return offset * 60 * (-1 if sign == "-" else 1)


def _from_datetime(stated: datetime) -> int:
    days = _ordinal(stated.year, stated.month, stated.day) - _EPOCH
    offset = stated.utcoffset()
    shift = timedelta(seconds=UTC_OFFSET_SECONDS) if offset is None else offset
    if stated.microsecond or shift.microseconds:
        message = "有不足一秒的部分"
        raise MomentError(message)
    clock = stated.hour * 3600 + stated.minute * 60 + stated.second
    return days * SECONDS_PER_DAY + clock - shift.days * SECONDS_PER_DAY - shift.seconds
