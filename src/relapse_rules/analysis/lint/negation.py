"""The opposites of conditions, as far as a word of the language says them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from relapse_rules.syntax.tree import Compare, Expression, Happened, Membership, MembershipKind, Not
from relapse_rules.syntax.words import COMPARISONS

_POSITIVE: Final = {
    "不为": "为",
    "≠": "=",
    "不低于": "低于",
    "不高于": "高于",
    "不超过": "超过",
    "不早于": "早于",
    "不晚于": "晚于",
}
_POSITIVE_KINDS: Final = {
    MembershipKind.NOT_AMONG: MembershipKind.AMONG,
    MembershipKind.CONTAINS_NOT: MembershipKind.CONTAINS,
    MembershipKind.NOT_EMPTY: MembershipKind.EMPTY,
}


def positive(condition: Expression) -> Expression | None:
    """Return that of which ``condition`` is the negation (甲 of 非 甲, X 为 Y of X 不为 Y); None when it is no negation."""
    match condition:
        case Not():
            return condition.operand
        case Compare(word=word) if word in _POSITIVE:
            spelling, operator = COMPARISONS[_POSITIVE[word]]
            return replace(condition, word=spelling, operator=operator)
        case Membership(kind=kind) if kind in _POSITIVE_KINDS:
            return replace(condition, kind=_POSITIVE_KINDS[kind])
        case Happened(negated=True):
            return replace(condition, negated=False)
        case _:
            return None
