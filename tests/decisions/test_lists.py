"""What a decision lists: one element for each declaration and target, whatever its outcome."""

from __future__ import annotations

import pytest
from tests.decisions.sample import (
    FLOOD,
    HIT,
    case,
    decide,
    definition,
    exception,
    happened,
    is_true,
    measure,
    policy,
    task,
)

from relapse_rules.check import policy as checked
from relapse_rules.decisions.model import Target
from relapse_rules.values.types import NEVER

TREAT = measure("医疗救助", "member", is_true("member.sick"), done=happened("member.treated_at"))


@pytest.mark.parametrize(("rural", "outcome"), [(True, "yes"), (False, "no"), (None, "unknown")], ids=str)
def test_a_measure_is_listed_whatever_its_outcome(rural, outcome):
    household = {} if rural is None else {"household.rural": rural}

    decision = decide(
        policy(measures=(measure("低保", "household", is_true("household.rural")),)), case(household)
    )

    assert [(found.id, found.outcome) for found in decision.measures] == [("低保", outcome)]
    assert decision.measures_with(outcome) == decision.measures


@pytest.mark.parametrize(("rural", "outcome"), [(True, "yes"), (False, "no"), (None, "unknown")], ids=str)
def test_a_task_is_listed_whatever_its_outcome(rural, outcome):
    household = {} if rural is None else {"household.rural": rural}

    decision = decide(policy(tasks=(task("排查", "household", is_true("household.rural")),)), case(household))

    assert [(found.id, found.outcome) for found in decision.tasks] == [("排查", outcome)]


def test_each_element_of_a_list_is_a_target():
    members = {"P1": {"member.sick": True}, "P2": {"member.sick": False}, "P3": {}}

    decision = decide(policy(measures=(TREAT,)), case(members=members))

    assert [(found.target, found.outcome) for found in decision.measures] == [
        (Target("member", "P1"), "yes"),
        (Target("member", "P2"), "no"),
        (Target("member", "P3"), "unknown"),
    ]


def test_a_list_that_was_not_supplied_stands_as_one_unknown_element():
    decision = decide(policy(measures=(TREAT,)), case(members=None))

    (element,) = decision.measures
    assert (element.target, element.outcome, element.done) == (Target("member", None), "unknown", "unknown")
    assert element.missing == ("household.member",)


def test_an_empty_list_stands_as_one_element_that_is_no():
    decision = decide(policy(measures=(TREAT,)), case(members={}))

    (element,) = decision.measures
    assert (element.target, element.outcome, element.done) == (Target("member", None), "no", "no")
    assert element.missing == ()


def test_a_list_supplied_in_part_keeps_a_place_for_the_rest():
    partly = case(members={"P1": {"member.sick": True}})
    table = partly.tables["member"]
    tables = {
        **partly.tables,
        "member": type(table)(entity="member", ids=table.ids, rows=table.rows, complete=False),
    }

    decision = decide(
        policy(measures=(TREAT,)), type(partly)(as_of=partly.as_of, tables=tables, links=partly.links)
    )

    assert [(found.target.id, found.outcome) for found in decision.measures] == [
        ("P1", "yes"),
        (None, "unknown"),
    ]


def test_a_list_beside_the_household_is_missing_by_its_own_name():
    decision = decide(
        policy(tasks=(task("推送", "disaster_event", is_true("disaster_event.pushed")),)), case()
    )

    assert decision.tasks[0].missing == ("disaster_event",)
    assert decision.tasks[0].target == Target("disaster_event", None)


def test_an_event_task_is_about_its_event():
    pushed = policy(tasks=(task("推送", "disaster_event", is_true("disaster_event.pushed")),))

    decision = decide(pushed, case(events={"E1": {"disaster_event.pushed": True}, "E2": {}}))

    assert [(found.target, found.outcome) for found in decision.tasks] == [
        (Target("disaster_event", "E1"), "yes"),
        (Target("disaster_event", "E2"), "unknown"),
    ]


def test_a_single_child_is_named_by_its_household():
    decision = decide(
        policy(measures=(measure("清洗消毒", "water", is_true("water.polluted")),)),
        case({"water.polluted": True}),
    )

    assert decision.measures[0].target == Target("water", "H1")


