"""Written numbers, dates and times to the exact integers of `relapse_rules.values.types`, and back to text.

Nothing is rounded: a number that its type cannot hold exactly is a `Problem`. A time without an offset is Asia/Shanghai.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from fractions import Fraction
from typing import Final

from relapse_rules.values.types import NEVER, SCALE, UTC_OFFSET_SECONDS, Kind, Type
from relapse_rules.values.units import COUNTING, PERCENT, duration_class, duration_steps, parse_unit

SHANGHAI: Final = timezone(timedelta(seconds=UTC_OFFSET_SECONDS))

_NUMBER: Final = re.compile(
    r"-?[0-9]{1,100}(?:\.[0-9]{1,100})?"
)  # longer ones mean nothing and take long to convert
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
_YEAR_MONTH: Final = re.compile(r"([0-9]{4})-?([0-9]{2})")
_MONTHS: Final = 12


class Problem(StrEnum):
    """Why a written number has no value in a type."""

    NOT_A_NUMBER = "not-a-number"
    UNKNOWN_UNIT = "unknown-unit"
    UNIT_MISMATCH = "unit-mismatch"
    INEXACT = "inexact"
    """The type counts in coarser steps (half a 分, 3.5 of a whole number)."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A written date (``value`` an ordinal), time (seconds since 1970) or year and month, told apart by ``kind``."""

    kind: Kind
    value: int


def number_value(digits: str, unit: str, type_: Type) -> int | Problem:
    """Return the integer that stands for ``digits`` ``unit`` in ``type_``.

    >>> number_value("3.5", "万元", Type(kind=Kind.MONEY, unit="元"))
    3500000
    >>> number_value("1.005", "元", Type(kind=Kind.MONEY, unit="元"))
    <Problem.INEXACT: 'inexact'>
    """
    if not _NUMBER.fullmatch(digits):
        return Problem.NOT_A_NUMBER
    measure = parse_unit(unit)
    if measure is None:
        return Problem.UNKNOWN_UNIT
    if type_.kind is Kind.DURATION:
        wanted = duration_class(type_.unit)
        if unit in {"", PERCENT} or duration_class(unit) != wanted:
            return Problem.UNIT_MISMATCH
        # parse_unit's factor holds 万 and 亿 only: units of time have none of their own.
        return _whole(Fraction(digits) * measure.factor * duration_steps(measure.unit.text))
    if type_.kind not in SCALE:
        return Problem.NOT_A_NUMBER
    if measure.unit.text != type_.unit or (unit == PERCENT and type_.kind is not Kind.RATIO):
        return Problem.UNIT_MISMATCH
    return _whole(Fraction(digits) * measure.factor * SCALE[type_.kind])


def count_value(digits: str, unit: str) -> int | Problem:
    """Return a number of elements, which may be written with a counting word (``2人``, ``2处``, ``2``)."""
    if not _NUMBER.fullmatch(digits):
        return Problem.NOT_A_NUMBER
    measure = parse_unit(unit)
    if measure is None:
        return Problem.UNKNOWN_UNIT
    if unit == PERCENT or not (measure.unit.is_bare or measure.unit.text in COUNTING):
        return Problem.UNIT_MISMATCH
    return _whole(Fraction(digits) * measure.factor)


def number_type(digits: str, unit: str) -> Type | None:
    """Return the type that a number has by itself: its unit decides. None when the unit is not known.

    >>> number_type("12", "月/年")
    Type(kind=<Kind.INTEGER: '整数'>, unit='月/年', values=(), is_open=False, item=None, entity=None)
    """
    measure = parse_unit(unit)
    if measure is None:
        return None
    if unit == PERCENT:
        return Type(kind=Kind.RATIO)
    normal = measure.unit.text
    if duration_class(normal) is not None:
        return Type(kind=Kind.DURATION, unit=normal)
    if any(base == "元" for base, _ in measure.unit.exponents):
        return Type(kind=Kind.MONEY, unit=normal)
    whole = _NUMBER.fullmatch(digits) and (Fraction(digits) * measure.factor).denominator == 1
    return Type(kind=Kind.INTEGER if whole else Kind.DECIMAL, unit=normal)


def moment_value(text: str) -> Instant | None:
    """Return what a written date, time or year and month stands for; None when there is no such day or hour.

    >>> moment_value("2023-08-01 20:00")
    Instant(kind=<Kind.TIME: '时间'>, value=1690891200)
    >>> moment_value("2023-02-30") is None
    True
    """
    try:
        if _DATE.fullmatch(text):
            year, month, day = (int(part) for part in text.split("-"))
            return Instant(Kind.DATE, date(year, month, day).toordinal())
        found = _YEAR_MONTH.fullmatch(text)
        if found is not None:
            first = date(int(found[1]), int(found[2]), 1)
            return Instant(Kind.YEAR_MONTH, first.year * _MONTHS + first.month - 1)
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=SHANGHAI)
        return Instant(Kind.TIME, _seconds(aware))
    except (ValueError, OverflowError):
        # The standard library's way to say that there is no such day, hour or offset; the caller reports it.
        return None


def text_of(value: int, type_: Type) -> str:
    """Return how an officer reads ``value``: ``650元/人·月``, ``2023-08-01 20:00``, ``30%``, 未发生.

    >>> text_of(350, Type(kind=Kind.MONEY, unit="元/人"))
    '3.5元/人'
    """
    if value == NEVER:
        return "未发生"
    match type_.kind:
        case Kind.DATE:
            return date.fromordinal(value).isoformat()
        case Kind.TIME:
            moment = datetime.fromtimestamp(value, tz=SHANGHAI)
            return moment.strftime("%Y-%m-%d %H:%M:%S" if moment.second else "%Y-%m-%d %H:%M")
        case Kind.YEAR_MONTH:
            return f"{value // _MONTHS:04}-{value % _MONTHS + 1:02}"
        case Kind.DURATION:
            return _duration_text(value, type_.unit)
        case Kind.RATIO:
            return decimal_text(value, SCALE[Kind.RATIO] // 100) + PERCENT
        case Kind.INTEGER | Kind.DECIMAL | Kind.MONEY:
            return decimal_text(value, SCALE[type_.kind]) + type_.unit
        case _:
            return str(value)


def iso_time(seconds: int) -> str:
    """Return a time as facts files write it, in Asia/Shanghai.

    >>> iso_time(1690891200)
    '2023-08-01T20:00:00+08:00'
    """
    return datetime.fromtimestamp(seconds, tz=SHANGHAI).isoformat()


def decimal_text(value: int, scale: int) -> str:
    """Return ``value / scale`` in plain decimal digits, exactly; ``scale`` is a power of ten.

    >>> decimal_text(-1250, 100)
    '-12.5'
    """
    digits = len(str(scale)) - 1
    whole, part = divmod(abs(value), scale)
    fraction = f"{part:0{digits}}".rstrip("0") if digits else ""
    return f"{'-' if value < 0 else ''}{whole}{'.' + fraction if fraction else ''}"


def _duration_text(value: int, unit: str) -> str:
    kind = duration_class(unit)
    smaller = {"秒": ("天", "小时", "分钟", "秒"), "月": ("年", "月")}.get(kind or "", (unit,))
    for candidate in (unit, *smaller):
        if value % duration_steps(candidate) == 0:
            return f"{value // duration_steps(candidate)}{candidate}"
    return f"{value}{unit}"


def _whole(number: Fraction) -> int | Problem:
    return number.numerator if number.denominator == 1 else Problem.INEXACT


def _seconds(moment: datetime) -> int:
    elapsed = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return elapsed.days * 86_400 + elapsed.seconds
