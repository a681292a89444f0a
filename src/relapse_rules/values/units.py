"""Units of measure: what ``元/人·年`` is made of, and what multiplying and dividing does to it.

A unit is a map from base unit to exponent. 月 and 年 are kept apart (``元/月`` never silently becomes ``元/年``; the policy
multiplies by ``12月/年``), and so are a calendar day and a 工作日. 万 and 亿 are factors, not units.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final

PERCENT: Final = "%"

_FACTORS: Final = {"万": 10_000, "亿": 100_000_000}

_SYMBOLS: Final[dict[str, tuple[str, int]]] = {
    "元": ("元", 1),
    "升": ("升", 1),
    "毫升": ("毫升", 1),
    "千米": ("米", 1000),
    "公里": ("米", 1000),
    "米": ("米", 1),
    "平方米": ("平方米", 1),
    "立方米": ("立方米", 1),
    "亩": ("亩", 1),
    "公斤": ("公斤", 1),
    "千克": ("公斤", 1),
    "吨": ("公斤", 1000),
    "头只": ("头只", 1),
    "头": ("头", 1),
    "只": ("只", 1),
    "株": ("株", 1),
    "次": ("次", 1),
    "件": ("件", 1),
    "项": ("项", 1),
    "个": ("个", 1),
    "处": ("处", 1),
    "间": ("间", 1),
    "条": ("条", 1),
    "笔": ("笔", 1),
    "起": ("起", 1),
    "户": ("户", 1),
    "人": ("人", 1),
    "名": ("人", 1),
    "岁": ("岁", 1),
    "周岁": ("岁", 1),
    "秒": ("秒", 1),
    "分钟": ("分钟", 1),
    "小时": ("小时", 1),
    "天": ("天", 1),
    "日": ("天", 1),
    "工作日": ("工作日", 1),
    "周": ("周", 1),
    "月": ("月", 1),
    "个月": ("月", 1),
    "年": ("年", 1),
}
"""Spelling → base unit and how many of it one is. The order is the one in which a unit is written."""

_ORDER: Final = {
    base: place for place, base in enumerate(dict.fromkeys(base for base, _ in _SYMBOLS.values()))
}

COUNTING: Final = frozenset(
    {"人", "户", "个", "处", "条", "间", "项", "次", "件", "笔", "起", "头", "只", "头只", "株"}
)
"""Units that only say what is counted: a number of elements may be written with one of them."""

SYMBOLS: Final = tuple(_SYMBOLS)
"""All spellings that are known, for suggestions."""

_DURATIONS: Final[dict[str, tuple[str, int]]] = {
    "秒": ("秒", 1),
    "分钟": ("秒", 60),
    "小时": ("秒", 3600),
    "天": ("秒", 86_400),
    "周": ("秒", 7 * 86_400),
    "月": ("月", 1),
    "年": ("月", 12),
    "工作日": ("工作日", 1),
}
"""Unit of time → the class in whose steps it is counted, and how many steps one is."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Base units and their exponents, in written order and without zeros. ``Unit(())`` is a bare number."""

    exponents: tuple[tuple[str, int], ...] = ()

    @property
    def text(self) -> str:
        """The normal form.

        >>> unit_of("元/年/人").text
        '元/人·年'
        """
        above = [base for base, power in self.exponents for _ in range(power)]
        below = [base for base, power in self.exponents for _ in range(-power)]
        return ("·".join(above) or ("1" if below else "")) + ("/" + "·".join(below) if below else "")

    @property
    def is_bare(self) -> bool:
        """Whether there is no unit at all."""
        return not self.exponents

    def __mul__(self, other: Unit) -> Unit:
        """Return the unit of a product."""
        powers = dict(self.exponents)
        for base, power in other.exponents:
            powers[base] = powers.get(base, 0) + power
        return _unit(powers)

    def __truediv__(self, other: Unit) -> Unit:
        """Return the unit of a quotient.

        >>> (unit_of("元") / unit_of("人·年")).text
        '元/人·年'
        """
        return self * Unit(tuple((base, -power) for base, power in other.exponents))


@dataclass(frozen=True, slots=True)
class Measure:
    """What a written unit means: one of it is ``factor`` of ``unit``. ``万元`` is 10000 of 元, ``%`` a hundredth of nothing."""

    unit: Unit
    factor: Fraction


@cache
def parse_unit(text: str) -> Measure | None:
    """Return what a written unit means, or None when it holds a symbol that is not known.

    >>> parse_unit("万元/人·年")
    Measure(unit=Unit(exponents=(('元', 1), ('人', -1), ('年', -1))), factor=Fraction(10000, 1))
    >>> parse_unit("光年") is None
    True
    """
    if text == PERCENT:
        return Measure(Unit(), Fraction(1, 100))
    factor = Fraction(1)
    rest = text.removeprefix("1") if text.startswith("1/") else text
    while rest[:1] in _FACTORS:
        factor *= _FACTORS[rest[0]]
        rest = rest[1:]
    powers: dict[str, int] = {}
    for place, group in enumerate(rest.split("/")):
        if place and not group:
            return None
        sign = -1 if place else 1
        for symbol in group.split("·") if group else ():
            if symbol not in _SYMBOLS:
                return None
            base, many = _SYMBOLS[symbol]
            powers[base] = powers.get(base, 0) + sign
            factor *= Fraction(many) ** sign
    return Measure(_unit(powers), factor)


def unit_of(normal: str) -> Unit:
    """Return the unit of a normal form, such as the ``unit`` of a `relapse_rules.values.types.Type`.

    Raises:
        ValueError: ``normal`` is no unit; the checker lets none such into a type.
    """
    measure = parse_unit(normal)
    if measure is None:
        message = f"“{normal}”不是计量单位"
        raise ValueError(message)
    return measure.unit


def normal_form(text: str) -> str | None:
    """Return the one spelling of a written unit (``元/年/人`` → ``元/人·年``), None when it is not known.

    >>> normal_form("周岁")
    '岁'
    """
    measure = parse_unit(text)
    return None if measure is None else measure.unit.text


def duration_class(unit: str) -> str | None:
    """Return in which steps a unit of time is counted: 秒, 月 or 工作日; None when it is no unit of time.

    >>> duration_class("小时"), duration_class("年"), duration_class("元")
    ('秒', '月', None)
    """
    known = _DURATIONS.get(normal_form(unit) or "")
    return None if known is None else known[0]


def duration_steps(unit: str) -> int:
    """Return how many steps of its class one ``unit`` of time is: 天 86400 (seconds), 年 12 (months), 工作日 1 (days).

    Raises:
        KeyError: ``unit`` is no unit of time.
    """
    return _DURATIONS[normal_form(unit) or ""][1]


def _unit(powers: dict[str, int]) -> Unit:
    present = [(base, power) for base, power in powers.items() if power]
    return Unit(tuple(sorted(present, key=lambda entry: _ORDER[entry[0]])))
