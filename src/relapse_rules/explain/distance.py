"""How far one number is from another, in exact terms: 再低 312.00 元/人·年, 再早 40 天."""

from __future__ import annotations

from typing import Final

from relapse_rules.values.literals import decimal_text, text_of
from relapse_rules.values.types import SCALE, Kind, Type

_UP_AND_DOWN: Final = {
    Kind.INTEGER: ("再多", "再少"),
    Kind.DATE: ("再晚", "再早"),
    Kind.TIME: ("再晚", "再早"),
    Kind.YEAR_MONTH: ("再晚", "再早"),
    Kind.DURATION: ("再长", "再短"),
}
_CLOCK: Final = (("天", 86_400), ("小时", 3_600), ("分钟", 60), ("秒", 1))
_CENT: Final = 100


def distance_text(kind: Type, now: int, then: int) -> str:
    """Return how far ``then`` is from ``now``; nothing when it is the same.

    >>> distance_text(Type(kind=Kind.MONEY, unit="元/人·年"), 831_200, 800_000)
    '再低 312.00 元/人·年'
    >>> distance_text(Type(kind=Kind.TIME), 0, 90_060)
    '再晚 1 天 1 小时 1 分钟'
    """
    if now == then:
        return ""
    up, down = _UP_AND_DOWN.get(kind.kind, ("再高", "再低"))
    return f"{up if then > now else down} {_amount(kind, abs(then - now))}"


def _amount(kind: Type, number: int) -> str:
    match kind.kind:
        case Kind.MONEY:
            return f"{number // _CENT}.{number % _CENT:02} {kind.unit}".rstrip()
        case Kind.RATIO:
            return f"{decimal_text(number, SCALE[Kind.RATIO] // 100)} 个百分点"
        case Kind.DATE:
            return f"{number} 天"
        case Kind.YEAR_MONTH:
            return f"{number} 个月"
        case Kind.TIME:
            return _clock(number)
        case Kind.DURATION:
            return text_of(number, kind)
        case _:
            return f"{decimal_text(number, SCALE.get(kind.kind, 1))} {kind.unit}".rstrip()


def _clock(seconds: int) -> str:
    parts: list[str] = []
    for unit, size in _CLOCK:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts)
