"""``test --coverage`` and ``--mutation``: what is shown, written and refused, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from relapse_rules.cli.main import main

RULES = """\
导入 "vocabulary.policy"

政策 试验
  类别 甲类

定义 甲
  对象 农户
  当 是否农户 且 符合低保条件

用例 农户
  给定
    判定时点 为 2023-08-20 09:00
    农户 H1: 是否农户 为 是、符合低保条件 为 是
  期望
    甲 为 是
"""
MORE = """
用例 不是农户
  基于 农户
  给定
    农户 H1: 是否农户 为 否
  期望
    甲 为 否

用例 不符合条件
  基于 农户
  给定
    农户 H1: 符合低保条件 为 否
  期望
    甲 为 否
"""


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str) -> str:
        path = tmp_path / "试验.policy"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_the_text_is_marked_and_counted(written, capsys, snapshot):
    code = main(["test", written(RULES), "--coverage"])

    assert code == 1
    assert capsys.readouterr().out == snapshot


def test_one_rule_comes_with_the_cases_that_show_it(written, capsys, snapshot):
    code = main(["test", written(RULES + MORE), "--coverage", "--rule", "甲"])

    assert code == 0
    assert capsys.readouterr().out == snapshot


def test_conditions_as_json(written, capsys):
    code = main(["test", written(RULES), "--coverage", "--json"])

    first, second = json.loads(capsys.readouterr().out)["conditions"]
    assert code == 1
    assert first | {"file": ""} == {
        "rule": "甲",
        "file": "",
        "line": 8,
        "column": 5,
        "text": "是否农户",
        "mark": "half",
        "as_yes": ["农户"],
        "as_no": [],
    }
    assert second["text"] == "符合低保条件"


def test_a_page_is_written_and_nothing_printed(written, capsys, tmp_path):
    page = tmp_path / "覆盖.html"

    code = main(["test", written(RULES + MORE), "--coverage", "--html", str(page)])

    assert code == 0
    assert capsys.readouterr().out == ""
    assert "不是农户" in page.read_text(encoding="utf-8")


def test_mistakes_are_counted_and_survivors_shown_with_a_case(
    written, capsys, snapshot, tmp_path, monkeypatch
):
    path = written(RULES)
    monkeypatch.chdir(tmp_path)  # lines break by the length of the name that is told

    code = main(["test", Path(path).name, "--mutation"])

    assert code == 1
    assert capsys.readouterr().out == snapshot


def test_nothing_survives(written, capsys):
    code = main(["test", written(RULES + MORE), "--mutation"])

    assert code == 0
    assert "没有。" in capsys.readouterr().out


def test_mistakes_as_json(written, capsys):
    main(["test", written(RULES), "--mutation", "--json"])

    mutants = json.loads(capsys.readouterr().out)["mutants"]
    assert [(each["kind"], each["before"], each["after"], each["outcome"]) for each in mutants] == [
        ("junction", "是否农户 且 符合低保条件", "是否农户 或 符合低保条件", "survived"),
        ("dropped", "是否农户", None, "survived"),
        ("dropped", "符合低保条件", None, "survived"),
        ("negated", "是否农户", "非 是否农户", "killed"),
        ("negated", "符合低保条件", "非 符合低保条件", "killed"),
    ]
    assert mutants[3]["killed_by"] == ["农户"]
    assert mutants[0]["case"].startswith("用例 ")


def test_the_written_cases_run_and_leave_no_survivor(written, capsys, tmp_path):
    own = tmp_path / "补充.policy"

    assert main(["test", written(RULES), "--mutation", "--write-tests", str(own)]) == 1
    assert "写了 2 个用例" in capsys.readouterr().err
    assert main(["test", str(own)]) == 0
    assert main(["test", str(own), "--mutation"]) == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--coverage", "--mutation"], "分两次运行"),
        (["--html", "a.html"], "--html 要与 --coverage"),
        (["--mutation", "--html", "a.html"], "--html 要与 --coverage"),
        (["--write-tests", "a.policy"], "--write-tests 要与 --mutation 同用"),
        (["--coverage", "--write-tests", "a.policy"], "--write-tests 要与 --mutation 同用"),
        (["--rule", "甲"], "--rule 要与"),
        (["--json"], "--json 要与"),
        (["--mutation", "--rule", "家"], "没有叫“家”的规则"),
        (["--coverage", "--html", "没有/a.html"], "没有"),
    ],
)
def test_what_does_not_go_together_is_said(written, capsys, options, message):
    code = main(["test", written(RULES), *options])

    assert code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--coverage", "--mutation"])
def test_cases_that_fail_are_told_first(written, capsys, option):
    code = main(["test", written(RULES.replace("甲 为 是", "甲 为 否")), option])

    assert code == 1
    out = capsys.readouterr().out
    assert "不通过：农户" in out
    assert "写错的种类" not in out
