"""Everything that a county may get wrong with a live case: told in Chinese, with exit code 2, and nothing lost."""

import json
import os
import sqlite3
import sys
from pathlib import Path

import pytest

from relapse_rules.cases.sql_log import SqlLog

ROOT = Path(__file__).parents[2]
FLOOD = ROOT / "examples" / "cases" / "flood-three-days"
OPENING = str(FLOOD / "opening.json")
NIGHT = "2023-08-01T23:00:00+08:00"
SECOND = "2023-08-02T18:00:00+08:00"
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
STEP = {
    "kind": "procedure_event",
    "id": "办理-9",
    "recorded_at": "2023-08-01T22:00:00+08:00",
    "happened_at": "2023-08-01T21:30:00+08:00",
    "step": "线索汇总",
    "actor": "县乡村振兴局",
}


# --- what a county may get wrong ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({"recorded_at": "2023-08-02T22:00:00+08:00"}, "先用 --advance-to 推进时钟", id="future"),
        pytest.param({"recorded_at": "2023-08-01T21:59:59+08:00"}, "早于立案时点", id="before-opening"),
        pytest.param({"recorded_at": "2023-08-01T22:00:00"}, "没有写时区", id="no-zone"),
        pytest.param({"recorded_at": "昨天"}, "要填时间", id="no-moment"),
        pytest.param({"happened_at": "2023-08-01T22:00:01+08:00"}, "晚于登记时间", id="not-happened"),
        pytest.param({"step": "线索汇报"}, "线索汇总", id="unknown-step"),
        pytest.param({"kind": "procedure"}, "没有这种事件", id="unknown-kind"),
        pytest.param({"stepp": "线索汇总"}, "是不是“step”", id="unknown-key"),
        pytest.param({"kind": "advanced"}, "没有这一项", id="keys-of-another-kind"),
        pytest.param({"id": ""}, "要填文本", id="empty-id"),
    ],
)
def test_an_event_that_cannot_be_taken_in(case, opened, stated, changed, told):
    code, out, err = case("add", "H21", stated({**STEP, **changed}))

    assert (code, out) == (2, "")
    assert told in err
    assert "共 1 条事件" in case("status", "H21")[1]


def test_an_unknown_unit_is_taken_in_and_pointed_out(case, opened, stated):
    code, out, _ = case("add", "H21", stated({**STEP, "actor": "县乡村振新局"}))

    assert code == 0
    assert "单位未登记" in out
    assert "没有登记过叫“县乡村振新局”的单位" in out


def test_an_event_twice_with_different_content(case, opened, stated):
    case("add", "H21", stated(STEP))

    code, out, err = case("add", "H21", stated({**STEP, "actor": "乡镇"}))

    assert (code, out) == (2, "")
    assert "这一条记入冲突，没有生效" in err
    assert "编号冲突（1条）" in case("status", "H21")[1]
    assert "没有生效的（1条）" in case("timeline", "H21")[1]


def test_events_out_of_order_come_to_the_same(case, opened, stated):
    first = {**STEP, "id": "甲"}
    second = {**STEP, "id": "乙", "step": "推送乡镇"}
    case("due", "--advance-to", NIGHT)
    case("add", "H21", stated({**second, "recorded_at": NIGHT}, first))
    _, late, _ = case("status", "H21", "--format", "json")

    case("open", OPENING, "--id", "另一卷")
    case("due", "另一卷", "--advance-to", NIGHT)
    case("add", "另一卷", stated(first, {**second, "recorded_at": NIGHT}))
    _, timely, _ = case("status", "另一卷", "--format", "json")

    assert json.loads(late)["duties"] == json.loads(timely)["duties"]


def test_a_file_stops_at_what_cannot_be_taken_in_and_can_be_added_again(case, opened, stated):
    future = {**STEP, "recorded_at": "2023-08-02T22:00:00+08:00"}

    code, out, err = case("add", "H21", stated(ALERT, future, {**STEP, "id": "丙"}))

    assert code == 2
    assert "县水务局" in out
    assert "它前面的 1 条已经收下，后面的 1 条没有处理" in err
    again = case("add", "H21", stated(ALERT, {**STEP, "id": "丙"}))
    assert again[0] == 0
    assert "早已收下（第 2 条）" in again[1]


def test_a_file_with_a_malformed_event_leaves_nothing_behind(case, opened, stated):
    code, out, err = case("add", "H21", stated(ALERT, {"kind": "judged"}, 7))

    assert (code, out) == (2, "")
    assert "一条也没有收下" in err
    assert "第 2 条" in err
    assert "第 3 条" in err
    assert "共 1 条事件" in case("status", "H21")[1]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param("", "内容为空", id="empty"),
        pytest.param("{", "JSON", id="cut-short"),
        pytest.param("[]", "没有事件", id="no-events"),
    ],
)
def test_a_file_without_events(case, opened, tmp_path, content, told):
    path = tmp_path / "wrong.json"
    path.write_text(content, encoding="utf-8")

    code, _, err = case("add", "H21", path)

    assert code == 2
    assert told in err


def test_an_unknown_case(case, opened):
    code, _, err = case("status", "H2l")

    assert code == 2
    assert err == "没有案卷“H2l”（是不是“H21”）\n"


def test_a_clock_going_backwards(case, opened):
    case("due", "--advance-to", SECOND)

    code, _, err = case("status", "H21", "--advance-to", NIGHT)

    assert code == 2
    assert "时钟不能倒退" in err


