"""What is judged of one listing of the policy: its signals over all lanes, and how lanes are called in a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from relapse_rules.compliance.columns import MISSING, Coded, Codes, Ints, Keys
from relapse_rules.compliance.county import EVENTS, County
from relapse_rules.compliance.model import Finding, Verdict
from relapse_rules.compliance.signals import Signal
from relapse_rules.decisions.moments import in_calendar, moment_text
from relapse_rules.ir.program import Listing
from relapse_rules.values.types import NEVER
from relapse_rules.values.vocabulary import Vocabulary

Rows = npt.NDArray[np.intp]
NONE: Final = -(1 << 62)
"""No moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One listing over the lanes of its domain. ``due`` asks as the engines do whether it is owed, ``done`` when it was recorded.

    ``department``: of each lane, for a duty that is judged department by department.
    """

    listing: Listing
    county: County
    due: Signal
    done: Signal
    department: Coded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Moments of some lanes, `NONE` where there is none. ``seconds``: by how much too late or too early, 0 for neither."""

    start: Ints
    due: Ints
    done: Ints
    seconds: Ints

    @classmethod
    def none(cls, count: int) -> Times:
        """Return no moments at all."""
        nothing = np.full(count, NONE, dtype=np.int64)
        return cls(start=nothing, due=nothing, done=nothing, seconds=np.zeros(count, dtype=np.int64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One verdict on some lanes, for one reason. A part of `model.Findings` when it is ``listed``."""

    verdict: Verdict
    judged: Judged
    lanes: Rows
    times: Times
    vocabulary: Vocabulary
    units: tuple[str, ...]
    cites: tuple[str, ...]
    reason: str
    listed: bool
    actors: Codes | None = None
    """Of each lane the procedure event that counts, where one does."""
    places: tuple[str, ...] = field(default=())
    """Names of townships, in the order of their codes."""

    def __len__(self) -> int:
        return len(self.lanes)

    def __iter__(self) -> Iterator[Finding]:
        county, entity = self.judged.county, self.judged.listing.domain
        townships = county.township_of(entity)
        households = county.household_of(entity)
        for place, lane in enumerate(self.lanes.tolist()):
            household = None if households is None else int(households[lane])
            yield Finding(
                verdict=self.verdict,
                duty=self.judged.listing.id,
                cites=self.cites,
                entity=entity,
                target=lane_name(county, self.vocabulary, entity, lane),
                household=None if household in {None, MISSING} else _subject(county, household),
                township=self.places[townships[lane]] if townships[lane] != MISSING else None,
                units=self._units(lane),
                actor=self._actor(place, lane),
                start=_text(self.times.start[place]),
                due=_text(self.times.due[place]),
                done=_text(self.times.done[place]),
                seconds=int(self.times.seconds[place]) or None,
                reason=self.reason,
            )

    def _units(self, lane: int) -> tuple[str, ...]:
        department = self.judged.department
        if department is None or department.codes[lane] == MISSING:
            return self.units
        return (str(department.values[department.codes[lane]]),)

    def _actor(self, place: int, lane: int) -> str | None:
        department = self.judged.department
        if department is not None and department.codes[lane] != MISSING:
            return str(department.values[department.codes[lane]])
        column = self.judged.county.columns.get("procedure_event.actor")
        if self.actors is None or self.actors[place] == MISSING or not isinstance(column, Coded):
            return None
        code = column.codes[self.actors[place]]
        return None if code == MISSING else str(column.values[code])


def lane_name(county: County, vocabulary: Vocabulary, entity: str, lane: int) -> str:
    """Return what a lane is called: its id, the subject of an event, or the number of its row."""
    names = county.names.get(entity)
    if names is not None:
        return names.text(int(names.codes[lane]))
    identifier = vocabulary.by_english[entity].identifier
    column = county.columns.get(identifier.fact) if identifier is not None else None
    if entity == EVENTS:
        column = county.columns.get("procedure_event.case_ref")
    if isinstance(column, Keys) and column.codes[lane] != MISSING:
        return column.text(int(column.codes[lane]))
    return f"第 {lane + 1} 条"


def _subject(county: County, lane: int | None) -> str | None:
    if lane is None or not county.is_household[lane]:
        return None
    names = county.names["household"]
    return names.text(int(names.codes[lane]))


def _text(moment: int) -> str | None:
    seconds = int(moment)
    return moment_text(seconds) if seconds not in {NONE, NEVER} and in_calendar(seconds) else None
