"""Mistakes in a written expression: each way of writing it wrongly at one place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeVar, assert_never

from relapse_rules.analysis.mutation import words
from relapse_rules.analysis.mutation.kinds import Kind
from relapse_rules.source import Span
from relapse_rules.syntax.format_expressions import expression as written
from relapse_rules.syntax.tree import (
    Aggregate,
    Arithmetic,
    Between,
    Call,
    Compare,
    ConditionList,
    Expression,
    Happened,
    IfThen,
    Junction,
    ListKind,
    Membership,
    Moment,
    Name,
    Node,
    Not,
    Number,
    Operator,
    Path,
    Quantifier,
    Text,
    Truth,
)
from relapse_rules.syntax.words import COMPARISONS

AnyNode = TypeVar("AnyNode", bound=Node)

LEFT_OUT: Final = ""
"""How what is left out is written: not at all."""


_PARTS: Final[dict[type, tuple[tuple[str, bool], ...]]] = {
    Junction: (("operands", True),),
    ConditionList: (("items", True),),
    Not: (("operand", True),),
    IfThen: (("condition", True), ("consequence", True)),
    Quantifier: (("condition", True),),
    Aggregate: (("condition", True),),
    Compare: (("left", False), ("right", False)),
    Between: (("subject", False), ("low", False), ("high", False)),
    Happened: (("subject", False),),
    Arithmetic: (("left", False), ("right", False)),
    Call: (("arguments", False),),
}
"""The parts of each kind of expression, and whether they are conditions. The values after 属于 are no expressions."""


class Mistake(NamedTuple):
    """One mistake: where, what is written there and what instead (empty: nothing), and the whole expression with it."""

    kind: Kind
    span: Span
    before: str
    after: str
    made: Expression


def mistakes(node: Expression, *, condition: bool = True) -> Iterator[Mistake]:
    """Yield every mistake in ``node``, a ``condition`` or else a value, in the order of the text; mistakes of the whole come first."""
    yield from _own(node, condition=condition)
    yield from _within(node)


def text(node: Expression) -> str:
    """Return an expression on one line."""
    return " ".join(written(node, 0).split())


def replaced(node: AnyNode, name: str, value: object) -> AnyNode:
    """Return ``node`` with the field called ``name`` as ``value``."""
    changes: dict[str, Any] = {name: value}
    return replace(node, **changes)


def _within(node: Expression) -> Iterator[Mistake]:
    for name, condition in _PARTS.get(type(node), ()):
        value: Expression | tuple[Expression, ...] | None = getattr(node, name)
        if isinstance(value, tuple):
            for place, item in enumerate(value):
                for mistake in mistakes(item, condition=condition):
                    made = (*value[:place], mistake.made, *value[place + 1 :])
                    yield mistake._replace(made=replaced(node, name, made))
        elif value is not None:
            for mistake in mistakes(value, condition=condition):
                # To turn round what stands after 非 is to leave out the 非.
                if not (isinstance(node, Not) and (mistake.kind, mistake.span) == (Kind.NEGATED, value.span)):
                    yield mistake._replace(made=replaced(node, name, mistake.made))


def _own(node: Expression, *, condition: bool) -> Iterator[Mistake]:
    match node:
        case Junction():
            yield from _junction(node)
        case ConditionList():
            yield from _list(node)
        case Not(operand=operand):
            yield _instead(Kind.NEGATED, node, operand)
        case IfThen(consequence=consequence):
            yield _left_out(node.condition, consequence)
        case Quantifier():
            yield from _quantifier(node)
        case Compare():
            yield from _comparison(node)
        case Between():
            yield from _between(node)
        case Membership():
            yield from _membership(node)
        case Happened(negated=negated):
            yield _instead(Kind.NEGATED, node, replace(node, negated=not negated))
        case Path() if condition:
            yield _instead(Kind.NEGATED, node, Not(span=node.span, operand=node))
        case Aggregate() | Arithmetic() | Number() | Moment():
            yield from _value_mistakes(node)
        case Path() | Truth() | Text() | Call():
            pass
        case _:
            assert_never(node)


def _value_mistakes(node: Aggregate | Arithmetic | Number | Moment) -> Iterator[Mistake]:
    match node:
        case Aggregate():
            yield from _aggregate(node)
        case Arithmetic():
            yield from _arithmetic(node)
        case Number():
            yield from numbers(node)
        case Moment():
            yield from (_instead(Kind.DATE, node, each) for each in days(node))
        case _:
            assert_never(node)


def _quantifier(node: Quantifier) -> Iterator[Mistake]:
    if node.kind in words.QUANTIFIERS:
        yield _instead(Kind.QUANTIFIER, node, replace(node, kind=words.QUANTIFIERS[node.kind]))
    yield _instead(Kind.NEGATED, node, Not(span=node.span, operand=node))


def _instead(kind: Kind, before: Expression, after: Expression) -> Mistake:
    return Mistake(kind, before.span, text(before), text(after), after)


def _left_out(operand: Expression, rest: Expression) -> Mistake:
    return Mistake(Kind.DROPPED, operand.span, text(operand), LEFT_OUT, rest)


def _junction(node: Junction) -> Iterator[Mistake]:
    yield _instead(Kind.JUNCTION, node, replace(node, kind=words.LISTS[node.kind]))
    for place, operand in enumerate(node.operands):
        rest = (*node.operands[:place], *node.operands[place + 1 :])
        yield _left_out(operand, rest[0] if len(rest) == 1 else replace(node, operands=rest))


def _list(node: ConditionList) -> Iterator[Mistake]:
    if node.kind in words.LISTS:
        other = replace(node, kind=words.LISTS[node.kind])
        yield Mistake(Kind.JUNCTION, node.span, f"以下{node.kind}", f"以下{other.kind}", other)
    if node.kind is ListKind.AT_LEAST and node.count is not None:
        for count in (node.count - 1, node.count + 1):
            if 1 <= count <= len(node.items):
                made = replace(node, count=count)
                yield Mistake(
                    Kind.NUMBER, node.span, f"以下至少 {node.count} 项", f"以下至少 {count} 项", made
                )
    if len(node.items) > 1:
        for place, item in enumerate(node.items):
            yield _left_out(item, replace(node, items=(*node.items[:place], *node.items[place + 1 :])))


def _comparison(node: Compare) -> Iterator[Mistake]:
    for kind, table in ((Kind.INCLUSIVE, words.WITH_OR_WITHOUT), (Kind.NEGATED, words.OPPOSITE)):
        word = table.get(node.word)
        if word is not None:
            yield _instead(kind, node, replace(node, word=word, operator=COMPARISONS[word][1]))


def _between(node: Between) -> Iterator[Mistake]:
    for low, high in (("超过", "不超过"), ("达到", "不满")):
        yield _instead(
            Kind.INCLUSIVE,
            node,
            Junction(
                span=node.span,
                kind=ListKind.ALL,
                operands=(_compared(node, low, node.low), _compared(node, high, node.high)),
            ),
        )
    yield _instead(Kind.NEGATED, node, Not(span=node.span, operand=node))


def _compared(node: Between, word: str, limit: Expression) -> Compare:
    return Compare(span=node.span, operator=COMPARISONS[word][1], word=word, left=node.subject, right=limit)


def _membership(node: Membership) -> Iterator[Mistake]:
    if node.kind in words.MEMBERSHIP:
        yield _instead(Kind.NEGATED, node, replace(node, kind=words.MEMBERSHIP[node.kind]))
    else:
        yield _instead(Kind.JUNCTION, node, replace(node, kind=words.ANY_OR_ALL[node.kind]))
        yield _instead(Kind.NEGATED, node, Not(span=node.span, operand=node))
    yield from (
        Mistake(Kind.DROPPED, value.span, _value(value), LEFT_OUT, replace(node, values=rest))
        for value, rest in without_one(node.values)
    )


def without_one(
    values: tuple[Name | Truth, ...],
) -> Iterator[tuple[Name | Truth, tuple[Name | Truth, ...]]]:
    """Yield each of several values, and the others."""
    if len(values) > 1:
        for place, value in enumerate(values):
            yield value, (*values[:place], *values[place + 1 :])


def _value(value: Name | Truth) -> str:
    return value.text if isinstance(value, Name) else "是" if value.value else "否"


def _aggregate(node: Aggregate) -> Iterator[Mistake]:
    if node.kind in words.EXTREMES:
        yield _instead(Kind.QUANTIFIER, node, replace(node, kind=words.EXTREMES[node.kind]))
    if node.condition is not None:
        yield _left_out(node.condition, replace(node, condition=None))


def _arithmetic(node: Arithmetic) -> Iterator[Mistake]:
    if node.operator in {Operator.ADD, Operator.SUBTRACT}:
        yield _left_out(node.right, node.left)
    if node.operator is Operator.ADD:
        yield _left_out(node.left, node.right)
    if node.rounding is not None:
        yield _instead(Kind.ROUNDING, node, replace(node, rounding=words.ROUNDINGS[node.rounding]))


def numbers(node: Number) -> Iterator[Mistake]:
    """Yield the numbers that one may be mistaken for: one step in the last written digit, and in the next unit of measure."""
    yield from (_instead(Kind.NUMBER, node, each) for each in steps(node))
    yield from (_instead(Kind.UNIT, node, each) for each in other_units(node))


def steps(node: Number) -> Iterator[Number]:
    """Yield the numbers one step less and more in the last written digit; nothing below zero."""
    number = Decimal(node.digits)
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int), "a literal is finite"
    for other in (number - Decimal(1).scaleb(exponent), number + Decimal(1).scaleb(exponent)):
        if other >= 0:
            yield replace(node, digits=f"{other:f}")


def other_units(node: Number) -> Iterator[Number]:
    """Yield the number in the next unit of measure."""
    if node.unit in words.UNITS:
        yield replace(node, unit=words.UNITS[node.unit])


def days(node: Moment) -> Iterator[Moment]:
    """Yield the moments a day earlier and later."""
    day = date.fromisoformat(node.text[:10])
    for step in (-1, 1):
        yield replace(node, text=f"{day + timedelta(days=step)}{node.text[10:]}")
