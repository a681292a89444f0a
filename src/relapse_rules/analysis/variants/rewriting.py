"""Typed expressions with some part of them replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, cast

from relapse_rules.check.typed import TypedNode
from relapse_rules.check.typed_children import Expression, Path


def changed(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """Return ``expression`` with ``change`` made of every part of it, parts before what they are part of."""
    return change(_with_parts(expression, lambda _, part: changed(part, change)))


def changed_at(expression: Expression, path: Path, change: Callable[[Expression], Expression]) -> Expression:
    """Return ``expression`` with ``change`` made of what stands at ``path`` (`check.typed_children.walk`)."""
    if not path:
        return change(expression)
    return _with_parts(
        expression,
        lambda position, part: changed_at(part, path[1:], change) if position == path[0] else part,
    )


def _with_parts(node: Expression, made: Callable[[int, Expression], Expression]) -> Expression:
    """Return ``node`` with its parts, counted as `check.typed_children.children` does, replaced by what is made of them."""
    found: dict[str, Any] = {}
    position = 0
    for each in fields(node):
        value: object = getattr(node, each.name)
        if isinstance(value, TypedNode):
            found[each.name] = made(position, cast("Expression", value))
            position += 1
        elif isinstance(value, tuple):
            parts = cast("tuple[object, ...]", value)
            if parts and isinstance(parts[0], TypedNode):
                expressions = cast("tuple[Expression, ...]", parts)
                found[each.name] = tuple(
                    made(position + place, part) for place, part in enumerate(expressions)
                )
                position += len(parts)
    return replace(node, **found) if found else node
