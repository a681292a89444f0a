"""The commands as they are called: what they print, and how they end."""

import io
import json
import re
import sys
from pathlib import Path

import pytest

from relapse_rules import load_plan
from relapse_rules.cli import inputs
from relapse_rules.cli.main import main

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.json"))
FLOOD = str(ROOT / "examples" / "01-flood-dibao.json")
CONTRADICTORY = str(ROOT / "examples" / "11-contradictory-appraisal.json")
COUNTY = str(ROOT / "examples" / "county.policy")
WRONG = '导入 "vocabulary.policy"\n\n政策 甲\n\n定义 乙\n  对象 农户\n  当 是否农护\n'


def run(capsys, *arguments):
    """Return the exit code, standard output and standard error, with the digest of the plan left out."""
    code = main(list(arguments))
    captured = capsys.readouterr()
    return code, re.sub(r"sha256:[0-9a-f]{12,}", "sha256:…", captured.out), captured.err


@pytest.fixture(autouse=True)
def _screen(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def wrong(tmp_path):
    (tmp_path / "vocabulary.policy").write_text(
        (ROOT / "policies" / "vocabulary.policy").read_text(encoding="utf-8"), encoding="utf-8"
    )
    path = tmp_path / "wrong.policy"
    path.write_text(WRONG, encoding="utf-8")
    return path


# --- decide ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_table_of_every_example(capsys, snapshot, path):
    code, out, err = run(capsys, "decide", str(path))

    assert err == ""
    assert code == (3 if "contradictory" in path.stem else 0)
    assert out == snapshot


def test_the_example_with_the_county_own_file(capsys):
    code, out, _ = run(capsys, "decide", FLOOD, "--local", COUNTY)

    assert code == 0
    assert "石桥镇（乡镇）" in out
    assert "650元/人·月" in out


def test_json_is_the_decision(capsys):
    code = main(["decide", FLOOD, "--format", "json"])

    assert code == 0
    assert json.loads(capsys.readouterr().out) == load_plan().decide(Path(FLOOD).read_bytes()).model_dump()


def test_several_households_are_a_list(capsys):
    code, out, _ = run(capsys, "decide", FLOOD, CONTRADICTORY, "--format", "json")

    assert code == 3
    assert [each["subject"]["id"] for each in json.loads(out)] == ["H1", "H11"]


def test_markdown(capsys):
    code, out, _ = run(capsys, "decide", FLOOD, "--format", "markdown")

    assert code == 0
    assert out.startswith("# 防范因灾返贫工作方案 判定表\n\n- 对象：农户 H1\n")


def test_as_of_stands_in_for_the_stated_moment(capsys):
    code, out, _ = run(capsys, "decide", FLOOD, "--as-of", "2023-08-05T09:00:00+08:00")

    assert code == 0
    assert "判定时点：2023-08-05 09:00" in out


def test_everything_lists_what_does_not_apply(capsys):
    _, brief, _ = run(capsys, "decide", FLOOD)
    _, full, _ = run(capsys, "decide", FLOOD, "--all")

    assert "不适用的措施和任务" not in brief
    assert "不适用的措施和任务" in full


def test_standard_input(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(FLOOD).read_bytes())))

    code, out, _ = run(capsys, "decide", "-")

    assert code == 0
    assert "农户 H1" in out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(b"", "标准输入", id="empty"),
        pytest.param(b"{", "标准输入", id="cut short"),
        pytest.param(b"[1, 2]", "标准输入", id="a list"),
        pytest.param(b"\xff\xfe\x00", "标准输入", id="no text"),
        pytest.param(b"null", "标准输入", id="null"),
        pytest.param(b'{"household": {"household_typ": "x"}}', "household_type", id="a misspelt field"),
        pytest.param(b'{"a": 1e999999999}', "标准输入", id="a huge number"),
        pytest.param(b"[" * 100_000, "标准输入", id="a deep nest"),
    ],
)
def test_junk_is_bad_input_with_a_word_about_it(capsys, monkeypatch, text, told):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))

    code, out, err = run(capsys, "decide", "-")

    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


def test_one_bad_file_does_not_stop_the_others(capsys, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("{}", encoding="utf-8")

    code, out, err = run(capsys, "decide", str(bad), FLOOD)

    assert code == 2
    assert "农户 H1" in out
    assert "bad.json" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["decide", "nowhere.json"], "找不到文件“nowhere.json”", id="no file"),
        pytest.param(["decide", str(ROOT)], f"“{ROOT}”是目录，要写一个文件", id="a folder"),
        pytest.param(["decide", FLOOD, "--policy", "no.policy"], "找不到文件“no.policy”", id="no policy"),
        pytest.param(["decide", FLOOD, "--local", "no.policy"], "找不到文件“no.policy”", id="no overlay"),
        pytest.param(
            ["decide", FLOOD, "--format", "xml"],
            "选项 --format 不能是“xml”，可以是 table、json、markdown",
            id="no format",
        ),
        pytest.param(["decide", FLOOD, "--as-of", "昨天"], "as_of: 判定时点", id="no moment"),
        pytest.param(["decide"], "缺少文件…", id="nothing to decide"),
        pytest.param(["decide", FLOOD, "--frmat", "json"], "没有“--frmat”这个选项", id="no option"),
        pytest.param(["decide", FLOOD, "--format"], "选项“--format”后面要写一个值", id="no value"),
        pytest.param(["deicde"], "没有“deicde”这个命令", id="no command"),
        pytest.param(["explain-code", "RR0302", "RR0303"], "多写了参数：RR0303", id="too much"),
        pytest.param(["explain-code", "RR9999"], "没有“RR9999”这个代码", id="no code"),
        pytest.param(["check", "nowhere.policy"], "找不到文件“nowhere.policy”", id="check: no file"),
        pytest.param(["test", COUNTY], "RR", id="test: no policy in it"),
    ],
)
def test_bad_input_ends_with_2_and_a_word_about_it(capsys, arguments, told):
    code, out, err = run(capsys, *arguments)

    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


