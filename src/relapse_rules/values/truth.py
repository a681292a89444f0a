"""Kleene's strong three-valued logic, and the comparison of exact numbers. One definition for every engine and test.

``True`` is proved yes, ``False`` proved no, ``None`` unknown. (S. C. Kleene, Introduction to Metamathematics, 1952, § 64.)
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import assert_never

Truth = bool | None


class Comparison(StrEnum):
    """The six comparisons; every spelling of the language means one of them."""

    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    EQUAL = "=="
    UNEQUAL = "!="


def negate(value: Truth) -> Truth:
    """Return yes for no, no for yes, unknown for unknown."""
    return None if value is None else not value


def all_of(values: Iterable[Truth]) -> Truth:
    """Return no when any is no, yes when all are yes, else unknown. Nothing at all is yes."""
    outcome: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            outcome = None
    return outcome


def any_of(values: Iterable[Truth]) -> Truth:
    """Return yes when any is yes, no when all are no, else unknown. Nothing at all is no."""
    return negate(all_of(negate(value) for value in values))


def at_least(needed: int, values: Iterable[Truth]) -> Truth:
    """Return yes when ``needed`` values are yes, no when so many can no longer be, else unknown."""
    listed = tuple(values)
    if sum(value is True for value in listed) >= needed:
        return True
    return False if sum(value is not False for value in listed) < needed else None


def compare(operator: Comparison, left: int, right: int) -> bool:
    """Return whether ``left operator right`` holds."""
    match operator:
        case Comparison.LESS:
            return left < right
        case Comparison.AT_MOST:
            return left <= right
        case Comparison.MORE:
            return left > right
        case Comparison.AT_LEAST:
            return left >= right
        case Comparison.EQUAL:
            return left == right
        case Comparison.UNEQUAL:
            return left != right
        case _:
            assert_never(operator)


def compare_between(operator: Comparison, low: int, high: int | None, limit: int) -> Truth:
    """Compare a whole number known only to lie in ``low..high`` (``None``: no upper bound) with ``limit``."""
    candidates = {
        low,
        low if high is None else high,
        *(
            point
            for point in (limit - 1, limit, limit + 1)
            if point >= low and (high is None or point <= high)
        ),
    }
    if high is None:
        candidates.add(max(low, limit + 1))
    answers = {compare(operator, candidate, limit) for candidate in candidates}
    return answers.pop() if len(answers) == 1 else None
