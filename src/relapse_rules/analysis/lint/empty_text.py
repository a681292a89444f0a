"""RR0908 empty-text: 说明, 理由, 资金 or another text with nothing between its quotes.

An empty text looks as if something had been said. The fix takes an empty 说明 away; a reason has to be given.
"""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.lint.desk import Desk
from relapse_rules.check.written import nodes
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.codes_style import EMPTY_TEXT
from relapse_rules.syntax.declarations import Case
from relapse_rules.syntax.tree import Text


def empty_text(desk: Desk) -> Iterator[Diagnostic]:
    """Yield each empty text. Those of a 用例 are facts and left alone."""
    for declared in desk.own:
        for node in nodes(declared) if not isinstance(declared, Case) else ():
            if isinstance(node, Text) and not node.value.strip():
                places = desk.places(node)
                number, _ = places.source.line_column(node.span.start)
                line = places.source.line_starts[number - 1]
                alone = places.plain[line : node.span.start].strip() == "说明"
                start = line + places.plain[line:].index("说明") if alone else node.span.start
                yield EMPTY_TEXT.at(
                    node.span,
                    "引号里什么也没有写",
                    help="写上，或者删去",
                    fix=places.without_line(start, node.span.end) if alone else None,
                )
