"""The decision's JSON, its keys and their order, and the ten settled points of the contract."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from tests.contract.household import (
    AFFECTED,
    ELIGIBLE,
    LATER,
    NONE,
    NOT_YET,
    decide,
    element,
    elements,
    facts,
    plan,
)

from relapse_rules.cli.main import main

TARGETED = ["id", "target", "outcome", "cites"]
KEYS = {
    "scope": ["event", "category", "outcome", "cites"],
    "conclusions": TARGETED,
    "measures": [
        "id", "category", "target", "outcome", "force", "cites", "units", "units_resolved",
        "time_limit", "due", "after", "done", "missing",
    ],
    "tasks": [
        "id", "target", "outcome", "cites", "units", "units_resolved", "after", "time_limit", "start", "due",
        "done", "missing",
    ],
    "exceptions": ["id", "target", "cites", "outcome", "changes"],
    "missing": ["fact", "supplied_by", "decides"],
    "judgements": ["id", "target", "by", "outcome", "cites"],
    "readings": ["id", "taken", "changes"],
    "assumptions": ["parameter", "value", "origin"],
}  # fmt: skip
OUTCOMES = {"yes", "no", "unknown"}
FULL = (AFFECTED, ELIGIBLE, {"household.township_code": "511002101", "member.dropped_out": False})


def test_the_sections_and_their_keys_are_those_of_the_contract():
    decision = decide(*FULL)
    assert list(decision) == [
        "policy", "subject", "scope", "eligibility", "conclusions", "measures", "tasks", "exceptions",
        "missing", "judgements", "readings", "assumptions", "contradictions",
    ]  # fmt: skip
    assert list(decision["policy"]) == ["name", "digest", "as_of"]
    assert decision["policy"]["digest"].startswith("sha256:")
    assert decision["subject"] == {"entity": "household", "id": "H1"}
    assert list(decision["eligibility"]) == ["outcome", "cites"]
    for section, keys in KEYS.items():
        assert {tuple(item) for item in decision[section]} == {tuple(keys)}, section


def test_every_outcome_is_yes_no_or_unknown():
    decision = decide(*FULL)
    said = {
        item["outcome"]
        for items in decision.values()
        if isinstance(items, list)
        for item in items
        if "outcome" in item
    }
    assert said == OUTCOMES
    assert {item["done"] for item in decision["measures"] + decision["tasks"]} <= OUTCOMES


def test_the_command_prints_the_same_json(tmp_path, capsys):
    path = tmp_path / "case.json"
    path.write_text(json.dumps(facts(*FULL)), encoding="utf-8")
    assert main(["decide", "--format", "json", str(path)]) == 0
    assert json.loads(capsys.readouterr().out) == decide(*FULL)


def test_text_dictionary_and_model_give_the_same_bytes():
    case = facts(*FULL)
    written = plan().decide(case).model_dump_json()
    assert plan().decide(json.dumps(case)).model_dump_json() == written
    assert plan().decide(plan().models.CaseFacts.model_validate(case)).model_dump_json() == written


def test_the_scope_names_event_category_and_statements():
    (event,) = decide(AFFECTED)["scope"]
    assert (event["event"], event["category"], event["outcome"]) == ("E1", "自然灾害", "yes")
    assert {"1-07", "1.1-01"} <= set(event["cites"])


# --- 1 and 10 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stated", [{}, AFFECTED, {"disaster_event.category": "其他"}], ids=["nothing", "flood", "other"]
)
def test_the_same_declarations_are_listed_whatever_their_outcome(stated):
    decision = decide(stated)
    for section in ("measures", "tasks"):
        listed = {item["id"] for item in decision[section]}
        assert listed == {item["id"] for item in decide(*FULL)[section]}


def test_no_declaration_and_target_come_twice():
    decision = decide(*FULL)
    for section in ("conclusions", "measures", "tasks", "exceptions", "judgements"):
        counted = Counter((item["id"], *item["target"].values()) for item in decision[section])
        assert max(counted.values()) == 1


# --- 2 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "child"),
    [("控辍保学", "member"), ("及时转移", "housing"), ("续贷或展期", "loan"), ("及时受理理赔", "insurance")],
)
def test_a_list_that_was_not_supplied_is_asked_for_once(measure, child):
    item = element(decide(AFFECTED), measure)
    assert (item["outcome"], item["target"]) == ("unknown", {"entity": child, "id": None})
    assert f"household.{child}" in item["missing"]


@pytest.mark.parametrize(
    ("measure", "child"), [("控辍保学", "member"), ("及时转移", "housing"), ("续贷或展期", "loan")]
)
def test_an_empty_list_is_answered_once_with_no(measure, child):
    item = element(decide(AFFECTED, {child: []}), measure)
    assert (item["outcome"], item["target"]["id"], item["missing"]) == ("no", None, [])


# --- 3 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "category", "outcome"),
    [
        ("脱贫户", NONE, "yes"),
        ("一般农户", "突发严重困难户", "yes"),
        ("一般农户", NONE, "no"),
        ("一般农户", None, "unknown"),
        ("脱贫户", None, "yes"),
    ],
)
def test_none_is_stated_and_null_is_unknown(kind, category, outcome):
    decision = decide({"household.household_type": kind, "household.monitor_category": category})
    assert element(decision, "脱贫户和监测户")["outcome"] == outcome


# --- 4 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "done"),
    [({"housing.relocated_at": LATER}, "yes"), ({"housing.relocated_at": NOT_YET}, "no"), ({}, "unknown")],
)
def test_what_was_carried_out_stays_due_and_done_tells_it(at, done):
    item = element(decide(AFFECTED, {"housing.wall_collapsed": True}, at), "及时转移")
    assert (item["outcome"], item["done"]) == ("yes", done)


# --- 5 and 6 ------------------------------------------------------------------------------------------------------


def test_children_are_named_by_id_or_place():
    rows = [{"id": "老屋", "wall_collapsed": True}, {"wall_collapsed": True}]
    named = [item["target"]["id"] for item in elements(decide(AFFECTED, {"housing": rows}), "及时转移")]
    assert named == ["老屋", "housing[1]"]


@pytest.mark.parametrize(
    "places",
    [
        {"employment": [{"person_id": "P1", "training_needed": True}], "member": [{"person_id": "P1"}]},
        {"member": [{"person_id": "P1", "employment": {"training_needed": True}}]},
        {"member": [{"person_id": "P1", "employment": [{"training_needed": True}]}]},
        {"employment": [{"training_needed": True}]},
    ],
    ids=["household list", "object", "member list", "nobody named"],
)
def test_employment_is_taken_in_each_of_its_places(places):
    assert element(decide(AFFECTED, places), "就业技能培训")["outcome"] == "yes"


def test_open_enumerations_take_other_words():
    stated = {"member.relation_to_head": "外甥女婿", "household.needs_identified": ["修牛圈"]}
    assert decide(AFFECTED, stated)["contradictions"] == []


# --- 7 ------------------------------------------------------------------------------------------------------------


def test_a_township_is_resolved_beside_its_generic_name():
    item = element(decide(*FULL), "续贷或展期")
    assert item["units"] == ["县乡村振兴局", "各乡镇"]
    assert item["units_resolved"] == ["县乡村振兴局", "511002101"]
    assert element(decide(AFFECTED), "续贷或展期")["units_resolved"] == ["县乡村振兴局", "各乡镇"]


def test_one_day_is_twenty_four_hours_from_the_disaster():
    item = element(decide(AFFECTED), "部门推送风险线索")
    assert item["target"] == {"entity": "disaster_event", "id": "E1"}
    assert (item["start"], item["due"]) == ("2023-08-01T20:00:00+08:00", "2023-08-02T20:00:00+08:00")


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2023-08-03T10:00:00+08:00", "2023-08-03T23:59:59+08:00"),
        ("2023-08-03T00:00:00+08:00", "2023-08-03T23:59:59+08:00"),
        ("2023-08-03T20:00:00+00:00", "2023-08-04T23:59:59+08:00"),
    ],
    ids=["morning", "midnight", "UTC evening is the next day here"],
)
def test_the_same_day_ends_one_second_before_midnight(at, due):
    stated = {"procedure_event.step": "线索汇总", "procedure_event.case_ref": "H1", "procedure_event.at": at}
    assert element(decide(AFFECTED, stated), "向乡镇推送线索")["due"] == due


def test_words_without_a_number_have_no_due_time():
    items = [*decide(*FULL)["measures"], *decide(*FULL)["tasks"]]
    vague = [item["due"] for item in items if item["time_limit"] in {"及时", "立即", "第一时间", "尽快"}]
    assert len(vague) > 10
    assert set(vague) == {None}


def test_an_exception_that_holds_orders_what_it_changes():
    special = {"household.special_circumstance": True, "assistance": []}
    item = element(decide(*FULL, special), "先救助后履行程序")
    assert (item["outcome"], item["cites"]) == ("yes", ["2.4-02"])
    changed = element(decide(*FULL, special), item["changes"][0])
    usual = element(decide(*FULL, {**special, "household.special_circumstance": False}), item["changes"][0])
    assert set(usual["after"]) < set(changed["after"])


# --- 8 and 9 ------------------------------------------------------------------------------------------------------


def test_a_derived_fact_that_disagrees_is_reported_with_exit_code_three(tmp_path, capsys):
    stated = {"finance.wage_income": 100, "finance.business_income": 50, "finance.property_income": 0,
              "finance.transfer_income": 0, "finance.business_expense": 30, "finance.net_income": 999}  # fmt: skip
    (found,) = decide(AFFECTED, stated)["contradictions"]
    assert "finance.net_income" in found.values()
    assert decide(AFFECTED, {**stated, "finance.net_income": 120})["contradictions"] == []
    path = tmp_path / "case.json"
    path.write_text(json.dumps(facts(AFFECTED, stated)), encoding="utf-8")
    assert main(["decide", "--format", "json", str(path)]) == 3
    assert json.loads(capsys.readouterr().out)["contradictions"] == [found]


def test_what_rests_on_a_contradiction_is_unknown():
    decision = decide(AFFECTED, ELIGIBLE, {"household.monitored_due_to_disaster": False})
    assert len(decision["contradictions"]) == 1
    assert element(decision, "分析家庭情况和收入结构")["outcome"] == "unknown"


@pytest.mark.parametrize("path", ["household.departments_unable", "assistance.departments_unable"])
def test_departments_unable_is_answered_in_both_places(path):
    assert element(decide(AFFECTED, {path: True}), "各部门都无法解决")["outcome"] == "yes"


# --- missing ------------------------------------------------------------------------------------------------------


def test_a_missing_fact_is_named_with_its_supplier_and_what_it_decides():
    stated = {"household.dibao_status": "否"}
    decision = decide(AFFECTED, stated)
    assert element(decision, "纳入最低生活保障")["missing"] == ["household.dibao_eligible"]
    (asked,) = [item for item in decision["missing"] if item["fact"] == "household.dibao_eligible"]
    assert asked["supplied_by"] == "县民政局/乡镇"
    assert asked["decides"] >= 1


def test_only_what_is_unknown_is_missing_something():
    for item in [*decide(*FULL)["measures"], *decide(*FULL)["tasks"]]:
        assert bool(item["missing"]) == (item["outcome"] == "unknown"), item["id"]
