"""What time alone changes, as values. They are shown and written like the other answers (`model.dumped`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from relapse_rules.decisions.model import PolicyReference, Target
from relapse_rules.explain.model import EntityName, OutcomeChange, StepKind, dumped
from relapse_rules.explain.shown import Shown


class Aspect(StrEnum):
    """What of a measure or task that is called for can change beside its outcome."""

    DONE = "done"
    UNITS = "units"
    DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyChange:
    """A measure or task that is called for before and after, of which something else changes.

    ``before`` and ``after``: for ``done`` yes, no or unknown; for ``units`` their names, joined by 、; for ``due`` a moment in ISO 8601, None
    where it cannot be counted.
    """

    kind: StepKind
    id: str
    target: Target
    aspect: Aspect
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The time limit of a measure or task that is called for and not known to be carried out ends at ``moment`` (ISO 8601)."""

    kind: StepKind
    id: str
    target: Target
    moment: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What changes at one moment (ISO 8601; None: as the day begins). ``causes`` say in Chinese what brings it about."""

    moment: str | None
    changes: tuple[OutcomeChange, ...]
    duties: tuple[DutyChange, ...]
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day on which something changes or falls due. ``turns`` by moment, ``due`` by moment and then as listed.

    ``overdue``: what fell due the day before and is still called for and not known to be carried out as this day begins.
    """

    date: str
    turns: tuple[Turn, ...]
    due: tuple[Due, ...]
    overdue: tuple[Due, ...]

    @property
    def changes(self) -> tuple[OutcomeChange, ...]:
        """All changes of outcomes on this day, in the order of their moments."""
        return tuple(change for turn in self.turns for change in turn.changes)

    @property
    def causes(self) -> tuple[str, ...]:
        """All causes on this day, each once."""
        return tuple(dict.fromkeys(cause for turn in self.turns for cause in turn.causes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline(Shown):
    """On which days from ``first`` to ``last`` (ISO 8601, both included) outcomes and duties change if nothing new is recorded.

    Days without any are left out. ``policy`` tells as of when the facts were stated.
    """

    policy: PolicyReference
    subject: Target
    first: str
    last: str
    days: tuple[Day, ...]
    entities: tuple[EntityName, ...] = ()

    def dump(self) -> dict[str, Any]:
        """Return dictionaries, lists, texts, ready for JSON."""
        made: dict[str, Any] = dumped(self)
        return made
