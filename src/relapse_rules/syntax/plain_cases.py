"""Puts the facts and expected outcomes of a 用例 into plain Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from relapse_rules.syntax.declarations import (
    Case,
    Expectation,
    ExpectationKind,
    GivenElement,
    GivenValue,
    Special,
)
from relapse_rules.syntax.format_expressions import listed
from relapse_rules.syntax.plain_expressions import amount
from relapse_rules.syntax.plain_words import Line, moment, name, names, value


def case_lines(node: Case) -> Iterator[Line]:
    """Write a case: what it starts from, what is recorded, what must come out."""
    if node.base:
        yield Line(1, f"在用例{name(node.base)}的基础上。")
    if node.given:
        yield Line(1, "假定登记了：")
        yield from (Line(2, f"{_element(element)}。") for element in node.given)
    yield Line(1, "应当得出：")
    yield from (Line(2, f"{_expectation(expectation)}。") for expectation in node.expected)


def _element(node: GivenElement) -> str:
    if node.absent:
        return f"{name(node.entity)}：登记为一个也没有"
    identity = f"（编号{name(node.id)}）" if node.id else ""
    return f"{name(node.entity)}{identity}：{'，'.join(map(_given, node.values))}"


def _given(node: GivenValue) -> str:
    match node.value:
        case Special.UNKNOWN:
            written = "登记为未知"
        case Special.NEVER:
            written = "登记为未发生"
        case tuple(values):
            written = f"登记为一组（{listed(map(value, values))}）"
        case single:
            written = f"为{amount(single)}"
    return f"{name(node.field)}{written}"


def _expectation(node: Expectation) -> str:
    subjects = names(node.subjects)
    target = f"（对{name(node.target)}）" if node.target else ""
    outcome = node.outcome.value if node.outcome else ""
    match node.kind:
        case ExpectationKind.OUTCOME:
            return f"{subjects}{target}的结果为{outcome}"
        case ExpectationKind.DONE:
            return f"{subjects}{target}是否办结：{outcome}"
        case ExpectationKind.DUE:
            return f"{subjects}{target}的截止时间{f'为{moment(node.due)}' if node.due else '算不出来'}"
        case ExpectationKind.MEASURES:
            return f"采取的措施里有{subjects}"
        case ExpectationKind.NO_MEASURES:
            return f"采取的措施里没有{subjects}"
        case ExpectationKind.MISSING:
            return f"还缺{subjects}"
        case ExpectationKind.CONTRADICTION:
            return f"{subjects}互相矛盾"
        case _:
            assert_never(node.kind)
