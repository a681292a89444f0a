"""A live case through its public face: what an event changes, and what a case refuses."""

from __future__ import annotations

import pytest
from tests.cases.county import (
    OPENED,
    alert,
    at,
    corrected,
    flooded,
    hard,
    judged,
    plan,
    small,
    stated,
    step,
)

from relapse_rules.cases.errors import CaseError
from relapse_rules.cases.events import Advanced, CaseOpened, Closed, FactsStated
from relapse_rules.cases.log import MemoryLog
from relapse_rules.cases.session import Case, open_case


@pytest.fixture
def case() -> Case:
    opened = open_case(plan(), flooded())
    opened.advance(at("09:00"))
    return opened


def said(changes, section: str) -> dict[str, tuple[str | None, str | None]]:
    return {each.id: (each.before, each.after) for each in changes.conclusions if each.section == section}


# --- conclusions ------------------------------------------------------------------------------------------------


def test_opening_a_case_decides_as_the_policy_does():
    assert open_case(plan(), flooded()).decision == plan().decide(flooded())


def test_an_event_decides_as_if_its_facts_had_been_there_from_the_start(case):
    case.add(stated("F", household__dibao_status="是", household__population=4))
    facts = flooded()
    facts["household"] |= {"dibao_status": "是", "population": 4}
    assert case.decision == plan().decide(facts, as_of=at("09:00"))


def test_changes_name_what_is_new_before_and_after(case):
    changes = case.add(judged("J", "household.dibao_eligible", value=True))
    assert said(changes, "judgements") == {"低保条件符合": ("unknown", "yes")}
    assert said(changes, "measures")["纳入最低生活保障"] == ("unknown", "yes")
    assert "household.dibao_eligible" in changes.closed
    assert "纳入最低生活保障" in {duty.id for duty in changes.started}
    assert changes.sequence == case.sequence == 3


def test_a_judgement_keeps_who_decided_when_and_why(case):
    case.add(judged("J", "农户.符合低保条件", value=True))
    recorded = case.known.facts.recorded["H1", "household.dibao_eligible"]
    assert (recorded.by, recorded.at, recorded.basis) == ("石桥镇", "2023-08-03", "入户核查")


def test_a_step_meets_its_duty(case):
    changes = case.add(step("P", "推送乡镇", "07:30", actor="县乡村振兴局"))
    assert "向乡镇推送线索" in {duty.id for duty in changes.met}


def test_a_measure_that_ends_by_being_done_counts_as_met(case):
    case.add(judged("J", "household.dibao_eligible", value=True))
    changes = case.add(stated("F", household__dibao_status="是"))
    assert "纳入最低生活保障" in {duty.id for duty in changes.met}


def test_an_alert_is_one_more_element_of_its_list(case):
    before = len(case.known.facts.tables["department_alert"].ids)
    case.add(alert("A9", event_id="E1"))
    assert case.known.facts.tables["department_alert"].ids[before:] == ("A9",)


def test_a_contradiction_is_told_when_it_comes_and_when_it_goes(case):
    came = case.add(FactsStated(id="F", recorded_at=at("08:00"), values={"finance.net_income": 1}))
    assert [each.fact for each in came.contradictions] == ["finance.net_income"]
    went = case.add(corrected("K", "F", withdraw=("finance.net_income",)))
    assert [each.fact for each in went.settled] == ["finance.net_income"]


def test_the_clock_lets_a_duty_fall_overdue():
    opened = open_case(plan(), flooded())
    assert "向乡镇推送线索" in {duty.id for duty in opened.owed}
    at_its_end = opened.advance("2023-08-02T23:59:59+08:00")
    assert at_its_end.overdue == ()
    past_it = opened.advance("2023-08-03T00:00:00+08:00")
    assert [duty.id for duty in past_it.overdue] == ["向乡镇推送线索"]


def test_what_is_due_first_is_owed_first():
    opened = open_case(
        small(), hard(special=False, applied_at="2023-08-02T08:00:00+08:00", applied_on="2023-08-02")
    )
    assert [duty.id for duty in opened.owed] == [
        "当日登记",
        "核查",
        "全员体检",
        "按月回访",
        "两人体检",
        "两样手续",
    ]


def test_the_same_event_again_changes_nothing(case):
    event = stated("F", household__population=4)
    case.add(event)
    again = case.add(event)
    assert again.repeated
    assert (again.conclusions, again.sequence, case.sequence) == ((), 3, 3)


def test_changes_and_duties_have_a_json_form(case):
    changes = case.add(step("P", "评议公示", "07:30", actor="县教育局"))
    dumped = changes.dump()
    assert dumped["findings"] == [finding.dump() for finding in changes.findings] != []
    assert [duty["id"] for duty in dumped["started"]] == ["快速认定/复查审核"]
    assert {duty["state"] for duty in dumped["met"]} == {"done"}
    assert case.advance(at("10:00")).dump()["due"] == []