def test_one_case_ahead_of_the_others_is_told_and_the_others_are_listed(case, opened):
    case("open", OPENING, "--id", "先走")
    case("due", "先走", "--advance-to", SECOND)

    code, out, err = case("due", "--advance-to", NIGHT)

    assert code == 2
    assert "案卷 先走" in err
    assert "案卷：1 个，各按自己的时点（2023-08-01 23:00）" in out


@pytest.mark.parametrize("option", ["--at", "--advance-to"])
@pytest.mark.parametrize(
    ("moment", "told"),
    [
        pytest.param("2023-08-02T18:00:00", "没有写时区", id="no-zone"),
        pytest.param("明天", "要填时间", id="no-moment"),
        pytest.param("2023-02-30T00:00:00+08:00", "要填时间", id="no-such-day"),
    ],
)
def test_a_wrong_moment_on_the_command_line(case, opened, option, moment, told):
    code, _, err = case("status", "H21", option, moment)

    assert code == 2
    assert f"选项 {option}：" in err
    assert told in err


def test_before_the_case_was_opened_nothing_was_known(case, opened):
    code, _, err = case("status", "H21", "--at", "2023-08-01T21:00:00+08:00")

    assert code == 2
    assert "不在本案的" in err


def test_a_closed_case_takes_no_events(case, opened, stated):
    case("close", "H21")

    code, _, err = case("add", "H21", stated(STEP))

    assert code == 2
    assert "本案已结，不再接受事件" in err


def test_other_facts_for_a_case_that_is_there(case, opened):
    code, _, err = case("open", OPENING, "--as-of", NIGHT)

    assert code == 2
    assert "已有这个案卷，立案的内容不同" in err


def test_another_version_of_the_policy_needs_a_choice(case, opened):
    county = str(ROOT / "examples" / "county.policy")

    refused = case("status", "H21", "--local", county)
    chosen = case("status", "H21", "--local", county, "--redecide")
    after = case("status", "H21", "--local", county)

    assert refused[0] == 2
    assert "加 --redecide 改按这一版判定" in refused[2]
    assert chosen[0] == 0
    assert "石桥镇（乡镇）" in after[1]


def test_both_choices_at_once(case, opened):
    code, _, err = case("status", "H21", "--redecide", "--stay", ROOT / "policies" / "plan.policy")

    assert code == 2
    assert err == "--redecide 和 --stay 只能选一个\n"


def test_a_log_that_was_tampered_with(case, opened, log):
    with sqlite3.connect(log) as connection:
        connection.execute("UPDATE events SET body = replace(body, '脱贫户', '一般农户')")
    connection.close()

    code, _, err = case("status", "H21")

    assert code == 2
    assert "记录被改动过" in err


# --- the log --------------------------------------------------------------------------------------


def test_a_log_that_is_not_there(case, log):
    code, _, err = case("due")

    assert code == 2
    assert "找不到案卷库" in err
    assert not log.exists()


def test_a_log_that_is_no_database(case, log):
    log.write_text("不是数据库", encoding="utf-8")

    code, _, err = case("due")

    assert code == 2
    assert "不是 SQLite 数据库" in err


def test_a_log_that_is_a_directory(case, tmp_path):
    code, _, err = case("due", "--log", tmp_path)

    assert code == 2
    assert "是目录" in err


def test_a_log_in_a_directory_that_is_not_there(case, tmp_path):
    code, _, err = case("open", OPENING, "--log", tmp_path / "没有" / "cases.sqlite")

    assert code == 2
    assert "所在的目录不存在" in err


def test_a_database_that_does_not_answer_is_named_without_its_password(case):
    code, _, err = case("due", "--log", "postgresql://someone:hushed@127.0.0.1:1/cases")

    assert code == 2
    assert "案卷库用不了" in err
    assert "hushed" not in err


def test_the_option_goes_before_the_environment(case, tmp_path, log):
    other = tmp_path / "other.sqlite"

    case("open", OPENING, "--log", other)

    assert SqlLog(other).cases() == ("H21",)
    assert not log.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anything")
def test_a_log_without_permission(case, opened, log):
    log.chmod(0)

    code, _, err = case("due")

    assert code == 2
    assert "没有权限使用案卷库" in err


def test_facts_that_do_not_fit_open_no_case(case, tmp_path):
    facts = json.loads(Path(OPENING).read_text(encoding="utf-8"))
    facts["household"]["household_type"] = "脱贫"
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")

    code, _, err = case("open", path)

    assert code == 2
    assert "household.household_type" in err


@pytest.mark.parametrize("name", ["", "  ", "甲\n乙", "\x1b[31m甲"])
def test_a_name_that_cannot_be_printed_opens_no_case(case, log, name):
    code, _, err = case("open", OPENING, "--id", name)

    assert (code, err) == (2, "案卷编号要写文字，不能有换行和控制字符\n")
    assert not log.exists()


# --- packages that are not installed --------------------------------------------------------------


@pytest.mark.parametrize(
    ("package", "module", "arguments"),
    [
        pytest.param("sqlalchemy", "relapse_rules.cases.sql_log", ("due",), id="sqlalchemy"),
        pytest.param(
            "icalendar", "relapse_rules.cli.case.due_calendar", ("due", "--format", "ics"), id="icalendar"
        ),
    ],
)
def test_a_package_that_is_not_installed(case, opened, monkeypatch, package, module, arguments):
    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, package, None)

    code, out, err = case(*arguments)

    assert (code, out) == (2, "")
    assert "pip install 'relapse_rules[cases]'" in err
