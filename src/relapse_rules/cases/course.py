"""What a case comes to: event by event while they come in order, and anew from the first one when something belongs earlier."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from relapse_rules.cases.errors import CaseError, CaseProblem, from_facts
from relapse_rules.cases.events import (
    Advanced,
    CaseOpened,
    Closed,
    Correction,
    Event,
    PolicyChanged,
    event_from,
)
from relapse_rules.cases.ledger import Position, position_of
from relapse_rules.cases.log import Snapshot, Stored
from relapse_rules.cases.recent import Recent
from relapse_rules.cases.setting import Setting
from relapse_rules.cases.snapshots import Progress, progress_from, snapshot_text
from relapse_rules.decisions.moments import moment_text
from relapse_rules.facts.case import Case as Facts
from relapse_rules.facts.errors import FactsError
from relapse_rules.facts.problems import EnoughError, Problems

Events = tuple[CaseOpened, tuple[Event, ...]]
"""The opening of a case, and all its other events in the order of arrival."""

_events: Final[Recent[str, Event]] = Recent(4096)
"""Events used last, by their text in the log."""


def event_of(stored: Stored) -> Event:
    """Return the event that is stored."""
    found = _events.get(stored.entry.body)
    if found is None:
        found = event_from(stored.entry.body)
        if not isinstance(found, CaseOpened):  # which is large, and seldom asked for
            _events.keep(stored.entry.body, found)
    return found


def events_of(stored: Iterable[Stored]) -> Events:
    """Return all events of a case that are stored."""
    opening, *events = map(event_of, stored)
    assert isinstance(opening, CaseOpened)  # INVARIANT: only `open_case` stores a case's first event
    return opening, tuple(events)


class Course:
    """The course of one case under one policy. Holds no state: what it needs of the past it reads (``stored``) when it must."""

    def __init__(self, setting: Setting, case_id: str, stored: Callable[[], Events]) -> None:
        self._setting = setting
        self._id = case_id
        self._stored = stored

    def begun(self, events: Events) -> Progress:
        """Return what a case comes to with all its events."""
        opening, others = events
        opened = self._setting.statements.opening(self._id, opening.facts)
        now = Progress(
            facts=replace(opened, as_of=_clock(opened.as_of, others)),
            opened=opened.as_of,
            position=Position(opened.as_of, ""),
            closed=any(isinstance(event, Closed) for event in others),
            policy=self._setting.digest,
        )
        return self._folded(events, now, Problems(self._id))

    def continued(self, now: Progress, events: Iterable[Event]) -> Progress:
        """Return what ``now`` comes to with events that are stored already, and so were looked at when they came."""
        statements, ledger = self._setting.statements, self._setting.ledger
        waiting = tuple(events)
        clock = _clock(now.facts.as_of, waiting)
        closed = now.closed or any(isinstance(event, Closed) for event in waiting)
        if clock != now.facts.as_of or closed != now.closed:
            now = replace(now, facts=replace(now.facts, as_of=clock), closed=closed)
        for event in filter(_states, waiting):
            if isinstance(event, Correction) or position_of(event) < now.position:
                return self._folded(self._stored(), now, Problems(self._id))
            facts = ledger.over(now.facts, statements.of(event, self._subject(now)))
            now = replace(now, facts=facts, position=position_of(event))
        return now

    def after(self, now: Progress, event: Event) -> Progress:
        """Return what ``now`` comes to with a new event.

        Raises:
            CaseError: it cannot be taken in.
        """
        problem = _untimely(now, event)
        if problem is not None:
            message, remedy = problem
            raise CaseError(CaseProblem(case=self._id, event=event.id, message=message, help=remedy))
        match event:
            case Advanced():
                self._setting.require_in_force(self._id, event.recorded)
                return replace(now, facts=replace(now.facts, as_of=event.recorded))
            case Closed():
                return replace(now, closed=True)
            case Correction():
                return self._corrected(now, event)
            case _:
                statement = self._setting.statements.of(event, self._subject(now))
                laid = self._setting.ledger.laid(now.facts, statement, now.facts.as_of, event.id)
                if position_of(event) < now.position:
                    return self._refolded(now, event, self._stored())
                return replace(now, facts=laid, position=position_of(event))

    def at(self, moment: int) -> Facts:
        """Return what was known at ``moment`` (seconds)."""
        opening, events = self._stored()
        then = [event for event in events if event.recorded <= moment]
        opened = self._setting.statements.opening(self._id, opening.facts)
        return self._setting.ledger.folded(opening, opened, then, moment, Problems(self._id))

    def from_snapshot(self, kept: Snapshot | None, stored: tuple[Stored, ...]) -> Progress | None:
        """Return what a snapshot says, when it is of this policy and of a case with these events."""
        if kept is None or not 0 < kept.sequence <= len(stored):
            return None
        if stored[kept.sequence - 1].digest != kept.digest:
            return None
        return progress_from(kept.body, self._setting.shape, self._setting.digest)

    def snapshot(self, now: Progress, sequence: int, digest: str) -> Snapshot:
        """Return a snapshot of ``now``."""
        return Snapshot(sequence=sequence, digest=digest, body=snapshot_text(now, self._setting.shape))

    def _corrected(self, now: Progress, event: Correction) -> Progress:
        opening, events = self._stored()
        opened = self._setting.statements.opening(self._id, opening.facts)
        by_id = {each.id: each for each in events}
        self._setting.ledger.check_correction(event, opening, opened, by_id, now.facts)
        return self._refolded(now, event, (opening, events))

    def _refolded(self, now: Progress, event: Event, events: Events) -> Progress:
        """Return what all events come to with a new one that belongs before others, or changes one.

        Raises:
            CaseError: something refers to what is then no longer there.
        """
        problems = Problems(event.id)
        try:
            now = self._folded((events[0], (*events[1], event)), now, problems)
        except EnoughError:  # there are more problems than are told
            assert problems.found
        if problems.found:
            raise from_facts(FactsError(tuple(problems.found)), case=self._id, event=event.id)
        return now

    def _folded(self, events: Events, now: Progress, problems: Problems) -> Progress:
        opening, others = events
        stating = tuple(filter(_states, others))
        if not stating:
            return now
        opened = self._setting.statements.opening(self._id, opening.facts)
        facts = self._setting.ledger.folded(opening, opened, stating, now.facts.as_of, problems)
        last = max(
            (position_of(event) for event in stating if not isinstance(event, Correction)), default=None
        )
        return replace(now, facts=facts, position=Position(now.opened, "") if last is None else last)

    def _subject(self, now: Progress) -> str:
        return now.facts.tables[self._setting.shape.subject].ids[0]


def _states(event: Event) -> bool:
    """Whether an event says something of the facts, rather than moving the case."""
    return not isinstance(event, (CaseOpened, Advanced, Closed, PolicyChanged))


def _clock(now: int, events: Iterable[Event]) -> int:
    return max([now, *(event.recorded for event in events if isinstance(event, Advanced))])


def _untimely(now: Progress, event: Event) -> tuple[str, str] | None:
    """Return why a case cannot take an event at its time: message and remedy."""
    if now.closed:
        return "本案已结，不再接受事件", "另立一案"
    clock = now.facts.as_of
    if isinstance(event, Advanced):
        late = f"时钟不能倒退：现在是 {moment_text(clock)}，要推进到 {event.recorded_at}"
        return (late, "只能推进到更晚的时点") if event.recorded < clock else None
    if event.recorded > clock:
        message = f"登记时间 {event.recorded_at} 晚于本案时钟 {moment_text(clock)}"
        return message, "先用 advance 推进时钟"
    if event.recorded < now.opened:
        message = f"登记时间 {event.recorded_at} 早于立案时点 {moment_text(now.opened)}"
        return message, "立案以前知道的事，写在立案的事实里"
    return None
