"""Where duties, steps and measures stand, and what the record shows to be out of order."""

from __future__ import annotations

import sys

import pytest
from tests.cases.county import at, corrected, flooded, hard, judged, plan, small, stated, step

from relapse_rules.cases.clock import CalendarError, Workdays, is_working_day, working_days_later
from relapse_rules.cases.errors import CaseError
from relapse_rules.cases.events import Correction, FactsStated, Judged
from relapse_rules.cases.session import Case, open_case
from relapse_rules.facts.moments import date_ordinal, time_seconds


@pytest.fixture
def case() -> Case:
    opened = open_case(plan(), flooded())
    opened.advance(at("09:00"))
    return opened


def duty(case: Case, name: str):
    (found,) = [each for each in case.duties if each.id == name]
    return found


def states(case: Case, procedure: str) -> list[str]:
    return [each.state.value for each in case.procedures[procedure]]


def texts(changes) -> list[str]:
    return [finding.text for finding in changes.findings]


# --- the six steps ------------------------------------------------------------------------------------------------


def test_the_six_steps_open_one_after_the_other(case):
    order = ("分析研判", "评议公示", "复查审核", "部门比对", "县级审定", "公告录入")
    for number, name in enumerate(order):
        rest = ["not_started"] * (5 - number)
        assert states(case, "快速认定") == ["done"] * number + ["open"] + rest
        case.add(step(f"P{number}", name, "07:00"))
    assert states(case, "快速认定") == ["done"] * 6


def test_a_step_waits_for_the_one_before_it(case):
    assert duty(case, "快速认定/评议公示").waits_for == ("快速认定/分析研判",)
    assert duty(case, "快速认定/评议公示").units == ("村(社区)",)


def test_a_step_recorded_before_the_one_before_it_is_a_finding(case):
    assert texts(case.add(step("P2", "评议公示", "07:00"))) == [
        "已办，但应在其前的“快速认定/分析研判”没有办结记录"
    ]
    assert texts(case.add(step("P1", "分析研判", "07:30"))) == ["办结早于应在其前的“快速认定/分析研判”"]
    case.add(corrected("K", "P1", values={"procedure_event[P1].at": at("06:00")}))
    assert case.findings == ()


def test_relief_may_come_before_the_procedure_where_the_exception_allows_it(case):
    case.add(judged("J", "household.special_circumstance", value=True))
    assert duty(case, "快速认定/分析研判").after == ("实施帮扶措施",)
    case.add(
        FactsStated(
            id="F",
            recorded_at=at("08:10"),
            values={"household.monitor_entry_channel": "绿色通道"},
            facts={
                "household": {
                    "assistance": [{"id": "B1", "program": "临时救助", "delivered_at": at("06:00")}]
                }
            },
        )
    )
    assert duty(case, "实施帮扶措施").state == "done"
    assert texts(case.add(step("P1", "分析研判", "07:00", known="08:20"))) == []
    late = case.add(corrected("K", "F", values={"assistance[B1].delivered_at": at("07:30")}))
    assert texts(late) == ["办结早于应在其前的“实施帮扶措施”"]


def test_what_is_not_required_has_not_started():
    facts = flooded()
    facts["household"]["impact"] = []
    opened = open_case(plan(), facts)
    assert states(opened, "快速认定") == ["not_started"] * 6
    assert opened.procedures["受灾房屋筛查鉴定"][0].state == "done"


def test_a_procedure_is_listed_for_each_house(case):
    case.add(
        FactsStated(
            id="F",
            recorded_at=at("08:00"),
            facts={
                "household": {"housing": [{"id": "新屋", "disaster_damaged": True, "screened_at": "未发生"}]}
            },
        )
    )
    steps = {(each.id, each.target.id): each.state.value for each in case.procedures["受灾房屋筛查鉴定"]}
    assert steps == {
        ("受灾房屋筛查鉴定/初步筛查", "老屋"): "done",
        ("受灾房屋筛查鉴定/初步筛查", "新屋"): "open",
        ("受灾房屋筛查鉴定/专业鉴定", "老屋"): "open",
        ("受灾房屋筛查鉴定/专业鉴定", "新屋"): "not_started",
    }


# --- limits -------------------------------------------------------------------------------------------------------


