"""Puts a condition into plain Chinese on several lines: the items of a list that was written have numbered lines of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, assert_never

from relapse_rules.syntax.plain_expressions import condition, list_head, part, quantified
from relapse_rules.syntax.plain_words import Line
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
    Not,
    Number,
    Path,
    Quantifier,
    Text,
    Truth,
)

_NUMBERING: Final = ("{}. ", "（{}）", "{}）")


def condition_lines(label: str, node: Expression, level: int) -> Iterator[Line]:
    """Write a condition after its label; the items of lists go on numbered lines below, further in."""
    yield from _block_lines(_block(node), label, level, end="。")


@dataclass(frozen=True, slots=True)
class _Block:
    """A condition's first line, and the items that go below it."""

    head: str
    items: tuple[_Block, ...] = ()


def _block_lines(block: _Block, label: str, level: int, end: str, depth: int = 0) -> Iterator[Line]:
    yield Line(level, f"{label}{block.head}{'：' if block.items else end}")
    last = len(block.items)
    for position, item in enumerate(block.items, 1):
        numbered = _NUMBERING[depth % len(_NUMBERING)].format(position)
        yield from _block_lines(item, numbered, level + 1, end if position == last else "；", depth + 1)


def _block(node: Expression) -> _Block:
    match node:
        case ConditionList():
            return _Block(list_head(node), tuple(map(_block, node.items)))
        case Junction() if _has_lines(node):
            head = "以下各点同时成立" if node.kind is ListKind.ALL else "以下各点有一点成立即可"
            return _Block(head, tuple(map(_block, node.operands)))
        case Not() if _has_lines(node):
            return _below("以下情形不成立：", node.operand)
        case IfThen() if _has_lines(node):
            return _below(f"如果{part(node.condition)}，那么", node.consequence)
        case Quantifier() if _has_lines(node):
            return _below(quantified(node), node.condition)
        case _:
            return _Block(condition(node))


def _below(before: str, node: Expression) -> _Block:
    inner = _block(node)
    return _Block(f"{before}{inner.head}", inner.items)


def _has_lines(node: Expression) -> bool:
    """Whether a list is the last thing in a condition, so that its items can have lines of their own."""
    match node:
        case ConditionList():
            return True
        case Junction():
            return any(map(_has_lines, node.operands))
        case Not():
            return _has_lines(node.operand)
        case IfThen():
            return _has_lines(node.consequence)
        case Quantifier():
            return _has_lines(node.condition)
        case (
            Path()
            | Truth()
            | Number()
            | Moment()
            | Text()
            | Aggregate()
            | Compare()
            | Between()
            | Membership()
            | Happened()
            | Arithmetic()
            | Call()
        ):
            return False
        case _:
            assert_never(node)
