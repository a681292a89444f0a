"""A live case: events go in, what they change comes out, and the log keeps everything. Nothing here reads the wall clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import RLock
from typing import Final, TypeVar

from relapse_rules.cases.changes import Changes, changes
from relapse_rules.cases.clock import Workdays
from relapse_rules.cases.course import Course, event_of, events_of
from relapse_rules.cases.errors import CaseError, CaseProblem, from_facts
from relapse_rules.cases.events import (
    Advanced,
    CaseOpened,
    Closed,
    Event,
    PolicyChanged,
    PolicyChoice,
    moment_seconds,
)
from relapse_rules.cases.findings import Finding
from relapse_rules.cases.knowledge import Knowledge
from relapse_rules.cases.log import (
    NO_DIGEST,
    Conflict,
    ConflictError,
    Entry,
    EventLog,
    MemoryLog,
    StaleError,
    Stored,
    verified,
)
from relapse_rules.cases.machines import Duty
from relapse_rules.cases.plain import PlainError, plain
from relapse_rules.cases.recent import Recent
from relapse_rules.cases.setting import Engine, PolicyLike, Setting, setting_of
from relapse_rules.cases.snapshots import Progress
from relapse_rules.decisions import Decision
from relapse_rules.decisions.moments import moment_text
from relapse_rules.facts.errors import FactProblem, FactsError
from relapse_rules.facts.read import Facts, stated_facts
from relapse_rules.facts.shown import shorten

OPENED: Final = "opened"
"""The id of each case's first event."""

_SNAPSHOT_EVERY: Final = 100