def test_a_push_within_a_day_is_in_time_and_a_later_one_is_late_by_so_much():
    facts = flooded()
    facts["department_alert"][1]["pushed_at"] = "2023-08-02T20:00:00+08:00"
    facts["context"]["as_of"] = "2023-08-02T22:00:00+08:00"
    in_time = open_case(plan(), facts)
    assert duty(in_time, "部门推送风险线索").state == "done"
    assert duty(in_time, "部门推送风险线索").late_by is None
    facts["department_alert"][1]["pushed_at"] = "2023-08-02T21:30:01+08:00"
    late = open_case(plan(), facts)
    assert duty(late, "部门推送风险线索").late_by == 5401
    assert [finding.text for finding in late.findings] == [
        "应于 2023-08-02T20:00:00+08:00 前办结，晚了 1小时30分钟1秒"
    ]
    assert late.findings[0].cites == ("3.1-03",)


def test_forwarding_is_due_the_same_day_and_an_earlier_push_does_not_count(case):
    assert duty(case, "向乡镇推送线索").due == time_seconds("2023-08-02T23:59:59+08:00")
    assert duty(case, "向乡镇推送线索").state == "overdue"
    changes = case.add(step("P", "推送乡镇", "07:00", actor="县乡村振兴局"))
    met = {each.id: each for each in changes.met}["向乡镇推送线索"]
    assert (met.completed.earliest, met.late_by) == (time_seconds(at("07:00")), 25201)
    assert texts(changes) == ["应于 2023-08-02T23:59:59+08:00 前办结，晚了 7小时1秒"]


def test_registration_follows_once_the_emergency_has_eased(case):
    aid = {
        "id": "B1",
        "program": "临时救助",
        "temp_relief_type": "急难型",
        "meets_emergency_conditions": True,
    }
    aid |= {"first_relief_at": at("05:00"), "delivered_at": at("05:00"), "emergency_eased_at": "未发生"}
    case.add(FactsStated(id="F", recorded_at=at("08:00"), facts={"household": {"assistance": [aid]}}))
    assert duty(case, "缓解后登记救助信息").state == "not_started"
    eased = FactsStated(
        id="G", recorded_at=at("08:10"), values={"assistance[B1].emergency_eased_at": at("07:00")}
    )
    assert {"缓解后登记救助信息", "缓解后补签字盖章"} <= {each.id for each in case.add(eased).started}
    done = {f"assistance[B1].{name}_recorded": True for name in ("recipient", "reason", "amount")}
    changes = case.add(FactsStated(id="H", recorded_at=at("08:20"), values=done))
    assert "缓解后登记救助信息" in {each.id for each in changes.met}
    signed = case.add(stated("I", "08:30", **{"assistance[B1].signed_sealed": True}))
    assert "缓解后补签字盖章" in {each.id for each in signed.met}


def small_case(workdays: str = "calendar", **household: object) -> Case:
    said = {"special": False, "applied_at": "2023-08-02T08:00:00+08:00", "applied_on": "2023-08-02"}
    return open_case(small(), hard(**(said | household)), workdays=workdays)


@pytest.mark.parametrize(
    ("name", "due"),
    [
        ("核查", "2023-08-03T23:59:59+08:00"),
        ("当日登记", "2023-08-02T23:59:59+08:00"),
        ("按月回访", "2023-09-02T23:59:59+08:00"),
        ("发放", "2023-08-07T23:59:59+08:00"),
    ],
)
def test_each_sort_of_limit_ends_when_it_should(name, due):
    assert duty(small_case(), name).due == time_seconds(due)
    assert duty(small_case(), name).dump()["due"] == due


def test_a_limit_without_a_known_start_is_not_due():
    assert duty(small_case(applied_at="未发生", applied_on=None), "核查").due is None
    assert duty(small_case(applied_at="未发生", applied_on=None), "发放").due is None


def test_a_day_without_a_time_is_not_late_on_its_due_day():
    done = small_case(paid_on="2023-08-07", checked_at="2023-08-02T08:30:00+08:00")
    assert duty(done, "发放").late_by is None


