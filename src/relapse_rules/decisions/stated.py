"""Values as text: exact, in the fact's unit, the same on every machine."""

from __future__ import annotations

from typing import Final, assert_never

from relapse_rules.decisions.model import Outcome
from relapse_rules.decisions.moments import day_text, moment_text
from relapse_rules.facts.case import Value
from relapse_rules.values.types import NEVER, SCALE, SECONDS_PER_DAY, Kind, Type

_SECONDS: Final = {"分钟": 60, "小时": 3600, "天": SECONDS_PER_DAY}
_MONTHS_PER_YEAR: Final = 12


def stated_text(kind: Type, value: Value) -> str:
    """Return a value of type ``kind``: ``yes`` or ``no``, a decimal number without its unit, ISO 8601 for moments, names as they are.

    >>> stated_text(Type(kind=Kind.MONEY, unit="元"), 850_050)
    '8500.5'
    """
    if isinstance(value, bool):
        return (Outcome.YES if value else Outcome.NO).value
    if isinstance(value, frozenset):
        return "、".join(sorted(value))
    if isinstance(value, str):
        return value
    return _number_text(kind, value)


def _number_text(kind: Type, value: int) -> str:
    if value == NEVER:
        return "未发生"
    match kind.kind:
        case Kind.DATE:
            return day_text(value)
        case Kind.TIME:
            return moment_text(value)
        case Kind.YEAR_MONTH:
            return f"{value // _MONTHS_PER_YEAR:04}{value % _MONTHS_PER_YEAR + 1:02}"
        case Kind.DURATION:
            return _duration_text(kind.unit, value)
        case Kind.INTEGER | Kind.DECIMAL | Kind.MONEY | Kind.RATIO:
            return _quotient(value, SCALE[kind.kind])
        case Kind.CONDITION | Kind.ENUM | Kind.SET | Kind.TEXT | Kind.REFERENCE | Kind.AREA_CODE:
            message = f"a number cannot be a value of {kind.kind}"
            raise AssertionError(message)
        case _:
            assert_never(kind.kind)


def _duration_text(unit: str, value: int) -> str:
    """Months for 年 and 月, seconds for what is shorter, days for 工作日."""
    return _quotient(value, _MONTHS_PER_YEAR if unit == "年" else _SECONDS.get(unit, 1))


def _quotient(value: int, scale: int) -> str:
    """Return the exact decimal, or a fraction where there is none (1 小时 in 天)."""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), scale)
    if rest == 0:
        return f"{sign}{whole}"
    # 86400 seconds are 2**7 * 3**3 * 5**2: whatever has an end at all ends within seven digits.
    for digits in range(1, 8):
        if rest * 10**digits % scale == 0:
            return f"{sign}{whole}.{rest * 10**digits // scale:0{digits}}"
    return f"{value}/{scale}"
