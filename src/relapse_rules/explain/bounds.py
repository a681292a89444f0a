"""How far a number of a case can move over a span of time, and whether a comparison has one answer throughout.

Bounds may be too wide, never too narrow: what is said to be settled is. Over a single second everything is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, assert_never

from relapse_rules.check.typed import Aggregation, Calculation, RoundingMode
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.reference.numbers import age, apart, calculate, date_of
from relapse_rules.values.truth import Comparison
from relapse_rules.values.types import NEVER

Bounds = tuple[int, int] | None
"""The least and the greatest that a number can be over a span, both included; None: it is unknown throughout."""

_UNKNOWN: Final = (NEVER, NEVER)


class UnsettledError(Exception):
    """A number or a comparison may change within the span."""


class Span:
    """The numbers of a case from one moment (that of ``case`` and ``rails``) to another, as bounds."""

    def __init__(self, program: Program, case: Case, rails: Rails, found: frozenset[int], end: int) -> None:
        self._program = program
        self._case = case
        self._rails = rails
        self._moving = found
        self._end = end
        self._known: dict[tuple[int, int], Bounds] = {}

    def settle(self, question: int, lane: int) -> None:
        """Raise UnsettledError unless the comparison has one answer over the whole span."""
        node = self._program.nodes[question]
        match node:
            case nodes.Compare(operator=operator, left=left, right=right):
                _require(operator, self.number(left, lane), self.number(right, lane))
            case nodes.CompareRatio():
                self._settle_ratio(node, lane)
            case nodes.CompareCount(limit=limit):
                _require(Comparison.EQUAL, self.number(limit, lane), self.number(limit, lane))
            case _:
                message = f"not a comparison: {node}"
                raise AssertionError(message)

    def number(self, position: int, lane: int) -> Bounds:
        """Return the bounds of a number."""
        key = position, lane
        if key not in self._known:
            self._known[key] = self._moved(position, lane) if position in self._moving else self._held(*key)
        return self._known[key]

    def _held(self, position: int, lane: int) -> Bounds:
        value = self._rails.number(position, lane)
        return None if value is None else (value, value)

    def _moved(self, position: int, lane: int) -> Bounds:
        node = self._program.nodes[position]
        match node:
            case nodes.FieldNumber():
                return self._case.as_of, self._end
            case nodes.Age(birth=birth):
                return self._age(self.number(birth, lane))
            case nodes.DateOf(time=time):
                moments = self.number(time, lane)
                return None if moments is None else _hull(date_of(moment) for moment in moments)
            case nodes.Calculate():
                return _calculated(node, self.number(node.left, lane), self.number(node.right, lane))
            case nodes.Apart(left=left, right=right, step=step):
                return _apart(self.number(left, lane), self.number(right, lane), step)
            case nodes.LiftNumber(relation=relation, operand=operand):
                parent = self._case.links[relation][lane]
                return None if parent is None else self.number(operand, parent)
            case nodes.MergeNumber(rule=rule, supplied=supplied):
                return _merged(self.number(rule, lane), self.number(supplied, lane))
            case nodes.Aggregate():
                return self._aggregated(position, node, lane)
            case _:
                # A count: its conditions are settled, and so is it.
                return self._held(position, lane)

    def _age(self, births: Bounds) -> Bounds:
        if births is None:
            return None
        return _hull((age(births[1], self._case.as_of), age(births[0], self._end)))

    def _aggregated(self, position: int, node: nodes.Aggregate, lane: int) -> Bounds:
        chosen = [
            self.number(node.value, child)
            for child, parent in enumerate(self._case.links[node.relation])
            if parent == lane and (node.condition is None or self._rails.truth(node.condition, child))
        ]
        # Which are chosen and which of them are known does not change over the span, nor so does whether the result is known.
        if self._rails.number(position, lane) is None:
            return None
        known = [bounds for bounds in chosen if bounds is not None]
        least, greatest = [low for low, _ in known], [high for _, high in known]
        kind = Aggregation(node.kind)
        match kind:
            case Aggregation.SUM:
                return _hull((sum(least), sum(greatest)))
            case Aggregation.MAXIMUM:
                return _hull((max(least), max(greatest)))
            case Aggregation.MINIMUM:
                return _hull((min(least), min(greatest)))
            case _:
                assert_never(kind)

    def _settle_ratio(self, node: nodes.CompareRatio, lane: int) -> None:
        parts = (node.left_top, node.left_bottom, node.right_top, node.right_bottom)
        left_top, left_bottom, right_top, right_bottom = (self.number(part, lane) for part in parts)
        if left_top is None or left_bottom is None or right_top is None or right_bottom is None:
            return
        if _UNKNOWN in (left_top, left_bottom, right_top, right_bottom):
            return
        negative = False
        for bottom in (left_bottom, right_bottom):
            if bottom == (0, 0):
                return
            if bottom[0] <= 0 <= bottom[1]:
                raise UnsettledError
            negative ^= bottom[0] < 0
        left, right = _product(left_top, right_bottom), _product(right_top, left_bottom)
        _require(node.operator, *((right, left) if negative else (left, right)))


def _require(operator: Comparison, left: Bounds, right: Bounds) -> None:
    """Raise UnsettledError unless all numbers within the bounds compare alike."""
    if left is None or right is None:
        return
    below, above = left[1] < right[0], left[0] > right[1]
    match operator:
        case Comparison.LESS | Comparison.AT_LEAST:
            settled = below or left[0] >= right[1]
        case Comparison.MORE | Comparison.AT_MOST:
            settled = above or left[1] <= right[0]
        case Comparison.EQUAL | Comparison.UNEQUAL:
            settled = below or above or left[0] == left[1] == right[0] == right[1]
        case _:
            assert_never(operator)
    if not settled:
        raise UnsettledError


def _hull(values: Iterable[int | None]) -> Bounds:
    """Return the bounds of values between which a function runs; that it is known at one end only is unsettled."""
    ends = tuple(values)
    known = [value for value in ends if value is not None]
    if not known:
        return None
    low, high = min(known), max(known)
    if len(known) < len(ends) or low < NEVER < high:
        raise UnsettledError
    return low, high


def _product(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    products = [left * right for left in one for right in other]
    return min(products), max(products)


def _calculated(node: nodes.Calculate, left: Bounds, right: Bounds) -> Bounds:
    """Return the bounds of a calculation, which is monotone in each side while no divisor passes zero."""
    if left is None or right is None:
        return None
    operation, rounding = Calculation(node.operation), RoundingMode(node.rounding)
    if operation is Calculation.DIVIDE and right[0] <= 0 <= right[1] and right != (0, 0):
        raise UnsettledError
    return _hull(
        tuple(calculate(operation, one, other, rounding, node.scale) for one in left for other in right)
    )


def _apart(left: Bounds, right: Bounds, step: int) -> Bounds:
    if left is None or right is None:
        return None
    hull = _hull(tuple(apart(one, other, step) for one in left for other in right))
    meet = left[0] <= right[1] and right[0] <= left[1]
    return (0, hull[1]) if hull is not None and meet else hull


def _merged(rule: Bounds, supplied: Bounds) -> Bounds:
    """Return what a derived number can be: two that are known and differ make it unknown."""
    if rule is None or supplied is None:
        return supplied if rule is None else rule
    _require(Comparison.EQUAL, rule, supplied)
    return rule if rule == supplied else None