def test_holidays_are_no_working_days():
    opened = open_case(
        small(), hard(special=False, applied_on="2023-09-28"), as_of="2023-10-09T09:00:00+08:00"
    )
    # 国庆 and 中秋: 29 September to 6 October off, Saturday and Sunday 7 and 8 October worked.
    assert duty(opened, "发放").due == time_seconds("2023-10-09T23:59:59+08:00")
    weekdays = open_case(
        small(),
        hard(special=False, applied_on="2023-09-28"),
        as_of="2023-10-09T09:00:00+08:00",
        workdays=Workdays.WEEKDAYS,
    )
    assert duty(weekdays, "发放").due == time_seconds("2023-10-03T23:59:59+08:00")


def test_a_year_that_the_calendar_does_not_know_says_so_and_loses_nothing():
    later = hard(special=False, applied_on="2029-08-02", checked_at="2029-08-02T08:30:00+08:00")
    opened = open_case(small(), later, as_of="2029-08-02T09:00:00+08:00")
    assert duty(opened, "发放").due is None
    assert duty(opened, "发放").start == time_seconds("2029-08-02T00:00:00+08:00")
    assert "2029 年的节假日安排不在日历中" in duty(opened, "发放").due_problem
    assert [finding.kind for finding in opened.findings] == ["calendar"]
    with pytest.raises(CalendarError, match="2029"):
        working_days_later(date_ordinal("2029-08-02"), 1, Workdays.CALENDAR)
    assert is_working_day(date_ordinal("2029-08-02"), Workdays.WEEKDAYS)
    assert not is_working_day(date_ordinal("2029-08-04"), Workdays.WEEKDAYS)
    with pytest.raises(CalendarError, match="超出日历"):
        working_days_later(date_ordinal("2200-12-30") + 3_000_000, 1, Workdays.WEEKDAYS)


def test_without_the_calendar_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "chinese_calendar", None)
    with pytest.raises(CalendarError, match=r"relapse_rules\[cases\]"):
        is_working_day(date_ordinal("2023-08-02"), Workdays.CALENDAR)


def test_an_unknown_workday_rule_is_refused():
    with pytest.raises(CaseError, match="可选 calendar、weekdays"):
        small_case("weekend")


# --- exceptions ---------------------------------------------------------------------------------------------------


def test_an_exception_waives_a_duty_and_says_which():
    opened = small_case()
    changes = opened.add(
        FactsStated(
            id="F",
            recorded_at="2023-08-02T09:00:00+08:00",
            values={"household.special": {"value": True, "by": "县"}},
        )
    )
    assert [(each.id, each.state, each.waived_by) for each in changes.waived] == [
        ("核查", "waived", ("特殊免核查",))
    ]
    assert "核查" not in {each.id for each in opened.owed}
    assert "发放" in {each.id for each in changes.started}


# --- units --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "wrong"),
    [
        ("村(社区)", False),
        ("各村(社区)", False),
        ("县级相关部门", False),
        ("县教育局", True),
        ("乡镇", True),
        ("县乡村振兴部门", True),
    ],
)
def test_only_its_unit_may_carry_out_a_step(case, actor, wrong):
    case.add(step("P1", "分析研判", "06:00", actor="县乡村振兴部门"))
    changes = case.add(step("P2", "评议公示", "07:00", actor=actor))
    assert texts(changes) == ([f"“评议公示”由{actor}办理，应由村(社区)办理"] if wrong else [])


def test_a_step_whose_unit_the_plan_does_not_name_may_be_anybodys(case):
    assert texts(case.add(step("P", "线索收集", "07:00", actor="县教育局"))) == []


def test_a_unit_that_nobody_declared_is_a_finding_with_the_nearest_name(case):
    assert texts(case.add(step("P", "线索收集", "07:00", actor="县乡村镇兴局"))) == [
        "没有登记过叫“县乡村镇兴局”的单位（是不是“县乡村振兴局”）"
    ]


# --- when a condition came true -----------------------------------------------------------------------------------


def completed(case: Case, name: str) -> str | None:
    return duty(case, name).dump()["done_at"]


def day(number: int, clock: str = "08:00") -> str:
    return f"2023-08-0{number}T{clock}:00+08:00"


def people(*examined: str | None) -> list[dict[str, object]]:
    return [
        {"person_id": f"M{number}"} | ({} if moment is None else {"examined_at": moment})
        for number, moment in enumerate(examined)
    ]


def test_every_one_is_done_when_the_last_is():
    opened = open_case(small(), hard(applied_at=day(1), member=people(day(1), day(2))))
    assert (completed(opened, "全员体检"), duty(opened, "全员体检").late_by) == (day(2), None)
    nobody = open_case(small(), hard(member=[]))
    assert (duty(nobody, "全员体检").state, completed(nobody, "全员体检")) == ("done", None)


