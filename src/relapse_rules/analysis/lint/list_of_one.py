"""RR0903 list-of-one: 以下全部 or 以下任一 with one item.

A list of one says no more than its item; where a second item was forgotten, it is time to add it. The fix writes the item alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.lint.desk import Desk
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.codes_style import LIST_OF_ONE
from relapse_rules.syntax.tree import ConditionList, IfThen, Junction, ListKind


def list_of_one(desk: Desk) -> Iterator[Diagnostic]:
    """Yield each list with a single item. A list 按 a 解读 is left alone: its items are what the 解读 is about."""
    for written in desk.expressions:
        node = written.expression
        if not isinstance(node, ConditionList) or len(node.items) != 1 or node.kind is ListKind.BY_READING:
            continue
        places = desk.places(node)
        item = node.items[0]
        first, end = places.outer(item)
        start, said = node.span.start, places.source.text[first:end]
        if not written.is_whole and isinstance(item, Junction | IfThen):
            said = f"({said})"
        one_line = places.is_on_one_line(first, end)
        yield LIST_OF_ONE.at(
            places.span(start, start + len("以下全部")),
            "下面只有一项",
            help="直接写这一项；漏了别的项就补上",
            fix=places.replacing(start, end, said) if one_line and node.count in {None, 1} else None,
        )