_recent: Final[Recent[int, Knowledge]] = Recent(256)
"""The last conclusions of the cases used last, by `id`; a case that was not used for long concludes anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """An event of a case, with its place in the order of arrival."""

    sequence: int
    event: Event


class Case:
    """One live case. Make one with `open_case`, or with `Case.replay` from its log. Safe to share between threads.

    Several processes may hold the same case: each takes in what the others have added before it adds its own.
    """

    __slots__ = (
        "__weakref__",
        "_digest",
        "_lock",
        "_log",
        "_progress",
        "_sequence",
        "_setting",
        "_workdays",
        "id",
    )

    def __init__(self, setting: Setting, log: EventLog, case_id: str, workdays: Workdays) -> None:
        """For `open_case` and `Case.replay`, which also bring it up to date."""
        self.id = case_id
        self._setting = setting
        self._log = log
        self._workdays = workdays
        self._lock = RLock()
        self._sequence = 0
        self._digest = NO_DIGEST
        self._progress: Progress | None = None

    def __repr__(self) -> str:
        return f"<Case {self.id} {self.as_of} #{self._sequence}>"

    @classmethod
    def replay(
        cls,
        log: EventLog,
        case_id: str,
        policy: PolicyLike,
        *,
        earlier: Iterable[PolicyLike] = (),
        other_policy: PolicyChoice | str | None = None,
        workdays: Workdays | str = Workdays.CALENDAR,
        engine: Engine | None = None,
        snapshots: bool = True,
    ) -> Case:
        """Return a case as its log has it.

        ``other_policy``: what to do when the case goes by another version than ``policy``: decide anew by it, or stay with the old
        one, which must be among ``earlier``. The choice is recorded, and holds from then on. ``engine`` gives the rails in place of
        the own one of ``policy``. ``snapshots``: whether one may be used in place of the events before it.

        Raises:
            CaseError: there is no such case, its log was tampered with, or it goes by another version and nothing was chosen.
        """
        choice = None if other_policy is None else _one_of(PolicyChoice, other_policy)
        by_digest = {each.digest: each for each in (*earlier, policy)}
        stored = log.read(case_id)
        if not stored:
            raise CaseError(CaseProblem(case=case_id, message="没有这个案卷", help="先立案（open）"))
        digest, stayed = _policy_of(stored)
        if digest == policy.digest:
            choice = None
        elif policy.digest in stayed and choice is None:
            choice = PolicyChoice.STAY
        using = (
            policy if digest == policy.digest or choice is PolicyChoice.REDECIDE else by_digest.get(digest)
        )
        if using is None or (digest != policy.digest and choice is None):
            raise _other_policy(case_id, digest, choice)
        setting = setting_of(using, engine if using is policy else None)
        case = cls(setting, log, case_id, _one_of(Workdays, workdays))
        case._restore(stored, snapshots=snapshots)
        if choice is not None and not (choice is PolicyChoice.STAY and policy.digest in stayed):
            case._choose(policy, choice)
        return case

    # --- what is known ------------------------------------------------------------------------------------------

    @property
    def known(self) -> Knowledge:
        """What the county knows at the case's clock."""
        with self._lock:
            found = _recent.get(id(self))
            facts = self._now.facts
            if found is None or found.facts is not facts:
                found = Knowledge(self._setting, facts, self._workdays)
            _recent.keep(id(self), found)
            return found

    @property
    def as_of(self) -> str:
        """The case's clock, ISO 8601 in Asia/Shanghai."""
        return moment_text(self._now.facts.as_of)

    @property
    def sequence(self) -> int:
        """How many events the case has."""
        return self._sequence

    @property
    def is_closed(self) -> bool:
        """Whether it takes no more events."""
        return self._now.closed

    @property
    def decision(self) -> Decision:
        """What the policy says of the case at its clock."""
        return self.known.decision

    @property
    def duties(self) -> tuple[Duty, ...]:
        """Every step, duty and measure for every target, with its state."""
        return self.known.duties

    @property
    def owed(self) -> tuple[Duty, ...]:
        """What someone must still do, soonest due first."""
        return self.known.owed

    @property
    def procedures(self) -> Mapping[str, tuple[Duty, ...]]:
        """The steps of each 程序, in order."""
        return self.known.procedures

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the record shows to be late, out of order, or by another unit."""
        return self.known.findings

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Events that came with a taken id and other content; they were kept, and changed nothing."""
        return self._log.conflicts(self.id)

    def as_known_at(self, moment: str | datetime) -> Knowledge:
        """Return what the county knew at ``moment``, which names its time zone: nothing that it learnt later, corrections included.

        Raises:
            CaseError: it lies before the case was opened, or after the case's clock.
        """
        seconds = moment_seconds(moment)
        with self._lock:
            self.catch_up()
            progress = self._now
            if not progress.opened <= seconds <= progress.facts.as_of:
                begin, end = moment_text(progress.opened), moment_text(progress.facts.as_of)
                message = f"{moment_text(seconds)} 不在本案的 {begin} 至 {end} 之间"
                raise CaseError(CaseProblem(case=self.id, message=message))
            return Knowledge(self._setting, self._course.at(seconds), self._workdays)

    def timeline(self) -> tuple[TimelineEntry, ...]:
        """Return all events in the order of arrival."""
        return tuple(
            TimelineEntry(sequence=each.sequence, event=event_of(each))
            for each in verified(self.id, self._log.read(self.id))
        )

    # --- what happens -------------------------------------------------------------------------------------------

    def add(self, event: Event) -> Changes:
        """Take in an event and return what it changed. The same event again changes nothing.

        Raises:
            CaseError: it cannot be taken in; nothing was stored but, when its id belongs to another event, the conflict.
        """
        if isinstance(event, (CaseOpened, PolicyChanged)):
            message = "这种事件由立案、换政策时自动登记，不能直接添加"
            raise CaseError(CaseProblem(case=self.id, event=event.id, message=message))
        return self._commit(event)

    def advance(self, to: str | datetime) -> Changes:
        """Move the case's clock to ``to``, which names its time zone; return what fell due. The same moment again changes nothing.

        Raises:
            CaseError: it is earlier than the clock, or the policy is not in force then.
        """
        moment = moment_text(moment_seconds(to))
        return self._commit(Advanced(id=f"advanced:{moment}", recorded_at=moment))

    def close(self, *, reason: str | None = None) -> Changes:
        """Close the case at its clock: it takes no more events. Closing again changes nothing.

        Raises:
            CaseError: it was closed for another reason.
        """
        with self._lock:
            self.catch_up()
            known = self._log.find(self.id, "closed")
            at = self.as_of if known is None else known.entry.recorded_at
            return self._commit(Closed(id="closed", recorded_at=at, reason=reason))

    def catch_up(self) -> None:
        """Take in what others have added to the log meanwhile."""
        with self._lock:
            tail = verified(self.id, self._log.read(self.id, self._sequence), self._sequence, self._digest)
            if tail:
                self._progress = self._course.continued(self._now, map(event_of, tail))
                self._sequence, self._digest = tail[-1].sequence, tail[-1].digest

    # --- how ----------------------------------------------------------------------------------------------------

    @property
    def _now(self) -> Progress:
        # INVARIANT: `replay` restores a case before it hands it out.
        assert self._progress is not None
        return self._progress

    @property
    def _course(self) -> Course:
        return Course(self._setting, self.id, lambda: events_of(self._log.read(self.id)))

    def _commit(self, event: Event) -> Changes:
        entry = _entry(event)
        with self._lock:
            while True:
                self.catch_up()
                stored = self._log.find(self.id, event.id)
                if stored is not None and stored.entry == entry:
                    return Changes(event=event.id, sequence=stored.sequence, repeated=True)
                if stored is not None:
                    self._append(event, entry)
                if isinstance(event, Advanced) and event.recorded == self._now.facts.as_of:
                    return Changes(event=event.id, sequence=self._sequence, repeated=True)
                progress = self._course.after(self._now, event)
                before = self.known
                after = Knowledge(self._setting, progress.facts, self._workdays)
                changed = changes(event.id, self._sequence + 1, before, after)
                try:
                    stored = self._append(event, entry)
                except StaleError:
                    continue
                self._progress = progress
                self._sequence, self._digest = stored.sequence, stored.digest
                _recent.keep(id(self), after)
                self._keep_snapshot()
                return changed

    def _append(self, event: Event, entry: Entry) -> Stored:
        try:
            return self._log.append(self.id, entry, self._sequence)
        except ConflictError as error:
            message = f"这个编号已用于第 {error.conflict.sequence} 条内容不同的事件；这一条记入冲突，没有生效"
            raise CaseError(
                CaseProblem(case=self.id, event=event.id, message=message, help="换一个编号，或用更正")
            ) from None

    def _restore(self, stored: tuple[Stored, ...], *, snapshots: bool) -> None:
        """Bring the case to where its log is."""
        with self._lock:
            verified(self.id, stored)
            kept = self._log.snapshot(self.id) if snapshots else None
            progress = self._course.from_snapshot(kept, stored)
            if kept is None or progress is None:
                self._progress = self._course.begun(events_of(stored))
            else:
                self._progress = self._course.continued(progress, map(event_of, stored[kept.sequence :]))
            self._sequence, self._digest = stored[-1].sequence, stored[-1].digest

    def _keep_snapshot(self) -> None:
        if self._sequence % _SNAPSHOT_EVERY == 0:
            self._log.keep(self.id, self._course.snapshot(self._now, self._sequence, self._digest))

    def _choose(self, policy: PolicyLike, choice: PolicyChoice) -> None:
        """Record what was chosen about another version of the policy."""
        with self._lock:
            while True:
                self.catch_up()
                event = PolicyChanged(
                    id=f"policy_changed:{self._sequence + 1}",
                    recorded_at=self.as_of,
                    policy=policy.name,
                    digest=policy.digest,
                    choice=choice,
                )
                try:
                    stored = self._append(event, _entry(event))
                except StaleError:
                    continue
                self._sequence, self._digest = stored.sequence, stored.digest
                return