# --- lists ------------------------------------------------------------------------------------------------------


def test_a_fragment_updates_the_element_of_its_id_and_adds_the_others(case):
    case.add(
        FactsStated(
            id="F",
            recorded_at=at("08:00"),
            facts={
                "household": {
                    "housing": [{"id": "老屋", "occupied": False}, {"id": "新屋", "occupied": True}]
                }
            },
        )
    )
    assert case.known.facts.tables["housing"].ids == ("老屋", "新屋")
    assert case.known.value("housing[老屋].occupied") == "no"
    assert case.known.value("housing[老屋].damage_degree") == "严重损坏"


def test_an_element_without_an_id_is_reached_by_its_position(case):
    case.add(FactsStated(id="F", recorded_at=at("08:00"), values={"loan[0].repayment_capacity": True}))
    assert case.known.facts.tables["loan"].ids == ("loan[0]",)
    assert case.known.value("小额信贷[0].具备还款能力") == "yes"


def test_an_event_says_nothing_of_the_rest_of_a_list_that_was_not_supplied():
    facts = flooded()
    del facts["household"]["procedure_event"]
    opened = open_case(plan(), facts)
    opened.advance(at("09:00"))
    opened.add(step("P", "评议公示", "07:30"))
    tasks = {task.id: task.done for task in opened.decision.tasks}
    assert tasks["快速认定/评议公示"] == "yes"
    assert tasks["快速认定/复查审核"] == "unknown"


def test_a_list_that_a_fragment_supplies_is_complete():
    facts = flooded()
    del facts["household"]["procedure_event"]
    opened = open_case(plan(), facts)
    opened.advance(at("09:00"))
    opened.add(FactsStated(id="F", recorded_at=at("08:00"), facts={"household": {"procedure_event": []}}))
    assert {task.id: task.done for task in opened.decision.tasks}["快速认定/复查审核"] == "no"


def test_work_listed_under_one_member_says_nothing_of_the_others():
    facts = flooded()
    del facts["household"]["employment"]
    opened = open_case(plan(), facts)
    opened.advance(at("09:00"))
    one = {
        "household": {"member": [{"person_id": "P3", "employment": {"id": "W3", "training_needed": True}}]}
    }
    opened.add(FactsStated(id="F", recorded_at=at("08:00"), facts=one))
    assert not opened.known.facts.tables["employment"].complete
    everyone = {"household": {"employment": [{"id": "W1", "person_id": "P1"}]}}
    opened.add(FactsStated(id="G", recorded_at=at("08:00"), facts=everyone))
    assert opened.known.facts.tables["employment"].complete
    assert opened.known.facts.tables["employment"].ids == ("W3", "W1")


def test_no_work_under_one_member_is_no_contradiction_to_the_work_of_another(case):
    idle = {"household": {"member": [{"person_id": "P1", "employment": []}]}}
    case.add(FactsStated(id="F", recorded_at=at("08:00"), facts=idle))
    assert case.known.facts.tables["employment"].ids == ("employment[0]",)


def test_the_known_facts_can_be_listed(case):
    known = case.known.stated()
    assert known["household.dibao_status"] == "否"
    assert known["housing[老屋].appraised_at"] == "未发生"
    assert known["loan[0].outstanding"] == "30000"
    assert all(case.known.value(path) == text for path, text in known.items())


# --- what the county knew then ------------------------------------------------------------------------------------


def test_earlier_knowledge_is_without_what_came_later(case):
    case.add(stated("F", "08:00", household__population=4))
    case.add(stated("G", "08:30", household__population=6))
    assert case.as_known_at(at("07:59")).value("household.population") == "5"
    assert case.as_known_at(at("08:00")).value("household.population") == "4"
    assert case.as_known_at(at("08:45")).value("household.population") == "6"
    assert case.as_known_at(at("08:00")).as_of == at("08:00")


def test_earlier_knowledge_is_without_later_corrections(case):
    case.add(stated("F", "08:00", household__population=4))
    case.add(corrected("K", "F", "08:30", values={"household.population": 3}))
    assert case.as_known_at(at("08:10")).value("household.population") == "4"
    assert case.known.value("household.population") == "3"


def test_an_earlier_decision_is_the_one_that_was_made(case):
    first = open_case(plan(), flooded())
    case.add(judged("J", "household.dibao_eligible", value=True))
    assert case.as_known_at(OPENED).decision == first.decision


