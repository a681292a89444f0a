"""The kinds of mistakes that are made."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What is mistaken, as an officer reads it. In the order in which they are counted."""

    NUMBER = "数值差一档"
    """A number one step more or less in its last written digit; a count in 以下至少."""
    INCLUSIVE = "含不含本数"
    """以上 for 超过, 以下 for 不满, and so on; the ends of 介于."""
    UNIT = "计量单位"
    """天 for 小时, 月 for 年, 元 for 万元."""
    JUNCTION = "且与或"
    """且 for 或, 以下全部 for 以下任一, 含任一 for 含全部."""
    DROPPED = "漏写一项"
    """An operand, an item of a list, a value after 属于, a 满足 within a count, an addend."""
    NEGATED = "是非颠倒"
    """为 for 不为, 属于 for 不属于, 已发生 for 未发生, 非 put in or left out."""
    QUANTIFIER = "存在与每个"
    """存在 for 每个, 最大 for 最小."""
    ROUNDING = "取整"
    """四舍五入 for 向下取整."""
    EXCEPTION = "例外不起作用"
    """An 适用 or 不适用 of a 例外 is left out."""
    LIMIT = "时限"
    """A time limit one step longer or shorter, in another unit of measure, 一天 for 当天, its 解读 left out."""
    DATE = "日期差一天"
    """A date from which something holds, or in a condition, is a day off."""
    READING = "另一种解读"
    """A 解读 is taken otherwise."""
