"""Runs 用例: decides the facts of each and compares the decision with what is expected of it, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, assert_never

from relapse_rules.check.policy import TypedCase, TypedExpectation
from relapse_rules.decisions.model import (
    Conclusion,
    Decision,
    ExceptionElement,
    JudgementElement,
    MeasureElement,
    Outcome,
    Target,
    TaskElement,
)
from relapse_rules.decisions.moments import moment_text
from relapse_rules.facts.errors import FactsError
from relapse_rules.source import NOWHERE, Span
from relapse_rules.syntax.declarations import ExpectationKind

Decide = Callable[[TypedCase], Decision]
"""Decides the facts of a case; raises `FactsError` when they cannot be used."""

Told = Callable[[str], str]
"""The name of a fact (``household.dibao_eligible``) for a reader."""

_WORDS: Final = {Outcome.YES: "是", Outcome.NO: "否", Outcome.UNKNOWN: "未知"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One line under 期望 that does not hold. ``why``: what the decision says about it, or is empty. ``span``: the line."""

    expected: str
    got: str
    why: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """A case that was run; it passed when nothing failed."""

    name: str
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Whether everything expected holds."""
        return not self.failures


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a decision says of one id and one target."""

    target: Target
    outcome: Outcome
    missing: tuple[str, ...] = ()
    done: Outcome = Outcome.UNKNOWN
    due: str | None = None


def run_case(decide: Decide, case: TypedCase, *, told: Told = str) -> CaseResult:
    """Return how ``case`` went. Facts that cannot be used are a failure of the case, never raised.

    ``told``: how a reader is told of a fact, by default by its English name.
    """
    try:
        decision = decide(case)
    except FactsError as error:
        problems = "；".join(str(problem) for problem in error.problems)
        failure = Failure(expected="给定的事实可以判定", got="事实有误", why=problems, span=case.span)
        return CaseResult(name=case.name, failures=(failure,))
    failures = (failure for each in case.expectations for failure in _failures(decision, each, told))
    return CaseResult(name=case.name, failures=tuple(failures))


def _failures(decision: Decision, expectation: TypedExpectation, told: Told) -> Iterator[Failure]:
    for subject in expectation.subjects:
        failure = _failure(decision, expectation, subject, told)
        if failure is not None:
            yield failure


def _failure(decision: Decision, expectation: TypedExpectation, subject: str, told: Told) -> Failure | None:
    kind = ExpectationKind(expectation.kind)
    match kind:
        case ExpectationKind.OUTCOME:
            return _outcome(decision, expectation, subject, told)
        case ExpectationKind.DONE:
            return _done(decision, expectation, subject, told)
        case ExpectationKind.DUE:
            return _due(decision, expectation, subject)
        case ExpectationKind.MEASURES | ExpectationKind.NO_MEASURES:
            return _measures(decision, expectation, subject, told)
        case ExpectationKind.MISSING:
            return _among(expectation, subject, {each.fact for each in decision.missing}, "缺", told)
        case ExpectationKind.CONTRADICTION:
            return _among(expectation, subject, {each.fact for each in decision.contradictions}, "矛盾", told)
        case _:
            assert_never(kind)


def _outcome(decision: Decision, expectation: TypedExpectation, subject: str, told: Told) -> Failure | None:
    found = _about(decision, subject, expectation.target)
    got = _together(each.outcome for each in found)
    if got == expectation.outcome:
        return None
    return Failure(
        expected=f"{_named(subject, expectation.target)} 为 {expectation.outcome}",
        got=got,
        why=_why(found, told),
        span=expectation.span,
    )


def _done(decision: Decision, expectation: TypedExpectation, subject: str, told: Told) -> Failure | None:
    found = _about(decision, subject, expectation.target)
    got = _together(each.done for each in found)
    if got == expectation.outcome:
        return None
    expected = f"完成 {_named(subject, expectation.target)} 为 {expectation.outcome}"
    return Failure(expected=expected, got=got, why=_why(found, told), span=expectation.span)


def _due(decision: Decision, expectation: TypedExpectation, subject: str) -> Failure | None:
    """Some target is due at that moment; or no target is due at all, where none is expected."""
    found = _about(decision, subject, expectation.target)
    told = sorted({each.due for each in found if each.due is not None})
    wanted = None if expectation.due is None else moment_text(expectation.due)
    if (not told and wanted is None) or wanted in told:
        return None
    expected = f"截止 {_named(subject, expectation.target)} 为 {wanted or '没有'}"
    return Failure(expected=expected, got="、".join(told) or "没有", span=expectation.span)


def _measures(decision: Decision, expectation: TypedExpectation, subject: str, told: Told) -> Failure | None:
    found = _about(decision, subject, expectation.target)
    applies = any(each.outcome is Outcome.YES for each in found)
    if applies == (expectation.kind == ExpectationKind.MEASURES):
        return None
    return Failure(
        expected=f"{expectation.kind} {subject}",
        got=_together(each.outcome for each in found),
        why=_why(found, told),
        span=expectation.span,
    )


def _among(
    expectation: TypedExpectation, subject: str, facts: set[str], word: str, told: Told
) -> Failure | None:
    if subject in facts:
        return None
    got = f"{word} {'、'.join(map(told, sorted(facts)))}" if facts else f"没有{word}"
    return Failure(expected=f"{word} {told(subject)}", got=got, span=expectation.span)


def _about(decision: Decision, subject: str, target: str | None) -> list[_Found]:
    """Return what the decision says of an id, for one target or for all."""
    plain: list[Conclusion | JudgementElement | ExceptionElement] = [
        *decision.conclusions,
        *decision.judgements,
        *decision.exceptions,
    ]
    found = [
        *(_Found(target=each.target, outcome=each.outcome) for each in plain if each.id == subject),
        *(_listed(each) for each in decision.measures if each.id == subject),
        *(_listed(each) for each in decision.tasks if each.id == subject),
    ]
    return [each for each in found if target is None or each.target.id == target]


def _listed(each: MeasureElement | TaskElement) -> _Found:
    return _Found(
        target=each.target, outcome=each.outcome, missing=each.missing, done=each.done, due=each.due
    )


def _together(outcomes: Iterable[Outcome]) -> str:
    """Return 是 when some target is yes, 否 when all are no, else 未知; 没有这一项 when there is no such target."""
    told = set(outcomes)
    if not told:
        return "没有这一项"
    if Outcome.YES in told:
        return "是"
    return "否" if told == {Outcome.NO} else "未知"


def _named(subject: str, target: str | None) -> str:
    return subject if target is None else f"{subject} 对 {target}"


def _why(found: list[_Found], told: Told) -> str:
    """Return each target's outcome, and what the undecided ones wait for."""
    parts = []
    for each in found:
        waits = f"，缺 {'、'.join(map(told, each.missing))}" if each.missing else ""
        parts.append(f"{each.target.id or '(没有这样的对象)'} {_WORDS[each.outcome]}{waits}")
    return "；".join(parts)
