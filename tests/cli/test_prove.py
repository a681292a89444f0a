"""``relapse-rules prove``, as it is called, and everything that may be wrong with the call."""

from __future__ import annotations

import json
import os
from pathlib import Path
from shutil import copy

import pytest

from relapse_rules.cli.main import main
from relapse_rules.resources import policies_directory

pytest.importorskip("z3", reason="extra prove is not installed")

POLICY = """
导入 "vocabulary.policy"
政策 试验
  类别 甲类

单位 县民政局

参数 线: 金额 元
  自 2023-01-01 为 待定  来源 本地 "由县里定"

定义 低收入
  对象 农户
  当 收支.工资性收入 低于 7000元

定义 很低收入
  对象 农户
  当 收支.工资性收入 低于 3000元

定义 线下
  对象 农户
  当 收支.工资性收入 低于 线

措施 救助
  类别 甲类
  力度 应当
  对象 农户
  当 存在 家庭成员 满足 特困供养人员
  责任单位 县民政局
"""
PROVED = "性质 很低的都低\n  很低收入 蕴含 低收入\n"
REFUTED = "性质 低的都很低\n  依据 1-01\n  低收入 蕴含 很低收入\n"
UNSET = "性质 线下的都低\n  线下 蕴含 低收入\n"
RISING = "性质 挣得多也是低收入\n  低收入 随 收支.工资性收入 不减\n"
LIMITS = "性质 措施都有时限\n  每个 措施 有 时限\n"
OTHER = '性质 不比上面严\n  低收入 不严于 政策 "上面.policy"\n'


@pytest.fixture
def prove(capsys, tmp_path, monkeypatch):
    """Return a function that proves a policy with these 性质, in an empty folder: exit code, standard output and error."""
    monkeypatch.chdir(tmp_path)
    copy(policies_directory() / "vocabulary.policy", tmp_path)

    def run(*properties: str, options: tuple[str, ...] = ()) -> tuple[int, str, str]:
        Path("试验.policy").write_text(POLICY + "\n".join(properties), "utf-8")
        code = main(["prove", "试验.policy", *options])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_every_kind_of_verdict_is_told(prove, snapshot):
    code, out, err = prove(PROVED, REFUTED, UNSET, RISING, LIMITS, OTHER)

    assert (code, err) == (1, "")
    assert out == snapshot


def test_what_holds_ends_well(prove):
    code, out, _ = prove(PROVED)

    assert code == 0
    assert "1 条性质，1 条成立，0 条不成立，0 条未能判定" in out


def test_one_of_several(prove):
    code, out, _ = prove(PROVED, REFUTED, options=("--property", "很低的都低"))

    assert code == 0
    assert "低的都很低" not in out


def test_json_has_the_facts_of_the_household(prove):
    code, out, _ = prove(REFUTED, RISING, options=("--json",))

    first, second = json.loads(out)["properties"]
    assert code == 1
    assert (first["outcome"], first["kind"], first["cites"]) == ("refuted", "蕴含", ["1-01"])
    assert first["witness"]["facts"]["household"] == {"household_id": "H1", "finance": {"wage_income": 3000}}
    assert second["witness"]["changed"]["household"]["finance"]["wage_income"] >= 7000


def test_a_refuting_household_becomes_a_case_that_fails_until_the_policy_is_mended(prove, capsys):
    prove(PROVED, REFUTED, UNSET, options=("--write-test", "反例.policy"))
    written = Path("反例.policy").read_text("utf-8")

    before = main(["test", "反例.policy"])
    Path("试验.policy").write_text(POLICY.replace("3000元", "7000元"), "utf-8")
    after = main(["test", "反例.policy"])

    assert (before, after) == (1, 0)
    assert written.count("用例 ") == 1  # the other needs a 参数 that the county has not set


def test_a_case_is_written_once(prove):
    options = ("--write-test", "反例.policy")
    prove(REFUTED, options=options)
    before = Path("反例.policy").read_text("utf-8")

    _, _, err = prove(REFUTED, options=options)

    assert Path("反例.policy").read_text("utf-8") == before
    assert "没有新的用例可写" in err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param(("--property", "很底的都低"), "是不是“很低的都低”", id="a misspelt name"),
        pytest.param(("--elements", "0"), "--elements 要在 1 到 6 之间", id="no elements"),
        pytest.param(("--effort", "5000"), "--effort 要在 1 到 4000 之间", id="too much effort"),
        pytest.param(("--write-test", "没有/反例.policy"), "没有/反例.policy", id="no such folder"),
        pytest.param(("--local", "没有.policy"), "找不到文件“没有.policy”", id="no such overlay"),
    ],
)
def test_a_wrong_call_is_told(prove, options, told):
    code, _, err = prove(PROVED, REFUTED, options=options)

    assert code == 2
    assert told in err
    assert "Traceback" not in err


def test_an_unknown_name_is_told_with_its_place(prove):
    code, _, err = prove("性质 问\n  低收人 蕴含 很低收入\n")

    assert code == 2
    assert "低收入" in err
    assert "试验.policy:" in err


def test_a_policy_without_properties_says_so(prove):
    assert prove()[0::2] == (2, "规则文件里没有性质\n")


def test_without_the_solver_it_says_what_to_install(prove, monkeypatch):
    monkeypatch.setattr("relapse_rules.analysis.proving.prover.find_spec", lambda _: None)

    code, out, _ = prove(PROVED)

    assert code == 1
    assert "pip install 'relapse_rules[prove]'" in out


def test_a_goal_that_takes_too_long_says_so(prove, monkeypatch):
    monkeypatch.setattr("relapse_rules.cli.prove.MILLION", 1)

    code, out, _ = prove(REFUTED, options=("--effort", "1"))

    assert code == 1
    assert "--effort" in out


@pytest.mark.parametrize("text", ["", "政策 上面\n", POLICY.replace("低收入", "另有所指")])
def test_another_policy_that_cannot_be_compared(prove, text):
    Path("上面.policy").write_text(text, "utf-8")

    code, out, _ = prove(OTHER)

    assert code == 1
    assert "未能判定" in out


def test_another_policy_is_compared(prove):
    Path("上面.policy").write_text(POLICY.replace("7000元", "8000元"), "utf-8")

    code, out, _ = prove(OTHER)

    assert code == 1
    assert "按另一份政策，“低收入”为 是" in out


def test_a_file_that_is_no_text_is_left_alone(prove):
    Path("反例.policy").write_bytes(os.fsencode("反例") + b"\xff\xfe")

    code, _, err = prove(REFUTED, options=("--write-test", "反例.policy"))

    assert code == 2
    assert "不是 UTF-8 文本" in err


def test_the_layer_above_is_compared(prove):
    """A county that tightens what its policy gives is told whom it leaves out."""
    for name, change in (
        ("严.policy", '收紧 救助 当 低收入  理由 "试验"'),
        ("宽.policy", '放宽 救助 当 低收入  理由 "试验"'),
    ):
        layer = f"补充 某县办法  级别 县\n\n{change}\n\n性质 不比上面严\n  救助 不严于 上级\n"
        Path(name).write_text(layer, "utf-8")

    stricter, told, _ = prove(options=("--local", "严.policy"))
    wider, _, _ = prove(options=("--local", "宽.policy"))

    assert (stricter, wider) == (1, 0)
    assert "按另一份政策，“救助”为 是" in told
