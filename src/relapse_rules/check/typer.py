"""What the modules that type expressions ask of one another, so that none of them imports another that imports it."""

from __future__ import annotations

from typing import Protocol

from relapse_rules.check.names import Names
from relapse_rules.check.operands import Amount, Operand, Scope
from relapse_rules.check.typed import Condition
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.syntax.tree import Expression
from relapse_rules.values.types import Type


class Typer(Protocol):
    """Types expressions. What it cannot type is None, and reported once in ``found``: None is never reported again."""

    names: Names
    found: list[Diagnostic]

    def operand(self, expression: Expression, scope: Scope) -> Operand | None:
        """Return what ``expression`` is."""
        ...

    def condition(self, expression: Expression, scope: Scope) -> Condition | None:
        """Return ``expression`` as a condition."""
        ...

    def amount(self, expression: Expression, scope: Scope, wanted: Type | None = None) -> Amount | None:
        """Return ``expression`` as a number; a literal takes the type ``wanted``."""
        ...

    def type_of_indicator(self, name: str) -> Type | None:
        """Return the type of an 指标, None when its value is broken."""
        ...
