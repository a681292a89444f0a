"""The lists of a decision: one element for each declaration and each target.

These loops are most of the work of a decision, so what can be known beforehand is prepared (`Prepared`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from relapse_rules.decisions.limits import NEITHER, StartAndDue, start_and_due
from relapse_rules.decisions.model import (
    UNKNOWN,
    Conclusion,
    ExceptionElement,
    JudgementElement,
    MeasureElement,
    TaskElement,
)
from relapse_rules.decisions.ordering import Reordering, reordered
from relapse_rules.decisions.situation import Situation
from relapse_rules.ir.program import Concluded, Limit, Listing

_NOTHING: Final[tuple[str, ...]] = ()

_new: Final = tuple.__new__
"""Makes an element from its fields, in order. The class's own constructor would take a third of the time of a whole decision."""


class Prepared(NamedTuple):
    """A measure or task with all that does not depend on the household.

    ``resolved``: what its units are called today, None when that depends on the household. ``counted``: its limit, when that has a
    start to count from, and the number of steps that it gives (None: its 参数 is not set).
    """

    id: str
    category: str
    entity: str
    domain: str
    node: int
    done: int | None
    force: str | None
    cites: tuple[str, ...]
    units: tuple[str, ...]
    resolved: tuple[str, ...] | None
    word: str | None
    counted: tuple[Limit, int | None] | None
    after: tuple[str, ...]
    changes: tuple[Reordering, ...]


def prepared(
    listing: Listing,
    changes: tuple[Reordering, ...],
    resolved: tuple[str, ...] | None,
    settings: Mapping[str, int | None],
) -> Prepared:
    """Return ``listing`` ready for `measures` or `tasks`. ``settings``: the number of each 参数 today."""
    limit = listing.limit
    counted: tuple[Limit, int | None] | None = None
    if limit is not None and limit.start is not None:
        counted = limit, settings[limit.within] if isinstance(limit.within, str) else limit.within
    return Prepared(
        id=listing.id,
        category=listing.category,
        entity=listing.entity,
        domain=listing.domain,
        node=listing.node,
        done=listing.done,
        force=listing.force,
        cites=listing.cites,
        units=listing.units,
        resolved=resolved,
        word=None if limit is None else limit.word,
        counted=counted,
        after=listing.after,
        changes=changes,
    )


def conclusions(entries: tuple[Concluded, ...], situation: Situation) -> Iterator[Conclusion]:
    """Yield the outcome of each 定义."""
    for entry in entries:
        for _, target, outcome, _ in situation.places(entry.node, entry.entity, entry.domain):
            yield _new(Conclusion, (entry.id, target, outcome, entry.cites))


def judgements(entries: tuple[Concluded, ...], situation: Situation) -> Iterator[JudgementElement]:
    """Yield what has been recorded of each 裁量."""
    for entry in entries:
        by = "、".join(entry.deciders)
        for _, target, outcome, _ in situation.places(entry.node, entry.entity, entry.domain):
            yield _new(JudgementElement, (entry.id, target, by, outcome, entry.cites))


def exceptions(listings: tuple[Listing, ...], situation: Situation) -> Iterator[ExceptionElement]:
    """Yield whether each 例外 applies."""
    for listing in listings:
        for _, target, outcome, _ in situation.places(listing.node, listing.entity, listing.domain):
            yield _new(ExceptionElement, (listing.id, target, listing.cites, outcome, listing.changes))


def measures(templates: tuple[Prepared, ...], situation: Situation) -> Iterator[MeasureElement]:
    """Yield each 措施."""
    for template in templates:
        (
            id_,
            category,
            entity,
            domain,
            node,
            done,
            force,
            cites,
            units,
            resolved,
            word,
            counted,
            after,
            changes,
        ) = template
        names = situation.units(units) if resolved is None else resolved
        for lane, target, outcome, carried_out in situation.places(node, entity, domain, done):
            yield _new(
                MeasureElement,
                (
                    id_,
                    category,
                    target,
                    outcome,
                    force,
                    cites,
                    units,
                    names,
                    word,
                    None if counted is None else _times(counted, situation, lane)[1],
                    reordered(after, changes, situation, domain, lane) if changes else after,
                    carried_out,
                    situation.waits_for(node, domain, lane) if outcome is UNKNOWN else _NOTHING,
                ),
            )


def tasks(templates: tuple[Prepared, ...], situation: Situation) -> Iterator[TaskElement]:
    """Yield each step and 职责."""
    for template in templates:
        id_, _, entity, domain, node, done, _, cites, units, resolved, word, counted, after, changes = (
            template
        )
        names = situation.units(units) if resolved is None else resolved
        for lane, target, outcome, carried_out in situation.places(node, entity, domain, done):
            start, due = NEITHER if counted is None else _times(counted, situation, lane)
            yield _new(
                TaskElement,
                (
                    id_,
                    target,
                    outcome,
                    cites,
                    units,
                    names,
                    reordered(after, changes, situation, domain, lane) if changes else after,
                    word,
                    start,
                    due,
                    carried_out,
                    situation.waits_for(node, domain, lane) if outcome is UNKNOWN else _NOTHING,
                ),
            )


def _times(counted: tuple[Limit, int | None], situation: Situation, lane: int | None) -> StartAndDue:
    limit, within = counted
    if limit.start is None or lane is None:
        return NEITHER
    counting = None if limit.reading is None else situation.readings[limit.reading]
    return start_and_due(limit, situation.rails.number(limit.start, lane), within, counting)
