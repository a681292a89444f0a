"""Writes the facts and expected outcomes of a 用例 in the one canonical form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from relapse_rules.syntax.declarations import (
    Case,
    Expectation,
    ExpectationKind,
    GivenElement,
    GivenValue,
    Special,
)
from relapse_rules.syntax.format_expressions import (
    element_id,
    expression,
    listed,
    moment,
    name,
    reference,
    value,
)
from relapse_rules.syntax.words import CONTEXT

_COLUMN: Final = 4


def body(node: Case) -> Iterator[str]:
    """Write the lines below the name of a case, without the indentation of the first level."""
    if node.base:
        yield f"基于 {name(node.base)}"
    if node.given:
        yield "给定"
        yield from (f"  {_element(element)}" for element in node.given)
    yield "期望"
    yield from (f"  {_expectation(expectation)}" for expectation in node.expected)


def _element(node: GivenElement) -> str:
    if node.absent:
        return f"{name(node.entity)} 没有"
    if node.entity.text == CONTEXT and node.id is None and len(node.values) == 1:
        return _given(node.values[0])
    identity = f" {element_id(node.id)}" if node.id else ""
    values = f" {listed(map(_given, node.values))}" if node.values else ""
    return f"{name(node.entity)}{identity}:{values}"


def _given(node: GivenValue) -> str:
    match node.value:
        case Special():
            written = node.value.value
        case tuple(values):
            written = f"{{{listed(map(value, values))}}}"
        case single:
            written = expression(single, _COLUMN)
    return f"{name(node.field)} 为 {written}"


def _expectation(node: Expectation) -> str:
    subjects = listed(map(reference, node.subjects))
    target = f" 对 {reference(node.target, digits=True)}" if node.target else ""
    outcome = node.outcome.value if node.outcome else ""
    match node.kind:
        case ExpectationKind.OUTCOME:
            return f"{subjects}{target} 为 {outcome}"
        case ExpectationKind.DONE:
            return f"完成 {subjects}{target} 为 {outcome}"
        case ExpectationKind.DUE:
            return f"截止 {subjects}{target} 为 {moment(node.due) if node.due else '无'}"
        case ExpectationKind.MEASURES | ExpectationKind.NO_MEASURES:
            return f"{node.kind.value} {subjects}"
        case ExpectationKind.MISSING | ExpectationKind.CONTRADICTION:
            return f"{node.kind.value} {subjects}"
        case _:
            assert_never(node.kind)
