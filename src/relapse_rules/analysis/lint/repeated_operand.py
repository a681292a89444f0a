"""RR0905 repeated-operand: the same condition twice in one 且, 或 or list, or the same value twice after 属于 and its kin.

Once is enough, and twice is often a slip: another condition was meant. In 以下至少 N 项 and 以下按 it counts twice, so there is no fix there.
The fix takes the later one away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relapse_rules.analysis.lint.desk import Desk
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_style import REPEATED_OPERAND
from relapse_rules.syntax.tree import ConditionList, Junction, ListKind, Membership, Node


def repeated_operand(desk: Desk) -> Iterator[Diagnostic]:
    """Yield each operand that stands further in front, too."""
    for written in desk.expressions:
        match written.expression:
            case Junction(operands=parts):
                yield from _repeated(desk, parts, counts=False)
            case ConditionList(items=parts, kind=kind):
                yield from _repeated(desk, parts, counts=kind not in {ListKind.ALL, ListKind.ANY})
            case Membership(values=parts):
                yield from _repeated(desk, parts, counts=False)
            case _:
                pass


def _repeated(desk: Desk, parts: Sequence[Node], *, counts: bool) -> Iterator[Diagnostic]:
    for place, part in enumerate(parts):
        first = next(each for each in parts if each == part)
        if first is part:
            continue
        places = desk.places(part)
        start, end = places.outer(part)
        before = places.outer(parts[place - 1])[1]
        fixable = not counts and places.is_on_one_line(start, end)
        yield REPEATED_OPERAND.at(
            places.span(start, end),
            "这一项前面已经写过" + ("，在这里算两项" if counts else ""),
            help="删去；本来是别的条件的，改正它",
            labels=(Label(span=places.span(*places.outer(first)), message="第一处"),),
            fix=places.replacing(before, end, "") if fixable else None,
        )
