"""The parts of a typed expression, in one fixed order: the positions that a path into an expression counts.

A path is a tuple of positions: ``()`` is the expression itself, ``(1, 0)`` the first child of its second child. Lowering
records the node that it makes for each path of each declaration, and the conformance tests compare the engines there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from relapse_rules.check.typed import (
    AgeOf,
    Aggregated,
    AllOf,
    AnyOf,
    Apart,
    AtLeast,
    Calculated,
    Condition,
    Constant,
    CountCompare,
    CountOf,
    DateOf,
    FieldTest,
    Lifted,
    LiftedNumber,
    Named,
    NamedNumber,
    Negation,
    NumberCompare,
    NumberConstant,
    NumberField,
    NumberParameter,
    Quantified,
    Quantity,
    RatioCompare,
    ReadingIs,
)

Expression = Condition | Quantity
Path = tuple[int, ...]


def children(node: Expression) -> tuple[Expression, ...]:
    """Return the expressions that ``node`` is made of, in the order of its fields; ``operands`` in their own order.

    What has no part of its own has none: literals, fields, parameters, readings, and names, whose meaning is the other
    declaration's. The condition of an `Aggregated` counts only when there is one.
    """
    match node:
        case AllOf() | AnyOf() | AtLeast():
            return node.operands
        case Negation() | Lifted() | LiftedNumber():
            return (node.operand,)
        case NumberCompare() | Calculated() | Apart():
            return (node.left, node.right)
        case RatioCompare():
            return (node.left_top, node.left_bottom, node.right_top, node.right_bottom)
        case CountCompare():
            return (node.condition, node.limit)
        case Quantified() | CountOf():
            return (node.condition,)
        case Aggregated():
            return (node.value,) if node.condition is None else (node.value, node.condition)
        case AgeOf():
            return (node.birth,)
        case DateOf():
            return (node.time,)
        case (
            Constant()
            | FieldTest()
            | ReadingIs()
            | Named()
            | NumberConstant()
            | NumberField()
            | NumberParameter()
            | NamedNumber()
        ):
            return ()
        case _:
            assert_never(node)


def walk(node: Expression, path: Path = ()) -> Iterator[tuple[Path, Expression]]:
    """Yield ``node`` and everything within it with its path, parents before their parts."""
    yield path, node
    for position, child in enumerate(children(node)):
        yield from walk(child, (*path, position))
