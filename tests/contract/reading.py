"""The shape of an outside reader's expectations: one statement, and the facts that make it yes, no and unknown."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.contract.household import AFFECTED, NONE, OMIT

Facts = dict[str, object]

POOR: Facts = {"household.household_type": "脱贫户", "household.monitor_category": NONE}
ORDINARY: Facts = {"household.household_type": "一般农户", "household.monitor_category": NONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one statement asks: the element that answers it, and facts for each of the three outcomes."""

    cite: str
    name: str
    yes: Facts
    no: Facts
    unknown: Facts
    given: Facts = field(default_factory=lambda: dict(AFFECTED))
    """Facts that hold in all three cases."""
    units: tuple[str, ...] | None = None
    category: str | None = None
    time_limit: str | None = None

    def __str__(self) -> str:
        return f"{self.cite} {self.name}"


def turns_on(path: str, *, yes: object, no: object) -> dict[str, Facts]:
    """The three outcomes of a statement that one fact decides; left out, that fact is unknown."""
    return {"yes": {path: yes}, "no": {path: no}, "unknown": {path: OMIT}}


COVERED: dict[str, Facts] = {
    "yes": {},
    "no": {"disaster_event.category": "其他", "disaster_event.subtype": OMIT},
    "unknown": {"disaster_event.category": OMIT, "disaster_event.subtype": OMIT},
}
"""The three outcomes of a duty that every covered disaster starts."""
