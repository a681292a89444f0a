"""Writes what a 性质 says in the one canonical form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from relapse_rules.syntax.declarations import Property, PropertyKind
from relapse_rules.syntax.format_expressions import expression, listed, name, path, text
from relapse_rules.syntax.tree import Expression, Path

_COLUMN = 2
"""Where the lines below 性质 start."""


def property_lines(node: Property) -> Iterator[str]:
    """Write the lines below 性质."""
    if node.entity is not None:
        yield f"对象 {name(node.entity)}"
    yield _claim(node)


def operand(node: Expression) -> str:
    """Write one of the conditions that a claim lists: anything but a name stands in brackets."""
    return path(node) if isinstance(node, Path) else f"({expression(node, _COLUMN)})"


def _claim(node: Property) -> str:
    subjects = listed(map(operand, node.subjects))
    fields = listed(map(path, node.fields))
    match node.kind:
        case PropertyKind.IMPLIES:
            left, right = node.subjects[0], node.subjects[1]
            return f"{expression(left, _COLUMN, last=False)} 蕴含 {expression(right, _COLUMN)}"
        case PropertyKind.NEVER_BOTH:
            return f"从不同时 {subjects}"
        case PropertyKind.AT_LEAST_ONE:
            when = "" if node.condition is None else f" 当 {expression(node.condition, _COLUMN)}"
            return f"至少一项 {subjects}{when}"
        case PropertyKind.NOT_INCREASING | PropertyKind.NOT_DECREASING:
            return f"{subjects} 随 {fields} {node.kind.value}"
        case PropertyKind.UNCHANGED:
            return f"{subjects} 不随 {fields} 改变"
        case PropertyKind.HAS_OWNER | PropertyKind.HAS_LIMIT:
            assert node.listed is not None, "it speaks of what a decision lists"
            what = "责任单位" if node.kind is PropertyKind.HAS_OWNER else "时限"
            return f"每个 {node.listed.value} 有 {what}"
        case PropertyKind.NOT_STRICTER:
            return f"{subjects} 不严于 {'上级' if node.other is None else f'政策 {text(node.other)}'}"
        case _:
            assert_never(node.kind)
