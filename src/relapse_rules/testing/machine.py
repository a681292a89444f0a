"""A stateful machine for one household whose facts, date and policy change, as Hypothesis runs it.

What holds of every policy is checked at every step: one more fact flips no answer, in which order facts are told does not matter, a live case
that learns them one by one is decided as all of them at once, and the engines agree. A county subclasses it and adds invariants of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date
from functools import lru_cache
from itertools import count
from typing import Any, ClassVar, cast

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from relapse_rules.cases.clock import Workdays
from relapse_rules.cases.events import FactsStated, PolicyChoice
from relapse_rules.cases.log import MemoryLog
from relapse_rules.cases.session import Case, open_case
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.decisions.model import (
    Conclusion,
    Decision,
    ExceptionElement,
    JudgementElement,
    MeasureElement,
    Outcome,
    TaskElement,
)
from relapse_rules.facts.errors import FactsError
from relapse_rules.facts.moments import time_seconds
from relapse_rules.facts.shape import AS_OF, shape_of
from relapse_rules.policy import Policy
from relapse_rules.testing.agreement import disagreements, typed_of
from relapse_rules.testing.strategies import JsonObject, cases
from relapse_rules.values.moments import day_of
from relapse_rules.values.vocabulary import Vocabulary

_Told = tuple[str, str | None]

_typed: Callable[[Policy], TypedPolicy | None] = lru_cache(maxsize=8)(typed_of)
"""The policies of a machine read again once, and not at every step."""


class PolicyMachine(RuleBasedStateMachine):
    """Subclass it and set ``policies``; then ``TestMine = Mine.TestCase``.

    ``policies``: (first day, policy), ascending; the one in force at 判定时点 decides, the first before that. They have one vocabulary.
    ``most_elements``: so many has a list at most. The rules state one more fact of a household, correct one, and move 判定时点 on, over the days on
    which versions change. For invariants of one's own, `facts` is what is stated and `decision` what is decided of it.
    """

    policies: ClassVar[Sequence[tuple[date, Policy]]] = ()
    most_elements: ClassVar[int] = 2

    def __init__(self) -> None:
        super().__init__()
        if not self.policies:
            message = "PolicyMachine 的子类要给出 policies：[(起始日期, 政策), …]"
            raise ValueError(message)
        shape = shape_of(self.policies[0][1].vocabulary)
        self._context, self._subject = shape.context, shape.subject
        fields = self.policies[0][1].vocabulary.by_english[shape.subject].fields
        self._must = {spec.english for spec in fields if spec.required or spec.is_identifier}
        self._names = {spec.english for spec in fields if spec.is_identifier}
        self.facts: JsonObject = {}
        self._later: list[JsonObject] = []
        self._log = MemoryLog()
        self._live: Case | None = None

    @property
    def policy(self) -> Policy:
        """The policy in force at 判定时点."""
        return self._policy_of(self.facts)

    @property
    def decision(self) -> Decision:
        """What is decided of the facts as they are stated now."""
        return self.policy.decide(self.facts)

    # --- what happens -----------------------------------------------------------------------------

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Think of a household, and state nothing of it but what must be."""
        _, first = self.policies[0]
        whole = data.draw(cases(first, complete=True, most_elements=self.most_elements))
        _name_elements(whole, first.vocabulary, count(1))
        bare = data.draw(
            cases(first, most_elements=0).filter(lambda facts: self._moment(facts) <= self._moment(whole))
        )
        inner = _object(whole, self._subject)
        self.facts = {
            self._context: {AS_OF: _object(bare, self._context)[AS_OF]},
            self._subject: {name: inner[name] for name in inner if name in self._must},
        }
        self._later = [*self._parts(whole, self._must)]
        self._live = open_case(self.policy, self.facts, log=self._log, workdays=Workdays.WEEKDAYS)

    @precondition(lambda self: bool(self._later))
    @rule(data=st.data())
    def learn(self, data: st.DataObject) -> None:
        """State one more thing: an answer that was known stays as it was, unless facts contradict each other."""
        part = self._later.pop(data.draw(st.integers(0, len(self._later) - 1)))
        richer = _joined(self.facts, part)
        try:
            after = self._policy_of(richer).decide(richer)
        except FactsError:
            self._later.append(part)  # it refers to what is not stated yet
            return
        before = _answers(self.decision)
        told = _answers(after)
        self.facts = richer
        self._tell(part)
        flipped = {
            key: (outcome.value, told[key].value)
            for key, outcome in before.items()
            if key in told and outcome is not Outcome.UNKNOWN and told[key] is not outcome
        }
        assert after.contradictions or not flipped, f"多知道一件事，结论却变了：{flipped}"

    @rule(data=st.data())
    def correct(self, data: st.DataObject) -> None:
        """State one thing of the household otherwise; then it is another household, of which no more is known."""
        other = _object(data.draw(cases(self.policies[0][1], most_elements=0)), self._subject)
        plain = [
            key
            for key, value in other.items()
            if not isinstance(value, Mapping | list) and key not in self._names
        ]
        if not plain:
            return
        key = data.draw(st.sampled_from(plain))
        part: JsonObject = {self._subject: {key: other[key]}}
        if self._try(_joined(self.facts, part)):
            self._tell(part)
        self._later = []

    @rule(days=st.integers(1, 800))
    def wait(self, days: int) -> None:
        """Move 判定时点 on."""
        day = date.fromordinal(min(day_of(self._moment(self.facts)) + days, date(2099, 12, 31).toordinal()))
        if self._try(_joined(self.facts, {self._context: {AS_OF: f"{day.isoformat()}T09:00:00+08:00"}})):
            self._advance()

    # --- what always holds ------------------------------------------------------------------------

    @precondition(lambda self: bool(self.facts))
    @invariant()
    def the_order_of_telling_does_not_matter(self) -> None:
        """The same facts told the other way round are decided the same."""
        assert self.policy.decide(_reversed(self.facts)) == self.decision, "事实的先后次序改变了判定"

    @precondition(lambda self: bool(self.facts))
    @invariant()
    def a_live_case_is_decided_as_all_its_facts(self) -> None:
        """What was told one by one comes to the same as all of it at once."""
        assert self._live is not None
        assert self._live.decision == self.decision, "逐件收到的事实与一次给出的事实判定不同"

    @precondition(lambda self: bool(self.facts))
    @invariant()
    def the_engines_agree(self) -> None:
        """The engine that decides and the reference evaluator say the same; of a policy that was not made from files nothing is asked."""
        typed = _typed(self.policy)
        found = () if typed is None else tuple(disagreements(self.policy, typed, self.facts))
        assert not found, f"两个引擎说法不同：{'；'.join(found)}"

    # --- how --------------------------------------------------------------------------------------

    def _policy_of(self, facts: JsonObject) -> Policy:
        today = day_of(self._moment(facts))
        held = [policy for since, policy in self.policies if since.toordinal() <= today]
        return held[-1] if held else self.policies[0][1]

    def _moment(self, facts: JsonObject) -> int:
        return time_seconds(_object(facts, self._context)[AS_OF])

    def _tell(self, part: JsonObject) -> None:
        """Let the live case learn a part."""
        assert self._live is not None
        told = deepcopy(part)
        stated = _object(self.facts, self._subject)
        _object(told, self._subject).update(
            {name: value for name, value in stated.items() if name in self._must}
        )
        # Events of one moment count in the order of their ids.
        event = FactsStated(id=f"{self._live.sequence:06}", recorded_at=self._live.as_of, facts=told)
        self._live.add(event)

    def _advance(self) -> None:
        """Move the live case to the moment that is stated now, under the policy that is in force then."""
        assert self._live is not None
        versions = [policy for _, policy in self.policies]
        self._live = Case.replay(
            self._log,
            self._live.id,
            self.policy,
            earlier=versions,
            other_policy=PolicyChoice.REDECIDE,
            workdays=Workdays.WEEKDAYS,
        )
        self._live.advance(str(_object(self.facts, self._context)[AS_OF]))

    def _try(self, facts: JsonObject) -> bool:
        """Take ``facts`` as what is stated now, if they can be decided: a policy may be out of force, a value may not fit the others."""
        try:
            self._policy_of(facts).decide(facts)
        except FactsError:
            return False
        self.facts = facts
        return True

    def _parts(self, whole: JsonObject, stated: set[str]) -> Iterator[JsonObject]:
        """Yield what ``whole`` states beyond the moment and ``stated``, a field or a list at a time."""
        for key, value in whole.items():
            inner = _as_object(value)
            if inner is None:
                yield {key: value}
                continue
            for name, each in inner.items():
                if name != AS_OF and not (key == self._subject and name in stated):
                    yield {key: {name: each}}


