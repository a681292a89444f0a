"""Repairs against brute force: each works, none can be made smaller, and none is missing."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import example, given, settings
from tests.explain.proving import asking, decided
from tests.explain.repairing import Search
from tests.strategies.policies import random_policy_and_case, randoms, seeded

from relapse_rules.decisions.moments import day_text, last_second
from relapse_rules.decisions.targets import targets_of
from relapse_rules.explain.by_itself import HORIZON_DAYS
from relapse_rules.explain.turning import TooManyMomentsError, dated, turning_points
from relapse_rules.values.moments import day_of
from relapse_rules.values.vocabulary import Mutability

_MOST_PLACES = 6
"""Of so many facts, all sets with all values can be tried."""


HARD = (
    1,
    11,
    35,
    71,
    74,
    75,
    86,
    89,
    149,
    151,
    184,
    209,
    592,
    952,
    1042,
    1418,
    1455,
    2309,
    2821,
    3585,
    3701,
    6335,
)
"""Seeds of policies in which a fact helps here and harms there, counts meet moving limits, or numbers stand on both sides."""


def searches(rng: Random, most: int) -> Iterator[Search]:
    """Yield a search for each other outcome of each element of a random case, where few facts matter."""
    drawn, case = random_policy_and_case(rng)
    asked = asking(drawn)
    rails = asked.evaluator.run(case)
    for entry in asked.explainer.listed:
        for lane in range(len(case.tables[entry.domain].ids)):
            step = (entry.node, lane)
            for wanted in (True, False):
                if rails.truth(*step) is not wanted:
                    search = Search(asked, case, rails, step, wanted=wanted, most=most)
                    if len(search.places) <= _MOST_PLACES:
                        yield search


def require_all(search: Search) -> None:
    """Require that each repair works, and, where all were promised, that they are the smallest of all sufficient sets."""
    found = search.repairs.find()
    for repair in found:
        assert search.works({place: chosen.value for place, chosen in repair.changes.items()})
    if search.repairs.exact:
        repairs = [repair.places for repair in found]
        sufficient = list(search.sufficient(found))
        assert [each for each in sufficient if not any(repair <= each for repair in repairs)] == []
        assert [each for each in sufficient if any(each < repair for repair in repairs)] == []


@settings(max_examples=25)
@given(rng=randoms())
def test_repairs_are_those_that_brute_force_finds(rng: Random):
    """Every set of facts that can be changed to the wanted end holds a repair, and no part of a repair can."""
    for search in searches(rng, most=3):
        require_all(search)


@pytest.mark.parametrize("seed", HARD)
def test_repairs_are_complete_where_they_are_hard_to_find(seed: int):
    for search in searches(seeded(seed), most=3):
        require_all(search)


@settings(max_examples=25)
@given(rng=randoms())
@example(rng=seeded(16614769))  # tangled numbers, where room is left for one change
def test_every_answer_is_in_order(rng: Random):
    """Those that can be done stand first, smaller ones before larger ones; no fact is told twice; what is hidden tells no value."""
    drawn, case = random_policy_and_case(rng)
    decision = decided(asking(drawn), case)

    for element in (*decision.conclusions, *decision.measures, *decision.exceptions):
        answer = decision.why_not(element.id, element.target, most_changes=3)
        ranks = [(not repair.possible, len(repair.changes)) for repair in answer.repairs]
        assert ranks == sorted(ranks)
        told = [
            frozenset((change.fact, change.target) for change in repair.changes) for repair in answer.repairs
        ]
        assert len(set(told)) == len(told)
        for repair in answer.repairs:
            assert 1 <= len(repair.changes) <= 3
            assert len({(change.fact, change.target) for change in repair.changes}) == len(repair.changes)
            assert repair.possible == all(change.mark is not Mutability.FIXED for change in repair.changes)
            assert all(change.wanted for change in repair.changes)


@settings(max_examples=12)
@given(rng=randoms())
def test_the_day_by_itself_is_the_first(rng: Random):
    """No earlier day ends with the wanted outcome, and some moment of the day has it."""
    drawn, case = random_policy_and_case(rng)
    asked = asking(drawn)
    decision = decided(asked, case)
    engine, today = asked.evaluator, day_of(case.as_of)
    end = today + HORIZON_DAYS
    try:
        points = turning_points(engine, case, case.as_of, last_second(end))
    except TooManyMomentsError:
        return
    moments = [last_second(day) for day in range(today, end + 1)]
    rails = {moment: engine.run(dated(asked.program, case, moment)) for moment in (*moments, *points)}

    for entry in asked.explainer.listed:
        for lane in range(len(case.tables[entry.domain].ids)):
            truth = engine.run(case).truth(entry.node, lane)
            target = targets_of(case, entry.entity, entry.domain).elements[lane]
            answer = decision.why_not(entry.id, target, most_changes=0)
            having = [
                moment
                for moment in rails
                if moment > case.as_of and rails[moment].truth(entry.node, lane) is (truth is not True)
            ]
            first = day_text(day_of(min(having))) if having else None
            assert answer.by_itself_on == first
