"""Types of expressions and the integers that stand for their values.

Every value in a decision is an exact integer or a name:

=============  ==========================================================
整数 INTEGER    the number itself
小数 DECIMAL    ten-thousandths (scale 10**4)
金额 MONEY      分 (scale 100), in a unit such as 元 or 元/人·年
比例 RATIO      ten-thousandths; a quotient is compared by cross-multiplying
日期 DATE       proleptic Gregorian ordinal (``date.toordinal()``)
时间 TIME       seconds since 1970-01-01T00:00:00Z
时长 DURATION   seconds, or months, or working days, by ``unit``
枚举/集合/文本   str, frozenset[str], str
=============  ==========================================================

``NEVER`` (未发生) stands for "has not happened as of 判定时点" in DATE and TIME fields: later than every time in
comparisons, unknown in arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

NEVER: Final = 1 << 62
"""未发生: a date or time that is stated not to have come."""

UTC_OFFSET_SECONDS: Final = 8 * 3600
"""Asia/Shanghai, without daylight saving (none since 1991)."""

SECONDS_PER_DAY: Final = 86400


class Kind(StrEnum):
    """What sort of thing a value is."""

    CONDITION = "是否"
    INTEGER = "整数"
    DECIMAL = "小数"
    MONEY = "金额"
    RATIO = "比例"
    DATE = "日期"
    TIME = "时间"
    DURATION = "时长"
    ENUM = "枚举"
    SET = "集合"
    TEXT = "文本"
    REFERENCE = "引用"
    AREA_CODE = "代码"
    YEAR_MONTH = "年月"


SCALE: Final[dict[Kind, int]] = {Kind.INTEGER: 1, Kind.DECIMAL: 10_000, Kind.MONEY: 100, Kind.RATIO: 10_000}
"""How many integer steps make one, for the numeric kinds."""

NUMERIC: Final = frozenset(
    {Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.RATIO, Kind.DATE, Kind.TIME, Kind.DURATION, Kind.YEAR_MONTH}
)
"""Kinds whose values are integers (YEAR_MONTH is year * 12 + month - 1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumValue:
    """One value of an enumeration and the broader value that it belongs to, if any (洪涝 归入 水旱灾害)."""

    name: str
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """The type of a field or expression.

    ``unit`` is the unit of measure in normal form (see `relapse_rules.values.units`), for numbers and durations.
    ``values`` and ``is_open`` describe an enumeration or a set of its values; an open one takes any non-empty text.
    ``item`` is the kind of a set's elements when it is not an enumeration (代码, 引用). ``entity`` is what a reference points to.
    """

    kind: Kind
    unit: str = ""
    values: tuple[EnumValue, ...] = ()
    is_open: bool = False
    item: Kind | None = None
    entity: str | None = None

    def ancestors(self, value: str) -> tuple[str, ...]:
        """Return ``value`` and the broader values that it belongs to, nearest first."""
        parents = {known.name: known.parent for known in self.values}
        chain: list[str] = []
        current: str | None = value
        while current is not None and current not in chain:
            chain.append(current)
            current = parents.get(current)
        return tuple(chain)

    def descendants(self, value: str) -> frozenset[str]:
        """Return the narrower values that belong to ``value``, without ``value`` itself."""
        return frozenset(
            known.name for known in self.values if known.name != value and value in self.ancestors(known.name)
        )
