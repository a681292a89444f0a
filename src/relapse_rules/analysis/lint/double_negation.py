"""RR0901 double-negation: 非 before what is a negation itself.

Two negations are harder to read than none, and a reader who misses one reads the opposite. The fix leaves both out.
"""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.lint.desk import Desk
from relapse_rules.analysis.lint.negation import positive
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.codes_style import DOUBLE_NEGATION
from relapse_rules.syntax.format_expressions import UNARY, expression
from relapse_rules.syntax.tree import Not


def double_negation(desk: Desk) -> Iterator[Diagnostic]:
    """Yield each 非 before a negation; not those within another that was found."""
    for written in desk.expressions:
        node = written.expression
        if isinstance(node, Not) and (meant := positive(node.operand)) is not None:
            places = desk.places(node)
            start, end = places.of(node)
            one_line = places.is_on_one_line(start, end)
            said = expression(meant, 0, UNARY) if one_line else ""
            yield DOUBLE_NEGATION.at(
                places.span(start, end),
                "两个否定连在一起，就是肯定",
                help=f"写成“{said}”" if one_line else "两个否定都去掉",
                fix=places.replacing(start, end, said) if one_line and "\n" not in said else None,
            )
