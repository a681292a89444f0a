"""The lists of a decision: one element for each declaration and each target."""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.decisions.limits import NEITHER, StartAndDue, start_and_due
from relapse_rules.decisions.model import (
    Conclusion,
    ExceptionElement,
    JudgementElement,
    MeasureElement,
    Outcome,
    TaskElement,
)
from relapse_rules.decisions.ordering import Ordering
from relapse_rules.decisions.situation import Situation
from relapse_rules.ir.program import Concluded, Limit, Listing

NOTHING: tuple[str, ...] = ()


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


def measures(
    listings: tuple[Listing, ...], situation: Situation, ordering: Ordering
) -> Iterator[MeasureElement]:
    """Yield each 措施."""
    for listing in listings:
        node, domain, limit = listing.node, listing.domain, listing.limit
        word = None if limit is None else limit.word
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
                _times(limit, situation, lane)[1],
                ordering.after(listing, situation, lane),
                _done(listing, situation, lane, outcome),
                situation.waits_for(node, domain, lane) if outcome is Outcome.UNKNOWN else NOTHING,
            )


def tasks(listings: tuple[Listing, ...], situation: Situation, ordering: Ordering) -> Iterator[TaskElement]:
    """Yield each step and 职责."""
    for listing in listings:
        node, domain, limit = listing.node, listing.domain, listing.limit
        word = None if limit is None else limit.word
        units = situation.units(listing.units)
        for lane, target, outcome in situation.places(node, listing.entity, domain):
            start, due = _times(limit, situation, lane)
            yield TaskElement(
                listing.id,
                target,
                outcome,
                listing.cites,
                listing.units,
                units,
                ordering.after(listing, situation, lane),
                word,
                start,
                due,
                _done(listing, situation, lane, outcome),
                situation.waits_for(node, domain, lane) if outcome is Outcome.UNKNOWN else NOTHING,
            )


def _done(listing: Listing, situation: Situation, lane: int | None, outcome: Outcome) -> Outcome:
    """Return whether it is carried out: unknown without a 完成; for an empty list no, for one not supplied unknown, like ``outcome``."""
    if listing.done is None:
        return Outcome.UNKNOWN
    return outcome if lane is None else situation.outcome(listing.done, lane)


def _times(limit: Limit | None, situation: Situation, lane: int | None) -> StartAndDue:
    if limit is None or limit.start is None or lane is None:
        return NEITHER
    within = situation.standing.settings[limit.within] if isinstance(limit.within, str) else limit.within
    counting = None if limit.reading is None else situation.readings[limit.reading]
    return start_and_due(limit, situation.rails.number(limit.start, lane), within, counting)
