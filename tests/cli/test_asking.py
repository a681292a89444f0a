"""The commands that ask a decision: why, and when it changes."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import pytest

from relapse_rules import load_plan
from relapse_rules.cli.main import main

ROOT = Path(__file__).parents[2]
FLOOD = str(ROOT / "examples" / "01-flood-dibao.json")
CONTRADICTORY = str(ROOT / "examples" / "11-contradictory-appraisal.json")
COUNTY = str(ROOT / "examples" / "county.policy")


@pytest.fixture(autouse=True)
def _screen(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def run(capsysbinary):
    """Return a function that runs a command: exit code, standard output and error, without the digest of the plan."""

    def run_(*arguments):
        code = main([*map(str, arguments)])
        captured = capsysbinary.readouterr()
        return code, re.sub(r"sha256:[0-9a-f]{8,}", "sha256:…", captured.out.decode()), captured.err.decode()

    return run_


# --- explain --------------------------------------------------------------------------------------


def test_a_reason_is_a_tree(run, snapshot):
    code, out, err = run("explain", FLOOD, "控辍保学", "--target", "P4", "--local", COUNTY)

    assert (code, err) == (0, "")
    assert out == snapshot


def test_without_a_name_everything_that_can_be_asked_is_listed(run, monkeypatch):
    monkeypatch.chdir(ROOT / "examples")

    code, out, _ = run("explain", "01-flood-dibao.json", "--local", "county.policy")

    assert code == 0
    assert "  措施  是    引导返岗复工、及时转移、" in out
    assert "看一项的理由：relapse-rules explain 01-flood-dibao.json 名称 --local county.policy\n" in out


def test_the_whole_report_is_one_file(run, tmp_path):
    report = tmp_path / "报告.html"

    code, out, err = run("explain", FLOOD, "--format", "html", "--out", report)

    text = report.read_text(encoding="utf-8")
    assert (code, out, err) == (0, "", "")
    assert text.startswith("<!doctype html>")
    assert text.index("应当纳入监测帮扶") < text.index('<details class="fold"')


def test_a_reason_as_markdown(run):
    code, out, _ = run("explain", FLOOD, "因灾", "--format", "markdown")

    assert code == 0
    assert out.startswith("# 结论“因灾”（农户 H1）的理由\n\n- 对象：农户 H1\n")


def test_a_reason_as_html_goes_to_the_screen_without_a_file(run):
    code, out, _ = run("explain", FLOOD, "因灾", "--format", "html")

    assert code == 0
    assert "<title>结论“因灾”（农户 H1）的理由</title>" in out


def test_a_reason_as_json(run):
    code, out, _ = run("explain", FLOOD, "因灾", "--format", "json")

    told = json.loads(out)
    assert (code, told["id"], told["outcome"]) == (0, "因灾", "yes")


def test_the_whole_as_json_is_the_decision_with_every_reason(run, tmp_path):
    path = tmp_path / "all.json"

    code, _, _ = run("explain", FLOOD, "--format", "json", "--out", path)

    told = json.loads(path.read_text(encoding="utf-8"))
    assert code == 0
    assert told["decision"] == load_plan().decide(Path(FLOOD).read_bytes()).model_dump()
    assert {each["id"] for each in told["explanations"]} >= {
        "纳入监测帮扶",
        "纳入最低生活保障",
        "先录入后认定",
    }


def test_personal_values_are_shown_when_asked_for(run):
    asked = ("explain", FLOOD, "控辍保学", "--target", "P4")
    _, closed, _ = run(*asked)
    _, opened, _ = run(*asked, "--show-personal")

    assert "“出生日期”：已填报，属个人信息，不显示（公安提供）" in closed
    assert "“出生日期”：填报为 20" in opened


def test_facts_come_from_standard_input(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(FLOOD).read_bytes())))

    code, out, _ = run("explain", "-", "因灾")

    assert (code, out.splitlines()[0]) == (0, "结论“因灾”（农户 H1）的理由")


def test_a_screen_without_lines_gets_typed_ones(monkeypatch):
    screen = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    monkeypatch.setattr(sys, "stdout", screen)

    main(["explain", FLOOD, "纳入监测帮扶"])

    assert b"\n  |- \\u662f  \\u56e0\\u707e" in screen.buffer.getvalue()


def test_outcomes_are_coloured_on_a_terminal(monkeypatch):
    class Terminal(io.TextIOWrapper):
        def isatty(self):
            return True

    screen = Terminal(io.BytesIO(), encoding="utf-8", write_through=True)
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    main(["explain", FLOOD, "因灾"])

    assert "  \x1b[32m是\x1b[0m  因灾（农户 H1）" in screen.buffer.getvalue().decode()


def test_a_rule_in_plain_chinese(run):
    code, out, _ = run("explain", "--rule", "纳入最低生活保障")

    assert code == 0
    assert out.startswith("帮扶措施“纳入最低生活保障”（依据方案 4.1-02）：\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param([FLOOD, "控缀保学"], "判定里没有叫“控缀保学”的项目（是不是“控辍保学”）", id="a misspelt name"),
        pytest.param([FLOOD, "控辍保学"], "有几个对象，要写明是哪一个", id="several targets"),
        pytest.param([FLOOD, "控辍保学", "--target", "P9"], "没有叫“P9”的对象", id="no such target"),
        pytest.param(["--rule", "纳入最底生活保障"], "规则里没有“纳入最底生活保障”，是不是 纳入最低生活保障", id="a misspelt rule"),
        pytest.param(["--rule", "xyzzy"], "规则里没有“xyzzy”\n", id="no such rule"),
        pytest.param([], "缺少文件", id="no file"),
        pytest.param(["没有.json"], "找不到文件“没有.json”", id="a file that is not there"),
        pytest.param([FLOOD, "--format", "pdf"], "选项 --format 不能是“pdf”，可以是 tree、markdown、html、json", id="a format"),
        pytest.param([FLOOD, "--format", "html", "--out", "/没有/x.html"], "找不到文件“/没有/x.html”", id="a folder that is not there"),
    ],
)  # fmt: skip
def test_mistakes_are_told(run, arguments, told):
    code, out, err = run("explain", *arguments)

    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


def test_junk_is_bad_input(run, tmp_path):
    path = tmp_path / "junk.json"
    path.write_text("{", encoding="utf-8")

    assert run("explain", path)[0] == 2


def test_contradictory_facts_are_explained_all_the_same(run):
    code, out, _ = run("explain", CONTRADICTORY)

    assert code == 3
    assert "可以问理由的项目" in out


# --- timeline -------------------------------------------------------------------------------------


def test_a_timeline_is_a_table(run, snapshot):
    code, out, err = run("timeline", FLOOD, "--local", COUNTY, "--from", "2023-08-02", "--to", "2023-08-03")

    assert (code, err) == (0, "")
    assert out == snapshot


def test_a_time_without_a_change_is_told(run):
    code, out, _ = run("timeline", FLOOD, "--from", "2023-09-01", "--to", "2023-09-30")

    assert code == 0
    assert "这段时间里没有变化，也没有到期的事。" in out


def test_a_timeline_as_json(run):
    code, out, _ = run("timeline", FLOOD, "--from", "2023-08-02", "--to", "2023-08-03", "--format", "json")

    assert (code, json.loads(out)["first"]) == (0, "2023-08-02")


@pytest.mark.parametrize(
    ("days", "told"),
    [
        pytest.param(["--from", "2023-08-02", "--to", "2023"], "选项 --to: 要填日期", id="no date"),
        pytest.param(["--from", "2023-08-02", "--to", "2023-08-01"], "早于开始日期", id="the wrong order"),
        pytest.param(["--from", "2023-08-02"], "缺少", id="no end"),
    ],
)
def test_wrong_days_are_told(run, days, told):
    code, out, err = run("timeline", FLOOD, *days)

    assert (code, out) == (2, "")
    assert told in err


# --- why-not, ask, robust -------------------------------------------------------------------------


def test_what_would_make_it_so(run, snapshot):
    code, out, err = run("why-not", FLOOD, "纳入最低生活保障", "--local", COUNTY)

    assert (code, err) == (0, "")
    assert out == snapshot


def test_what_would_make_it_otherwise_than_it_is(run):
    code, out, _ = run("why-not", FLOOD, "及时转移", "--wanted", "否", "--most", "1")

    assert code == 0
    assert out.startswith("措施“及时转移”（住房 老屋）怎样才会为“否”\n")
    assert "改变至多 1 项事实" in out


def test_what_to_ask_next(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "240")

    code, out, _ = run("ask", FLOOD, "--local", COUNTY)

    assert code == 0
    assert "【问县民政局/乡镇（" in out
    assert "农户 H1 的“符合低保条件”是还是否？" in out


def test_what_outcomes_hinge_on(run):
    code, out, _ = run("robust", FLOOD, "--local", COUNTY)

    assert code == 0
    assert "【取决于裁量的（" in out
    assert "重点核查 由 是 变为 否" in out


@pytest.mark.parametrize(
    ("command", "key"), [("why-not", "repairs"), ("ask", "ranked"), ("robust", "depends")]
)
def test_answers_as_json(run, command, key):
    name = ["纳入最低生活保障"] if command == "why-not" else []

    code, out, _ = run(command, FLOOD, *name, "--format", "json")

    assert code == 0
    assert json.loads(out)[key]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["纳入最低生活保证"], "是不是“纳入最低生活保障”", id="a misspelt name"),
        pytest.param(["及时转移", "--wanted", "也许"], "选项 --wanted 不能是“也许”", id="no outcome"),
        pytest.param([], "缺少名称", id="no name"),
    ],
)
def test_a_wrong_why_not_is_told(run, arguments, told):
    code, out, err = run("why-not", FLOOD, *arguments)

    assert (code, out) == (2, "")
    assert told in err
