"""Which outcomes and duties time alone changes, day by day: birthdays, stated moments that come, 参数, limits, mergers of units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from relapse_rules.decisions.conclude import Concluder
from relapse_rules.decisions.model import (
    YES,
    Conclusion,
    Decision,
    ExceptionElement,
    JudgementElement,
    MeasureElement,
    Outcome,
    PolicyReference,
    Target,
    TaskElement,
)
from relapse_rules.decisions.moments import day_text, first_second, last_second, moment_text
from relapse_rules.decisions.situation import HOUSEHOLD
from relapse_rules.decisions.words import Words
from relapse_rules.explain.causes import Causes, Change, Place
from relapse_rules.explain.model import OutcomeChange, StepKind
from relapse_rules.explain.timeline_model import Aspect, Day, Due, DutyChange, Timeline, Turn
from relapse_rules.explain.turning import (
    Runner,
    TooManyMomentsError,
    dated,
    moving,
    turning_points,
)
from relapse_rules.facts.case import Case
from relapse_rules.facts.errors import FactProblem, FactsError
from relapse_rules.facts.moments import MomentError, date_ordinal, time_seconds
from relapse_rules.ir.details import Details
from relapse_rules.ir.program import Limit, Program
from relapse_rules.values.moments import day_of
from relapse_rules.values.vocabulary import Vocabulary

MOST_DAYS: Final = 3660
"""Ten years: nobody plans further, and a mistyped year must not take minutes."""

_FIRST: Final = "first"
_LAST: Final = "last"
_OPEN: Final = "—"


class _Rule(NamedTuple):
    """A declaration: where its outcome, its done and the start of its limit are worked out, and in which lanes."""

    kind: StepKind
    domain: str
    node: int
    done: int | None = None
    limit: Limit | None = None


class _Duty(NamedTuple):
    """A measure or task of a decision that is called for."""

    kind: StepKind
    element: MeasureElement | TaskElement


class _State(NamedTuple):
    """What holds from one moment to another (seconds, both included)."""

    first: int
    last: int
    decision: Decision


def timeline(
    engine: Runner,
    concluder: Concluder,
    case: Case,
    first: str,
    last: str,
    *,
    vocabulary: Vocabulary,
    details: Details | None = None,
) -> Timeline:
    """Return on which days from ``first`` to ``last`` (``2024-01-01``, both included) time alone changes anything.

    A change as ``first`` begins is one against the day before, unless the policy itself comes into force then. 工作日 and limits that
    run from 判定时点 itself are never due.

    Raises:
        FactsError: ``first`` or ``last`` is no date, they are in the wrong order or more than `MOST_DAYS` apart, the policy is not in
            force on one of them, or something changes so often between them that a shorter time must be asked for.
    """
    program = engine.program
    start, end = _asked(program, first, last)
    begins = first_second(start) - (program.valid_from is None or start > program.valid_from)
    try:
        points = turning_points(engine, case, begins, last_second(end))
    except TooManyMomentsError:
        raise _refused(_LAST, "这段时间里随时间变化的次数太多", "缩短起止日期之间的时间") from None
    states = tuple(
        _State(point, following - 1, _decided(engine, concluder, case, point))
        for point, following in pairwise((*points, last_second(end) + 1))
    )
    return Timeline(
        policy=PolicyReference(program.policy, program.digest, moment_text(case.as_of)),
        subject=Target(HOUSEHOLD, case.tables[HOUSEHOLD].ids[0]),
        first=day_text(start),
        last=day_text(end),
        days=tuple(_Days(engine, case, Words(vocabulary), details or Details()).days(states, start)),
    )


def _decided(engine: Runner, concluder: Concluder, case: Case, moment: int) -> Decision:
    then = dated(engine.program, case, moment)
    return concluder.conclude(engine.run(then), then, reading_changes={})


# --- what is asked for ------------------------------------------------------------------------------


def _asked(program: Program, first: str, last: str) -> tuple[int, int]:
    """Return the first and the last day (ordinals)."""
    start, end = _day(program, _FIRST, first), _day(program, _LAST, last)
    if end < start:
        raise _refused(_LAST, f"结束日期 {day_text(end)} 早于开始日期 {day_text(start)}", "对调两个日期")
    if end - start >= MOST_DAYS:
        raise _refused(_LAST, f"从 {day_text(start)} 到 {day_text(end)} 太长", "起止日期之间不超过十年")
    return start, end


def _day(program: Program, argument: str, stated: str) -> int:
    try:
        day = date_ordinal(stated)
    except MomentError as error:
        raise _refused(argument, f"要填日期，这里是“{stated[:40]}”：{error}", "写作 2024-01-01") from None
    since, until = program.valid_from, program.valid_until
    if (since is not None and day < since) or (until is not None and day > until):
        between = " 至 ".join(_OPEN if edge is None else day_text(edge) for edge in (since, until))
        raise _refused(
            argument, f"{day_text(day)} 不在“{program.policy}”的有效期（{between}）内", "改用有效期内的日期"
        )
    return day


def _refused(argument: str, told: str, remedy: str) -> FactsError:
    return FactsError((FactProblem(source=argument, path="", message=told, help=remedy),))


# --- what changes -----------------------------------------------------------------------------------


class _Days:
    """Compares what holds from one moment to the next."""

    def __init__(self, engine: Runner, case: Case, words: Words, details: Details) -> None:
        program = engine.program
        self._engine = engine
        self._case = case
        self._moving = moving(program)
        self._causes = Causes(program, words, details, self._moving)
        self._rules = _rules(program)

    def days(self, states: tuple[_State, ...], start: int) -> Iterator[Day]:
        """Yield each day from ``start`` (ordinal) on, on which anything happens."""
        turns: dict[int, list[Turn]] = {}
        due: dict[int, list[Due]] = {}
        overdue: dict[int, list[Due]] = {}
        for before, after in pairwise(states):
            turn = self._turn(before, after)
            if turn is not None:
                turns.setdefault(day_of(after.first), []).append(turn)
        for state in states:
            for moment, ending in sorted(self._ending(state), key=lambda found: found[0]):
                if state.first <= moment <= state.last:
                    due.setdefault(day_of(moment), []).append(ending)
                if state.first <= first_second(day_of(moment) + 1) <= state.last:
                    overdue.setdefault(day_of(moment) + 1, []).append(ending)
        for day in sorted({*turns, *due, *overdue}):
            if day >= start:
                yield Day(
                    date=day_text(day),
                    turns=tuple(turns.get(day, ())),
                    due=tuple(due.get(day, ())),
                    overdue=tuple(overdue.get(day, ())),
                )

    def _turn(self, before: _State, after: _State) -> Turn | None:
        """Return what changes from one state to the next; None when nothing does."""
        earlier, later = _outcomes(before.decision, self._rules), _outcomes(after.decision, self._rules)
        changes = tuple(
            OutcomeChange(kind=now.kind, id=now.id, target=now.target, before=then.outcome, after=now.outcome)
            for then, now in zip(earlier, later, strict=True)
            if then.outcome is not now.outcome
        )
        called, still = self._duties(before.decision), self._duties(after.decision)
        duties = tuple(
            change
            for key, duty in still.items()
            if key in called
            for change in self._altered(called[key], duty)
        )
        if not changes and not duties:
            return None
        return Turn(
            moment=None if after.first == first_second(day_of(after.first)) else moment_text(after.first),
            changes=changes,
            duties=duties,
            causes=tuple(dict.fromkeys(self._caused(after.first, changes, duties))),
        )

    def _duties(self, decision: Decision) -> Mapping[tuple[str, Target], _Duty]:
        """Return the measures and tasks that are called for, by id and target."""
        return {
            (element.id, element.target): _Duty(self._rules[element.id].kind, element)
            for element in _duties(decision)
            if element.outcome is YES
        }

    def _altered(self, before: _Duty, after: _Duty) -> Iterator[DutyChange]:
        then, now = before.element, after.element
        aspects: list[tuple[Aspect, str | None, str | None]] = [
            (Aspect.DONE, then.done.value, now.done.value),
            (Aspect.UNITS, "、".join(then.units_resolved), "、".join(now.units_resolved)),
        ]
        if not self._runs_from_now(now.id):
            aspects.append((Aspect.DUE, then.due, now.due))
        for aspect, one, other in aspects:
            if one != other:
                yield DutyChange(
                    kind=after.kind, id=now.id, target=now.target, aspect=aspect, before=one, after=other
                )

    def _ending(self, state: _State) -> Iterator[tuple[int, Due]]:
        """Yield the end of each time limit of what is called for and not known to be done."""
        for kind, element in self._duties(state.decision).values():
            if element.due is not None and element.done is not YES and not self._runs_from_now(element.id):
                yield (
                    time_seconds(element.due),
                    Due(
                        kind=kind,
                        id=element.id,
                        target=element.target,
                        moment=element.due,
                        units=element.units_resolved,
                    ),
                )

    def _runs_from_now(self, name: str) -> bool:
        limit = self._rules[name].limit
        return limit is not None and limit.start in self._moving.all

    def _caused(
        self, moment: int, changes: tuple[OutcomeChange, ...], duties: tuple[DutyChange, ...]
    ) -> Iterator[str]:
        program, day = self._engine.program, day_of(moment)
        case = dated(program, self._case, moment)
        change = Change(
            case, self._engine.run(dated(program, self._case, moment - 1)), self._engine.run(case)
        )
        places: list[Place] = []
        for found in changes:
            rule = self._rules[found.id]
            places.append((rule.node, self._lane(rule, found.target)))
        for duty in duties:
            rule = self._rules[duty.id]
            lane = self._lane(rule, duty.target)
            if duty.aspect is Aspect.DONE and rule.done is not None:
                places.append((rule.done, lane))
            if duty.aspect is Aspect.DUE and rule.limit is not None and rule.limit.start is not None:
                places.append((rule.limit.start, lane))
        yield from self._causes.of(change, tuple(dict.fromkeys(places)))
        for duty in duties:
            limit = self._rules[duty.id].limit
            if duty.aspect is Aspect.DUE and limit is not None and isinstance(limit.within, str):
                yield from self._causes.parameter(limit.within, day)
            if duty.aspect is Aspect.UNITS and duty.before is not None:
                yield from self._causes.units(tuple(duty.before.split("、")), day)

    def _lane(self, rule: _Rule, target: Target) -> int:
        table = self._case.tables[rule.domain]
        return table.ids.index(target.id) if target.id in table.ids else 0


def _duties(decision: Decision) -> Iterator[MeasureElement | TaskElement]:
    yield from decision.measures
    yield from decision.tasks


class _Outcome(NamedTuple):
    """One outcome of a decision."""

    kind: StepKind
    id: str
    target: Target
    outcome: Outcome


def _outcomes(decision: Decision, rules: Mapping[str, _Rule]) -> tuple[_Outcome, ...]:
    """Return all outcomes of a decision, in a fixed order."""
    listed: tuple[
        tuple[Conclusion | JudgementElement | MeasureElement | TaskElement | ExceptionElement, ...], ...
    ] = (
        decision.conclusions,
        decision.judgements,
        decision.measures,
        decision.tasks,
        decision.exceptions,
    )
    return tuple(
        _Outcome(rules[each.id].kind, each.id, each.target, each.outcome) for part in listed for each in part
    )


def _rules(program: Program) -> Mapping[str, _Rule]:
    """Return what a decision lists, by id."""
    rules: dict[str, _Rule] = {}
    for kind, entries in (
        (StepKind.DEFINITION, program.conclusions),
        (StepKind.JUDGEMENT, program.judgements),
    ):
        rules.update({entry.id: _Rule(kind, entry.domain, entry.node) for entry in entries})
    for listing in program.listings:
        rules[listing.id] = _Rule(
            StepKind(listing.kind), listing.domain, listing.node, listing.done, listing.limit
        )
    return rules
