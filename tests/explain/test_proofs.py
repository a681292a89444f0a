"""A proof shows what forces an outcome, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.decisions.sample import (
    BELOW_LINE,
    FLOOD,
    HIT,
    NET,
    YUAN,
    case,
    definition,
    every,
    happened,
    is_true,
    measure,
    named,
    no,
    policy,
    setting,
    some,
)
from tests.explain.proving import Engines, asking, decided, outline, steps
from tests.strategies.policies import random_policy_and_case, randoms, seeded

from relapse_rules.check import policy as checked
from relapse_rules.decisions.trace import Trace
from relapse_rules.explain.errors import AskError
from relapse_rules.explain.model import Explanation
from relapse_rules.explain.premises import FactAt
from relapse_rules.explain.support import Support
from relapse_rules.facts.case import Case
from relapse_rules.values.types import NEVER


def explained(
    drawn: checked.TypedPolicy, id_: str, given_case: Case, target: str | None = None
) -> Explanation:
    return decided(asking(drawn), given_case).explain(id_, target)


def test_a_yes_is_proved_down_to_the_facts():
    explanation = explained(
        policy(), "纳入监测帮扶", case({"household.rural": True}, events=FLOOD, impacts=HIT)
    )

    assert outline(explanation) == [
        "yes 纳入监测帮扶: 以下全部 [H1] (1-01)",
        "  yes household：rural 为 是 [H1]",
        "    · household.rural@H1 = 是",
        "  yes 存在 impact 满足以下 [H1]",
        "    yes 以下全部 [I1]",
        "      · impact.event_id@I1 = E1",
        "      yes impact：affected 为 是 [I1]",
        "        · impact.affected@I1 = 是",
        "      yes 属本方案灾种: 以下任一 [E1] (1-07)",
        "        yes 自然灾害类: disaster_event：category 为 自然灾害 [E1] (1.1-01)",
        "          · disaster_event.category@E1 = 自然灾害",
    ]
    assert not explanation.missing


def test_a_no_shows_only_what_forces_it():
    explanation = explained(
        policy(), "纳入监测帮扶", case({"household.rural": False}, events=FLOOD, impacts=HIT)
    )

    assert outline(explanation) == [
        "no 纳入监测帮扶: 以下全部 [H1] (1-01)",
        "  no household：rural 为 是 [H1]",
        "    · household.rural@H1 = 否",
    ]


def test_an_unknown_shows_exactly_what_leaves_it_open():
    given_case = case({"household.rural": True}, events=FLOOD, impacts={"I1": {}})

    explanation = explained(policy(), "纳入监测帮扶", given_case)

    assert [premise.fact for premise in explanation.missing] == ["impact.affected", "impact.event_id"]
    assert all(premise.value is None for premise in explanation.missing)
    assert all(step.outcome == "unknown" for step in steps(explanation))
    assert not explanation.premises


def test_numbers_and_parameters_are_told_with_their_units():
    line = checked.ParameterSpec(
        name="收入线", type=YUAN, values=(setting("2023-01-01", 750_000, "7500元", "本地"),)
    )
    poor = policy(
        parameters=(line,),
        indicators=(NET,),
        definitions=(definition("低收入", "household", BELOW_LINE),),
        scope=None,
    )

    explanation = explained(poor, "低收入", case({"finance.wages": 850_000, "finance.expense": 150_000}))

    assert outline(explanation) == [
        "yes 低收入: 前者低于后者 [H1]",
        "  · 参数.收入线@None = 7500元",
        "  7000元 家庭纯收入值: finance：net [H1]",
        "    · finance.wages@H1 = 8500元",
        "    · finance.expense@H1 = 1500元",
    ]
    assert explanation.premises[0].source == "本地"


def test_a_contradiction_shows_both_sides():
    poor = definition("贫困", "household", is_true("household.hardship"), derives="household.poor")
    drawn = policy(definitions=(poor,), scope=None, eligibility=None)

    explanation = explained(drawn, "贫困", case({"household.hardship": True, "household.poor": False}))

    assert outline(explanation) == [
        "unknown 贫困: household：poor [H1]",
        "  yes household：hardship 为 是 [H1]",
        "    · household.hardship@H1 = 是",
        "  no household：poor 为 是 [H1]",
        "    · household.poor@H1 = 否",
    ]


def test_a_supplied_derived_fact_is_proof_enough():
    hard = every(is_true("household.hardship"), is_true("household.special"))
    poor = definition("贫困", "household", hard, derives="household.poor")
    drawn = policy(definitions=(poor,), scope=None, eligibility=None)
    given_case = case({"household.hardship": True, "household.special": True, "household.poor": True})

    assert [premise.fact for premise in explained(drawn, "贫困", given_case).premises] == ["household.poor"]


def test_what_was_told_before_is_referred_to():
    hard = definition("困难", "household", every(is_true("household.hardship"), is_true("household.special")))
    twice = some(
        every(is_true("household.rural"), named("household", "困难")), no(named("household", "困难"))
    )
    drawn = policy(
        definitions=(hard,), scope=None, eligibility=None, measures=(measure("救助", "household", twice),)
    )

    lines = outline(explained(drawn, "救助", case()))

    assert [line.strip() for line in lines if "困难" in line] == [
        "unknown 困难: 以下全部 [H1]",
        "unknown 困难: 以下全部 [H1] see 4",
    ]


@pytest.mark.parametrize(
    ("stated", "outcome", "told"),
    [(NEVER, "no", "未发生"), (None, "unknown", None)],
    ids=["not happened", "not stated"],
)
def test_a_moment_is_told_as_stated(stated, outcome, told):
    drawn = policy(
        measures=(measure("救助", "member", every(happened("member.treated_at"), is_true("member.sick"))),)
    )
    members = {"P1": {"member.sick": True} | ({} if stated is None else {"member.treated_at": stated})}

    explanation = explained(drawn, "救助", case(members=members))

    treated = [
        premise
        for step in steps(explanation)
        for premise in step.premises
        if premise.fact == "member.treated_at"
    ]
    assert explanation.outcome == outcome
    assert [premise.value for premise in treated] == [told]


def test_a_list_that_was_not_supplied_is_what_is_missing():
    drawn = policy(measures=(measure("救助", "member", is_true("member.sick")),))

    explanation = explained(drawn, "救助", case(members=None))

    assert explanation.target.id is None
    assert explanation.outcome == "unknown"
    assert [(premise.fact, premise.value) for premise in explanation.missing] == [("household.member", None)]


def test_an_empty_list_is_a_proof():
    drawn = policy(measures=(measure("救助", "member", is_true("member.sick")),))

    explanation = explained(drawn, "救助", case(members={}))

    assert explanation.outcome == "no"
    assert [(premise.fact, premise.value) for premise in explanation.premises] == [("household.member", "空")]


@pytest.mark.parametrize(
    ("id_", "target", "message"),
    [
        ("救助金", None, "判定里没有叫“救助金”的项目（是不是“救助”）"),
        ("救助", None, "“救助”有几个对象，要写明是哪一个（对象有 P1、P2；命令行用 --target 写明）"),
        ("救助", "P3", "“救助”没有叫“P3”的对象（对象有 P1、P2）"),
    ],
    ids=["id", "several", "target"],
)
def test_what_is_not_listed_is_said_with_what_is(id_, target, message):
    drawn = policy(measures=(measure("救助", "member", is_true("member.sick")),))

    with pytest.raises(AskError) as caught:
        explained(drawn, id_, case(members={"P1": {}, "P2": {}}), target)

    assert str(caught.value) == message


# --- laws -----------------------------------------------------------------------------------------


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32))
def test_premises_force_the_outcome_and_none_can_be_left_out(seed):
    """Whatever else is stated, however other 解读 are taken; and without any one premise the outcome is no longer forced.

    Not so where stated facts contradict each other: with less stated there may be no contradiction, and more may follow.
    """
    drawn, given_case = random_policy_and_case(seeded(seed))
    asked = asking(drawn)
    rails = asked.evaluator.run(given_case)
    assume(not rails.conflicts)
    support = Support(asked.program, rails, given_case)
    engines = Engines(asked.program)

    for entry in asked.explainer.listed:
        for lane in range(len(given_case.tables[entry.domain].ids)):
            step = entry.node, lane
            outcome = rails.truth(*step)
            if outcome is None:
                continue
            keys = support.among(support.sets(step)[0])
            assert engines.forces(given_case, keys, step, outcome)
            if support.exact:
                for key in keys:
                    rest = tuple(other for other in keys if other != key)
                    assert not engines.forces(given_case, rest, step, outcome)


@settings(max_examples=150)
@given(rng=randoms())
def test_every_explanation_is_in_order(rng):
    """Its steps have the outcomes of the rails, numbers run through, nothing is told twice, and what is referred to stands before."""
    drawn, given_case = random_policy_and_case(rng)
    asked = asking(drawn)
    decision = decided(asked, given_case)
    listed = [
        *decision.conclusions,
        *decision.judgements,
        *decision.measures,
        *decision.tasks,
        *decision.exceptions,
    ]

    for element in listed:
        explanation = decision.explain(element.id, element.target)
        assert explanation.outcome == element.outcome
        assert explanation.proof.outcome == element.outcome
        told: set[tuple[str, str | None, str]] = set()
        for number, step in enumerate(steps(explanation), start=1):
            assert step.number == number
            assert step.same_as is None or (step.same_as < number and not step.parts and not step.premises)
            for premise in step.premises:
                place = (premise.fact, premise.target.id, premise.target.entity)
                assert (premise.seen_in is None) == (place not in told)
                told.add(place)
                assert premise.seen_in is None or (premise.seen_in < number and premise.value is None)


@settings(max_examples=150)
@given(rng=randoms())
def test_an_unknown_names_the_facts_that_the_decision_names(rng):
    drawn, given_case = random_policy_and_case(rng)
    decision = decided(asking(drawn), given_case)

    for element in (*decision.measures, *decision.tasks):
        if element.outcome == "unknown":
            explanation = decision.explain(element.id, element.target)
            assert {premise.fact for premise in explanation.missing} == set(element.missing)


@settings(max_examples=100)
@given(rng=randoms())
def test_what_is_shown_below_a_step_forces_it(rng):
    """Steps on which a step rests come before it in the program, so no proof goes round in a circle; all of them are known."""
    drawn, given_case = random_policy_and_case(rng)
    asked = asking(drawn)
    rails = asked.evaluator.run(given_case)
    support = Support(asked.program, rails, given_case)
    trace = Trace(asked.program, rails, given_case)

    for node, lane in [
        (entry.node, lane)
        for entry in asked.explainer.listed
        for lane in range(len(given_case.tables[entry.domain].ids))
    ]:
        if trace.truth(node, lane) is None:
            continue
        used = [
            part
            for plan in support.plans((node, lane))
            for need in plan
            for way in need.ways
            for part in way.steps
        ]
        assert all(part[0] < node for part in used)
        assert all(trace.truth(*part) is not None for part in used)


def test_a_fact_of_one_element_is_no_fact_of_another():
    drawn = policy(measures=(measure("救助", "member", is_true("member.sick")),))
    given_case = case(members={"P1": {"member.sick": True}, "P2": {"member.sick": True}})
    asked = asking(drawn)
    support = Support(asked.program, asked.evaluator.run(given_case), given_case)
    node = next(entry.node for entry in asked.explainer.listed if entry.id == "救助")

    assert support.among(support.sets((node, 1))[0]) == (FactAt("member", 1, "member.sick"),)
