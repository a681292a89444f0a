"""Numbers: literals in the type that is wanted, arithmetic with units, and the built-in functions.

A product or quotient works in steps (分, ten-thousandths): ``_SCALE`` steps make one. 日期 and 时间 take part in addition and
subtraction only. A product with a percentage keeps its exact value as a fraction beside the rounded one, for comparisons.
"""

from __future__ import annotations

from math import gcd
from typing import assert_never

from relapse_rules.check.operands import (
    Amount,
    Answer,
    Counted,
    ListedNames,
    Literal,
    Operand,
    Quoted,
    Recorded,
    Scope,
    TakenReading,
    describe,
)
from relapse_rules.check.reach import lift_number
from relapse_rules.check.typed import (
    AgeOf,
    Apart,
    Calculated,
    Calculation,
    CountOf,
    DateOf,
    NumberConstant,
    Quantity,
    RoundingMode,
)
from relapse_rules.check.typer import Typer
from relapse_rules.check.wording import kind_text, number_problem, offer
from relapse_rules.diagnostics.codes_types import (
    KIND_MISMATCH,
    NOT_A_VALUE,
    RATIO_NOT_COMPARED,
    UNIT_MISMATCH,
    UNKNOWN_MEASURE_UNIT,
)
from relapse_rules.source import Span
from relapse_rules.syntax import tree
from relapse_rules.values.literals import Problem, count_value, moment_value, number_type, number_value
from relapse_rules.values.types import NUMERIC, SCALE, SECONDS_PER_DAY, Kind, Type
from relapse_rules.values.units import SYMBOLS, Unit, duration_class, unit_of

INTEGER = Type(kind=Kind.INTEGER)
YEARS_OLD = Type(kind=Kind.INTEGER, unit="岁")
SECONDS = Type(kind=Kind.DURATION, unit="秒")
MONTHS = Type(kind=Kind.DURATION, unit="月")
_DAY = Type(kind=Kind.DURATION, unit="天")

_ROUNDING = {
    tree.Rounding.HALF_UP: RoundingMode.HALF_UP,
    tree.Rounding.DOWN: RoundingMode.DOWN,
    tree.Rounding.UP: RoundingMode.UP,
}
_ORDINAL = frozenset({Kind.DATE, Kind.TIME, Kind.YEAR_MONTH})


# --- an operand as a number -----------------------------------------------------------------------


def as_amount(typer: Typer, operand: Operand, scope: Scope, wanted: Type | None) -> Amount | None:
    """Return ``operand`` as a number; a literal takes the type ``wanted`` where it has one."""
    match operand:
        case Amount():
            return operand
        case Literal():
            return _literal(typer, operand.node, scope, wanted)
        case Counted():
            return counted(operand)
        case Answer():
            typer.found.append(
                NOT_A_VALUE.at(
                    operand.span, "此处要的是数或日期，写的是条件", help="换成值；本意是条件的，用“定义”"
                )
            )
        case Recorded() | ListedNames() | TakenReading() | Quoted():
            typer.found.append(
                KIND_MISMATCH.at(
                    operand.span,
                    f"此处要的是数或日期，写的是{describe(operand)}",
                    help="换成数、金额、时长、日期或时间",
                )
            )
        case _:
            assert_never(operand)
    return None


def counted(operand: Counted) -> Amount:
    """Return an exact count, where it is not compared with a number."""
    count = CountOf(
        domain=operand.relation.parent,
        span=operand.span,
        relation=operand.relation,
        condition=operand.condition,
    )
    return Amount(quantity=lift_number(count, operand.way), type=INTEGER, span=operand.span)


def plain(typer: Typer, amount: Amount) -> Quantity | None:
    """Return the number itself; a 比例 that does not say how it rounds has none, and is reported."""
    if amount.quantity is None:
        typer.found.append(
            RATIO_NOT_COMPARED.at(
                amount.span,
                "没有写怎样取整的除法是比例，只能拿去比较",
                help="在除法后面写“四舍五入”“向下取整”或“向上取整”",
            )
        )
    return amount.quantity


def constant(scope: Scope, value: int, span: Span) -> NumberConstant:
    """Return a literal in the lanes of ``scope``."""
    return NumberConstant(domain=scope.domain, span=span, value=value)


def _literal(
    typer: Typer, node: tree.Number | tree.Moment, scope: Scope, wanted: Type | None
) -> Amount | None:
    if isinstance(node, tree.Moment):
        instant = moment_value(node.text)
        if instant is None:
            typer.found.append(
                NOT_A_VALUE.at(node.span, f"没有“{node.text}”这个日期或时间", help="检查月、日、时、分")
            )
            return None
        return Amount(
            quantity=constant(scope, instant.value, node.span), type=Type(kind=instant.kind), span=node.span
        )
    own = number_type(node.digits, node.unit)
    if own is None:
        typer.found.append(
            UNKNOWN_MEASURE_UNIT.at(
                node.span,
                f"“{node.unit}”不是已知的计量单位",
                help=offer(node.unit, SYMBOLS, "" if wanted is None else f"单位写成“{wanted.unit}”"),
            )
        )
        return None
    type_ = own if wanted is None or _other_calendar(own, wanted) else wanted
    value = number_value(node.digits, node.unit, type_)
    if isinstance(value, Problem):
        if wanted is not None and _other_kind(node, own, wanted):
            value = Problem.NOT_A_NUMBER
        typer.found.append(number_problem(value, node, type_))
        return None
    return Amount(quantity=constant(scope, value, node.span), type=type_, span=node.span)


