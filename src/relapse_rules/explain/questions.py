"""What to ask next about a household: the unknown facts that matter, ranked by what their answers decide, by who can answer them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from relapse_rules.decisions.model import Decision, Target
from relapse_rules.decisions.names import FactNames, positions
from relapse_rules.decisions.situation import HOUSEHOLD
from relapse_rules.decisions.words import supplier
from relapse_rules.explain.alternatives import OTHER, Alternatives, Trying
from relapse_rules.explain.inquiry import Inquiry
from relapse_rules.explain.listed import Listed
from relapse_rules.explain.model import OutcomeName, Question, QuestionGroup, Questions
from relapse_rules.explain.naming import EMPTY, Naming, value_text
from relapse_rules.explain.premises import FactAt, Key, ListOf, ParameterOf
from relapse_rules.explain.waiting import Cones, Element, fact_name, open_elements, unset_parameters
from relapse_rules.explain.worlds import Worlds
from relapse_rules.facts.case import Case
from relapse_rules.ir.rails import Rails
from relapse_rules.values.literals import text_of
from relapse_rules.values.moments import day_of
from relapse_rules.values.types import NEVER, Kind, Type

_MOST_NAMED: Final = 20
"""So many answers of one question are named; a county has hundreds of townships."""

_MOST_ALIKE: Final = 3
"""So many values that the policy does not tell apart are named together."""

_ASKS: Final = {
    Kind.CONDITION: "是还是否",
    Kind.ENUM: "是哪一项",
    Kind.SET: "有哪些",
    Kind.DATE: "是哪一天",
    Kind.TIME: "是什么时间",
    Kind.YEAR_MONTH: "是哪年哪月",
    Kind.TEXT: "是什么",
    Kind.AREA_CODE: "是什么",
    Kind.REFERENCE: "是哪一个",
}


class Inquired(NamedTuple):
    """What can be asked about one case: the open outcomes, the questions with their answers, and what these decide."""

    waiting: tuple[Element, ...]
    keys: tuple[Key, ...]
    alternatives: tuple[Alternatives, ...]
    trying: Trying
    inquiry: Inquiry


class Questioner:
    """Asks about decisions of one program. What depends on the program alone is worked out once."""

    def __init__(self, worlds: Worlds, listed: Listed) -> None:
        self._worlds = worlds
        self._listed = listed
        self._names = FactNames(worlds.program)

    def inquire(self, case: Case, rails: Rails, naming: Naming) -> Inquired:
        """Work out what can be asked about ``case``, whose rails these are."""
        program = self._worlds.program
        waiting = open_elements(self._listed, case, rails)
        cones = Cones(program, self._names, case, rails, waiting)
        trying = Trying(self._worlds, naming, case, rails, unset_parameters(program, case))
        alternatives = trying.of(cones.keys)
        inquiry = Inquiry(self._worlds, case, rails, waiting, cones.keys, cones.masks, alternatives)
        return Inquired(waiting, cones.keys, alternatives, trying, inquiry)

    def questions(self, decision: Decision, case: Case, rails: Rails, naming: Naming) -> Questions:
        """Return what to ask next. ``rails``: those of ``case``, which ``decision`` was made from."""
        waiting, keys, alternatives, trying, inquiry = self.inquire(case, rails, naming)
        outcomes = tuple(element.name for element in waiting)
        order = sorted(
            (place for place, bears in enumerate(inquiry.bears_on) if bears),
            key=lambda place: (
                -inquiry.settles[place].bit_count(),
                -inquiry.bears_on[place].bit_count(),
                place,
            ),
        )
        writer = _Writer(self._names, case, naming, trying)
        ranked = tuple(
            writer.question(
                keys[place],
                alternatives[place],
                _chosen(outcomes, inquiry.settles[place]),
                _chosen(outcomes, inquiry.bears_on[place] & ~inquiry.settles[place]),
            )
            for place in order
        )
        settling = inquiry.settling()
        return Questions(
            policy=decision.policy,
            subject=decision.subject,
            open_outcomes=outcomes,
            ranked=ranked,
            settling=tuple(number for number, place in enumerate(order) if settling.questions >> place & 1),
            exact=settling.exact,
            groups=tuple(_groups(ranked)),
            stuck=_chosen(outcomes, inquiry.stuck),
        )


def _chosen(outcomes: Sequence[OutcomeName], mask: int) -> tuple[OutcomeName, ...]:
    return tuple(outcomes[place] for place in positions(mask))


def _groups(ranked: Sequence[Question]) -> Iterator[QuestionGroup]:
    groups: dict[str, list[Question]] = {}
    for question in ranked:
        groups.setdefault(question.source, []).append(question)
    for source, questions in groups.items():
        yield QuestionGroup(source=source, questions=tuple(questions))


class _Writer:
    """Puts the questions of one case into words."""

    def __init__(self, names: FactNames, case: Case, naming: Naming, trying: Trying) -> None:
        self._names = names
        self._case = case
        self._naming = naming
        self._trying = trying
        self._suppliers: Mapping[str, str] = dict(
            zip(names.names, names.suppliers(day_of(case.as_of)), strict=True)
        )

    def question(
        self,
        key: Key,
        tried: Alternatives,
        settles: tuple[OutcomeName, ...],
        bears_on: tuple[OutcomeName, ...],
    ) -> Question:
        """Return a question as an officer is asked it."""
        fact = fact_name(self._names, key)
        name = self._naming.words.fact(fact)
        return Question(
            fact=fact,
            name=name,
            target=self._target(key),
            source=supplier(self._suppliers[fact]),
            asks=self._asks(key, name),
            answers=tuple(self._answers(key, tried)),
            settles=settles,
            bears_on=bears_on,
        )

    def _target(self, key: Key) -> Target:
        match key:
            case FactAt(domain=domain, lane=lane, fact=fact):
                return self._naming.target(fact.partition(".")[0], domain, lane)
            case ListOf():
                return Target(HOUSEHOLD, self._case.tables[HOUSEHOLD].ids[0])
            case _:
                return Target("context", None)

    def _asks(self, key: Key, name: str) -> str:
        match key:
            case ListOf(domain=domain):
                more = "还有" if self._case.tables[domain].rows else "有"
                return f"{name}上{more}哪些？没有的，填空名单"
            case ParameterOf():
                return f"{name}定为多少？" if self._trying.is_number(key) else f"{name}定为什么？"
            case FactAt(fact=fact):
                kind = self._naming.program.facts[fact].type.kind
                return f"“{name}”{_ASKS.get(kind, '是多少')}？"
            case _:
                message = f"not a question: {key}"
                raise AssertionError(message)

    def _answers(self, key: Key, tried: Alternatives) -> Iterator[str]:
        if isinstance(key, ListOf):
            yield "没有其他的" if self._case.tables[key.domain].rows else EMPTY
            return
        kind = self._trying.type_of(key)
        if self._trying.is_number(key):
            yield from ranges([value for value in tried.values if isinstance(value, int)], kind)
            return
        told = tuple(dict.fromkeys(_told(kind, tried)))
        yield from told[:_MOST_NAMED]
        if len(told) > _MOST_NAMED:
            yield "……"


def _told(kind: Type, tried: Alternatives) -> Iterator[str]:
    for value in tried.values:
        alike = tried.alike.get(value, ())
        if len(alike) > _MOST_ALIKE:
            yield OTHER
        elif alike:
            yield "或".join(alike)
        elif isinstance(value, tuple | frozenset):
            # Of a set the parts are named: any selection of them is an answer.
            yield from sorted(value) or (EMPTY,)
        elif value is not None:
            yield value_text(kind, value)


def ranges(starts: Sequence[int], kind: Type) -> Iterator[str]:
    """Yield the stretches of numbers that begin at ``starts`` (ascending; 未发生 last).

    >>> from relapse_rules.values.types import Kind
    >>> list(ranges([0, 3, 4, 9], Type(kind=Kind.INTEGER, unit="人")))
    ['低于3人', '3人', '不低于4人且低于9人', '不低于9人']
    """
    moments = kind.kind in {Kind.DATE, Kind.TIME, Kind.YEAR_MONTH}
    numbers = [value for value in starts if value != NEVER]
    if len(numbers) == 1:
        yield "任一时间" if moments else "任一数"
    bounds = [_bound(start, kind, _BOUNDS[moments]) for start in numbers[1:]]
    if bounds:
        yield bounds[0][0]
        for place, (low, high) in enumerate(pairwise(bounds), 1):
            single = numbers[place + 1] == numbers[place] + 1
            yield text_of(numbers[place], kind) if single else f"{low[1]}且{high[0]}"
        yield bounds[-1][1]
    if NEVER in starts:
        yield text_of(NEVER, kind)


_BOUNDS: Final = {
    False: (("低于", "不低于"), ("不高于", "高于")),
    True: (("早于", "不早于"), ("不晚于", "晚于")),
}


def _bound(start: int, kind: Type, words: tuple[tuple[str, str], tuple[str, str]]) -> tuple[str, str]:
    """Return how to say below and from ``start`` on: by the number just below it where that is rounder."""
    first, last = text_of(start, kind), text_of(start - 1, kind)
    (below, since), (up_to, above) = words
    if len(last) < len(first):
        return f"{up_to}{last}", f"{above}{last}"
    return f"{below}{first}", f"{since}{first}"
