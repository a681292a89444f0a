"""Arithmetic with units: what sums, products and quotients come out as, exactly.

A product or quotient works in steps (分, ten-thousandths). 日期 and 时间 take part in addition and subtraction only. A product
with a percentage keeps its exact value as a fraction beside the rounded one, for comparisons.
"""

from __future__ import annotations

from math import gcd
from typing import assert_never

from relapse_rules.check.numbers import MONTHS, SECONDS, aligned, as_amount, constant, plain
from relapse_rules.check.operands import Amount, Literal, Operand, Scope
from relapse_rules.check.typed import Calculated, Calculation, Quantity, RoundingMode
from relapse_rules.check.typer import Typer
from relapse_rules.check.wording import kind_text
from relapse_rules.diagnostics.codes_types import KIND_MISMATCH, UNIT_MISMATCH
from relapse_rules.syntax import tree
from relapse_rules.values.types import SCALE, SECONDS_PER_DAY, Kind, Type
from relapse_rules.values.units import Unit, duration_class, unit_of

_DAY = Type(kind=Kind.DURATION, unit="天")

_ROUNDING = {
    tree.Rounding.HALF_UP: RoundingMode.HALF_UP,
    tree.Rounding.DOWN: RoundingMode.DOWN,
    tree.Rounding.UP: RoundingMode.UP,
}
_ORDINAL = frozenset({Kind.DATE, Kind.TIME, Kind.YEAR_MONTH})


def arithmetic(typer: Typer, node: tree.Arithmetic, scope: Scope) -> Amount | None:
    """Return ``left operator right`` with the type that its units give it."""
    left_operand = typer.operand(node.left, scope)
    right_operand = typer.operand(node.right, scope)
    if left_operand is None or right_operand is None:
        return None
    additive = node.operator in {tree.Operator.ADD, tree.Operator.SUBTRACT}
    left, right = _both(typer, left_operand, right_operand, scope, alike=additive)
    if left is None or right is None:
        return None
    left_number, right_number = plain(typer, left), plain(typer, right)
    if left_number is None or right_number is None:
        return None
    sides = _Sides(typer, node, scope, (left, left_number), (right, right_number))
    match node.operator:
        case tree.Operator.ADD | tree.Operator.SUBTRACT:
            return sides.sum()
        case tree.Operator.MULTIPLY:
            return sides.product()
        case tree.Operator.DIVIDE:
            return sides.quotient()
        case _:
            assert_never(node.operator)


def _both(
    typer: Typer, left: Operand, right: Operand, scope: Scope, *, alike: bool
) -> tuple[Amount | None, Amount | None]:
    """Return both sides; a literal in a sum takes the other's type, unless that is a date (to which a 时长 is added)."""
    if alike and isinstance(left, Literal) and not isinstance(right, Literal):
        second = as_amount(typer, right, scope, None)
        return as_amount(typer, left, scope, _wanted(second)), second
    first = as_amount(typer, left, scope, None)
    return first, as_amount(typer, right, scope, _wanted(first) if alike else None)


def _wanted(other: Amount | None) -> Type | None:
    return None if other is None or other.type.kind in _ORDINAL else other.type


