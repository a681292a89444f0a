"""RR0910 repeated-number: the same amount, with its unit, in two rules.

A standard that stands in two rules is changed in one of them only, sooner or later. Make it a 参数, which has a date and an origin. There is no fix: whether the two are one standard is yours to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from relapse_rules.analysis.lint.desk import Desk, name_of
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_style import REPEATED_NUMBER
from relapse_rules.syntax.declarations import AnyDeclaration, Case, Parameter, Setting
from relapse_rules.syntax.tree import Number

_PLAIN: Final = frozenset({"0", "1"})
"""No standards, whatever their unit."""


def repeated_number(desk: Desk) -> Iterator[Diagnostic]:
    """Yield the second and each later rule with an amount that another has."""
    first: dict[Number, tuple[AnyDeclaration, Number]] = {}
    reported: set[tuple[int, Number]] = set()
    for written in desk.expressions:
        node, declared = written.expression, written.declaration
        if not isinstance(node, Number) or not node.unit or node.digits in _PLAIN:
            continue
        if isinstance(declared, Case | Parameter | Setting):
            continue
        other, there = first.setdefault(node, (declared, node))
        if other is declared or (id(declared), node) in reported:
            continue
        reported.add((id(declared), node))
        amount = f"{node.digits}{node.unit}"
        yield REPEATED_NUMBER.at(
            node.span,
            f"“{name_of(other)}”里也写了 {amount}",
            help="如果是同一个标准，声明一个“参数”，两处都用它",
            labels=(Label(span=there.span, message="第一处"),),
        )
