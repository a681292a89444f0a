"""The commands about live cases, as they are called: a flood over three days, and everything that a county may get wrong."""

import csv
import io
import json
from pathlib import Path

import pytest
from icalendar import Calendar

ROOT = Path(__file__).parents[2]
FLOOD = ROOT / "examples" / "cases" / "flood-three-days"
OPENING = str(FLOOD / "opening.json")
NIGHT = "2023-08-01T23:00:00+08:00"
SECOND = "2023-08-02T18:00:00+08:00"
THIRD = "2023-08-03T18:00:00+08:00"
ALERT = {
    "kind": "department_alert",
    "id": "县水务-9",
    "recorded_at": "2023-08-01T22:00:00+08:00",
    "happened_at": "2023-08-01T21:30:00+08:00",
    "department": "县水务局",
    "event_id": "E1",
    "content_type": ["受灾情况", "风险线索"],
    "recipient": "县乡村振兴局",
}


# --- a flood over three days ----------------------------------------------------------------------


def test_the_three_days_as_an_officer_sees_them(case, snapshot):
    assert case("open", OPENING) == snapshot(name="open")
    assert case("add", "H21", FLOOD / "day-1.json", "--advance-to", NIGHT) == snapshot(name="day 1")
    assert case("add", "H21", FLOOD / "day-2.json", "--advance-to", SECOND) == snapshot(name="day 2")
    assert case("due", "--by", "time", "--advance-to", "2023-08-03T08:00:00+08:00") == snapshot(name="due")
    assert case("add", "H21", FLOOD / "day-3.json", "--advance-to", THIRD) == snapshot(name="day 3")
    assert case("add", "H21", FLOOD / "correction.json") == snapshot(name="correction")
    assert case("status", "H21") == snapshot(name="status")
    assert case("timeline", "H21") == snapshot(name="timeline")
    assert case("close", "H21", "--reason", "已全部落实") == snapshot(name="close")


def test_the_county_knew_then_what_was_recorded_then(case, three_days):
    _, now, _ = case("status", "H21")
    _, then, _ = case("status", "H21", "--at", "2023-08-02T12:00:00+08:00")

    assert "应当纳入监测帮扶" in now
    assert "现有事实还不能判定" in then
    assert "2023-08-02 12:00（当时所知；案卷时钟现为 2023-08-03 18:00）" in then
    assert "向乡镇推送线索" not in then


def test_what_is_overdue_is_found(case, opened):
    code, before, _ = case("due")
    later, after, _ = case("due", "--advance-to", "2023-08-02T20:00:01+08:00")

    assert (code, later) == (0, 1)
    assert "其中已逾期 0 件" in before
    assert "其中已逾期 1 件" in after


def test_at_its_very_due_time_nothing_is_overdue(case, opened):
    assert case("due", "--advance-to", "2023-08-02T20:00:00+08:00")[0] == 0


def test_the_clock_stays_where_it_was_moved(case, opened):
    case("due", "--advance-to", SECOND)

    assert "时点：2023-08-02 18:00" in case("status", "H21")[1]


def test_a_file_added_again_changes_nothing(case, three_days):
    code, out, err = case("add", "H21", FLOOD / "day-2.json")

    assert (code, err) == (0, "")
    assert out.count("早已收下") == 5


def test_opening_again_changes_nothing(case, opened):
    code, out, _ = case("open", OPENING)

    assert code == 0
    assert "案卷 H21 已立案" in out
    assert "共 1 条事件" in out


def test_a_closed_case_owes_nothing(case, opened):
    case("close", "H21")

    code, out, _ = case("due")

    assert code == 0
    assert "案卷：0 个" in out


def test_closing_lists_what_was_not_done(case, opened):
    code, out, _ = case("close", "H21")

    assert code == 0
    assert "结案时还没有办的事" in out
    assert "部门推送风险线索" in out


def test_facts_that_contradict_each_other_end_with_three(case, opened, stated):
    facts = {"household": {"finance": {"wage_income": 100, "net_income": 999999, "business_income": 0}}}
    facts["household"]["finance"] |= {"property_income": 0, "transfer_income": 0, "business_expense": 0}
    event = {"kind": "facts_stated", "id": "收支", "recorded_at": "2023-08-01T22:00:00+08:00", "facts": facts}

    code, out, _ = case("add", "H21", stated(event))

    assert code == 3
    assert "事实互相矛盾（1处）" in out
    assert case("status", "H21")[0] == 3


def test_a_correction_settles_a_contradiction(case, opened, stated):
    money = dict.fromkeys(("property_income", "transfer_income", "business_income", "business_expense"), 0)
    facts = {"household": {"finance": {**money, "wage_income": 100, "net_income": 999999}}}
    wrong = {"kind": "facts_stated", "id": "收支", "recorded_at": "2023-08-01T22:00:00+08:00", "facts": facts}
    right = {
        "kind": "correction",
        "id": "更正-收支",
        "recorded_at": "2023-08-01T22:00:00+08:00",
        "corrects": "收支",
        "withdraw": ["收支.家庭纯收入"],
        "reason": "多写了一位",
    }
    case("add", "H21", stated(wrong))

    code, out, _ = case("add", "H21", stated(right))

    assert code == 0
    assert "不再矛盾的事实" in out
    assert "更正“收支”；撤回收支：家庭纯收入；多写了一位" in case("timeline", "H21")[1]


