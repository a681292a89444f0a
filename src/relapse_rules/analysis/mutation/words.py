"""What each word of the language is mistaken for."""

from __future__ import annotations

from typing import Final

from relapse_rules.syntax.tree import (
    AggregateKind,
    ListKind,
    MembershipKind,
    QuantifierKind,
    Rounding,
)

WITH_OR_WITHOUT: Final = {
    "低于": "不高于",
    "不低于": "高于",
    "高于": "不低于",
    "不高于": "低于",
    "超过": "达到",
    "不超过": "不满",
    "不满": "不超过",
    "达到": "超过",
    "以上": "超过",
    "以下": "不满",
    "以内": "不满",
    "≥": ">",
    "≤": "<",
    ">": "≥",
    "<": "≤",
    "早于": "不晚于",
    "晚于": "不早于",
    "不早于": "晚于",
    "不晚于": "早于",
}
"""The limit itself counts, or does not."""

OPPOSITE: Final = {
    "为": "不为",
    "不为": "为",
    "低于": "不低于",
    "不低于": "低于",
    "高于": "不高于",
    "不高于": "高于",
    "超过": "不超过",
    "不超过": "超过",
    "不满": "达到",
    "达到": "不满",
    "以上": "不满",
    "以下": "超过",
    "以内": "超过",
    "≥": "<",
    "≤": ">",
    ">": "≤",
    "<": "≥",
    "=": "≠",
    "≠": "=",
    "早于": "不早于",
    "晚于": "不晚于",
    "不早于": "早于",
    "不晚于": "晚于",
}

LISTS: Final = {ListKind.ALL: ListKind.ANY, ListKind.ANY: ListKind.ALL}

MEMBERSHIP: Final = {
    MembershipKind.AMONG: MembershipKind.NOT_AMONG,
    MembershipKind.NOT_AMONG: MembershipKind.AMONG,
    MembershipKind.CONTAINS: MembershipKind.CONTAINS_NOT,
    MembershipKind.CONTAINS_NOT: MembershipKind.CONTAINS,
    MembershipKind.EMPTY: MembershipKind.NOT_EMPTY,
    MembershipKind.NOT_EMPTY: MembershipKind.EMPTY,
}

ANY_OR_ALL: Final = {
    MembershipKind.CONTAINS_ANY: MembershipKind.CONTAINS_ALL,
    MembershipKind.CONTAINS_ALL: MembershipKind.CONTAINS_ANY,
}

QUANTIFIERS: Final = {
    QuantifierKind.EXISTS: QuantifierKind.EVERY,
    QuantifierKind.EVERY: QuantifierKind.EXISTS,
}

EXTREMES: Final = {
    AggregateKind.MAXIMUM: AggregateKind.MINIMUM,
    AggregateKind.MINIMUM: AggregateKind.MAXIMUM,
}

ROUNDINGS: Final = {
    Rounding.HALF_UP: Rounding.DOWN,
    Rounding.DOWN: Rounding.HALF_UP,
    Rounding.UP: Rounding.HALF_UP,
}

UNITS: Final = {
    "秒": "分钟",
    "分钟": "小时",
    "小时": "天",
    "天": "小时",
    "日": "小时",
    "周": "天",
    "工作日": "天",
    "月": "年",
    "个月": "年",
    "年": "月",
    "元": "万元",
    "万元": "元",
    "亿元": "万元",
    "米": "公里",
    "公里": "米",
    "千米": "米",
    "公斤": "吨",
    "千克": "吨",
    "吨": "公斤",
    "%": "",
}
"""The next unit of measure that is mistaken for one."""