@pytest.mark.parametrize(
    ("context", "name"), [({"context.county_code": "511000"}, "511000"), ({}, None)], ids=str
)
def test_the_county_is_named_by_its_code(context, name):
    decision = decide(
        policy(tasks=(task("拨付", "context", is_true("context.fund")),)), case(context=context)
    )

    assert decision.tasks[0].target == Target("context", name)


@pytest.mark.parametrize(
    ("treated_at", "done"),
    [(0, "yes"), (NEVER, "no"), (None, "unknown")],
    ids=["done", "not yet", "not said"],
)
def test_a_measure_carried_out_stays_due_and_says_so(treated_at, done):
    sick = {"member.sick": True} | ({} if treated_at is None else {"member.treated_at": treated_at})

    decision = decide(policy(measures=(TREAT,)), case(members={"P1": sick}))

    assert (decision.measures[0].outcome, decision.measures[0].done) == ("yes", done)


def test_without_a_completion_it_is_unknown_whether_it_is_done():
    decision = decide(
        policy(measures=(measure("低保", "household", is_true("household.rural")),)),
        case({"household.rural": True}),
    )

    assert decision.measures[0].done == "unknown"


def test_no_element_occurs_twice():
    members = {name: {"member.sick": True} for name in ("P1", "P2")}
    everything = policy(
        measures=(TREAT, measure("低保", "household", is_true("household.rural"))),
        tasks=(
            task("慰问", "member", is_true("member.sick")),
            task("推送", "disaster_event", is_true("disaster_event.pushed")),
        ),
        exceptions=(exception("先救助", "member", is_true("member.sick")),),
    )

    decision = decide(everything, case(members=members, events=FLOOD, impacts=HIT))

    for elements in (decision.measures, decision.tasks, decision.exceptions, decision.conclusions):
        listed = [(element.id, element.target) for element in elements]
        assert len(listed) == len(set(listed))


def test_definitions_are_concluded_for_their_own_entity():
    decision = decide(
        policy(
            definitions=(
                *policy().definitions,
                definition("病人", "member", is_true("member.sick"), "4.4-01"),
            )
        ),
        case(members={"P1": {"member.sick": True}}, events=FLOOD),
    )

    listed = [(found.id, found.target, found.outcome) for found in decision.conclusions]
    assert ("病人", Target("member", "P1"), "yes") in listed
    assert ("属本方案灾种", Target("disaster_event", "E1"), "yes") in listed
    assert ("纳入监测帮扶", Target("household", "H1"), "unknown") in listed


def test_a_judgement_names_those_who_decide_and_its_statements():
    hardship = checked.TypedJudgement(
        name="生产生活严重困难",
        entity="household",
        domain="household",
        finding=is_true("household.hardship"),
        deciders=("乡镇", "村(社区)"),
        cites=("1-03",),
    )

    (found,) = decide(policy(judgements=(hardship,)), case({"household.hardship": True})).judgements

    assert (found.id, found.by, found.outcome, found.cites) == (
        "生产生活严重困难",
        "乡镇、村(社区)",
        "yes",
        ("1-03",),
    )


def test_eligibility_follows_its_definition():
    decision = decide(policy(), case({"household.rural": True}, events=FLOOD, impacts=HIT))

    assert decision.eligibility.outcome == "yes"
    assert decision.eligibility.cites == ("1-01",)


def test_a_policy_without_eligibility_leaves_it_unknown():
    decision = decide(policy(eligibility=None, scope=None), case())

    assert decision.eligibility == ("unknown", ())
    assert decision.scope == ()


def test_a_measure_is_found_by_name_and_target():
    decision = decide(policy(measures=(TREAT,)), case(members={"P1": {"member.sick": True}, "P2": {}}))

    assert decision.measure("医疗救助", "P1").outcome == "yes"
    with pytest.raises(KeyError, match="医疗救助"):
        decision.measure("医疗救助")
    with pytest.raises(KeyError, match="P3"):
        decision.measure("医疗救助", "P3")
