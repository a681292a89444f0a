"""What is wrong in a policy, as values.

A pass returns `Checked`: a value or nothing, plus diagnostics. Wording is here and in the passes;
layout is in `relapse_rules.diagnostics.render`; the catalogue of codes in `relapse_rules.diagnostics.catalogue`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from relapse_rules.source import Span

T_co = TypeVar("T_co", covariant=True)


class Severity(StrEnum):
    """How bad it is: an error stops the policy from being used, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A second place that explains the first, with a word about it."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What stands at ``span`` is to be ``text``."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """Edits of one file that take a finding away and leave the meaning of the policy as it is."""

    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding: what, where, and what to type instead.

    ``message`` is one line of plain Chinese without a full stop; ``help`` says what to do.
    ``code`` is listed in the catalogue (RRccnn: 01 syntax, 02 names, 03 kinds and units, 04 structure,
    05 conflicts, 06 coverage, 07 backend limits, 08 what is proved of all households).
    """

    code: str
    severity: Severity
    message: str
    span: Span
    help: str = ""
    labels: tuple[Label, ...] = ()
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Checked(Generic[T_co]):
    """What a pass made, if it could, and what it found. ``value`` is None when the next pass cannot run."""

    value: T_co | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)