@pytest.mark.parametrize("moment", ["2023-08-02T17:59:59+08:00", at("09:01")])
def test_nothing_is_known_before_the_case_or_after_its_clock(case, moment):
    with pytest.raises(CaseError, match="不在本案的"):
        case.as_known_at(moment)


# --- corrections --------------------------------------------------------------------------------------------------


def test_a_correction_counts_at_the_place_of_what_it_corrects(case):
    case.add(stated("F", "08:00", household__population=4))
    case.add(stated("G", "08:10", household__population=6))
    case.add(corrected("K", "F", "08:30", values={"household.population": 3}))
    assert case.known.value("household.population") == "6"
    case.add(corrected("L", "G", "08:40", withdraw=("household.population",)))
    assert case.known.value("household.population") == "3"


def test_a_correction_can_be_corrected(case):
    case.add(stated("F", "08:00", household__population=4))
    case.add(corrected("K", "F", "08:30", values={"household.population": 3}))
    case.add(corrected("L", "K", "08:40", values={"household.population": 7}))
    assert case.known.value("household.population") == "7"


def test_a_wrong_step_can_be_taken_back_whole_and_stays_in_the_timeline(case):
    case.add(step("P", "评议公示", "07:00", actor="村(社区)"))
    case.add(corrected("K", "P", withdraw=("procedure_event[P]",), reason="记在别户名下的"))
    assert "P" not in case.known.facts.tables["procedure_event"].ids
    assert [entry.event.id for entry in case.timeline()][-2:] == ["P", "K"]


def test_what_was_known_at_the_opening_can_be_corrected(case):
    case.add(corrected("K", "opened", withdraw=("household.population", "member[P3]", "employment[0]")))
    assert case.known.value("household.population") is None
    assert "P3" not in case.known.facts.tables["member"].ids


@pytest.mark.parametrize(
    ("event", "word"),
    [
        (corrected("K", "没有的", withdraw=("household.population",)), "本案没有“没有的”这个事件"),
        (corrected("K", "F", withdraw=("household.dibao_status",)), "没有登记这一项"),
        (corrected("K", "F", "07:30", values={"household.population": 3}), "早于所更正的事件"),
        (
            corrected("K", "advanced:" + at("09:00"), withdraw=("household.population",)),
            "本案没有|早于|没有登记事实",
        ),
        (corrected("K", "opened", withdraw=("member[P3]",)), "“家庭成员”中没有这一条"),
        (corrected("K", "F", values={"member[P9].dropped_out": True}), "没有这一条"),
        (corrected("K", f"advanced:{at('09:00')}", "09:00", withdraw=("member[P3]",)), "没有登记事实"),
    ],
)
def test_a_correction_of_what_was_not_said_is_refused(case, event, word):
    case.add(stated("F", "08:00", household__population=4))
    with pytest.raises(CaseError, match=word):
        case.add(event)
    assert case.sequence == 3


# --- bad input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "word"),
    [
        (step("P", "评议公布", "07:00"), "没有这个取值.*是不是“评议公示”"),
        (stated("F", household__dibao_statu="是"), "没有叫“dibao_statu”的字段.*是不是“dibao_status”"),
        (stated("F", houshold__dibao_status="是"), "没有叫“houshold”的实体.*是不是“household”"),
        (stated("F", **{"member[P9].dropped_out": True}), "没有这一条"),
        (stated("F", **{"household[1].population": 3}), "“农户”只有一个"),
        (stated("F", household="H2"), "要写到字段"),
        (stated("F", **{"member[P1": 3}), "不是路径"),
        (stated("F", **{"": 3}), "不是路径"),
        (stated("F", household__population=None), "不能改为未知"),
        (stated("F", household__population=-1), "超出范围"),
        (judged("J", "household.population", 3), "不是由人认定的字段"),
        (judged("J", "household.in_distres", value=True), "是不是“in_distress”"),
        (
            FactsStated(id="F", recorded_at=at("08:00"), facts={"context": {"as_of": at("09:00")}}),
            "不能改判定时点",
        ),
        (
            FactsStated(id="F", recorded_at=at("08:00"), facts={"household": {"household_id": "H2"}}),
            "不是同一个",
        ),
        (FactsStated(id="F", recorded_at=at("08:00"), facts={"household": {"housing": [{}]}}), "没有编号"),
        (FactsStated(id="F", recorded_at=at("08:00"), facts={"household": {"member": []}}), "但已登记 5 条"),
        (
            FactsStated(
                id="F",
                recorded_at=at("08:00"),
                facts={"household": {"impact": [{"id": "I", "event_id": "E9", "affected": True}]}},
            ),
            "“灾害事件”中没有这一条",
        ),
        (alert("A1"), "已有这个编号"),
        (step("P", "评议公示", "07:00", known="09:01"), "晚于本案时钟"),
        (
            stated("F", "08:00", household__population=3).__class__(
                id="F", recorded_at="2023-08-02T17:00:00+08:00", values={"household.population": 3}
            ),
            "早于立案时点",
        ),
        (Advanced(id="T", recorded_at=at("08:59")), "时钟不能倒退"),
        (
            CaseOpened(id="o", recorded_at=at("08:00"), facts={"a": 1}, policy="p", digest="d"),
            "不能直接添加",
        ),
    ],
)
def test_what_a_case_cannot_take_is_refused_and_leaves_it_as_it_was(case, event, word):
    decision = case.decision
    with pytest.raises(CaseError, match=word):
        case.add(event)
    assert (case.sequence, case.decision) == (2, decision)


