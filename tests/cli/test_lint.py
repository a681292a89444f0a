"""``relapse-rules lint``: what it tells, what it writes, and how it ends."""

from __future__ import annotations

import json

import pytest

from relapse_rules.cli.main import main

POLICY = """\
导入 "vocabulary.policy"

政策 示例方案

定义 属脱贫户
  对象 农户
  当 非 (户类型 不为 脱贫户)

定义 未脱贫户
  对象 农户
  当 家庭人口数 低于 5人 且 属脱贫户

定义 大户
  对象 农户
  当 家庭人口数 不低于 5人
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.policy"
    path.write_text(POLICY, encoding="utf-8")
    return path


def run(capsys, *arguments):
    code = main(["lint", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_findings_are_told_and_nothing_is_written(capsys, path):
    code, out, _ = run(capsys, path, "--format", "concise")

    assert code == 1
    assert out == (
        f"{path}:7:5: warning[RR0901] 两个否定连在一起，就是肯定\n"
        f"{path}:15:15: warning[RR0910] “未脱贫户”里也写了 5人\n"
        "0 个错误，2 个警告\n"
        "其中 1 处可以用 --fix 改掉\n"
    )
    assert path.read_text(encoding="utf-8") == POLICY


def test_fixing_writes_what_is_safe_and_tells_the_rest(capsys, path):
    code, out, err = run(capsys, path, "--fix", "--format", "concise")

    assert code == 1
    assert err == f"已改：{path}:7:5 RR0901 两个否定连在一起，就是肯定\n改了 1 处，1 个文件\n"
    assert "RR0910" in out
    assert "RR0901" not in out
    assert path.read_text(encoding="utf-8") == POLICY.replace("非 (户类型 不为 脱贫户)", "户类型 为 脱贫户")


def test_json_holds_the_edits(capsys, path):
    _, out, _ = run(capsys, path, "--format", "json")

    first, second = json.loads(out)
    assert [edit["text"] for edit in first["fix"]] == ["户类型 为 脱贫户"]
    assert first["fix"][0]["start"]["line"] == 7
    assert "fix" not in second


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["wrong.policy"], "RR0402", id="a policy with errors"),
        pytest.param(["没有.policy"], "找不到文件", id="no file"),
        pytest.param(["--fix"], "--fix 要写明规则文件", id="the shipped plan is not to be changed"),
        pytest.param(["a.policy", "--format", "html"], "--format", id="no such format"),
    ],
)
def test_what_cannot_be_linted(capsys, path, monkeypatch, arguments, told):
    monkeypatch.chdir(path.parent)
    (path.parent / "wrong.policy").write_text("单位 县民政局  级别 县级\n", encoding="utf-8")

    code, _, err = run(capsys, *arguments)

    assert code == 2
    assert told in err


def test_a_bundle_is_linted_but_not_fixed(capsys, path, monkeypatch):
    monkeypatch.chdir(path.parent)
    bundle = path.parent / "a.rulepack"
    assert main(["bundle", "build", "a.policy", "-o", str(bundle)]) == 0
    capsys.readouterr()

    assert "RR0901" in run(capsys, bundle)[1]
    code, _, err = run(capsys, bundle, "--fix")

    assert code == 2
    assert "是政策包，改不了" in err
    assert path.read_text(encoding="utf-8") == POLICY


def test_the_shipped_plan_and_its_cases_earn_nothing(capsys):
    assert run(capsys)[:2] == (0, "0 个错误，0 个警告\n")
