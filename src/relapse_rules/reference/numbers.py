"""Exact arithmetic on integers that may be unknown (None). 未发生 (NEVER) is unknown in arithmetic."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from relapse_rules.check.typed import Aggregation, Calculation, RoundingMode
from relapse_rules.reference.fields import shanghai_date
from relapse_rules.values.truth import Comparison, Truth, compare
from relapse_rules.values.types import NEVER

Number = int | None


def compare_numbers(operator: Comparison, left: Number, right: Number) -> Truth:
    """Compare two numbers; unknown when either is. NEVER is later than every moment, and equal to itself."""
    return None if left is None or right is None else compare(operator, left, right)


def compare_ratios(operator: Comparison, left: tuple[Number, Number], right: tuple[Number, Number]) -> Truth:
    """Compare two (top, bottom) quotients without dividing."""
    left_top, left_bottom = map(_computable, left)
    right_top, right_bottom = map(_computable, right)
    if left_top is None or left_bottom is None or right_top is None or right_bottom is None:
        return None
    if left_bottom == 0 or right_bottom == 0:
        return None
    sign = 1 if (left_bottom > 0) == (right_bottom > 0) else -1
    return compare(operator, sign * left_top * right_bottom, sign * right_top * left_bottom)


def calculate(operation: Calculation, left: Number, right: Number, mode: RoundingMode, scale: int) -> Number:
    """Return the sum, difference, product or quotient of two numbers."""
    left, right = _computable(left), _computable(right)
    if left is None or right is None:
        return None
    match operation:
        case Calculation.ADD:
            return left + right
        case Calculation.SUBTRACT:
            return left - right
        case Calculation.MULTIPLY:
            return rounded(left * right, scale, mode)
        case Calculation.DIVIDE:
            return None if right == 0 else rounded(left * scale, right, mode)
        case _:
            assert_never(operation)


def rounded(top: int, bottom: int, mode: RoundingMode) -> int:
    """Return ``top / bottom`` as an integer; halves, DOWN and UP go by the size without its sign. ``bottom`` is not 0."""
    sign = 1 if (top < 0) == (bottom < 0) else -1
    whole, rest = divmod(abs(top), abs(bottom))
    match mode:
        case RoundingMode.DOWN:
            size = whole
        case RoundingMode.UP:
            size = whole + (rest > 0)
        case RoundingMode.HALF_UP:
            size = whole + (2 * rest >= abs(bottom))
        case RoundingMode.EXACT:
            assert rest == 0, "only a rounding mode can take a quotient"
            size = whole
        case _:
            assert_never(mode)
    return sign * size


def age(birth: Number, as_of: int) -> Number:
    """Return whole years from the date ``birth`` to 判定时点; who is born on 29 February has the birthday on 1 March otherwise."""
    born_on = _computable(birth)
    if born_on is None:
        return None
    born, today = date.fromordinal(born_on), date.fromordinal(shanghai_date(as_of))
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def date_of(time: Number) -> Number:
    """Return the calendar date of a time; 未发生 stays 未发生."""
    return time if time is None or time == NEVER else shanghai_date(time)


def apart(left: Number, right: Number, step: int) -> Number:
    """Return the distance of two moments in seconds; each of their steps is ``step`` seconds."""
    left, right = _computable(left), _computable(right)
    return None if left is None or right is None else abs(left - right) * step


def aggregate(kind: Aggregation, values: tuple[Number, ...]) -> Number:
    """Return the sum, greatest or least of ``values``; unknown when one is, or when there is no greatest or least."""
    known = tuple(value for value in values if value is not None)
    if len(known) < len(values):
        return None
    match kind:
        case Aggregation.SUM:
            return None if NEVER in known else sum(known)
        case Aggregation.MAXIMUM:
            return max(known, default=None)
        case Aggregation.MINIMUM:
            return min(known, default=None)
        case _:
            assert_never(kind)


def _computable(number: Number) -> Number:
    return None if number == NEVER else number
