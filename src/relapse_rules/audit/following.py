"""Whether a decision says what its certificate proves, no more and no less: with `checker`, all that a stranger needs to trust it.

Compared are the policy and 判定时点, which elements are listed, every outcome, what is done, and which derived facts contradict what was
supplied. The rest of a decision (units, time limits, what comes first) does not follow from claims; repeating the decision compares it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from relapse_rules.audit.checker import Checker, Known, Problem
from relapse_rules.check.policy import Declared, Listed, TypedDefinition, TypedIndicator
from relapse_rules.facts.case import Case
from relapse_rules.facts.moments import MomentError, time_seconds
from relapse_rules.values.truth import Truth

_YES, _NO, _UNKNOWN, _UNPROVED = "yes", "no", "unknown", "unproved"
_OUTCOMES: Final[Mapping[Truth, str]] = {True: _YES, False: _NO, None: _UNKNOWN}
_HOUSEHOLD: Final = "household"
_EVENT: Final = "disaster_event"
_COUNTY: Final = "context.county_code"
_WITH_DONE: Final = frozenset({"measures", "tasks"})
_LISTS: Final = {
    "scope": "适用范围",
    "eligibility": "资格",
    "conclusions": "结论",
    "judgements": "裁量",
    "measures": "措施",
    "tasks": "任务",
    "exceptions": "例外",
    "contradictions": "矛盾",
}


class _Line(NamedTuple):
    """What a decision says of one element. ``list``: the key of its JSON; ``done`` is empty where a list has no such thing."""

    list: str
    id: str
    entity: str
    element: str | None
    outcome: str
    done: str = ""


def decision_follows(
    checker: Checker, case: Case, certificate: object, decision: object
) -> tuple[Problem, ...]:
    """Return what is wrong with a certificate, or else where ``decision`` (its JSON) is not what it proves; nothing when it is."""
    known, problems = checker.check(case, certificate)
    if known is None:
        return problems
    if not isinstance(decision, dict) or not _is_about(known, decision):
        return (Problem("判定不是按这份政策、这一判定时点对这一户作的"),)
    stated, proved = Counter(_stated(known, decision)), Counter(_proved(known))
    said = [_problem(known, line, "判定所说的没有得到证明") for line in stated - proved]
    unsaid = [_problem(known, line, "判定没有照证明这样说") for line in proved - stated]
    return (*said, *unsaid)


def _problem(known: Known, line: _Line, message: str) -> Problem:
    entities = known.policy.vocabulary.by_english
    names = _names(known, line.entity) if line.entity in entities else ()
    # Told by position: what elements are called may be personal.
    place = names.index(line.element) if line.element in names else None
    what = f"{_LISTS[line.list]}为 {line.outcome}" if line.outcome else _LISTS[line.list]
    return Problem(f"{what}，{message}", line.id, element=place)


def _is_about(known: Known, decision: Mapping[object, object]) -> bool:
    policy, case = known.policy, known.case
    match decision:
        case {
            "policy": {"name": policy.name, "digest": policy.digest, "as_of": str(as_of)},
            "subject": {"entity": entity, "id": household},
        }:
            about = entity == _HOUSEHOLD and (household,) == case.tables[_HOUSEHOLD].ids
            return about and _seconds(as_of) == case.as_of
        case _:
            return False


def _seconds(moment: str) -> int | None:
    try:
        return time_seconds(moment)
    except MomentError:
        return None


# --- what is proved -----------------------------------------------------------------------------------


def _proved(known: Known) -> Iterator[_Line]:
    """Yield what the decision has to say."""
    policy, household = known.policy, known.case.tables[_HOUSEHOLD].ids[0]
    for lane, event in enumerate(known.case.tables[_EVENT].ids if policy.scope else ()):
        yield _Line("scope", "", _EVENT, event, _outcome(known, policy.scope, lane))
    yield _Line("eligibility", "", _HOUSEHOLD, household, _outcome(known, policy.eligibility, 0))
    lists: dict[str, tuple[Declared, ...]] = {
        "conclusions": policy.definitions,
        "judgements": policy.judgements,
        "measures": policy.measures,
        "tasks": policy.tasks,
        "exceptions": policy.exceptions,
    }
    for name, declarations in lists.items():
        for declared in declarations:
            yield from _lines(known, name, declared)
    deriving: tuple[TypedDefinition | TypedIndicator, ...] = (*policy.definitions, *policy.indicators)
    for derived in deriving:
        for lane, element in enumerate(_names(known, derived.entity)):
            # What was supplied stands unless it is contradicted.
            if known.supplied(derived.name, lane) is not None and known.meaning(derived.name, lane) is None:
                proved = "" if known.is_proved(derived.name, lane) else _UNPROVED
                yield _Line("contradictions", derived.derives or "", derived.entity, element, proved)


def _lines(known: Known, list_: str, declared: Declared) -> Iterator[_Line]:
    """Yield a line for each element, and one for the elements of a list that is empty or not known in full."""
    tells_done = list_ in _WITH_DONE
    done_key = f"{declared.name}#done" if isinstance(declared, Listed) and declared.done is not None else None
    names, complete = _names(known, declared.entity), known.case.tables[declared.domain].complete
    for lane, element in enumerate(names):
        outcome = _outcome(known, declared.name, lane)
        done = _outcome(known, done_key, lane) if tells_done else ""
        yield _Line(list_, declared.name, declared.entity, element, outcome, done)
    if not complete or not names:
        outcome = _NO if complete else _UNKNOWN
        done = "" if not tells_done else _UNKNOWN if done_key is None else outcome
        yield _Line(list_, declared.name, declared.entity, None, outcome, done)


def _outcome(known: Known, key: str | None, lane: int) -> str:
    """Return what is proved; unknown for what the policy does not have."""
    if key is None:
        return _UNKNOWN
    return _OUTCOMES[known.meaning(key, lane)] if known.is_proved(key, lane) else _UNPROVED


def _names(known: Known, entity: str) -> tuple[str | None, ...]:
    """Return what a decision calls the elements of ``entity``, in the order of the case."""
    table = known.case.tables[known.policy.vocabulary.domain(entity)]
    if known.policy.vocabulary.by_english[table.entity].parent is not None:
        return table.ids
    code = table.rows[0].get(_COUNTY)
    return (code if isinstance(code, str) else None,)


# --- what is stated -----------------------------------------------------------------------------------


def _stated(known: Known, decision: Mapping[object, object]) -> Iterator[_Line]:
    """Yield what the decision says."""
    for name in _LISTS:
        listed = decision.get(name)
        for each in listed if isinstance(listed, list) else (listed,):
            yield _line(known, name, each)


def _line(known: Known, list_: str, stated: object) -> _Line:
    """Return one element of a list; one that nothing proves when it cannot be read."""
    match list_, stated:
        case "scope", {"event": str(event), "outcome": str(outcome)}:
            return _Line(list_, "", _EVENT, event, outcome)
        case "eligibility", {"outcome": str(outcome)}:
            return _Line(list_, "", _HOUSEHOLD, known.case.tables[_HOUSEHOLD].ids[0], outcome)
        case "contradictions", {
            "fact": str(fact),
            "target": {"entity": str(entity), "id": str() | None as id_},
        }:
            return _Line(list_, fact, entity, id_, "")
        case _, {
            "id": str(name),
            "target": {"entity": str(entity), "id": str() | None as id_},
            "outcome": str(outcome),
            **rest,
        }:
            done = rest.get("done") if list_ in _WITH_DONE else ""
            return _Line(list_, name, entity, id_, outcome, done if isinstance(done, str) else _UNPROVED)
        case _:
            return _Line(list_, "", "", None, _UNPROVED)
