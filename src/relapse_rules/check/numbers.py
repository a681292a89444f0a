"""Numbers: an operand as a number, literals in the type that is wanted, and two numbers in the same steps."""

from __future__ import annotations

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
    Calculated,
    Calculation,
    CountOf,
    NumberConstant,
    Quantity,
)
from relapse_rules.check.typer import Typer
from relapse_rules.check.wording import number_problem, offer
from relapse_rules.diagnostics.codes_types import (
    KIND_MISMATCH,
    NOT_A_VALUE,
    RATIO_NOT_COMPARED,
    UNKNOWN_MEASURE_UNIT,
)
from relapse_rules.source import Span
from relapse_rules.syntax import tree
from relapse_rules.values.literals import Problem, count_value, moment_value, number_type, number_value
from relapse_rules.values.types import SCALE, Kind, Type
from relapse_rules.values.units import SYMBOLS, duration_class

INTEGER = Type(kind=Kind.INTEGER)
YEARS_OLD = Type(kind=Kind.INTEGER, unit="岁")
SECONDS = Type(kind=Kind.DURATION, unit="秒")
MONTHS = Type(kind=Kind.DURATION, unit="月")
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
        typer.found.append(number_problem(value, node, type_))
        return None
    return Amount(quantity=constant(scope, value, node.span), type=type_, span=node.span)


def _other_calendar(own: Type, wanted: Type) -> bool:
    """Return whether both are lengths of time that do not convert (days and months); the comparison says so better."""
    both = own.kind is Kind.DURATION and wanted.kind is Kind.DURATION
    return both and duration_class(own.unit) != duration_class(wanted.unit)


def count_limit(typer: Typer, node: tree.Number, scope: Scope) -> Amount | None:
    """Return the number that a count is compared with, which may be written with a counting word."""
    value = count_value(node.digits, node.unit)
    if isinstance(value, Problem):
        typer.found.append(number_problem(value, node, INTEGER))
        return None
    return Amount(quantity=constant(scope, value, node.span), type=INTEGER, span=node.span)


# --- two numbers ----------------------------------------------------------------------------------


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