def _other_calendar(own: Type, wanted: Type) -> bool:
    """Return whether both are lengths of time that do not convert (days and months); the comparison says so better."""
    both = own.kind is Kind.DURATION and wanted.kind is Kind.DURATION
    return both and duration_class(own.unit) != duration_class(wanted.unit)


def _other_kind(node: tree.Number, own: Type, wanted: Type) -> bool:
    """Return whether a literal is another sort of thing, not the same sort in another unit."""
    plain_kinds = {Kind.INTEGER, Kind.DECIMAL}
    if not node.unit and wanted.kind not in _ORDINAL:
        return False
    return own.kind is not wanted.kind and not (own.kind in plain_kinds and wanted.kind in plain_kinds)


def count_limit(typer: Typer, node: tree.Number, scope: Scope) -> Amount | None:
    """Return the number that a count is compared with, which may be written with a counting word."""
    value = count_value(node.digits, node.unit)
    if isinstance(value, Problem):
        typer.found.append(number_problem(value, node, INTEGER))
        return None
    return Amount(quantity=constant(scope, value, node.span), type=INTEGER, span=node.span)


# --- arithmetic -----------------------------------------------------------------------------------


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


def aligned(
    left: Quantity, left_type: Type, right: Quantity, right_type: Type, scope: Scope
) -> tuple[Quantity, Quantity, Type] | None:
    """Return two numbers in the same steps and their type, None when they are not alike."""
    if left_type.kind is right_type.kind:
        if left_type.kind is Kind.DURATION:
            alike = duration_class(left_type.unit) == duration_class(right_type.unit)
        else:
            alike = left_type.unit == right_type.unit
        return (left, right, left_type) if alike else None
    kinds = {left_type.kind, right_type.kind}
    if left_type.unit != right_type.unit or not kinds <= {Kind.INTEGER, Kind.DECIMAL, Kind.RATIO}:
        return None
    finer = left_type if left_type.kind is not Kind.INTEGER else right_type
    return _finer(left, left_type, scope), _finer(right, right_type, scope), finer


def _finer(number: Quantity, type_: Type, scope: Scope) -> Quantity:
    """Return a whole number in ten-thousandths; what is counted in them already stays."""
    if type_.kind is not Kind.INTEGER:
        return number
    scale = SCALE[Kind.DECIMAL]
    if isinstance(number, NumberConstant):
        return constant(scope, number.value * scale, number.span)
    return Calculated(
        domain=scope.domain,
        span=number.span,
        operation=Calculation.MULTIPLY,
        left=number,
        right=constant(scope, scale, number.span),
    )


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


# --- functions ------------------------------------------------------------------------------------


def call(typer: Typer, node: tree.Call, scope: Scope) -> Amount | None:
    """Return what a built-in function gives."""
    match node.function:
        case tree.Function.AGE:
            birth = _argument(typer, node.arguments[0], scope, Kind.DATE, "年龄")
            if birth is None:
                return None
            return Amount(
                quantity=AgeOf(domain=scope.domain, span=node.span, birth=birth),
                type=YEARS_OLD,
                span=node.span,
            )
        case tree.Function.DATE:
            time = _argument(typer, node.arguments[0], scope, Kind.TIME, "日期")
            if time is None:
                return None
            return Amount(
                quantity=DateOf(domain=scope.domain, span=node.span, time=time),
                type=Type(kind=Kind.DATE),
                span=node.span,
            )
        case tree.Function.APART:
            return _apart(typer, node, scope)
        case _:
            assert_never(node.function)


def _argument(
    typer: Typer, expression: tree.Expression, scope: Scope, kind: Kind, function: str
) -> Quantity | None:
    amount = typer.amount(expression, scope)
    if amount is None:
        return None
    if amount.type.kind is not kind:
        typer.found.append(
            KIND_MISMATCH.at(
                expression.span,
                f"{function}(…)要的是{kind}，写的是{kind_text(amount.type)}",
                help=f"换成一个{kind}",
            )
        )
        return None
    return plain(typer, amount)


def _apart(typer: Typer, node: tree.Call, scope: Scope) -> Amount | None:
    left = typer.amount(node.arguments[0], scope)
    right = typer.amount(node.arguments[1], scope)
    if left is None or right is None:
        return None
    if left.type.kind is not right.type.kind or left.type.kind not in {Kind.DATE, Kind.TIME}:
        typer.found.append(
            KIND_MISMATCH.at(
                node.span,
                f"相隔(…)要两个日期或两个时间，写的是{kind_text(left.type)}与{kind_text(right.type)}",
                help="时间用“日期(…)”变成日期",
            )
        )
        return None
    first, second = plain(typer, left), plain(typer, right)
    if first is None or second is None:
        return None
    step = SECONDS_PER_DAY if left.type.kind is Kind.DATE else 1
    apart = Apart(domain=scope.domain, span=node.span, left=first, right=second, step=step)
    return Amount(quantity=apart, type=SECONDS, span=node.span)


def is_numeric(type_: Type) -> bool:
    """Return whether values of ``type_`` are integers."""
    return type_.kind in NUMERIC
