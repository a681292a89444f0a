"""Missing facts, contradictions, assumptions and readings, as a decision reports them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.decisions.sample import (
    AFFECTED,
    BELOW_LINE,
    FLOOD,
    HIT,
    NET,
    YUAN,
    case,
    decide,
    definition,
    every,
    exception,
    is_one_of,
    is_true,
    measure,
    named,
    no,
    policy,
    setting,
    some,
    task,
)

from relapse_rules.check import policy as checked
from relapse_rules.check import typed
from relapse_rules.decisions.model import Assumption, Contradiction, MissingFact, Target
from relapse_rules.values.truth import Comparison

RURAL = is_true("household.rural")
HARD = is_true("household.hardship")
SPECIAL = is_true("household.special")
LINE = checked.ParameterSpec(
    name="收入线", type=YUAN, values=(setting("2023-01-01", None, None, "本地", "由县民政局公布后填写"),)
)
SICK = typed.Quantified(
    domain="household",
    kind=typed.Quantification.EXISTS,
    relation=typed.Relation("member", "household"),
    condition=is_true("member.sick"),
)


def missing(condition: typed.Condition, **facts) -> tuple[str, ...]:
    given = policy(measures=(measure("救助", "household", condition),), **facts.pop("declared", {}))
    (found,) = decide(given, case(facts.pop("household", {}), **facts)).measures
    assert found.outcome == "unknown"
    return found.missing


def test_what_is_known_is_not_missing():
    assert missing(every(RURAL, HARD), household={"household.rural": True}) == ("household.hardship",)


def test_facts_are_missing_in_the_order_of_the_vocabulary():
    assert missing(some(SPECIAL, HARD, no(RURAL))) == (
        "household.rural",
        "household.hardship",
        "household.special",
    )


def test_a_branch_that_is_settled_asks_for_nothing():
    settled = every(HARD, some(RURAL, SPECIAL))

    assert missing(settled, household={"household.rural": True}) == ("household.hardship",)


def test_a_list_is_missing_as_a_whole():
    assert missing(SICK) == ("household.member",)


def test_the_elements_of_a_list_miss_one_fact_together():
    assert missing(SICK, members={"P1": {}, "P2": {"member.sick": False}, "P3": {}}) == ("member.sick",)


def test_a_reference_is_missing_before_what_it_leads_to():
    assert missing(AFFECTED, events=FLOOD, impacts={"I1": {"impact.affected": True}}) == ("impact.event_id",)


def test_what_a_reference_leads_to_is_missing():
    assert missing(AFFECTED, events={"E1": {}}, impacts=HIT) == ("disaster_event.category",)


def test_a_derived_fact_asks_for_what_it_is_derived_from():
    derived = definition("贫困", "household", HARD, derives="household.poor")

    assert missing(
        named("household", "贫困"), declared={"definitions": (derived,), "scope": None, "eligibility": None}
    ) == ("household.hardship",)


def test_a_number_asks_for_its_parts_and_for_parameters_that_are_not_set():
    declared = {"indicators": (NET,), "parameters": (LINE,)}

    assert missing(BELOW_LINE, household={"finance.wages": 100}, declared=declared) == (
        "finance.expense",
        "参数.收入线",
    )


def test_a_test_against_a_parameter_that_is_not_set_asks_for_the_parameter_only():
    grades = checked.ParameterSpec(
        name="灾类", type=YUAN, values=(setting("2023-01-01", None, None, "本地", "县定"),)
    )
    asked = replace(is_one_of("disaster_event.category"), parameter="灾类")
    given = policy(parameters=(grades,), tasks=(task("推送", "disaster_event", asked),))

    decision = decide(given, case(events={"E1": {"disaster_event.category": "其他"}, "E2": {}}))

    assert [found.missing for found in decision.tasks] == [
        ("参数.灾类",),
        ("disaster_event.category", "参数.灾类"),
    ]


def test_a_count_asks_for_the_elements_that_it_cannot_count_yet():
    at_least_two = typed.CountCompare(
        domain="household",
        operator=Comparison.AT_LEAST,
        relation=typed.Relation("member", "household"),
        condition=is_true("member.sick"),
        limit=typed.LiftedNumber(
            domain="household",
            relation=typed.Relation("household", "context"),
            operand=typed.NumberConstant(domain="context", value=2),
        ),
    )

    assert missing(at_least_two, members={"P1": {"member.sick": True}, "P2": {}}) == ("member.sick",)


def test_missing_facts_come_with_their_supplier_most_decisive_first():
    given = policy(
        measures=(
            measure("甲", "household", every(RURAL, HARD)),
            measure("乙", "household", HARD),
            measure("丙", "member", is_true("member.sick")),
        ),
        tasks=(task("丁", "household", every(SPECIAL, HARD)),),
        eligibility=None,
    )

    assert decide(given, case()).missing == (
        MissingFact("household.hardship", "乡镇", 3),
        MissingFact("household.rural", "村(社区)", 1),
        MissingFact("household.special", "乡镇", 1),
        MissingFact("household.member", "全国系统", 1),
    )


def test_eligibility_counts_as_one_undecided_element():
    decision = decide(policy(), case(events=FLOOD, impacts=HIT))

    assert decision.missing == (MissingFact("household.rural", "村(社区)", 1),)


def test_conclusions_alone_are_not_waited_for():
    given = policy(definitions=(definition("困难", "household", HARD),), scope=None, eligibility=None)

    assert decide(given, case()).missing == ()


def test_a_parameter_that_is_not_set_says_who_sets_it():
    given = policy(
        parameters=(LINE,),
        indicators=(NET,),
        measures=(measure("救助", "household", BELOW_LINE),),
        eligibility=None,
    )

    found = decide(given, case({"finance.wages": 100, "finance.expense": 0})).missing

    assert found == (MissingFact("参数.收入线", "由县民政局公布后填写", 1),)


# --- contradictions -------------------------------------------------------------------------------

POOR = definition("贫困", "household", HARD, derives="household.poor")
BELOW_1000 = replace(
    BELOW_LINE,
    right=typed.LiftedNumber(
        domain="household",
        relation=typed.Relation("household", "context"),
        operand=typed.NumberConstant(domain="context", value=100_000),
    ),
)


def test_a_contradicted_condition_is_reported_and_leaves_what_rests_on_it_unknown():
    given = policy(
        definitions=(POOR,),
        scope=None,
        eligibility=None,
        measures=(measure("救助", "household", named("household", "贫困")),),
    )

    decision = decide(given, case({"household.hardship": True, "household.poor": False}))

    assert decision.contradictions == (
        Contradiction("household.poor", Target("household", "H1"), "no", "yes"),
    )
    assert (decision.measures[0].outcome, decision.measures[0].missing) == ("unknown", ())


@pytest.mark.parametrize("supplied", [{}, {"household.poor": True}], ids=["not supplied", "the same"])
def test_agreement_is_no_contradiction(supplied):
    given = policy(definitions=(POOR,), scope=None, eligibility=None)

    assert decide(given, case({"household.hardship": True, **supplied})).contradictions == ()


def test_a_contradicted_number_is_told_in_the_facts_unit():
    given = policy(indicators=(NET,), eligibility=None, measures=(measure("救助", "household", BELOW_1000),))

    decision = decide(given, case({"finance.wages": 850_050, "finance.expense": 0, "finance.net": 900_000}))

    assert decision.contradictions == (
        Contradiction("finance.net", Target("finance", "H1"), "9000", "8500.5"),
    )
    assert decision.measures[0].outcome == "unknown"


# --- assumptions ----------------------------------------------------------------------------------


def assumed(*values: checked.ParameterValue, at: str = "2023-08-02") -> tuple[Assumption, ...]:
    given = policy(parameters=(checked.ParameterSpec(name="收入线", type=YUAN, values=values),))
    as_of = setting(at, None, None, "").since
    return decide(
        given, case(as_of=(as_of - setting("1970-01-01", None, None, "").since) * 86_400)
    ).assumptions


@pytest.mark.parametrize("source", ["标准", "本地"])
def test_a_value_that_is_not_the_plans_own_is_an_assumption(source):
    assert assumed(setting("2023-01-01", 750_000, "7500元", source)) == (
        Assumption("收入线", "7500元", source),
    )


def test_a_value_that_is_not_set_is_assumed_null():
    assert assumed(setting("2023-01-01", None, "待定", "本地")) == (Assumption("收入线", None, "本地"),)


def test_the_plans_own_value_is_no_assumption():
    assert assumed(setting("2023-01-01", 750_000, "7500元", "原文")) == ()


@pytest.mark.parametrize(
    ("at", "expected"),
    [("2022-12-31", ()), ("2023-01-01", ("旧",)), ("2023-12-31", ("旧",)), ("2024-01-01", ("新",))],
)
def test_only_the_value_in_force_is_assumed(at, expected):
    values = (setting("2023-01-01", 1, "旧", "本地"), setting("2024-01-01", 2, "新", "本地"))

    assert tuple(found.value for found in assumed(*values, at=at)) == expected


# --- readings -------------------------------------------------------------------------------------

ANY_OR_ALL = checked.ReadingSpec(name="顿号", taken="任一", options=("任一", "全部"))


def read_as(option: str) -> typed.Lifted:
    return typed.Lifted(
        domain="household",
        relation=typed.Relation("household", "context"),
        operand=typed.ReadingIs(domain="context", reading="顿号", option=option),
    )


BY_READING = some(every(read_as("任一"), some(RURAL, HARD)), every(read_as("全部"), every(RURAL, HARD)))
READ = policy(
    readings=(ANY_OR_ALL, checked.ReadingSpec(name="无关", taken="甲", options=("甲", "乙"))),
    definitions=(definition("困难", "household", BY_READING), *policy().definitions),
    measures=(
        measure("救助", "household", named("household", "困难")),
        measure("其他", "household", SPECIAL),
        measure("走访", "household", every(SPECIAL, named("household", "困难"))),
    ),
    tasks=(task("排查", "household", no(named("household", "困难"))),),
    exceptions=(exception("先办", "household", named("household", "困难")),),
)


def test_a_reading_names_what_another_would_change_in_listed_order():
    decision = decide(
        READ, case({"household.rural": True, "household.hardship": False, "household.special": True})
    )

    assert [found.dump() for found in decision.readings] == [
        {"id": "顿号", "taken": "任一", "changes": ["困难", "救助", "走访", "排查", "先办"]},
        {"id": "无关", "taken": "甲", "changes": []},
    ]


def test_a_reading_that_makes_no_difference_changes_nothing():
    decision = decide(READ, case({"household.rural": True, "household.hardship": True}))

    assert decision.readings[0].changes == ()


def test_an_outcome_that_another_reading_would_settle_is_a_change():
    """Under 全部 a single no settles it; under 任一 the other fact is waited for."""
    decision = decide(READ, case({"household.rural": False, "household.special": False}))

    assert decision.readings[0].changes == ("困难", "救助", "排查", "先办")


def test_readings_taken_otherwise_are_reported_as_taken():
    household = {"household.rural": True, "household.hardship": False}

    decision = decide(READ, case(household), {"顿号": "全部"})

    assert (decision.readings[0].taken, decision.measure("救助").outcome) == ("全部", "no")
    assert decision.readings[0].changes == ("困难", "救助", "走访", "排查", "先办")