def open_case(
    policy: PolicyLike,
    facts: Facts,
    *,
    as_of: str | datetime | None = None,
    log: EventLog | None = None,
    case_id: str | None = None,
    workdays: Workdays | str = Workdays.CALENDAR,
    engine: Engine | None = None,
) -> Case:
    """Open a case with what is known at ``as_of`` (else the facts' own 判定时点) and return it.

    ``log``: where it is kept; in memory when not given. ``case_id``: the subject's id when not given. Opening a case again with
    the same facts returns it as it is. ``engine`` gives the rails in place of the policy's own.

    Raises:
        CaseError: the facts cannot be used, or the case is there with other facts.
    """
    setting = setting_of(policy, engine)
    try:
        whole = setting.statements.dated(plain(stated_facts(facts, "facts")), as_of)
    except PlainError as error:
        raise from_facts(FactsError((FactProblem(source="facts", path="", message=str(error)),))) from None
    except FactsError as error:
        raise from_facts(error) from None
    opened = setting.statements.opening(case_id or "", whole)
    name = case_id or opened.tables[setting.shape.subject].ids[0]
    setting.require_in_force(name, opened.as_of)
    opening = CaseOpened(
        id=OPENED,
        recorded_at=moment_text(opened.as_of),
        facts=whole,
        policy=policy.name,
        digest=policy.digest,
    )
    rule = _one_of(Workdays, workdays)
    kept = MemoryLog() if log is None else log
    try:
        kept.append(name, _entry(opening), 0)
    except (ConflictError, StaleError):
        message = "已有这个案卷，立案的内容不同；这一份记入冲突，没有生效"
        raise CaseError(
            CaseProblem(case=name, message=message, help="换一个案卷编号，或把不同的事实作为事件添加")
        ) from None
    return Case.replay(kept, name, policy, workdays=rule, engine=engine)


_Choice = TypeVar("_Choice", bound=StrEnum)


def _one_of(kind: type[_Choice], stated: str) -> _Choice:
    try:
        return kind(stated)
    except ValueError:
        message = f"没有“{shorten(str(stated))}”这个选项"
        raise CaseError(CaseProblem(message=message, help=f"可选 {'、'.join(kind)}")) from None


def _entry(event: Event) -> Entry:
    return Entry(event_id=event.id, recorded_at=event.recorded_at, kind=event.kind, body=event.text())


def _policy_of(stored: tuple[Stored, ...]) -> tuple[str, frozenset[str]]:
    """Return the digest of the policy that a case goes by, and those of versions that it chose not to go by."""
    digest, stayed = "", set[str]()
    for each in stored:
        if each.entry.kind not in {CaseOpened.kind, PolicyChanged.kind}:
            continue
        event = event_of(each)
        if isinstance(event, PolicyChanged) and event.choice is PolicyChoice.STAY:
            stayed.add(event.digest)
        elif isinstance(event, (CaseOpened, PolicyChanged)):
            digest = event.digest
    return digest, frozenset(stayed)


def _other_policy(case_id: str, digest: str, choice: PolicyChoice | None) -> CaseError:
    message = f"本案用的是另一版政策 {digest[:19]}…"
    remedy = (
        "要沿用，须同时给出那一版政策"
        if choice is PolicyChoice.STAY
        else "选 redecide 按这一版重新判定，或选 stay 沿用并给出那一版政策"
    )
    return CaseError(CaseProblem(case=case_id, message=message, help=remedy))
