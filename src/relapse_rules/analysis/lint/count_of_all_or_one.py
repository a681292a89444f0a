"""RR0904 count-of-all-or-one: 以下至少 N 项 of N items, or of 1.

At least one of several is 以下任一, all of them is 以下全部: who reads a number looks for a choice that is not there. The fix writes that word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from relapse_rules.analysis.lint.desk import Desk
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.codes_style import COUNT_OF_ALL_OR_ONE
from relapse_rules.syntax.tree import ConditionList, ListKind

_HEAD: Final = re.compile(r"以下至少\s*\d+\s*项?")


def count_of_all_or_one(desk: Desk) -> Iterator[Diagnostic]:
    """Yield each such list with two items or more; a list of one is RR0903."""
    for written in desk.expressions:
        node = written.expression
        if not isinstance(node, ConditionList) or node.kind is not ListKind.AT_LEAST or len(node.items) < 2:  # noqa: PLR2004
            continue
        if node.count not in {1, len(node.items)}:
            continue
        word = "以下任一" if node.count == 1 else "以下全部"
        places = desk.places(node)
        head = _HEAD.match(places.plain, node.span.start)
        assert head is not None, "so such a list begins"
        start, end = head.span()
        yield COUNT_OF_ALL_OR_ONE.at(
            places.span(start, end),
            f"{len(node.items)} 项里至少 {node.count} 项，就是“{word}”",
            help=f"写成“{word}”",
            fix=places.replacing(start, end, word),
        )
