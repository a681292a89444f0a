"""Derived facts, lists that are left out or empty, judgements with a record, and readings that a county chooses."""

from __future__ import annotations

import pytest
from tests.contract.household import AFFECTED, ELIGIBLE, NONE, OMIT, decide, element, facts

import relapse_rules

INCOMES = {
    "finance.wage_income": 60,
    "finance.business_income": 50,
    "finance.property_income": "2.50",
    "finance.transfer_income": 7,
    "finance.business_expense": "19.5",
    "household.population": 4,
}
"""60 + 50 + 2.5 + 7 - 19.5 = 100 yuan, 25 for each of four."""


def disagreements(*stated: dict[str, object]) -> list[str]:
    return [found["fact"] for found in decide(*stated)["contradictions"]]


@pytest.mark.parametrize(
    ("fact", "right", "wrong"),
    [("finance.net_income", 100, "100.01"), ("finance.per_capita_net_income", 25, 24)],
)
def test_incomes_less_expenses_are_the_net_income(fact, right, wrong):
    stated = {path: value if isinstance(value, int) else float(value) for path, value in INCOMES.items()}
    assert disagreements(stated, {fact: right}) == []
    assert disagreements(stated, {fact: float(wrong)}) == [fact]


def test_a_net_income_that_cannot_be_derived_is_taken_as_supplied():
    assert disagreements({"finance.net_income": 5, "finance.wage_income": 3}) == []


@pytest.mark.parametrize(
    ("stated", "outcome"),
    [
        ({"household.monitor_category": "边缘易致贫户", "household.risk_types": ["因自然灾害"]}, "yes"),
        ({"household.monitor_category": "边缘易致贫户", "household.risk_types": ["因病"]}, "no"),
        ({"household.monitor_category": NONE, "household.risk_types": ["因自然灾害"]}, "no"),
        ({"household.monitor_category": "边缘易致贫户"}, "unknown"),
    ],
)
def test_monitored_due_to_disaster_needs_a_category_and_a_disaster_risk(stated, outcome):
    unaided = {"household.self_resolvable": True}
    assert element(decide(AFFECTED, unaided, stated), "分析家庭情况和收入结构")["outcome"] == outcome


@pytest.mark.parametrize(
    ("entered", "outcome"),
    [
        ({"household.monitor_category": NONE}, "yes"),
        ({"household.monitor_category": "边缘易致贫户", "household.monitor_entry_date": "202301"}, "no"),
    ],
)
def test_newly_included_is_eligible_and_not_monitored_before_the_disaster(entered, outcome):
    assert element(decide(AFFECTED, ELIGIBLE, entered), "新纳入的监测对象")["outcome"] == outcome


@pytest.mark.parametrize(("events", "outcome"), [(OMIT, "unknown"), ([], "no")])
def test_events_left_out_are_unknown_and_no_events_are_no(events, outcome):
    unaffected = dict.fromkeys(AFFECTED, OMIT) | {"impact": OMIT if events is OMIT else []}
    decision = decide(ELIGIBLE, unaffected, {"disaster_event": events})
    assert (decision["scope"], decision["eligibility"]["outcome"]) == ([], outcome)


def test_a_recorded_judgement_and_a_bare_one_decide_alike():
    record = {"value": True, "by": "某乡镇", "at": "2023-08-02", "basis": "入户核查"}
    bare, recorded = (
        decide(AFFECTED, ELIGIBLE, {"household.has_poverty_risk": value}) for value in (True, record)
    )
    assert recorded == bare


def test_chinese_and_english_names_mean_the_same():
    english = decide(AFFECTED, {"housing.wall_collapsed": True})
    chinese = facts(AFFECTED)
    chinese["household"]["住房"] = [{"房屋墙壁倒塌": True}]
    decided = relapse_rules.load_plan().decide(chinese).model_dump(mode="json")
    assert decided == english


def test_a_county_that_counts_to_the_end_of_the_next_day_gets_another_due_time(tmp_path):
    county = tmp_path / "county.policy"
    county.write_text(
        '采用 一日的算法 为 次日终了\n单位 石桥镇  级别 乡级  代码 "511002101"\n', encoding="utf-8"
    )
    policy = relapse_rules.load_plan(local=[county])
    decision = policy.decide(facts(AFFECTED, {"household.township_code": "511002101"})).model_dump(
        mode="json"
    )
    assert element(decision, "部门推送风险线索")["due"] == "2023-08-02T23:59:59+08:00"
    assert element(decision, "续贷或展期")["units_resolved"] == ["县乡村振兴局", "石桥镇"]


@pytest.mark.parametrize("first", ["impact", "disaster_event"])
def test_more_than_one_disaster_is_judged_each_for_itself(first):
    events = [
        {"event_id": "E1", "category": "其他", "occurred_at": "2023-08-01T20:00:00+08:00"},
        {
            "event_id": "E2",
            "category": "公共卫生事件",
            "subtype": "动物疫情",
            "occurred_at": "2023-08-01T20:00:00+08:00",
        },
    ]
    impacts = [
        {"event_id": "E1", "affected": True, "caused_by_event": True},
        {"event_id": "E2", "affected": False, "caused_by_event": False},
    ]
    if first == "impact":
        impacts.reverse()
    decision = decide(ELIGIBLE, {"disaster_event": events, "impact": impacts})
    assert [(item["event"], item["outcome"]) for item in decision["scope"]] == [("E1", "no"), ("E2", "yes")]
    assert element(decision, "因灾")["outcome"] == "no"
    assert decision["eligibility"]["outcome"] == "no"