def test_a_policy_with_errors_cannot_decide(capsys, wrong):
    code, out, err = run(capsys, "decide", FLOOD, "--policy", str(wrong))

    assert (code, out) == (2, "")
    assert "wrong.policy:7:5" in err


def test_an_interrupt_ends_with_130(capsys, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(inputs, "read_bytes", interrupted)

    code, out, err = run(capsys, "decide", FLOOD)

    assert (code, out, err) == (130, "", "")


def test_a_bug_is_raised_and_not_told_as_a_mistake_of_the_user(monkeypatch):
    def broken(*_):
        raise RuntimeError

    monkeypatch.setattr(inputs, "read_bytes", broken)

    with pytest.raises(RuntimeError):
        main(["decide", FLOOD])


# --- check, coverage, test, schema ----------------------------------------------------------------


def test_check_finds_no_error_in_the_plan(capsys):
    code, out, _ = run(capsys, "check", "--format", "concise")

    assert code == 0
    assert "0 个错误" in out


@pytest.mark.parametrize("format_", ["terminal", "concise", "json"])
def test_check_tells_errors(capsys, wrong, format_):
    code, out, _ = run(capsys, "check", str(wrong), "--format", format_)

    assert code == 1
    assert "RR0201" in out or "RR0203" in out
    assert "是否农护" in out


def test_the_shipped_cases_pass(capsys):
    code, out, err = run(capsys, "test")

    assert code == 0, out
    assert re.fullmatch(r"  (\d+) 个用例，\1 个通过，0 个不通过\n", out)
    assert err == "", "no progress bar where there is no terminal"


def test_every_statement_of_the_plan_is_accounted_for_and_shown(capsys):
    code, out, _ = run(capsys, "coverage", "--strict")

    assert code == 0, out
    assert "没有着落" not in out


def test_coverage_as_json(capsys):
    code, out, _ = run(capsys, "coverage", "--format", "json")

    found = json.loads(out)
    first = next(each for each in found["statements"] if each["id"] == "1-01")
    assert code == 0
    assert found["unknown_cites"] == []
    assert "纳入监测帮扶" in first["cited_by"]
    assert all(first["cases"].values())


def test_the_skeleton_checks_passes_and_is_never_overwritten(capsys, tmp_path):
    path = str(tmp_path / "my" / "plan.policy")

    assert run(capsys, "new", path)[0] == 0
    assert run(capsys, "check", path)[0] == 0
    assert run(capsys, "test", path)[0] == 0
    assert run(capsys, "coverage", path, "--strict")[0] == 0
    code, _, err = run(capsys, "new", path)
    assert code == 2
    assert "已经存在" in err


def test_a_case_that_fails_says_what_was_expected_and_why(capsys, tmp_path, snapshot):
    path = tmp_path / "plan.policy"
    run(capsys, "new", str(path))
    text = path.read_text(encoding="utf-8")
    wrong = text.replace("    发放生活救助 为 是\n", "    发放生活救助 为 否\n").replace(
        "    缺 农户.生产生活困难程度\n", "    缺 农户.户类型\n    发放生活救助 为 是\n"
    )
    assert wrong != text
    path.write_text(wrong, encoding="utf-8")

    code, out, _ = run(capsys, "test", str(path))

    assert code == 1
    assert out.replace(f"{tmp_path}/", "") == snapshot


def test_coverage_fails_when_a_statement_is_forgotten(capsys, tmp_path):
    path = tmp_path / "plan.policy"
    run(capsys, "new", str(path))
    with (tmp_path / "plan.outline").open("a", encoding="utf-8") as outline:
        outline.write("2-03 可判 乡镇张榜公示\n")

    code, out, err = run(capsys, "coverage", str(path))

    assert code == 1
    assert "2-03" in out + err


def test_coverage_fails_on_a_citation_that_does_not_exist(capsys, tmp_path):
    path = tmp_path / "plan.policy"
    run(capsys, "new", str(path))
    path.write_text(path.read_text(encoding="utf-8").replace("依据 2-01", "依据 9-01"), encoding="utf-8")

    code, out, err = run(capsys, "coverage", str(path))

    assert code == 1
    assert "9-01" in out + err


def test_schema_is_a_json_schema(capsys):
    code, out, _ = run(capsys, "schema")

    assert code == 0
    assert "household" in json.loads(out)["properties"]


def test_explain_code_prints_the_page(capsys, snapshot):
    code, out, _ = run(capsys, "explain-code", "rr0302")

    assert code == 0
    assert out == snapshot


def test_help_is_chinese_and_lists_the_commands(capsys, snapshot):
    code, out, _ = run(capsys, "--help")

    assert code == 0
    assert out == snapshot
