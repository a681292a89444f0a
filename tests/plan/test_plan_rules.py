"""The county plan itself: what its policy files promise, checked on its own worked cases."""

from pathlib import Path

import pytest

from relapse_rules import load_plan
from relapse_rules.analysis.cases import run_case
from relapse_rules.analysis.coverage import coverage
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.policy import Inspection, compile_policy, inspect, plan_path

WITHOUT_OUTCOME = {"一日的算法", "外出与就近之间的或"}
"""Readings that move a due time, or what counts as done, and no outcome."""


@pytest.fixture(scope="module")
def plan() -> Inspection:
    return inspect(plan_path().parent / "cases" / "all.policy")


@pytest.fixture(scope="module")
def typed(plan: Inspection) -> TypedPolicy:
    assert plan.policy is not None
    return plan.policy


def test_the_only_findings_are_the_figures_that_the_county_must_set(plan: Inspection) -> None:
    assert {finding.code for finding in plan.diagnostics} <= {"RR0405"}


def test_every_worked_case_holds(plan: Inspection, typed: TypedPolicy) -> None:
    policy = compile_policy(typed)

    results = [run_case(lambda case: policy.decide(case.facts), case) for case in plan.cases]

    assert [result for result in results if not result.passed] == []


def test_every_statement_has_a_case_for_yes_for_no_and_for_unknown(
    plan: Inspection, typed: TypedPolicy
) -> None:
    covered = coverage(typed, plan.cases)

    assert [each.statement.id for each in covered.unaccounted] == []
    assert {each.statement.id: each.not_shown for each in covered.not_shown} == {}


def test_every_reading_decides_an_outcome_in_some_case(plan: Inspection, typed: TypedPolicy) -> None:
    """A 解读 that changes nothing would be a choice in name only."""
    policy = compile_policy(typed)

    decisive = {
        reading.id for case in plan.cases for reading in policy.decide(case.facts).readings if reading.changes
    }

    assert {reading.name for reading in typed.readings} - decisive == WITHOUT_OUTCOME


@pytest.mark.parametrize(
    ("reading", "due"),
    [("二十四小时", "2023-08-02T20:00:00+08:00"), ("次日终了", "2023-08-02T23:59:59+08:00")],
)
def test_a_county_says_how_one_day_is_counted(tmp_path: Path, reading: str, due: str) -> None:
    overlay = tmp_path / "county.policy"
    overlay.write_text(f"采用 一日的算法 为 {reading}\n", encoding="utf-8")
    facts = {
        "context": {"as_of": "2023-08-02T09:00:00+08:00"},
        "disaster_event": [
            {
                "event_id": "E1",
                "category": "自然灾害",
                "subtype": "洪涝",
                "occurred_at": "2023-08-01T20:00:00+08:00",
            }
        ],
        "household": {"household_id": "H1"},
    }

    decision = load_plan(local=[overlay]).decide(facts)

    assert [task.due for task in decision.tasks if task.id == "部门推送风险线索"] == [due]