class _Sides:
    """The two sides of an operation, typed, and how their steps combine."""

    def __init__(
        self,
        typer: Typer,
        node: tree.Arithmetic,
        scope: Scope,
        left: tuple[Amount, Quantity],
        right: tuple[Amount, Quantity],
    ) -> None:
        self.typer = typer
        self.node = node
        self.scope = scope
        self.left, self.left_number = left
        self.right, self.right_number = right

    def sum(self) -> Amount | None:
        """Return the sum or difference."""
        left, right = self.left.type, self.right.type
        operation = Calculation.ADD if self.node.operator is tree.Operator.ADD else Calculation.SUBTRACT
        if left.kind in _ORDINAL or right.kind in _ORDINAL:
            return self._moved(operation)
        numbers = aligned(self.left_number, left, self.right_number, right, self.scope)
        if numbers is None:
            self._mismatch("加减")
            return None
        first, second, type_ = numbers
        return self._amount(self._calculated(operation, first, second), type_)

    def _moved(self, operation: Calculation) -> Amount | None:
        """Return a date or time moved by a duration, or how far two of them are apart."""
        left, right = self.left.type, self.right.type
        if operation is Calculation.SUBTRACT and left.kind is right.kind:
            apart = self._calculated(operation, self.left_number, self.right_number)
            match left.kind:
                case Kind.DATE:
                    step = constant(self.scope, SECONDS_PER_DAY, self.node.span)
                    return self._amount(self._calculated(Calculation.MULTIPLY, apart, step), _DAY)
                case Kind.YEAR_MONTH:
                    return self._amount(apart, MONTHS)
                case _:
                    return self._amount(apart, SECONDS)
        first, second = (self.left, self.left_number), (self.right, self.right_number)
        if operation is Calculation.ADD and right.kind in _ORDINAL:
            first, second = second, first
        (moment, start), (length, many) = first, second
        classes = {Kind.DATE: "秒", Kind.TIME: "秒", Kind.YEAR_MONTH: "月"}
        fits = length.type.kind is Kind.DURATION and classes.get(moment.type.kind) == duration_class(
            length.type.unit
        )
        if not fits:
            self._mismatch("加减")
            return None
        if moment.type.kind is Kind.DATE:
            if length.type.unit not in {"天", "周"}:
                self._mismatch("加减")
                return None
            day = constant(self.scope, SECONDS_PER_DAY, self.node.span)
            many = self._calculated(Calculation.DIVIDE, many, day, RoundingMode.DOWN)
        return self._amount(self._calculated(operation, start, many), moment.type)

    def product(self) -> Amount | None:
        """Return the product; inexact in the steps of its type only with a percentage or a decimal."""
        type_ = self._combined(divide=False)
        if type_ is None:
            return None
        left, right = self.left.type, self.right.type
        scale = _scale(left) * _scale(right) // _scale(type_)
        rounding = (
            RoundingMode.EXACT if scale == 1 else _ROUNDING[self.node.rounding or tree.Rounding.HALF_UP]
        )
        rounded = self._calculated(Calculation.MULTIPLY, self.left_number, self.right_number, rounding, scale)
        fraction = None
        if scale != 1 and self.node.rounding is None:
            exact = self._calculated(Calculation.MULTIPLY, self.left_number, self.right_number)
            fraction = (exact, constant(self.scope, scale, self.node.span))
        return Amount(quantity=rounded, type=type_, span=self.node.span, fraction=fraction)

    def quotient(self) -> Amount | None:
        """Return the quotient: rounded as it says, or a fraction that may only be compared."""
        type_ = self._combined(divide=True)
        if type_ is None:
            return None
        left, right = _scale(self.left.type), _scale(self.right.type)
        if self.node.rounding is not None:
            scale = right * _scale(type_) // left
            number = self._calculated(
                Calculation.DIVIDE,
                self.left_number,
                self.right_number,
                _ROUNDING[self.node.rounding],
                scale,
            )
            return self._amount(number, type_)
        above, below = right * _scale(type_), left
        shared = gcd(above, below)
        fraction = (
            self._times(self.left_number, above // shared),
            self._times(self.right_number, below // shared),
        )
        return Amount(quantity=None, type=type_, span=self.node.span, fraction=fraction)

    def _combined(self, *, divide: bool) -> Type | None:
        """Return the type of a product or quotient, None (and a finding) when there is none such."""
        left, right = self.left.type, self.right.type
        type_ = _duration_combined(left, right, divide=divide)
        if (
            type_ is None
            and Kind.DURATION not in {left.kind, right.kind}
            and not {left.kind, right.kind} & _ORDINAL
        ):
            above, below = unit_of(left.unit), unit_of(right.unit)
            type_ = _combined(left.kind, right.kind, above / below if divide else above * below, self.node)
        if type_ is None:
            self._mismatch("乘除")
        return type_

    def _mismatch(self, what: str) -> None:
        left, right = self.left.type, self.right.type
        if left.kind is right.kind and what == "加减":
            self.typer.found.append(
                UNIT_MISMATCH.at(
                    self.node.span,
                    f"{kind_text(left)}与{kind_text(right)}单位不同，不能加减",
                    help="先换算成同一个单位，例如“低保月标准 × 12月/年”",
                )
            )
            return
        self.typer.found.append(
            KIND_MISMATCH.at(
                self.node.span,
                f"{kind_text(left)}与{kind_text(right)}不能{what}",
                help="检查是不是写错了字段，或写错了数后面的单位",
            )
        )

    def _times(self, number: Quantity, factor: int) -> Quantity:
        if factor == 1:
            return number
        return self._calculated(Calculation.MULTIPLY, number, constant(self.scope, factor, self.node.span))

    def _calculated(
        self,
        operation: Calculation,
        left: Quantity,
        right: Quantity,
        rounding: RoundingMode = RoundingMode.EXACT,
        scale: int = 1,
    ) -> Calculated:
        return Calculated(
            domain=self.scope.domain,
            span=self.node.span,
            operation=operation,
            left=left,
            right=right,
            rounding=rounding,
            scale=scale,
        )

    def _amount(self, number: Quantity, type_: Type) -> Amount:
        return Amount(quantity=number, type=type_, span=self.node.span)


def _scale(type_: Type) -> int:
    """Return how many steps make one; a duration counts as its steps."""
    return SCALE.get(type_.kind, 1)


def _duration_combined(left: Type, right: Type, *, divide: bool) -> Type | None:
    """Return the type of a 时长 times or divided by a bare number, or of a 时长 divided by another."""
    bare = {Kind.INTEGER, Kind.DECIMAL, Kind.RATIO}
    if left.kind is Kind.DURATION and right.kind in bare and not right.unit:
        return left
    if not divide and right.kind is Kind.DURATION and left.kind in bare and not left.unit:
        return right
    both = left.kind is Kind.DURATION and right.kind is Kind.DURATION
    if divide and both and duration_class(left.unit) == duration_class(right.unit):
        return Type(kind=Kind.RATIO)
    return None


def _combined(left: Kind, right: Kind, unit: Unit, node: tree.Arithmetic) -> Type | None:
    """Return the type of a product or quotient of numbers and amounts, by the unit that it comes out in."""
    yuan = dict(unit.exponents).get("元", 0)
    if yuan == 1:
        return Type(kind=Kind.MONEY, unit=unit.text)
    if yuan > 1:
        return None
    whole = left is Kind.INTEGER and right is Kind.INTEGER
    divided = node.operator is tree.Operator.DIVIDE
    if whole and (not divided or node.rounding is not None):
        return Type(kind=Kind.INTEGER, unit=unit.text)
    if unit.is_bare and divided:
        return Type(kind=Kind.RATIO)
    both_ratio = left is Kind.RATIO and right is Kind.RATIO
    return Type(kind=Kind.RATIO if both_ratio else Kind.DECIMAL, unit=unit.text)
