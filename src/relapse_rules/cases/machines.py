"""Steps, duties and measures as small state machines: where each stands, who may act, what it waits for, and when it is due.

A state depends on the facts and the clock alone, so that a replay, in whatever order, comes to the same one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from relapse_rules.cases.clock import CalendarError, Workdays, start_and_due
from relapse_rules.cases.evidence import Evidence, When
from relapse_rules.decisions.model import (
    NO,
    YES,
    Decision,
    JsonObject,
    MeasureElement,
    Outcome,
    Target,
    TaskElement,
)
from relapse_rules.decisions.moments import moment_text
from relapse_rules.facts.case import Case
from relapse_rules.ir.order import LEAVES, operands
from relapse_rules.ir.program import Limit, Listing, Program, in_force
from relapse_rules.ir.rails import Rails
from relapse_rules.values.relations import Relation


class State(StrEnum):
    """Where a step, duty or measure stands."""

    NOT_STARTED = "not_started"
    """It is not required, it is not known whether it is, or what comes first has not been done."""
    OPEN = "open"
    """It is required and not recorded as done; its time, if it has any, is not over."""
    DONE = "done"
    OVERDUE = "overdue"
    """It is required, not recorded as done, and its time is over."""
    WAIVED = "waived"
    """It would be required but for an 例外 that applies."""


WORDS: Final[Mapping[State, str]] = {
    State.NOT_STARTED: "未开始",
    State.OPEN: "待办",
    State.DONE: "已办",
    State.OVERDUE: "逾期",
    State.WAIVED: "免办",
}
"""States as officers read them."""

OWED: Final = frozenset({State.OPEN, State.OVERDUE})
"""The states in which someone must still act."""

_NO_TIMES: Final = (None, None, "")

_new: Final = tuple.__new__
"""Makes a duty from its fields, in order; the class's own constructor would take half the time of a duty."""

Element = MeasureElement | TaskElement
Key = tuple[str, Target]


class Duty(NamedTuple):
    """A step of a 程序, a 职责 or a 措施 for one target, at the case's clock.

    ``kind`` is ``step``, ``duty`` or ``measure``. ``units`` may act, as the policy writes them; ``units_resolved`` as they are called for
    this household. ``start`` and ``due`` in seconds since 1970-01-01T00:00:00Z, None where nothing can be counted; ``due_problem`` says
    when that is for want of a calendar. ``done`` is unknown when nothing is recorded. ``completed``: when, as far as the facts
    tell. ``waits_for``: ids that come first and are required and not recorded as done. ``waived_by``: the 例外.
    """

    kind: str
    id: str
    target: Target
    state: State
    outcome: Outcome
    force: str | None
    cites: tuple[str, ...]
    units: tuple[str, ...]
    units_resolved: tuple[str, ...]
    recipient: tuple[str, ...]
    procedure: str | None
    time_limit: str | None
    start: int | None
    due: int | None
    due_problem: str
    done: Outcome
    completed: When | None
    after: tuple[str, ...]
    waits_for: tuple[str, ...]
    waived_by: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def key(self) -> Key:
        """What tells it from the others of the case."""
        return self.id, self.target

    @property
    def late_by(self) -> int | None:
        """Seconds from when it was due to when it was done; None when it was in time, or one of the two is not known."""
        if self.completed is None or self.due is None or self.completed.earliest <= self.due:
            return None
        return self.completed.earliest - self.due

    def dump(self) -> JsonObject:
        """Return the JSON form; moments in ISO 8601."""
        return {
            "kind": self.kind,
            "id": self.id,
            "target": self.target.dump(),
            "state": self.state.value,
            "outcome": self.outcome.value,
            "force": self.force,
            "cites": [*self.cites],
            "units": [*self.units],
            "units_resolved": [*self.units_resolved],
            "recipient": [*self.recipient],
            "procedure": self.procedure,
            "time_limit": self.time_limit,
            "start": _text(self.start),
            "due": _text(self.due),
            "due_problem": self.due_problem,
            "done": self.done.value,
            "done_at": None if self.completed is None else _text(self.completed.earliest),
            "late_by_seconds": self.late_by,
            "after": [*self.after],
            "waits_for": [*self.waits_for],
            "waived_by": [*self.waived_by],
            "missing": [*self.missing],
        }


