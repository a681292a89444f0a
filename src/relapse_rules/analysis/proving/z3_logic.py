"""Formulas over z3 with Python's own truths and integers folded in, so that what is certain costs the solver nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import z3

from relapse_rules.values.types import NEVER

Formula = Any
"""A `z3.BoolRef`, or True or False. z3's own types do not hold through its operators."""
Whole = Any
"""A `z3.ArithRef`, or an integer."""


class Rail(NamedTuple):
    """A condition: proved yes, proved no."""

    yes: Formula
    no: Formula


class Number(NamedTuple):
    """A number: whether it is known, its value (NEVER for 未发生), and whether it is 未发生."""

    known: Formula
    value: Whole
    never: Formula = False

    @property
    def computable(self) -> Formula:
        """Whether arithmetic can use it."""
        return all_of((self.known, negated(self.never)))


NOTHING = Number(known=False, value=0)
"""A number that is not known."""
SURE = Rail(yes=True, no=False)
"""A condition that always holds."""


def negated(formula: Formula) -> Formula:
    """Return the opposite."""
    return (not formula) if isinstance(formula, bool) else z3.Not(formula)


def all_of(formulas: Iterable[Formula]) -> Formula:
    """Return whether all hold."""
    open_: list[Formula] = []
    for formula in formulas:
        if formula is False:
            return False
        if formula is not True:
            open_.append(formula)
    if not open_:
        return True
    return open_[0] if len(open_) == 1 else z3.And(open_)


def any_of(formulas: Iterable[Formula]) -> Formula:
    """Return whether any holds."""
    open_: list[Formula] = []
    for formula in formulas:
        if formula is True:
            return True
        if formula is not False:
            open_.append(formula)
    if not open_:
        return False
    return open_[0] if len(open_) == 1 else z3.Or(open_)


def chosen(condition: Formula, one: Whole, other: Whole) -> Whole:
    """Return ``one`` where the condition holds, else ``other``."""
    if isinstance(condition, bool):
        return one if condition else other
    return one if one is other else z3.If(condition, one, other)


def counted(formulas: Iterable[Formula]) -> Whole:
    """Return how many hold."""
    total: Whole = 0
    for formula in formulas:
        total = total + (int(formula) if isinstance(formula, bool) else z3.If(formula, 1, 0))
    return total


def at_least(count: int, formulas: Iterable[Formula]) -> Formula:
    """Return whether ``count`` or more hold."""
    listed = list(formulas)
    certain = sum(formula is True for formula in listed)
    open_ = [formula for formula in listed if not isinstance(formula, bool)]
    if certain >= count:
        return True
    return z3.AtLeast(*open_, count - certain) if certain + len(open_) >= count else False


def numbered(known: Formula, value: Whole, never: Formula) -> Number:
    """Return a number whose value is NEVER where it is 未发生."""
    return Number(known, chosen(never, NEVER, value), never)


def divided(top: Whole, bottom: Whole, rounding: str) -> Whole:
    """Return ``top / bottom`` as an integer: halves away from zero, towards zero (down) or away from it (up). ``bottom`` is not 0."""
    if isinstance(bottom, int) and bottom == 1:
        return top
    if isinstance(bottom, int) and bottom > 0:
        return chosen(top >= 0, _quotient(top, bottom, rounding), -_quotient(-top, bottom, rounding))
    same = (top >= 0) == (bottom > 0)
    size = _quotient(_size(top), _size(bottom), rounding)
    return chosen(same, size, -size)


def _quotient(top: Whole, bottom: Whole, rounding: str) -> Whole:
    """Return the same for a ``top`` of at least 0 and a positive ``bottom``."""
    match rounding:
        case "up":
            return floored(top + bottom - 1, bottom)
        case "half-up":
            return floored(2 * top + bottom, 2 * bottom)
        case _:
            return floored(top, bottom)


def _size(whole: Whole) -> Whole:
    return abs(whole) if isinstance(whole, int) else z3.If(whole >= 0, whole, -whole)


def floored(top: Whole, bottom: Whole) -> Whole:
    """Return the quotient rounded down, also of a negative ``top``; ``bottom`` is positive."""
    # z3 rounds a quotient of whole numbers down when the divisor is positive.
    return top // bottom if isinstance(top, int) and isinstance(bottom, int) else top / bottom
