"""Changes to any syntax tree, made from the fields of its nodes alone: a new kind of node is changed like the old ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from enum import Enum
from typing import Any, get_args

from relapse_rules.syntax.declarations import Reference
from relapse_rules.syntax.declared import Cite
from relapse_rules.syntax.tree import Compare, Expression, Junction, Moment, Name, Node, Number, Text
from relapse_rules.syntax.words import COMPARISONS

EXPRESSIONS = get_args(Expression)

_LETTERS = "abcdefghij"
_FIRST_DAY = date(2000, 1, 1)


class Relabelling:
    """Gives each name, text, number, day, id and cited statement of a tree a spelling of its own.

    ``days`` are the spellings that are days, in ISO form; ``spellings`` are all of them. Neither holds another within it.
    """

    def __init__(self) -> None:
        self.spellings: list[str] = []
        self.days: set[str] = set()

    def of(self, node: Any) -> Any:
        """Return ``node`` with other spellings."""
        match node:
            case Name():
                return replace(node, text=self._take("甲"))
            case Text():
                return replace(node, value=self._take("文"))
            case Reference():
                return replace(node, text=self._take("项"))
            case Cite():
                return replace(node, id=self._take("条"))
            case Number():
                number = replace(node, digits=str(100_000 + len(self.spellings)))
                self.spellings.append(f"{number.digits}{number.unit}")
                return number
            case Moment():
                day = (_FIRST_DAY + timedelta(days=len(self.spellings))).isoformat()
                self.spellings.append(day)
                self.days.add(day)
                return replace(node, text=day)
            case Node():
                return replace(
                    node, **{field.name: self.of(getattr(node, field.name)) for field in fields(node)}
                )
            case tuple():
                return tuple(map(self.of, node))
            case _:
                return node

    def _take(self, first: str) -> str:
        digits = f"{len(self.spellings):05}"
        self.spellings.append(first + "".join(_LETTERS[int(digit)] for digit in digits))
        return self.spellings[-1]


def neighbours(node: Any) -> Iterator[Any]:
    """Yield what differs from ``node`` in one place: another spelling, another word of the same kind, a part left out,
    two parts exchanged, or an expression in place of the one that it is a part of.

    Not all of them can be written.
    """
    match node:
        case Name() | Reference():
            yield from (replace(node, text=f"{node.text}{more}") for more in "甲”")
        case Text():
            yield from (replace(node, value=f"{node.value}{more}") for more in "甲”")
        case Number():
            yield replace(node, digits=f"{node.digits}1")
            yield replace(node, unit="亩")
        case Moment():
            yield replace(node, text="2026-11-25")
            yield replace(node, text="2026-11-25T10:00:00")
        case Cite():
            yield replace(node, id=f"{node.id}1")
        case Enum():
            yield from (other for other in type(node) if other is not node)
        case bool():
            yield not node
        case int():
            yield node + 1
        case tuple():
            yield from _other_tuples(node)
        case Node():
            yield from _other_nodes(node)
        case _:
            # A span, a unit, or nothing.
            return


def _other_nodes(node: Node) -> Iterator[Any]:
    if isinstance(node, Compare):
        yield from (replace(node, word=word, operator=operator) for word, operator in COMPARISONS.values())
    for field in fields(node):
        own = getattr(node, field.name)
        least = _fewest(node, field.default)
        yield from (
            replace(node, **{field.name: other})
            for other in neighbours(own)
            if not isinstance(other, tuple) or len(other) >= least
        )
        if field.default is None and own is not None:
            yield replace(node, **{field.name: None})
        if isinstance(node, EXPRESSIONS):
            parts = own if isinstance(own, tuple) else (own,)
            yield from (part for part in parts if isinstance(part, EXPRESSIONS))


def _fewest(node: Node, default: object) -> int:
    """Return how many parts a tuple of ``node`` with that default has at least."""
    if isinstance(node, Junction):
        return 2
    return 0 if default == () else 1


def _other_tuples(nodes: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    for place, own in enumerate(nodes):
        yield (*nodes[:place], *nodes[place + 1 :])
        yield from ((*nodes[:place], other, *nodes[place + 1 :]) for other in neighbours(own))
    for place in range(len(nodes) - 1):
        yield (*nodes[:place], nodes[place + 1], nodes[place], *nodes[place + 2 :])
