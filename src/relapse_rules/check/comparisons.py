"""Comparisons of numbers, dates and counts. A 比例 is compared by cross-multiplying, a count by its bounds."""

from __future__ import annotations

from typing import Final

from relapse_rules.check.calendar import month_against_date
from relapse_rules.check.numbers import aligned, as_amount, constant, count_limit, counted, plain
from relapse_rules.check.operands import Amount, Counted, Literal, Operand, Scope
from relapse_rules.check.reach import lift
from relapse_rules.check.typed import (
    Condition,
    CountCompare,
    NumberCompare,
    Quantity,
    RatioCompare,
)
from relapse_rules.check.typer import Typer
from relapse_rules.check.wording import kind_text
from relapse_rules.diagnostics.codes_types import (
    CALENDAR_DURATION_COMPARED,
    KIND_MISMATCH,
    NOT_COMPARABLE,
    UNIT_MISMATCH,
)
from relapse_rules.source import Span
from relapse_rules.syntax import tree
from relapse_rules.values.truth import Comparison
from relapse_rules.values.types import Kind, Type

FLIPPED: Final = {
    Comparison.LESS: Comparison.MORE,
    Comparison.AT_MOST: Comparison.AT_LEAST,
    Comparison.MORE: Comparison.LESS,
    Comparison.AT_LEAST: Comparison.AT_MOST,
    Comparison.EQUAL: Comparison.EQUAL,
    Comparison.UNEQUAL: Comparison.UNEQUAL,
}
"""What each comparison is with its sides exchanged."""

EQUALITIES: Final = frozenset({Comparison.EQUAL, Comparison.UNEQUAL})
_TEMPORAL: Final = frozenset({Kind.DATE, Kind.TIME, Kind.YEAR_MONTH})
_TEMPORAL_WORDS: Final = frozenset({"早于", "晚于", "不早于", "不晚于"})


def compare_amounts(
    typer: Typer,
    node: tree.Compare | tree.Between,
    sides: tuple[Operand, Operand],
    operator: Comparison,
    scope: Scope,
) -> Condition | None:
    """Return the comparison of two operands of which neither is a name or a condition."""
    left, right = sides
    if isinstance(right, Counted) and not isinstance(left, Counted):
        left, right, operator = right, left, FLIPPED[operator]
    if isinstance(left, Counted):
        return _count(typer, node.span, left, right, operator, scope)
    if isinstance(left, Literal) and not isinstance(right, Literal):
        second = as_amount(typer, right, scope, None)
        first = None if second is None else as_amount(typer, left, scope, _wanted(left, second))
    else:
        first = as_amount(typer, left, scope, None)
        second = None if first is None else as_amount(typer, right, scope, _wanted(right, first))
    if first is None or second is None:
        return None
    if isinstance(node, tree.Compare) and not _word_fits(typer, node, first):
        return None
    return compare_typed(typer, node.span, (first, second), operator, scope)


def _wanted(literal: Operand, other: Amount) -> Type | None:
    """Return the type that a literal should take: that of the other side."""
    return other.type if isinstance(literal, Literal) else None


def _word_fits(typer: Typer, node: tree.Compare, left: Amount) -> bool:
    if node.word not in _TEMPORAL_WORDS or left.type.kind in _TEMPORAL:
        return True
    typer.found.append(
        NOT_COMPARABLE.at(
            node.left.span, f"{kind_text(left.type)}不能问早晚", help="数和金额用“低于”“不超过”“达到”等"
        )
    )
    return False


def _count(
    typer: Typer, span: Span, count: Counted, limit: Operand, operator: Comparison, scope: Scope
) -> Condition | None:
    """Return a count compared by bounds, where its limit is seen from the elements' parent; else compared exactly."""
    number: Amount | None
    if isinstance(limit, Literal) and isinstance(limit.node, tree.Number):
        number = count_limit(typer, limit.node, count.home)
    elif isinstance(limit, Counted) or count.home.domain != scope.domain:
        # The other side stands in the lanes of `scope`, not of the elements' parent: no bounds, but both are exact.
        other = as_amount(typer, limit, scope, None)
        return None if other is None else compare_typed(typer, span, (counted(count), other), operator, scope)
    else:
        number = as_amount(typer, limit, count.home, None)
    if number is None:
        return None
    if number.type.kind is not Kind.INTEGER or number.fraction is not None:
        typer.found.append(
            KIND_MISMATCH.at(
                number.span, f"个数只能与整数比较，写的是{kind_text(number.type)}", help="写成整数"
            )
        )
        return None
    quantity = plain(typer, number)
    if quantity is None:
        return None
    compared = CountCompare(
        domain=count.relation.parent,
        span=span,
        operator=operator,
        relation=count.relation,
        condition=count.condition,
        limit=quantity,
    )
    return lift(compared, count.way)


