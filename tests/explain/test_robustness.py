"""What an outcome hinges on is found by trying, and each finding is what deciding again gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from tests.explain.proving import asking, decided
from tests.explain.supposing import Engines
from tests.strategies.policies import random_policy_and_case, randoms

import relapse_rules
from relapse_rules.explain.model import Hinge, StepKind
from relapse_rules.explain.waiting import elements

EXAMPLES = Path(__file__).parents[2] / "examples"


@settings(max_examples=60)
@given(rng=randoms())
def test_each_alternative_changes_what_deciding_again_changes(rng):
    """Nothing that is told is wrong, and nothing that an alternative changes is left out; what is firm is changed by none."""
    drawn, case = random_policy_and_case(rng)
    asked = asking(drawn)
    decision = decided(asked, case)
    rails = asked.evaluator.run(case)
    engines = Engines(asked.program, asked.evaluator)
    listed = [
        element
        for element in elements(asked.explainer.listed, case)
        if element.asked.kind is not StepKind.JUDGEMENT and element.lane is not None
    ]

    told = decision.robustness()

    claimed = {
        (each.hinge, each.id, each.target, (change.id, change.target, change.before, change.after))
        for each in told.depends
        for change in each.changes
    }
    seen = set()
    for one in asked.hinges.alternatives(case, rails, asked.naming(case)):
        other = engines.run(case, {one.key: one.supposed})
        for element in listed:
            before, after = element.outcome(case, rails), element.outcome(case, other)
            if before is not after:
                seen.add((one.hinge, one.id, one.target, (element.asked.id, element.target, before, after)))
    assert claimed == seen
    swayed = {(change[0], change[1]) for *_, change in seen}
    assert all((name.id, name.target) not in swayed for name in told.firm)


@pytest.fixture(scope="module")
def plan() -> relapse_rules.Policy:
    return relapse_rules.load_plan(local=[EXAMPLES / "county.policy"])


def test_eligibility_hinges_on_what_people_judged(plan):
    decision = plan.decide((EXAMPLES / "01-flood-dibao.json").read_bytes())

    hinges = {
        (each.id, each.taken, each.instead)
        for each in decision.robustness().depends
        if each.hinge is Hinge.JUDGEMENT
        and any(change.id == "纳入监测帮扶" and change.after == "no" for change in each.changes)
    }

    assert ("有返贫致贫风险", "是", "否") in hinges
    assert ("自身力量难以解决", "否", "是") in hinges


def test_what_the_facts_alone_decide_is_firm(plan):
    decision = plan.decide((EXAMPLES / "01-flood-dibao.json").read_bytes())

    firm = {name.id for name in decision.robustness().firm}

    assert "及时转移" in firm
    assert "纳入监测帮扶" not in firm


def test_a_reading_that_changes_something_is_the_one_that_the_decision_names(plan):
    for file in sorted(EXAMPLES.glob("*.json")):
        decision = plan.decide(file.read_bytes())
        named = {
            reading.id: set(reading.changes) - {entry.id for entry in plan.program.judgements}
            for reading in decision.readings
            if reading.changes
        }
        found: dict[str, set[str]] = {}
        for each in decision.robustness().depends:
            if each.hinge is Hinge.READING:
                found.setdefault(each.id, set()).update(change.id for change in each.changes)
        assert found == {name: changes for name, changes in named.items() if changes}


def test_a_local_parameter_is_tried_on_either_side_of_what_it_is_compared_with(plan):
    facts = {
        "context": {"as_of": "2023-08-02T09:00:00+08:00"},
        "disaster_event": [],
        "household": {"household_id": "H1", "water": {"litres_per_person_day": 30}},
    }

    depends = [
        each
        for each in plan.decide(facts).robustness().depends
        if each.hinge is Hinge.LOCAL_PARAMETER and each.id == "人均水量下限"
    ]

    assert depends
    assert all(each.taken != each.instead for each in depends)
