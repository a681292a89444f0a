"""``relapse-rules findings``, as it is called, and everything that may be wrong with the call."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from relapse_rules.cli import inputs
from relapse_rules.cli.main import main

pytest.importorskip("z3", reason="extra prove is not installed")

POLICY = """
导入 "vocabulary.policy"
政策 试验
  类别 甲类

单位 县民政局

解读 先后
  取 先补
  可取 先补、后补
  理由 "先补才来得及"

措施 补助  依据 4.1-02
  类别 甲类
  对象 农户
  当 符合低保条件 且 先后 为 后补
  力度 应当
  责任单位 县民政局
  完成 享受低保 为 是
"""
SOUND = POLICY.replace('\n解读 先后\n  取 先补\n  可取 先补、后补\n  理由 "先补才来得及"\n', "").replace(
    " 且 先后 为 后补\n  力度 应当", "\n  力度 可以"
)
WAIVER = (
    '[["豁免"]]\n"代码" = "RR0815"\n"规则" = "补助"\n"理由" = "另定"\n"到期" = 2026-12-31\n"摘要" = "{}"\n'
)
DAY = ("--on", "2026-06-01")


@pytest.fixture
def policy(tmp_path):
    """Return a function that writes a policy to a file and returns its path."""

    def write(text: str = POLICY) -> Path:
        path = tmp_path / "试验.policy"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def findings(capsys, monkeypatch):
    """Return a function that runs the command: exit code, standard output and error."""
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments):
        code = main(["findings", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def digest(findings, path):
    _, out, _ = findings(path, "--code", "RR0815", "--json")
    return json.loads(out)["open"][0]["digest"]


def test_findings_are_told_with_their_households(findings, policy, snapshot):
    code, out, err = findings(policy(), *DAY)

    assert (code, err) == (1, "")
    assert out == snapshot


def test_nothing_to_tell_is_exit_code_0(findings, policy):
    code, out, _ = findings(policy(SOUND), *DAY)

    assert code == 0
    assert out == "规则的发现\n待处理 0 项，已豁免 0 项\n"


def test_the_same_as_json(findings, policy):
    code, out, _ = findings(policy(), "--json", *DAY)

    never, unlimited = json.loads(out)["open"]
    assert code == 1
    assert (never["code"], never["rules"], never["place"]) == ("RR0801", ["补助"], "试验.policy:13")
    assert never["witness"]["facts"]["household"] == {"household_id": "H1", "dibao_eligible": True}
    assert (unlimited["code"], unlimited["ground"], unlimited["witness"]) == ("RR0815", "structure", None)


@pytest.mark.parametrize("code", ["RR0815", "rr0815", "no-limit"])
def test_only_one_kind(findings, policy, code):
    _, out, _ = findings(policy(), "--code", code, "--json", *DAY)

    assert [each["code"] for each in json.loads(out)["open"]] == ["RR0815"]


def test_a_waiver_beside_the_policy_is_weighed(findings, policy):
    path = policy()
    path.with_name("试验.waivers.toml").write_text(WAIVER.format(digest(findings, path)), encoding="utf-8")

    code, out, _ = findings(path, "--code", "RR0815", *DAY)

    assert code == 0
    assert "待处理 0 项，已豁免 1 项" in out
    assert "另定" in out


def test_a_waiver_past_its_day_is_a_finding_with_its_place(findings, policy):
    path = policy()
    path.with_name("试验.waivers.toml").write_text(WAIVER.format(digest(findings, path)), encoding="utf-8")

    code, out, _ = findings(path, "--code", "RR0815", "--on", "2027-01-01")

    assert code == 1
    assert "过期的豁免（RR0818）" in out
    assert "试验.waivers.toml:1" in out


def test_another_file_of_waivers_may_be_named(findings, policy, tmp_path):
    path = policy()
    other = tmp_path / "别处.toml"
    other.write_text(WAIVER.format(digest(findings, path)), encoding="utf-8")

    assert findings(path, "--code", "RR0815", "--waivers", other, *DAY)[0] == 0


def test_the_countys_own_file_answers_what_the_policy_leaves_open(findings, policy, tmp_path):
    text = SOUND.replace("符合低保条件", "家庭人口数 达到 线")
    path = policy(text + '\n参数 线: 整数 人\n  自 2023-01-01 为 待定  来源 本地 "由县里定"\n')
    own = tmp_path / "本县.policy"
    own.write_text('设定 线\n  自 2023-01-01 为 3人  来源 本地 "县民政局"\n', encoding="utf-8")

    assert findings(path, *DAY)[0] == 1
    assert findings(path, "--local", own, *DAY)[0] == 0


def test_drafts_are_written_for_what_is_open(findings, policy):
    code, out, _ = findings(policy(), "--draft-waivers", "--on", "2026-06-01")

    assert code == 1
    assert out.count('[["豁免"]]') == 2
    assert '"到期" = 2027-06-01' in out


def test_today_is_taken_where_no_day_is_given(findings, policy):
    path = policy()
    text = WAIVER.format(digest(findings, path)).replace("2026-12-31", "2999-12-31")
    path.with_name("试验.waivers.toml").write_text(text, encoding="utf-8")

    assert findings(path, "--code", "RR0815")[0] == 0


# --- what may be wrong ----------------------------------------------------------------------------


def test_an_unknown_code(findings, policy):
    code, _, err = findings(policy(), "--code", "RR0999")

    assert code == 2
    assert "不能是“RR0999”" in err


def test_a_day_that_is_none(findings, policy):
    code, _, err = findings(policy(), "--on", "2026-02-30")

    assert code == 2
    assert "这里是“2026-02-30”" in err


def test_a_policy_with_errors(findings, policy):
    code, _, err = findings(policy(POLICY.replace("对象 农户", "对象 农夫")))

    assert code == 2
    assert "农夫" in err


def test_a_policy_that_is_not_there(findings, tmp_path):
    code, _, err = findings(tmp_path / "没有.policy")

    assert code == 2
    assert "找不到文件" in err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[[", "不是 TOML"),
        ('[["豁免"]]\n'.encode(), "第 1 条豁免没有写“规则”"),
        (b"\xff\xfe", "不是 UTF-8 文本"),
    ],
)
def test_a_file_of_waivers_that_cannot_be_read(findings, policy, content, told):
    path = policy()
    path.with_name("试验.waivers.toml").write_bytes(content)

    code, out, err = findings(path)

    assert (code, out) == (2, "")
    assert told in err


def test_a_file_of_waivers_that_is_named_and_not_there(findings, policy, tmp_path):
    code, _, err = findings(policy(), "--waivers", tmp_path / "没有.toml")

    assert code == 2
    assert "找不到文件" in err


def test_a_folder_in_place_of_waivers(findings, policy, tmp_path):
    code, _, err = findings(policy(), "--waivers", tmp_path)

    assert code == 2
    assert "是目录" in err


def test_without_z3_it_says_what_to_install(findings, policy, monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(inputs, "import_module", missing)

    code, _, err = findings(policy())

    assert code == 2
    assert "relapse_rules[prove]" in err
