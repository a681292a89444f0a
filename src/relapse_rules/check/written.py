"""Walks over what is written, before anything is resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

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
        elif is_dataclass(part) and not isinstance(part, Span):
            pending += [getattr(part, each.name) for each in reversed(fields(part))]


def names_used(node: Node) -> Iterator[str]:
    """Yield each name that may speak of a declared concept: the last part of a path, and what is summed."""
    for part in nodes(node):
        if isinstance(part, Path):
            yield part.parts[-1].text
        elif isinstance(part, Aggregate) and part.value is not None:
            yield part.value.text
