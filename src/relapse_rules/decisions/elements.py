"""The lists of a decision: one element for each declaration and each target.

These loops are most of the work of a decision, so what can be known beforehand is prepared (`Prepared`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from relapse_rules.decisions.limits import StartAndDue, start_and_due
from relapse_rules.decisions.model import (
    UNKNOWN,
    Conclusion,
    ExceptionElement,
    JudgementElement,
    MeasureElement,
    Outcome,
    TaskElement,
)
from relapse_rules.decisions.ordering import Reordering, reordered
from relapse_rules.decisions.situation import Situation
from relapse_rules.ir.program import Concluded, Limit, Listing

NOTHING: tuple[str, ...] = ()


class Prepared(NamedTuple):
    """A measure or task with what does not depend on the case. ``counted``: its limit, when that has a start to count from."""

    listing: Listing
    word: str | None
    counted: Limit | None
    changes: tuple[Reordering, ...]


def prepared(listing: Listing, changes: Mapping[str, tuple[Reordering, ...]]) -> Prepared:
    """Return ``listing`` ready for `measures` or `tasks`."""
    limit = listing.limit
    counted = limit if limit is not None and limit.start is not None else None
    return Prepared(listing, None if limit is None else limit.word, counted, changes.get(listing.id, ()))


def conclusions(entries: tuple[Concluded, ...], situation: Situation) -> Iterator[Conclusion]:
    """Yield the outcome of each 定义."""
    for entry in entries:
        for _, target, outcome in situation.places(entry.node, entry.entity, entry.domain):
            yield Conclusion(entry.id, target, outcome, entry.cites)


def judgements(entries: tuple[Concluded, ...], situation: Situation) -> Iterator[JudgementElement]:
    """Yield what has been recorded of each 裁量."""
    for entry in entries:
        by = "、".join(entry.deciders)
        for _, target, outcome in situation.places(entry.node, entry.entity, entry.domain):
            yield JudgementElement(entry.id, target, by, outcome, entry.cites)


def exceptions(listings: tuple[Listing, ...], situation: Situation) -> Iterator[ExceptionElement]:
    """Yield whether each 例外 applies."""
    for listing in listings:
        for _, target, outcome in situation.places(listing.node, listing.entity, listing.domain):
            yield ExceptionElement(listing.id, target, listing.cites, outcome, listing.changes)


def measures(templates: tuple[Prepared, ...], situation: Situation) -> Iterator[MeasureElement]:
    """Yield each 措施."""
    for listing, word, counted, changes in templates:
        node, domain, done = listing.node, listing.domain, listing.done
        units = situation.units(listing.units)
        for lane, target, outcome in situation.places(node, listing.entity, domain):
            yield MeasureElement(
                listing.id,
                listing.category,
                target,
                outcome,
                listing.force,
                listing.cites,
                listing.units,
                units,
                word,
                None if counted is None else _times(counted, situation, lane)[1],
                reordered(listing, changes, situation, lane)
                if changes and lane is not None
                else listing.after,
                UNKNOWN if done is None else _done(done, situation, lane, outcome),
                situation.waits_for(node, domain, lane) if outcome is UNKNOWN else NOTHING,
            )


def tasks(templates: tuple[Prepared, ...], situation: Situation) -> Iterator[TaskElement]:
    """Yield each step and 职责."""
    for listing, word, counted, changes in templates:
        node, domain, done = listing.node, listing.domain, listing.done
        units = situation.units(listing.units)
        for lane, target, outcome in situation.places(node, listing.entity, domain):
            start, due = (None, None) if counted is None else _times(counted, situation, lane)
            yield TaskElement(
                listing.id,
                target,
                outcome,
                listing.cites,
                listing.units,
                units,
                reordered(listing, changes, situation, lane)
                if changes and lane is not None
                else listing.after,
                word,
                start,
                due,
                UNKNOWN if done is None else _done(done, situation, lane, outcome),
                situation.waits_for(node, domain, lane) if outcome is UNKNOWN else NOTHING,
            )


def _done(done: int, situation: Situation, lane: int | None, outcome: Outcome) -> Outcome:
    """Return whether it is carried out; for an empty list no, for one that was not supplied unknown, like ``outcome``."""
    return outcome if lane is None else situation.outcome(done, lane)


def _times(limit: Limit, situation: Situation, lane: int | None) -> StartAndDue:
    if limit.start is None or lane is None:
        return None, None
    within = situation.standing.settings[limit.within] if isinstance(limit.within, str) else limit.within
    counting = None if limit.reading is None else situation.readings[limit.reading]
    return start_and_due(limit, situation.rails.number(limit.start, lane), within, counting)