def test_a_corrected_beginning_moves_what_is_due(case, opened, stated):
    values = {"灾害事件[E1].灾害发生时间": "2023-08-01T18:00:00+08:00"}
    earlier = {
        "kind": "facts_stated",
        "id": "时间",
        "recorded_at": "2023-08-01T22:00:00+08:00",
        "values": values,
    }

    _, out, _ = case("add", "H21", stated(earlier))

    moved = next(line for line in out.splitlines() if "2023-08-02 18:00" in line)
    assert "截止时点有变" in out
    assert "部门推送风险线索" in moved
    assert "2023-08-02 20:00" in moved


def test_the_timeline_tells_what_was_stated_however_it_was_written(case, opened, stated):
    facts = {
        "household": {
            "no_labor_household": None,
            "risk_types": ["因病", "因残"],
            "housing": [{"id": "老屋"}, {"id": "新屋"}],
        }
    }
    case(
        *("add", "H21"),
        stated(
            {"kind": "facts_stated", "id": "入户", "recorded_at": "2023-08-01T22:00:00+08:00", "facts": facts}
        ),
    )
    case("close", "H21", "--reason", "已全部落实")

    _, out, _ = case("timeline", "H21")

    told = "".join(line[38:].strip() for line in out.splitlines())
    assert "住房 2 条、农户：整户无劳动能力 为 未知、农户：致贫/返贫风险1-5 为 因病、因残" in told


# --- formats --------------------------------------------------------------------------------------


def test_due_as_csv_names_each_unit_on_its_own_line(case, opened):
    _, out, _ = case("due", "--format", "csv")

    assert out.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"), newline="")))
    shared = [row["单位"] for row in rows if row["事项"] == "纳入工作考核"]
    assert shared == ["县委", "县政府"]
    assert {row["截止时点"] for row in rows if row["事项"] == "部门推送风险线索"} == {"2023-08-02 20:00"}


def test_a_case_named_like_a_formula_is_text_in_a_spreadsheet(case):
    case("open", OPENING, "--id", "=1+1")

    assert ",'=1+1," in case("due", "--format", "csv")[1]


def test_due_as_a_calendar(case, opened):
    _, out, _ = case("due", "--by", "time", "--format", "ics")

    todos = Calendar.from_ical(out).walk("VTODO")
    timed = [todo for todo in todos if "DUE" in todo]
    assert [str(todo["SUMMARY"]) for todo in timed] == ["H21 部门推送风险线索（灾害事件 E1）"]
    assert timed[0]["DUE"].dt.isoformat() == "2023-08-02T12:00:00+00:00"
    assert timed[0]["DTSTAMP"].dt.isoformat() == "2023-08-01T14:00:00+00:00"
    assert len({str(todo["UID"]) for todo in todos}) == len(todos)


def test_a_calendar_is_the_same_each_time(case, opened):
    assert case("due", "--format", "ics") == case("due", "--format", "ics")


def test_due_as_json_by_time(case, three_days):
    code, out, _ = case("due", "--by", "time", "--format", "json")

    owed = json.loads(out)
    assert code == 0
    assert {each["case"] for each in owed} == {"H21"}
    assert {each["state"] for each in owed} == {"open"}
    keys = [(each["id"], each["target"]["id"]) for each in owed]
    assert len(set(keys)) == len(keys)


def test_status_as_json(case, three_days):
    _, out, _ = case("status", "H21", "--format", "json")

    told = json.loads(out)
    assert told["clock"] == THIRD
    assert told["decision"]["eligibility"]["outcome"] == "yes"
    assert {each["kind"] for each in told["findings"]} == {"late", "unit"}


def test_changes_as_json(case, opened, stated):
    _, out, _ = case("add", "H21", stated(ALERT), "--format", "json")

    (told,) = json.loads(out)
    assert told["event"] == "县水务-9"
    assert "部门推送风险线索" in {each["id"] for each in told["met"]}


def test_the_timeline_as_json_is_the_log(case, three_days):
    _, out, _ = case("timeline", "H21", "--format", "json")

    events = json.loads(out)
    assert [each["sequence"] for each in events] == list(range(1, len(events) + 1))
    assert events[0]["kind"] == "case_opened"


def test_events_come_from_standard_input(case, opened, monkeypatch):
    given = io.TextIOWrapper(io.BytesIO(json.dumps(ALERT, ensure_ascii=False).encode()), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", given)

    code, out, _ = case("add", "H21", "-")

    assert code == 0
    assert "县水务局推送县乡村振兴局：受灾情况、风险线索" in out


# --- usage ----------------------------------------------------------------------------------------


def test_the_group_alone_shows_its_commands(case):
    code, out, _ = case()

    assert code == 0
    assert all(name in out for name in ("open", "add", "status", "due", "timeline", "close"))


def test_an_unknown_command_of_the_group(case):
    code, _, err = case("list")

    assert code == 2
    assert "没有“list”这个命令，有的是：open、add、status、due、timeline、close" in err


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("status", "H21", "--format", "csv"), id="format"),
        pytest.param(("due", "--by", "village"), id="order"),
        pytest.param(("due", "--workdays", "never"), id="workdays"),
        pytest.param(("status", "H21", "--at", NIGHT, "--advance-to", NIGHT), id="both-moments"),
    ],
)
def test_a_wrong_option(case, opened, arguments):
    code, _, err = case(*arguments)

    assert code == 2
    assert err
    assert "Traceback" not in err
