"""Puts what an overlay says of the layers above it into plain Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from relapse_rules.syntax import plain_facts
from relapse_rules.syntax.declarations import Setting
from relapse_rules.syntax.declarations_layers import Supplement, Tightening, Widening
from relapse_rules.syntax.plain_lists import condition_lines
from relapse_rules.syntax.plain_words import Line


def named_lines(node: Setting | Supplement | Tightening | Widening) -> tuple[str, Iterator[Line]]:
    """Return what kind of thing is declared, and the lines below its name."""
    match node:
        case Setting():
            return "本地填写的标准", _setting(node)
        case Supplement():
            return "本级的补充规定", _supplement(node)
        case Tightening():
            return "本级收紧的", _amendment("只在这时成立：", node)
        case Widening():
            return "本级放宽的", _amendment("这时也成立：", node)
        case _:
            assert_never(node)


def _setting(node: Setting) -> Iterator[Line]:
    if node.replaces:
        yield Line(1, "上一级设定的，从这里的第一个日期起不再适用。")
    yield from map(plain_facts.dated_line, node.values)


def _supplement(node: Supplement) -> Iterator[Line]:
    if node.level:
        yield Line(1, f"级别：{node.level.value}。")
    if node.issuer:
        yield Line(1, f"发布单位：{node.issuer.value}")
    if node.document_number:
        yield Line(1, f"文号：{node.document_number.value}")


def _amendment(label: str, node: Tightening | Widening) -> Iterator[Line]:
    yield from condition_lines(label, node.condition, 1)
    yield Line(1, f"理由：{node.reason.value}")
