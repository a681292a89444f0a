"""RR0909 repeated-condition: the same long condition in two rules.

When one of them is changed later, the other is forgotten. Give the condition a name with 定义 and use it in both. What 完成 says is left
out: one record may show that two things were done. There is no fix: the name is yours to give.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from relapse_rules.analysis.lint.desk import Desk, Written, name_of
from relapse_rules.check.written import nodes
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_style import REPEATED_CONDITION
from relapse_rules.syntax.declarations import Case
from relapse_rules.syntax.tree import ConditionList, Expression, Junction, Path, Quantifier

_LONG: Final = 3
"""A condition that speaks of so many things is long."""


def repeated_condition(desk: Desk) -> Iterator[Diagnostic]:
    """Yield the second and each later rule with a condition that another has; not parts of what was reported."""
    first: dict[Expression, Written] = {}
    inside: set[int] = set()
    for written in desk.expressions:
        node = written.expression
        if written.attribute == "done" or isinstance(written.declaration, Case):
            continue
        if id(node) in inside or not _is_long(node):
            continue
        other = first.setdefault(node, written)
        if other.declaration is not written.declaration:
            inside |= {id(part) for part in nodes(node)}
            places = desk.places(node)
            there = desk.places(other.expression)
            yield REPEATED_CONDITION.at(
                places.span(*places.of(node)),
                f"“{name_of(other.declaration)}”里有同样的条件",
                help="用“定义”给这个条件起名，两处都用这个名称",
                labels=(Label(span=there.span(*there.of(other.expression)), message="第一处"),),
            )


def _is_long(node: Expression) -> bool:
    return isinstance(node, Junction | ConditionList | Quantifier) and (
        sum(isinstance(part, Path) for part in nodes(node)) >= _LONG
    )
