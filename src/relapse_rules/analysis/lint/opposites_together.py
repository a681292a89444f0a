"""RR0914 opposites-together: a condition and its negation in one 且, 或 or list.

With 且 that is never yes, with 或 never no: one of the two is a slip. There is no fix.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relapse_rules.analysis.lint.desk import Desk
from relapse_rules.analysis.lint.negation import positive
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_style import OPPOSITES_TOGETHER
from relapse_rules.syntax.tree import ConditionList, Expression, Junction, ListKind


def opposites_together(desk: Desk) -> Iterator[Diagnostic]:
    """Yield each negation of an operand beside it."""
    for written in desk.expressions:
        match written.expression:
            case Junction(operands=parts, kind=kind) | ConditionList(items=parts, kind=kind):
                yield from _opposites(desk, parts, kind)
            case _:
                pass


def _opposites(desk: Desk, parts: Sequence[Expression], kind: ListKind) -> Iterator[Diagnostic]:
    told = {ListKind.ALL: "不会都成立", ListKind.ANY: "不会都不成立"}.get(kind, "不会都成立")
    for part in parts:
        meant = positive(part)
        other = next((each for each in parts if each == meant), None)
        if other is not None:
            places = desk.places(part)
            yield OPPOSITES_TOGETHER.at(
                places.span(*places.of(part)),
                f"这一项和另一项正好相反，{told}",
                help="其中一项应当是别的，改正它",
                labels=(Label(span=places.span(*places.of(other)), message="另一项"),),
            )
