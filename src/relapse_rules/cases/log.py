"""The append-only log of events that a case is: what any log does, and one in memory.

Each stored event is chained to the one before it by a digest, so that a changed or missing event is noticed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from threading import RLock
from typing import Final, Protocol

from relapse_rules.cases.errors import CaseError, CaseProblem

FIRST: Final = 1
"""The sequence number of a case's first event; 0 is a case without events."""

NO_DIGEST: Final = ""
"""What the first event is chained to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event to be stored. ``recorded_at``: ISO 8601, Asia/Shanghai; ``body``: its canonical JSON text."""

    event_id: str
    recorded_at: str
    kind: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An event as it is stored. ``sequence`` counts from 1 in each case, in the order of arrival."""

    sequence: int
    entry: Entry
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """An event that came with the id of another one and other content. ``sequence`` is the stored one's."""

    sequence: int
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a case had come to at ``sequence``, whose event has ``digest``. A cache: it may be dropped at any time."""

    sequence: int
    digest: str
    body: str


class StaleError(Exception):
    """Someone else has appended to the case meanwhile; nothing was stored. ``sequence``: its last event now."""

    def __init__(self, sequence: int) -> None:
        super().__init__(sequence)
        self.sequence = sequence


class ConflictError(Exception):
    """The id belongs to an event with other content. The new one was put among the conflicts."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(conflict)
        self.conflict = conflict


class EventLog(Protocol):
    """Where cases are kept. Safe to share between threads; what `append` has returned is there for good."""

    def append(self, case_id: str, entry: Entry, expected: int) -> Stored:
        """Store ``entry`` after the event ``expected`` and return it; the stored one when the same event is there already.

        Raises:
            ConflictError: its id is there with other content.
            StaleError: the case's last event is not ``expected``.
        """
        ...

    def read(self, case_id: str, after: int = 0) -> tuple[Stored, ...]:
        """Return the events of a case after the sequence number ``after``, in order; none for an unknown case."""
        ...

    def find(self, case_id: str, event_id: str) -> Stored | None:
        """Return the event of a case with this id."""
        ...

    def cases(self) -> tuple[str, ...]:
        """Return the ids of all cases, sorted."""
        ...

    def conflicts(self, case_id: str) -> tuple[Conflict, ...]:
        """Return the events that came with a taken id and other content, in order of arrival."""
        ...

    def snapshot(self, case_id: str) -> Snapshot | None:
        """Return the latest snapshot of a case, if one is kept."""
        ...

    def keep(self, case_id: str, snapshot: Snapshot) -> None:
        """Keep ``snapshot`` in place of the one before."""
        ...


def chained(previous: str, case_id: str, sequence: int, entry: Entry) -> str:
    """Return the digest of an event that follows the one with the digest ``previous``."""
    parts = (previous, case_id, str(sequence), entry.event_id, entry.recorded_at, entry.kind, entry.body)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def verified(
    case_id: str, stored: Iterable[Stored], after: int = 0, previous: str = NO_DIGEST
) -> tuple[Stored, ...]:
    """Return ``stored``, which must follow each other and the event ``after`` (digest ``previous``).

    Raises:
        CaseError: one is missing or was changed.
    """
    events = tuple(stored)
    for number, event in enumerate(events, start=after + 1):
        if event.sequence != number or event.digest != chained(previous, case_id, number, event.entry):
            message = f"第 {number} 条事件与校验值不符：记录被改动过，或缺了一条"
            raise CaseError(
                CaseProblem(case=case_id, event=event.entry.event_id, message=message, help="从备份恢复")
            )
        previous = event.digest
    return events


class MemoryLog:
    """A log in memory, for as long as the process lives."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._events: dict[str, list[Stored]] = {}
        self._by_id: dict[tuple[str, str], Stored] = {}
        self._conflicts: dict[str, list[Conflict]] = {}
        self._snapshots: dict[str, Snapshot] = {}

    def append(self, case_id: str, entry: Entry, expected: int) -> Stored:
        """See `EventLog.append`."""
        with self._lock:
            known = self._by_id.get((case_id, entry.event_id))
            if known is not None:
                if known.entry == entry:
                    return known
                conflict = Conflict(sequence=known.sequence, entry=entry)
                seen = self._conflicts.setdefault(case_id, [])
                if conflict not in seen:
                    seen.append(conflict)
                raise ConflictError(conflict)
            events = self._events.get(case_id, [])
            if len(events) != expected:
                raise StaleError(len(events))
            previous = events[-1].digest if events else NO_DIGEST
            stored = Stored(
                sequence=expected + 1,
                entry=entry,
                digest=chained(previous, case_id, expected + 1, entry),
            )
            self._events.setdefault(case_id, []).append(stored)
            self._by_id[case_id, entry.event_id] = stored
            return stored

    def read(self, case_id: str, after: int = 0) -> tuple[Stored, ...]:
        """See `EventLog.read`."""
        with self._lock:
            return tuple(self._events.get(case_id, ())[after:])

    def find(self, case_id: str, event_id: str) -> Stored | None:
        """See `EventLog.find`."""
        with self._lock:
            return self._by_id.get((case_id, event_id))

    def cases(self) -> tuple[str, ...]:
        """See `EventLog.cases`."""
        with self._lock:
            return tuple(sorted(self._events))

    def conflicts(self, case_id: str) -> tuple[Conflict, ...]:
        """See `EventLog.conflicts`."""
        with self._lock:
            return tuple(self._conflicts.get(case_id, ()))

    def snapshot(self, case_id: str) -> Snapshot | None:
        """See `EventLog.snapshot`."""
        with self._lock:
            return self._snapshots.get(case_id)

    def keep(self, case_id: str, snapshot: Snapshot) -> None:
        """See `EventLog.keep`."""
        with self._lock:
            self._snapshots[case_id] = snapshot
