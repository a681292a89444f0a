"""Laws of the language, on random policies and cases."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from tests.strategies.cases import more_facts, renamed, shuffled
from tests.strategies.effort import COMPILED
from tests.strategies.policies import policies_and_cases, random_policy_and_case, randoms, seeded

from relapse_rules.check.policy import TypedPolicy
from relapse_rules.facts.case import Case
from relapse_rules.reference import evaluate
from relapse_rules.reference.rails import Column


def _flipped(before: Column, after: Column) -> bool:
    """Whether an answer was known before and is another now. Unknown now is no flip: a contradiction has come to light."""
    return any(
        old is not None and new is not None and old != new for old, new in zip(before, after, strict=False)
    )


def _check_more_facts(policy: TypedPolicy, case: Case, rng: Random) -> None:
    richer = more_facts(case, rng)
    before, after = evaluate(policy, case), evaluate(policy, richer)
    flipped = [
        place for place, column in before.expressions.items() if _flipped(column, after.expressions[place])
    ]
    assert flipped == []
    if not after.contradictions:
        lost = [
            place
            for place, column in before.expressions.items()
            for old, new in zip(column, after.expressions[place], strict=False)
            if old is not None and new is None
        ]
        assert lost == []


@COMPILED
@given(policy_and_case=policies_and_cases(), rng=randoms())
def test_more_facts_never_flip_an_answer(policy_and_case: tuple[TypedPolicy, Case], rng: Random) -> None:
    _check_more_facts(*policy_and_case, rng)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("block", range(4))
def test_more_facts_never_flip_an_answer_in_bulk(block: int) -> None:
    for seed in range(block, 1_000, 4):
        rng = seeded(seed)
        _check_more_facts(*random_policy_and_case(rng), rng)


@COMPILED
@given(policy_and_case=policies_and_cases(), rng=randoms())
def test_the_order_of_elements_is_irrelevant(policy_and_case: tuple[TypedPolicy, Case], rng: Random) -> None:
    policy, case = policy_and_case
    told = shuffled(case, rng)

    before, after = evaluate(policy, case), evaluate(policy, told.case)

    domains = {
        declared.name: declared.domain
        for declared in (*policy.definitions, *policy.indicators, *policy.tasks)
    }
    assert {name: after.declared[name] for name in domains} == {
        name: tuple(before.declared[name][old] for old in told.order[domain])
        for name, domain in domains.items()
    }


@COMPILED
@given(policy_and_case=policies_and_cases())
def test_the_names_of_elements_are_irrelevant(policy_and_case: tuple[TypedPolicy, Case]) -> None:
    policy, case = policy_and_case

    before, after = evaluate(policy, case), evaluate(policy, renamed(case))

    assert (after.declared, after.expressions) == (before.declared, before.expressions)


@COMPILED
@given(policy_and_case=policies_and_cases())
def test_the_same_case_gives_the_same_answers(policy_and_case: tuple[TypedPolicy, Case]) -> None:
    policy, case = policy_and_case

    assert evaluate(policy, case) == evaluate(policy, case)
