"""Logs of another policy version, and snapshots: what a replay goes by."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.cases.county import at, flooded, hard, plan, small, stated, step

from relapse_rules.cases.errors import CaseError
from relapse_rules.cases.log import MemoryLog, Snapshot
from relapse_rules.cases.session import Case, open_case
from relapse_rules.policy import Policy, load_plan


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> Policy:
    """The county plan under another reading of what a day is."""
    local = tmp_path_factory.mktemp("local") / "local.policy"
    local.write_text("采用 一日的算法 为 次日终了\n", "utf-8")
    return load_plan(local=(local,))


@pytest.fixture
def log() -> MemoryLog:
    kept = MemoryLog()
    open_case(plan(), flooded(), log=kept).advance("2023-08-02T21:00:00+08:00")
    return kept


def due(case: Case) -> str:
    (found,) = [each for each in case.duties if each.id == "部门推送风险线索"]
    return found.dump()["due"]


def test_another_version_needs_a_choice(log, other):
    with pytest.raises(CaseError, match=r"另一版政策.*redecide.*stay"):
        Case.replay(log, "H1", other)
    with pytest.raises(CaseError, match="须同时给出那一版政策"):
        Case.replay(log, "H1", other, other_policy="stay")
    with pytest.raises(CaseError, match="可选 redecide、stay"):
        Case.replay(log, "H1", other, other_policy="forget")
    assert len(log.read("H1")) == 2


def test_deciding_anew_is_recorded_and_holds(log, other):
    case = Case.replay(log, "H1", other, other_policy="redecide")
    assert due(case) == "2023-08-02T23:59:59+08:00"
    assert case.timeline()[-1].event.digest == other.digest
    assert due(Case.replay(log, "H1", other)) == "2023-08-02T23:59:59+08:00"
    assert len(log.read("H1")) == 3
    with pytest.raises(CaseError, match="另一版政策"):
        Case.replay(log, "H1", plan())


def test_staying_is_recorded_and_holds(log, other):
    case = Case.replay(log, "H1", other, earlier=(plan(),), other_policy="stay")
    assert due(case) == "2023-08-02T20:00:00+08:00"
    assert due(Case.replay(log, "H1", other, earlier=(plan(),))) == "2023-08-02T20:00:00+08:00"
    assert due(Case.replay(log, "H1", plan())) == "2023-08-02T20:00:00+08:00"
    assert len(log.read("H1")) == 3
    case.advance(at("09:00"))
    assert case.add(step("P", "推送乡镇", "07:00")).met


def test_a_holder_of_the_old_version_goes_on_adding_to_the_log(log, other):
    old = Case.replay(log, "H1", plan())
    Case.replay(log, "H1", other, other_policy="redecide")
    old.advance(at("09:00"))
    assert [event.entry.kind for event in log.read("H1")][2:] == ["policy_changed", "advanced"]


def test_a_case_that_is_not_there_is_refused(log):
    with pytest.raises(CaseError, match="案卷 H2：没有这个案卷"):
        Case.replay(log, "H2", plan())


def test_facts_that_the_policy_does_not_know_are_named_with_their_event():
    log = MemoryLog()
    open_case(plan(), flooded(), log=log)
    with pytest.raises(CaseError, match="“department_alert”"):
        Case.replay(log, "H1", small(), other_policy="redecide")
    assert len(log.read("H1")) == 1


def test_a_policy_without_procedure_events_takes_none():
    case = open_case(small(), hard(), as_of=at("09:00"))
    with pytest.raises(CaseError, match="没有 procedure_event"):
        case.add(step("P", "核查", "08:00", known="09:00"))


# --- snapshots ----------------------------------------------------------------------------------------------------


def long_case(log: MemoryLog) -> Case:
    case = open_case(plan(), flooded(), log=log)
    case.advance(at("09:00"))
    for number in range(104):
        case.add(step(f"P{number:03}", "线索收集", "07:00"))
    return case


def test_a_replay_from_a_snapshot_is_the_replay_from_the_start():
    log = MemoryLog()
    case = long_case(log)
    snapshot = log.snapshot("H1")
    assert snapshot is not None
    assert snapshot.sequence == 100
    quick, whole = (Case.replay(log, "H1", plan(), snapshots=use) for use in (True, False))
    assert quick.known.facts == whole.known.facts == case.known.facts
    assert quick.decision == whole.decision
    quick.add(stated("A", "08:00", household__population=4))
    assert quick.known.value("household.population") == "4"
    assert Case.replay(log, "H1", plan(), snapshots=False).known.facts == quick.known.facts


def test_events_that_belong_before_a_snapshot_are_worked_in():
    log = MemoryLog()
    case = long_case(log)
    early = stated("A", "07:59", household__population=4)
    case.add(early)
    case.add(stated("B", "07:58", household__population=9))
    assert Case.replay(log, "H1", plan()).known.value("household.population") == "4"


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda kept: replace(kept, body="{"),
        lambda kept: replace(kept, body="{}"),
        lambda kept: replace(kept, body=json.dumps({**json.loads(kept.body), "format": 0})),
        lambda kept: replace(kept, body=json.dumps({**json.loads(kept.body), "policy": "sha256:0"})),
        lambda kept: replace(kept, body=json.dumps({**json.loads(kept.body), "tables": {"household": 3}})),
        lambda kept: replace(kept, digest="0"),
        lambda kept: replace(kept, sequence=1000),
    ],
)
def test_a_snapshot_that_does_not_fit_is_not_used(spoil):
    log = MemoryLog()
    case = long_case(log)
    kept = log.snapshot("H1")
    assert isinstance(kept, Snapshot)
    log.keep("H1", spoil(kept))
    assert Case.replay(log, "H1", plan()).known.facts == case.known.facts