def test_more_than_one_is_done_when_the_second_is():
    opened = open_case(small(), hard(member=people(day(2), None, day(1), day(2, "08:30"))))
    assert completed(opened, "两人体检") == day(2)


def test_two_of_three_are_done_when_the_second_is():
    facts = hard(checked_at=day(2), paid_on="2023-08-01", member=[])
    assert completed(open_case(small(), facts), "两样手续") == day(2)


def test_a_completion_that_no_time_tells_has_none():
    record = {"id": "R1", "serious": False}
    facts = hard(member=[{"person_id": "M0", "record": [record, {"id": "R2", "serious": True}]}])
    opened = open_case(small(), facts)
    told = {
        each.target.id: (each.state.value, each.completed) for each in opened.duties if each.id == "病历建档"
    }
    assert told == {"R1": ("done", None), "R2": ("open", None)}


# --- lists under lists --------------------------------------------------------------------------------------------


def nested(name: str, known: str, *members: dict[str, object]) -> FactsStated:
    return FactsStated(id=name, recorded_at=day(2, known), facts={"household": {"member": [*members]}})


def test_lists_under_lists_grow_and_shrink_with_what_they_hang_under():
    opened = open_case(small(), hard(member=people(None, None)))
    opened.add(nested("F", "09:00", {"person_id": "M1", "record": [{"id": "R1", "serious": True}]}))
    opened.add(nested("G", "09:00", {"person_id": "M2", "record": [{"id": "R2", "serious": False}]}))
    outcomes = {each.target.id: each.outcome for each in opened.decision.conclusions if each.id == "有重病"}
    assert outcomes == {"M0": "unknown", "M1": "yes", "M2": "unknown"}
    opened.add(
        FactsStated(
            id="H",
            recorded_at=day(2, "09:00"),
            facts={"household": {"member": [{"person_id": "M1", "record": [{"id": "R3"}]}]}},
        )
    )
    assert opened.known.facts.tables["record"].ids == ("R1", "R2", "R3")
    opened.add(corrected_at("K", "opened", "member[M0]"))
    assert opened.known.facts.tables["member"].ids == ("M1", "M2")
    opened.add(corrected_at("L", "F", "member[M1]"))
    assert opened.known.facts.tables["record"].ids == ("R2", "R3")


def test_lists_under_lists_are_complete_while_every_one_has_its_own():
    opened = open_case(small(), hard(member=[{"person_id": "M0", "record": []}]))
    assert opened.known.facts.tables["record"].complete
    opened.add(nested("F", "09:00", {"person_id": "M1", "record": []}))
    assert opened.known.facts.tables["record"].complete
    opened.add(nested("G", "09:00", {"person_id": "M2"}))
    assert not opened.known.facts.tables["record"].complete
    every = ({"person_id": f"M{number}", "record": []} for number in range(3))
    opened.add(nested("H", "09:00", *every))
    assert opened.known.facts.tables["record"].complete


def test_an_empty_list_is_refused_only_where_its_own_elements_are_known():
    opened = open_case(small(), hard(member=[{"person_id": "M0", "record": [{"id": "R1"}]}]))
    opened.add(nested("F", "09:00", {"person_id": "M1", "record": []}))
    with pytest.raises(CaseError, match="说没有病历，但已登记 1 条"):
        opened.add(nested("G", "09:00", {"person_id": "M0", "record": []}))


def corrected_at(name: str, target: str, *withdraw: str):
    return Correction(id=name, recorded_at=day(2, "09:00"), corrects=target, withdraw=withdraw)


def test_an_element_of_a_list_under_a_list_is_reached_through_its_fragment_only():
    opened = open_case(small(), hard(member=[{"person_id": "M0", "record": [{"id": "R1"}]}]))
    for event in (
        FactsStated(id="F", recorded_at=day(2, "09:00"), values={"record[R1].serious": True}),
        Judged(id="J", recorded_at=day(2, "09:00"), fact="record[R1].serious", value=True, by="县"),
    ):
        with pytest.raises(CaseError, match="列在某一条“成员”之下"):
            opened.add(event)
    assert opened.known.value("record[R1].serious") is None
