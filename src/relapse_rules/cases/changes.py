"""What an event changed: the difference between what followed before it and what follows after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from relapse_rules.cases.findings import Finding
from relapse_rules.cases.knowledge import Knowledge
from relapse_rules.cases.machines import OWED, Duty, Key, State
from relapse_rules.decisions.model import (
    YES,
    Contradiction,
    Decision,
    JsonObject,
    Outcome,
    Target,
)
from relapse_rules.decisions.moments import moment_text


class OutcomeChange(NamedTuple):
    """An outcome that is another one now. ``section`` is the decision's (``conclusions``, ``measures`` …); None: there was none."""

    section: str
    id: str
    target: Target
    before: Outcome | None
    after: Outcome | None

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "section": self.section,
            "id": self.id,
            "target": self.target.dump(),
            "before": None if self.before is None else self.before.value,
            "after": None if self.after is None else self.after.value,
        }


class DueChange(NamedTuple):
    """A due time that is another one now, in seconds; None: there is none."""

    id: str
    target: Target
    before: int | None
    after: int | None

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "id": self.id,
            "target": self.target.dump(),
            "before": None if self.before is None else moment_text(self.before),
            "after": None if self.after is None else moment_text(self.after),
        }


class Changes(NamedTuple):
    """What is new since an event.

    ``repeated``: the event was there already, and nothing changed. ``conclusions``: outcomes of every section. ``started``: duties
    that are open now and were not; ``met``, ``overdue``, ``waived`` likewise. ``contradictions`` and ``findings``: new ones.
    ``settled``: contradictions that are none any more. ``closed`` and ``opened``: facts that no longer, or newly, are waited for.
    """

    event: str
    sequence: int
    repeated: bool = False
    conclusions: tuple[OutcomeChange, ...] = ()
    started: tuple[Duty, ...] = ()
    met: tuple[Duty, ...] = ()
    overdue: tuple[Duty, ...] = ()
    waived: tuple[Duty, ...] = ()
    due: tuple[DueChange, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    settled: tuple[Contradiction, ...] = ()
    closed: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "event": self.event,
            "sequence": self.sequence,
            "repeated": self.repeated,
            "conclusions": [each.dump() for each in self.conclusions],
            "started": [each.dump() for each in self.started],
            "met": [each.dump() for each in self.met],
            "overdue": [each.dump() for each in self.overdue],
            "waived": [each.dump() for each in self.waived],
            "due": [each.dump() for each in self.due],
            "contradictions": [each.dump() for each in self.contradictions],
            "settled": [each.dump() for each in self.settled],
            "closed": [*self.closed],
            "opened": [*self.opened],
            "findings": [each.dump() for each in self.findings],
        }


def changes(event: str, sequence: int, before: Knowledge, after: Knowledge) -> Changes:
    """Return what an event changed, from what was known ``before`` to what is known ``after``."""
    after.follow(before)
    old, new = before.concluded, after.concluded
    had = {duty.key: duty for duty in before.live}
    has = {duty.key: duty for duty in after.live}
    missed, misses = {fact.fact for fact in old.missing}, {fact.fact for fact in new.missing}
    known, found = set(before.findings), after.findings
    return Changes(
        event=event,
        sequence=sequence,
        conclusions=tuple(_outcomes(old, new)),
        started=_entered(had, has, State.OPEN),
        met=_entered(had, has, State.DONE) + tuple(_met_otherwise(had, has, after)),
        overdue=_entered(had, has, State.OVERDUE),
        waived=_entered(had, has, State.WAIVED),
        due=tuple(_due(had, has)),
        contradictions=tuple(each for each in new.contradictions if each not in old.contradictions),
        settled=tuple(each for each in old.contradictions if each not in new.contradictions),
        closed=tuple(fact.fact for fact in old.missing if fact.fact not in misses),
        opened=tuple(fact.fact for fact in new.missing if fact.fact not in missed),
        findings=tuple(finding for finding in found if finding not in known),
    )


def _entered(had: dict[Key, Duty], has: dict[Key, Duty], state: State) -> tuple[Duty, ...]:
    return tuple(
        duty
        for key, duty in has.items()
        if duty.state is state and (key not in had or had[key].state is not state)
    )


def _met_otherwise(had: dict[Key, Duty], has: dict[Key, Duty], after: Knowledge) -> Iterator[Duty]:
    """Yield duties that are done, and for that very reason no longer required (享受低保 ends 纳入最低生活保障)."""
    for key, before in had.items():
        if key not in has and before.state in OWED:
            duty = after.duty(*key)
            if duty is not None and duty.done is YES:
                yield duty


def _due(had: dict[Key, Duty], has: dict[Key, Duty]) -> Iterator[DueChange]:
    for key in (*has, *(key for key in had if key not in has)):
        before = had[key].due if key in had else None
        after = has[key].due if key in has else None
        if before != after:
            yield DueChange(key[0], key[1], before, after)


class _Concluded(Protocol):
    """An element of a decision that has an outcome."""

    @property
    def id(self) -> str: ...

    @property
    def target(self) -> Target: ...

    @property
    def outcome(self) -> Outcome: ...


def _outcomes(old: Decision, new: Decision) -> Iterator[OutcomeChange]:
    if old.eligibility.outcome is not new.eligibility.outcome:
        yield OutcomeChange(
            "eligibility", "eligibility", new.subject, old.eligibility.outcome, new.eligibility.outcome
        )
    for section in ("conclusions", "judgements", "measures", "tasks", "exceptions"):
        yield from _section(section, getattr(old, section), getattr(new, section))


def _section(name: str, old: Sequence[_Concluded], new: Sequence[_Concluded]) -> Iterator[OutcomeChange]:
    if old == new:
        return
    if len(old) == len(new):
        pairs = [(first, second) for first, second in zip(old, new, strict=True) if first != second]
        if all(first.id == second.id and first.target == second.target for first, second in pairs):
            for first, second in pairs:
                if first.outcome is not second.outcome:
                    yield OutcomeChange(name, second.id, second.target, first.outcome, second.outcome)
            return
    had = {(each.id, each.target): each.outcome for each in old}
    has = {(each.id, each.target): each.outcome for each in new}
    for key in dict.fromkeys((*has, *had)):
        before, after = had.get(key), has.get(key)
        if before is not after:
            yield OutcomeChange(name, key[0], key[1], before, after)
