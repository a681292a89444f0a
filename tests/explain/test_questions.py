"""What to ask: a question that is not asked never matters, and what is said of the others is true."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from random import Random
from typing import NamedTuple

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.decisions.sample import IMPACT_EVENT, case, is_true, measure, policy
from tests.explain.proving import asking, decided
from tests.explain.supposing import Engines, answered, unknown
from tests.strategies.policies import random_policy_and_case, seeded

from relapse_rules.check import policy as checked
from relapse_rules.check import typed
from relapse_rules.decisions.names import positions
from relapse_rules.explain.listed import Listed
from relapse_rules.explain.premises import FactAt, Key, ListOf, ParameterOf
from relapse_rules.explain.questions import Inquired, Questioner
from relapse_rules.explain.waiting import Element
from relapse_rules.explain.worlds import Hypothesis, Worlds
from relapse_rules.facts.case import Case
from relapse_rules.ir.rails import Rails
from relapse_rules.values.truth import Truth
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import Vocabulary


class Asked(NamedTuple):
    """A random policy and case, and what can be asked about it."""

    drawn: checked.TypedPolicy
    case: Case
    engines: Engines
    rails: Rails
    worlds: Worlds
    found: Inquired


def inquired(rng: Random) -> Asked:
    drawn, case = random_policy_and_case(rng)
    asked = asking(drawn)
    engines = Engines(asked.program, asked.evaluator)
    rails = engines.run(case, {})
    worlds = Worlds(asked.evaluator)
    questioner = Questioner(worlds, Listed(asked.program))
    return Asked(drawn, case, engines, rails, worlds, questioner.inquire(case, rails, asked.naming(case)))


def truth(element: Element, case: Case, rails: Rails) -> Truth:
    """Return an outcome; that of the elements of a list that are not known is no when there turn out to be none."""
    if element.lane is None:
        return False if case.tables[element.asked.domain].complete else None
    return rails.truth(element.asked.node, element.lane)


def outcomes(asked: Asked, case: Case, rails: Rails) -> list[Truth]:
    return [truth(element, case, rails) for element in asked.found.waiting]


def contradicts(asked: Asked, rails: Rails) -> bool:
    """Whether facts contradict each other that did not before."""
    stated = dict(asked.rails.conflicts)
    return any(lanes & ~stated.get(node, 0) for node, lanes in rails.conflicts)


def mattering(asked: Asked) -> set[Key]:
    """Return the questions that are asked."""
    return {key for key, bears in zip(asked.found.keys, asked.found.inquiry.bears_on, strict=True) if bears}


def names_elements(vocabulary: Vocabulary, key: Key) -> bool:
    """Whether the answer to a question is a list, or refers to an element."""
    return isinstance(key, ListOf) or (
        isinstance(key, FactAt) and vocabulary.field(key.fact).type.kind is Kind.REFERENCE
    )


def test_a_reference_is_asked_for_together_with_what_it_may_point_to():
    known_disaster = typed.Lifted(
        domain="impact", relation=IMPACT_EVENT, operand=is_true("disaster_event.pushed")
    )
    drawn = policy(measures=(measure("救助", "impact", known_disaster),), scope=None)
    given_case = case(events={"E1": {}}, impacts={"I1": {}})

    questions = decided(asking(drawn), given_case).questions()

    waiting = {
        question.fact
        for question in questions.ranked
        if any(outcome.id == "救助" for outcome in question.bears_on)
    }
    assert waiting == {"impact.event_id", "disaster_event.pushed"}


# From a seed: a failure repeats by it, and shrinking choice by choice would take minutes.
law = st.integers(0, 2**32 - 1).map(seeded)


@settings(max_examples=80, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(law)
def test_what_is_not_asked_never_matters(rng: Random):
    """Unless an answer names elements that nobody spoke of before."""
    asked = inquired(rng)
    vocabulary = asked.drawn.vocabulary
    assume(not any(names_elements(vocabulary, key) for key in asked.found.keys))
    every = unknown(vocabulary, asked.case)
    needless = [key for key in every if key not in mattering(asked)]
    assume(needless)
    others = [key for key in every if key not in needless and rng.random() < rng.choice((0.5, 1))]
    case = answered(vocabulary, asked.case, others, rng, most=0)
    more = answered(vocabulary, case, needless, rng)

    before, after = asked.engines.run(case, {}), asked.engines.run(more, {})

    assume(not contradicts(asked, before) and not contradicts(asked, after))
    assert outcomes(asked, case, before) == outcomes(asked, more, after)


@settings(max_examples=80)
@given(law)
def test_what_an_answer_is_said_to_settle_it_settles(rng: Random):
    asked = inquired(rng)
    found = asked.found
    for key, tried, settled in zip(found.keys, found.alternatives, found.inquiry.settles, strict=True):
        alone = [asked.worlds.run(asked.case, asked.rails, [{key: value}]) for value in tried.values]
        for place in positions(settled):
            element = found.waiting[place]
            if element.lane is not None:
                assert any(rails.known(element.asked.node, element.lane) for rails in alone)


@settings(max_examples=80)
@given(law)
def test_whatever_an_answer_settles_is_said(rng: Random):
    asked = inquired(rng)
    claims = dict(zip(asked.found.keys, asked.found.inquiry.settles, strict=True))
    for key in unknown(asked.drawn.vocabulary, asked.case):
        if isinstance(key, FactAt):
            case = answered(asked.drawn.vocabulary, asked.case, [key], rng)
            rails = asked.engines.run(case, {})
            if not contradicts(asked, rails):
                for place, outcome in enumerate(outcomes(asked, case, rails)):
                    assert outcome is None or claims[key] >> place & 1


@settings(max_examples=80, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(law)
def test_after_the_settling_questions_nothing_more_can_be_decided(rng: Random):
    """Unless an answer names elements that nobody spoke of before, which then have facts of their own."""
    asked = inquired(rng)
    vocabulary = asked.drawn.vocabulary
    assume(not any(names_elements(vocabulary, key) for key in asked.found.keys))
    settling = [asked.found.keys[place] for place in positions(asked.found.inquiry.settling().questions)]
    set_now: Hypothesis = {
        key: rng.choice([value for value in tried.values if value is not None])
        for key, tried in zip(asked.found.keys, asked.found.alternatives, strict=True)
        if isinstance(key, ParameterOf) and key in settling
    }
    case = answered(vocabulary, asked.case, settling, rng)
    more = answered(vocabulary, case, unknown(vocabulary, case), rng)

    before, after = asked.engines.run(case, set_now), asked.engines.run(more, set_now)

    assume(not contradicts(asked, before) and not contradicts(asked, after))
    pairs = zip(outcomes(asked, case, before), outcomes(asked, more, after), strict=True)
    assert all(known is not None or later is None for known, later in pairs)


MOST_COMBINATIONS = 250


def combinations_of(asked: Asked) -> Iterator[Hypothesis]:
    """Yield every combination of answers, also those that leave some questions unanswered."""
    choices = [
        [(key, value) for value in (None, *tried.values)]
        for key, tried in zip(asked.found.keys, asked.found.alternatives, strict=True)
    ]
    for chosen in product(*choices):
        yield {key: value for key, value in chosen if value is not None}


@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(law)
def test_no_smaller_set_settles_everything_when_it_is_said_to_be_smallest(rng: Random):
    asked = inquired(rng)
    settling = asked.found.inquiry.settling()
    number = 1
    for tried in asked.found.alternatives:
        number *= len(tried.values) + 1
    assume(settling.exact and settling.questions and number <= MOST_COMBINATIONS)
    # What a list that is named element by element would decide cannot be tried out here.
    assume(all(tried.whole and tried.values for tried in asked.found.alternatives))
    all_combinations = list(combinations_of(asked))
    rails = asked.worlds.run(asked.case, asked.rails, all_combinations)
    assume(not rails.contradictions(dict(asked.rails.conflicts)))
    outcomes_known = [
        rails.known(element.asked.node, element.lane)
        for element in asked.found.waiting
        if element.lane is not None
    ]
    states = {
        frozenset(hypothesis.items()): tuple(known >> world & 1 for known in outcomes_known)
        for world, hypothesis in enumerate(all_combinations)
    }

    def enough(keys: frozenset[Key]) -> bool:
        for known, told in states.items():
            if {key for key, _ in known} != keys:
                continue
            later = [other for more, other in states.items() if known <= more]
            if any(not settled and any(ever) for settled, *ever in zip(told, *later, strict=True)):
                return False
        return True

    chosen = [asked.found.keys[place] for place in positions(settling.questions)]
    for smaller in combinations(asked.found.keys, len(chosen) - 1):
        assert not enough(frozenset(smaller))
