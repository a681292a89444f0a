"""Walks over what is written, before anything is resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache

from relapse_rules.source import Span
from relapse_rules.syntax.tree import Aggregate, Node, Path


def nodes(node: Node) -> Iterator[Node]:
    """Yield ``node`` and everything within it, in written order of its fields."""
    pending: list[object] = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, Node):
            yield part
        if isinstance(part, tuple):
            pending += reversed(part)
        else:
            kind = type(part)
            pending += [getattr(part, name) for name in _parts(kind)]  # type: ignore[arg-type]  # a class is hashable


@cache
def _parts(kind: type) -> tuple[str, ...]:
    """Return the fields in which others of ``kind`` hold more of what is written, last first."""
    if not is_dataclass(kind) or issubclass(kind, Span):
        return ()
    return tuple(each.name for each in reversed(fields(kind)) if each.name != "span")


def names_used(node: Node) -> Iterator[str]:
    """Yield each name that may speak of a declared concept: the last part of a path, and what is summed."""
    for part in nodes(node):
        if isinstance(part, Path):
            yield part.parts[-1].text
        elif isinstance(part, Aggregate) and part.value is not None:
            yield part.value.text