def _name_elements(facts: JsonObject, vocabulary: Vocabulary, numbers: Iterator[int]) -> None:
    """Give every element of a list a name: what is told of it later must say of which."""
    for key, value in facts.items():
        entity = vocabulary.by_english.get(key)
        if entity is None:
            continue
        inner = _as_object(value)
        for element in cast("list[JsonObject]", value) if inner is None else (inner,):
            if inner is None and entity.identifier is not None:
                element.setdefault(entity.identifier.english, f"N{next(numbers)}")
            _name_elements(element, vocabulary, numbers)


def _joined(facts: JsonObject, part: JsonObject) -> JsonObject:
    """Return ``facts`` with what ``part`` states in them."""
    found = deepcopy(facts)
    for key, value in part.items():
        inner = _as_object(value)
        if inner is not None:
            _object(found, key).update(inner)
        else:
            found[key] = value
    return found


def _reversed(facts: JsonObject) -> JsonObject:
    turned = ((key, value, _as_object(value)) for key, value in reversed(facts.items()))
    return {key: value if inner is None else dict(reversed(inner.items())) for key, value, inner in turned}


def _object(facts: JsonObject, key: str) -> dict[str, Any]:
    found = _as_object(facts.setdefault(key, {}))
    assert found is not None  # INVARIANT: only asked of what is an object in every case
    return found


def _as_object(value: object) -> dict[str, Any] | None:
    """Return a JSON object, or None for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _answers(decision: Decision) -> dict[_Told, Outcome]:
    """Return what a decision says, by name and element."""
    listed: tuple[Conclusion | JudgementElement | MeasureElement | TaskElement | ExceptionElement, ...] = (
        *decision.conclusions,
        *decision.judgements,
        *decision.measures,
        *decision.tasks,
        *decision.exceptions,
    )
    return {(each.id, each.target.id): each.outcome for each in listed}
