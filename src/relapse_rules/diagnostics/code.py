"""What a diagnostic code is, apart from the lists of codes and the catalogue that reads them all."""

from __future__ import annotations

from dataclasses import dataclass

from relapse_rules.diagnostics import Diagnostic, Fix, Label, Severity
from relapse_rules.source import Span


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of mistake: its code, its kebab-case name (names the mistake, not the cure), its severity."""

    id: str
    name: str
    severity: Severity = Severity.ERROR

    def at(
        self,
        span: Span,
        message: str,
        *,
        help: str = "",  # noqa: A002 - the field's own name
        labels: tuple[Label, ...] = (),
        fix: Fix | None = None,
    ) -> Diagnostic:
        """Return a diagnostic of this kind."""
        return Diagnostic(
            code=self.id,
            severity=self.severity,
            message=message,
            span=span,
            help=help,
            labels=labels,
            fix=fix,
        )