class Machine:
    """What the duties of one program need, whichever the case."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.listings: Mapping[str, Listing] = {listing.id: listing for listing in program.listings}
        self.counting = {entry.name: entry.taken for entry in program.readings}
        self.parameters = {entry.name: entry for entry in program.parameters}
        self.exceptions = tuple(listing for listing in program.listings if listing.kind == "exception")
        self.procedures: Mapping[str, tuple[str, ...]] = _procedures(program)
        self.reads = {listing.id: _reads(program, listing) for listing in program.listings}

    def within(self, limit: Limit, day: int) -> int | None:
        """Return the number of steps that a limit gives on a day (ordinal); None when its 参数 is not set."""
        if not isinstance(limit.within, str):
            return limit.within
        held = in_force(self.parameters[limit.within], day)
        return held.value if held is not None and isinstance(held.value, int) else None


class Duties:
    """The duties of one case at one moment."""

    def __init__(
        self,
        machine: Machine,
        facts: Case,
        rails: Rails,
        decision: Decision,
        *,
        clock: int,
        day: int,
        workdays: Workdays,
    ) -> None:
        self._machine = machine
        self.facts = facts
        self._rails = rails
        self.clock = clock
        self._day = day
        self._workdays = workdays
        self._evidence = Evidence(machine.program, rails, facts)
        self._elements: tuple[Element, ...] = (*decision.tasks, *decision.measures)
        self._by_id: dict[str, list[Element]] = {}
        self._by_key: dict[Key, Element] = {}
        for element in self._elements:
            self._by_id.setdefault(element.id, []).append(element)
            self._by_key[element.id, element.target] = element

    def all(self) -> tuple[Duty, ...]:
        """Return every step, duty and measure for every target: tasks first, each in the policy's order."""
        return tuple(self._duty(element) for element in self._elements)

    def one(self, key: Key) -> Duty | None:
        """Return one step, duty or measure for one target; None when there is none."""
        element = self._by_key.get(key)
        return None if element is None else self._duty(element)

    def live(self, before: Duties | None = None, known: tuple[Duty, ...] = ()) -> tuple[Duty, ...]:
        """Return those that are required, or would be but for an 例外.

        ``before`` and ``known``: the duties of the same case before its last event, and those that were live; what the event cannot
        have changed is taken over.
        """
        if before is None or before.clock != self.clock:
            return tuple(self._duty(element) for element in self._elements if self._is_live(element))
        same = {duty.key: duty for duty in known}
        changed = {
            name for name, table in self.facts.tables.items() if table is not before.facts.tables[name]
        }
        found: list[Duty] = []
        for element in self._elements:
            if not self._is_live(element):
                continue
            duty = same.get((element.id, element.target)) if element.outcome is YES else None
            if duty is None or not self._is_as_before(element, before, changed):
                duty = self._duty(element)
            found.append(duty)
        return tuple(found)

    def _is_live(self, element: Element) -> bool:
        return element.outcome is YES or (element.outcome is NO and self._is_waived(element))

    def _is_as_before(self, element: Element, before: Duties, changed: set[str]) -> bool:
        """Whether nothing that a required duty depends on is another: its element, the facts that it reads, what comes first."""
        return (
            self._machine.reads[element.id].isdisjoint(changed)
            and before._by_key.get((element.id, element.target)) == element
            and all(self._by_id.get(name) == before._by_id.get(name) for name in element.after)
        )

    def _duty(self, element: Element) -> Duty:
        listing = self._machine.listings[element.id]
        lane = self._lane(listing, element.target)
        limit = listing.limit
        start, due, due_problem = (
            _NO_TIMES if limit is None or limit.start is None or lane is None else self._times(limit, lane)
        )
        waits = self._waits_for(element) if element.after else ()
        waived = self._is_waived(element)
        completed = None
        if element.done is YES and listing.done is not None and lane is not None:
            completed = self._evidence.when(listing.done, lane, start)
        return _new(
            Duty,
            (
                listing.kind,
                element.id,
                element.target,
                self._state(element, due, waits, waived=waived),
                element.outcome,
                listing.force,
                element.cites,
                element.units,
                element.units_resolved,
                listing.recipient,
                listing.procedure,
                element.time_limit,
                start,
                due,
                due_problem,
                element.done,
                completed,
                element.after,
                waits,
                tuple(self._waiving(element)) if waived else (),
                element.missing,
            ),
        )

    def _state(self, element: Element, due: int | None, waits: tuple[str, ...], *, waived: bool) -> State:
        if waived:
            return State.WAIVED
        if element.outcome is not YES:
            return State.NOT_STARTED
        if element.done is YES:
            return State.DONE
        if due is not None and self.clock > due:
            return State.OVERDUE
        return State.NOT_STARTED if waits else State.OPEN

    def _times(self, limit: Limit, lane: int) -> tuple[int | None, int | None, str]:
        start = None if limit.start is None else self._rails.number(limit.start, lane)
        counting = None if limit.reading is None else self._machine.counting[limit.reading]
        within = self._machine.within(limit, self._day)
        try:
            begin, due = start_and_due(limit, start, within, counting, self._workdays)
        except CalendarError as error:
            begin, _ = start_and_due(limit, start, None, counting, self._workdays)
            return begin, None, str(error)
        return begin, due, ""

    def _lane(self, listing: Listing, target: Target) -> int | None:
        if listing.domain in self._machine.program.singular:
            return 0
        ids = self.facts.tables[listing.domain].ids
        return ids.index(target.id) if target.id in ids else None

    def _waits_for(self, element: Element) -> tuple[str, ...]:
        return tuple(name for name in element.after if any(map(self._is_owed, self.before(element, name))))

    def before(self, element: Element | Duty, name: str) -> tuple[Element, ...]:
        """Return the elements of ``name`` that come before ``element``: the one for its own target, else all."""
        own = self._by_key.get((name, element.target))
        return tuple(self._by_id.get(name, ())) if own is None else (own,)

    def _is_owed(self, element: Element) -> bool:
        """Whether an element is required, can be recorded as done, and is not."""
        can_be_done = self._machine.listings[element.id].done is not None
        return element.outcome is YES and can_be_done and element.done is not YES

    def _is_waived(self, element: Element) -> bool:
        listing = self._machine.listings[element.id]
        if listing.condition == listing.node or element.outcome is not NO:
            return False
        lane = self._lane(listing, element.target)
        return lane is not None and self._rails.truth(listing.condition, lane) is True

    def _waiving(self, element: Element) -> Iterator[str]:
        """Yield the 例外 that speak of ``element`` and apply to anything in the case."""
        for exception in self._machine.exceptions:
            if element.id in exception.changes and self._rails.first[exception.node]:
                yield exception.id


def _reads(program: Program, listing: Listing) -> frozenset[str]:
    """Return the entities whose tables tell when ``listing`` starts and when it was done."""
    waiting = [
        each
        for each in (listing.done, None if listing.limit is None else listing.limit.start)
        if each is not None
    ]
    seen: set[int] = set()
    found: set[str] = set()
    while waiting:
        position = waiting.pop()
        if position in seen:
            continue
        seen.add(position)
        node = program.nodes[position]
        if isinstance(node, LEAVES):
            found.add(node.domain)
        relation = getattr(node, "relation", None)
        if isinstance(relation, Relation):
            # Which child belongs to which parent depends on the children, and on which parents there are.
            found.add(relation.child)
            found.update({relation.parent} - program.singular)
        waiting.extend(operands(node))
    return frozenset(found)


def _text(moment: int | None) -> str | None:
    return None if moment is None else moment_text(moment)


def _procedures(program: Program) -> Mapping[str, tuple[str, ...]]:
    steps: dict[str, list[str]] = {}
    for listing in program.listings:
        if listing.kind == "step" and listing.procedure is not None:
            steps.setdefault(listing.procedure, []).append(listing.id)
    return {name: tuple(ids) for name, ids in steps.items()}
