"""The built-in functions: 年龄, 日期, 相隔."""

from __future__ import annotations

from typing import assert_never

from relapse_rules.check.numbers import SECONDS, YEARS_OLD, plain
from relapse_rules.check.operands import Amount, Scope
from relapse_rules.check.typed import AgeOf, Apart, DateOf, Quantity
from relapse_rules.check.typer import Typer
from relapse_rules.check.wording import kind_text
from relapse_rules.diagnostics.codes_types import KIND_MISMATCH
from relapse_rules.syntax import tree
from relapse_rules.values.types import SECONDS_PER_DAY, Kind, Type


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
