"""Puts what a 性质 says into plain Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from relapse_rules.syntax.declarations import ListedKind, Property, PropertyKind
from relapse_rules.syntax.format_expressions import listed
from relapse_rules.syntax.plain_expressions import condition
from relapse_rules.syntax.plain_lists import condition_lines
from relapse_rules.syntax.plain_words import Line, name, path, quoted
from relapse_rules.syntax.tree import Expression, Path

_LISTED: Final = {
    ListedKind.MEASURE: "每一项帮扶措施",
    ListedKind.DUTY: "每一项单位职责",
    ListedKind.STEP: "办理程序的每一步",
}


def property_lines(node: Property) -> Iterator[Line]:
    """Say the claim; a condition that is more than a name has lines of its own."""
    if node.entity is not None:
        yield Line(1, f"对每一个{name(node.entity)}。")
    subjects = listed(map(_subject, node.subjects))
    fields = listed(map(path, node.fields))
    match node.kind:
        case PropertyKind.IMPLIES:
            yield from _implication(node.subjects[0], node.subjects[1])
        case PropertyKind.NEVER_BOTH:
            yield Line(1, f"{subjects}从不同时成立。")
        case PropertyKind.AT_LEAST_ONE:
            yield Line(1, f"{subjects}至少有一项成立。")
            if node.condition is not None:
                yield from condition_lines("只说这种情况：", node.condition, 1)
        case PropertyKind.NOT_INCREASING:
            yield Line(1, f"{subjects}不会因为{fields}变大而由不成立变为成立。")
        case PropertyKind.NOT_DECREASING:
            yield Line(1, f"{subjects}不会因为{fields}变大而由成立变为不成立。")
        case PropertyKind.UNCHANGED:
            yield Line(1, f"{subjects}成立与否和{fields}无关。")
        case PropertyKind.HAS_OWNER | PropertyKind.HAS_LIMIT:
            assert node.listed is not None, "it speaks of what a decision lists"
            what = "责任单位" if node.kind is PropertyKind.HAS_OWNER else "时限"
            yield Line(1, f"{_LISTED[node.listed]}都有{what}。")
        case PropertyKind.NOT_STRICTER:
            above = "上一级的规定" if node.other is None else f"政策文件{quoted(node.other.value)}"
            yield Line(1, f"{subjects}不比{above}更严：按它成立的，这里也成立。")
        case _:
            assert_never(node.kind)


def _implication(left: Expression, right: Expression) -> Iterator[Line]:
    if isinstance(left, Path) and isinstance(right, Path):
        yield Line(1, f"只要{path(left)}成立，{path(right)}就一定成立。")
        return
    yield from condition_lines("只要：", left, 1)
    yield from condition_lines("就一定：", right, 1)


def _subject(node: Expression) -> str:
    return path(node) if isinstance(node, Path) else f"（{condition(node)}）这一条件"