def compare_typed(
    typer: Typer, span: Span, sides: tuple[Amount, Amount], operator: Comparison, scope: Scope
) -> Condition | None:
    """Return the comparison of two numbers whose types are known; reported when they are not alike."""
    left, right = sides
    if {left.type.kind, right.type.kind} == {Kind.YEAR_MONTH, Kind.DATE} and operator not in EQUALITIES:
        return _month(typer, span, sides, operator, scope)
    if left.fraction is not None or right.fraction is not None:
        return _ratio(typer, span, sides, operator, scope)
    first, second = plain(typer, left), plain(typer, right)
    if first is None or second is None:
        return None
    numbers = aligned(first, left.type, second, right.type, scope)
    if numbers is None:
        _report(typer, left, right)
        return None
    return NumberCompare(domain=scope.domain, span=span, operator=operator, left=numbers[0], right=numbers[1])


def _month(
    typer: Typer, span: Span, sides: tuple[Amount, Amount], operator: Comparison, scope: Scope
) -> Condition | None:
    left, right = sides
    if left.type.kind is Kind.DATE:
        left, right, operator = right, left, FLIPPED[operator]
    month, date = plain(typer, left), plain(typer, right)
    return (
        None
        if month is None or date is None
        else month_against_date(operator, month, date, scope.domain, span)
    )


def _ratio(
    typer: Typer, span: Span, sides: tuple[Amount, Amount], operator: Comparison, scope: Scope
) -> Condition | None:
    left, right = sides
    (left_top, left_bottom), (right_top, right_bottom) = _parts(left, scope), _parts(right, scope)
    numbers = aligned(left_top, left.type, right_top, right.type, scope)
    if numbers is None:
        _report(typer, left, right)
        return None
    return RatioCompare(
        domain=scope.domain,
        span=span,
        operator=operator,
        left_top=numbers[0],
        left_bottom=left_bottom,
        right_top=numbers[1],
        right_bottom=right_bottom,
    )


def _parts(amount: Amount, scope: Scope) -> tuple[Quantity, Quantity]:
    if amount.fraction is not None:
        return amount.fraction
    assert amount.quantity is not None, "a number that is no fraction has a quantity"
    return amount.quantity, constant(scope, 1, amount.span)


def _report(typer: Typer, left: Amount, right: Amount) -> None:
    """Report two numbers that are not alike, at the second."""
    first, second = left.type, right.type
    place = right.span
    if {first.kind, second.kind} == {Kind.DATE, Kind.TIME}:
        cure = (
            "写成“日期(…)”，把时间变成日期"
            if second.kind is Kind.TIME
            else "把左边写成“日期(…)”，或给右边写上时刻"
        )
        finding = KIND_MISMATCH.at(place, f"{first.kind}不能与{second.kind}比较", help=cure)
    elif first.kind is second.kind is Kind.DURATION:
        finding = CALENDAR_DURATION_COMPARED.at(
            place, f"以{first.unit}计的时长不能与以{second.unit}计的比较", help="改用“天”“小时”或“分钟”"
        )
    elif first.kind is second.kind:
        finding = UNIT_MISMATCH.at(
            place,
            f"左边是{kind_text(first)}，右边是{kind_text(second)}",
            help="改用单位相符的事实，或写出换算，例如“× 12月/年”",
        )
    elif not {first.kind, second.kind} - {Kind.INTEGER, Kind.DECIMAL, Kind.RATIO}:
        finding = UNIT_MISMATCH.at(
            place, f"左边是{kind_text(first)}，右边是{kind_text(second)}", help="改用单位相符的事实"
        )
    else:
        finding = KIND_MISMATCH.at(
            place,
            f"{kind_text(first)}不能与{kind_text(second)}比较",
            help="检查是不是写错了字段，或写错了数后面的单位",
        )
    typer.found.append(finding)