def test_all_problems_of_an_event_are_told_at_once(case):
    with pytest.raises(CaseError) as error:
        case.add(stated("F", household__dibao_statu="是", member="x", household__population=None))
    assert len(error.value.problems) == 3


def test_an_id_with_other_content_is_refused_and_kept_as_a_conflict(case):
    case.add(stated("F", household__population=4))
    for _ in range(2):
        with pytest.raises(CaseError, match="记入冲突"):
            case.add(stated("F", household__population=5))
    assert case.known.value("household.population") == "4"
    (conflict,) = case.conflicts
    assert conflict.sequence == 3
    assert '"household.population":5' in conflict.entry.body


def test_a_closed_case_takes_no_more_events_but_knows_the_old_ones(case):
    event = stated("F", household__population=4)
    case.add(event)
    case.close(reason="已办结")
    assert case.is_closed
    assert case.add(event).repeated
    assert case.close(reason="已办结").repeated
    for late in (stated("G", household__population=5), Closed(id="C", recorded_at=at("09:00"))):
        with pytest.raises(CaseError, match="本案已结"):
            case.add(late)
    with pytest.raises(CaseError, match="本案已结"):
        case.advance(at("10:00"))
    with pytest.raises(CaseError, match="记入冲突"):
        case.close(reason="另一个理由")


def test_the_clock_does_not_go_back_or_out_of_force(case):
    with pytest.raises(CaseError, match="时钟不能倒退"):
        case.advance(OPENED)
    assert case.advance(at("09:00")).repeated
    opened = open_case(small(), hard())
    with pytest.raises(CaseError, match="有效期"):
        opened.advance("2030-01-01T00:00:00+08:00")
    with pytest.raises(CaseError, match="没有写时区"):
        opened.advance("2023-09-01T00:00:00")


def test_a_case_opens_under_its_subject_or_a_given_name():
    log = MemoryLog()
    assert open_case(plan(), flooded(), log=log).id == "H1"
    assert open_case(plan(), flooded(), log=log, case_id="2023-17").id == "2023-17"
    assert log.cases() == ("2023-17", "H1")


def test_opening_again_gives_the_case_as_it_is():
    log = MemoryLog()
    case = open_case(plan(), flooded(), log=log)
    case.advance(at("09:00"))
    assert open_case(plan(), flooded(), log=log).as_of == at("09:00")
    with pytest.raises(CaseError, match="立案的内容不同"):
        open_case(plan(), flooded(), as_of=at("09:00"), log=log)
    assert len(log.conflicts("H1")) == 1


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ("{", "不是有效的 JSON"),
        ("[]", "事实要是一个对象"),
        ({"household": {"household_id": "H1"}}, "判定时点"),
        ({"context": {"as_of": at("09:00")}, "household": {"household_id": "H1", "x": 1}}, "没有叫“x”的字段"),
        (
            {"context": {"as_of": at("09:00")}, "household": {"household_id": "H1", "x": float("nan")}},
            "不是能用的数",
        ),
        (7, "事实要是对象"),
    ],
)
def test_facts_that_cannot_be_used_open_no_case(facts, word):
    log = MemoryLog()
    with pytest.raises(CaseError, match=word):
        open_case(plan(), facts, log=log)
    assert log.cases() == ()


def test_a_case_opens_as_of_another_moment_whatever_the_facts_call_it():
    facts = {"政策上下文": {"判定时点": OPENED}, "农户": {"户编号": "H1"}}
    assert open_case(plan(), facts, as_of=at("09:00")).as_of == at("09:00")
    with pytest.raises(CaseError, match="有效期"):
        open_case(small(), hard(), as_of="2022-12-31T00:00:00+08:00")


def test_an_unknown_path_is_a_problem_when_asked(case):
    for path in ("household.没有", "household", "housing.safe"):
        with pytest.raises(CaseError):
            case.known.value(path)
    assert case.known.value("housing[没有].safe") is None
    assert case.known.value("water.source_contaminated") == "yes"
