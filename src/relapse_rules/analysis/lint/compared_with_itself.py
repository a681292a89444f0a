"""RR0913 compared-with-itself: both sides of a comparison are the same.

The answer is settled before any fact is known; something else was meant on one side. There is no fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.lint.desk import Desk
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.codes_style import COMPARED_WITH_ITSELF
from relapse_rules.syntax.tree import Between, Compare


def compared_with_itself(desk: Desk) -> Iterator[Diagnostic]:
    """Yield each comparison of something with itself, and each range from something to itself."""
    for written in desk.expressions:
        match written.expression:
            case Compare(left=left, right=right) as node if left == right:
                what = "两边一样，比不出什么"
            case Between(low=low, high=high) as node if low == high:
                what = "从头到尾是同一个数"
            case _:
                continue
        places = desk.places(node)
        yield COMPARED_WITH_ITSELF.at(places.span(*places.of(node)), what, help="其中一边应当是别的，改正它")
