"""Policy files that are no policy: a message with the file and the place, and never a hang, a traceback or a guess."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from tests.contract.household import AFFECTED, facts

import relapse_rules
from relapse_rules.cli.main import main


def run(capsys, *words: object) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


@pytest.fixture
def skeleton(tmp_path, capsys) -> Path:
    path = tmp_path / "plan.policy"
    assert run(capsys, "new", path)[0] == 0
    return path


@pytest.fixture
def case(tmp_path) -> Path:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(facts(AFFECTED)), encoding="utf-8")
    return path


def edited(old: str, new: str):
    def edit(text: str) -> bytes:
        assert old in text
        return text.replace(old, new, 1).encode()

    return edit


BAD = {
    "an unknown attribute": (edited("  时限 及时\n", "  时线 及时\n"), "没有“时线”这一项"),
    "an unknown name": (edited("- 受灾\n", "- 受栽\n"), "没有叫“受栽”的"),
    "a value outside the enumeration": (edited("为 严重", "为 严种"), "没有“严种”这个值"),
    "a number for an enumeration": (edited("为 自然灾害", "为 5"), "“灾害大类”是枚举"),
    "an impossible date": (
        edited("2024-07-01 20:00", "2024-02-30 20:00"),
        "没有“2024-02-30 20:00”这个日期或时间",
    ),
    "not a number": (edited("1天 内", "NaN天 内"), "NaN天"),
    "an infinity": (edited("1天 内", "Infinity天 内"), "Infinity天"),
    "a number of five thousand digits": (edited("1天 内", "9" * 5000 + "天 内"), "不是一段时长"),
    "a name twice": (edited("定义 受灾 ", "定义 纳入帮扶 "), "名称“纳入帮扶”已经用过"),
    "a statement that does not exist": (edited("依据 2-01", "依据 9-99"), "大纲里没有陈述9-99"),
    "a file that does not exist": (edited('"vocabulary.policy"', '"nope.policy"'), "找不到文件"),
    "a circle of conclusions": (edited("    - 受灾\n", "    - 受灾\n    - 纳入帮扶\n"), "绕成了圈"),
    "a NUL": (edited("单位 县民政局", "\0单位 县民政局"), "看不见的字符(U+0000)"),
    "bytes that are not UTF-8": (lambda text: text.encode("gb18030"), "不是 UTF-8 文本"),
    "nothing": (lambda _: b"", "没有“政策”声明"),
    "ten thousand brackets": (
        edited("灾害大类 为 自然灾害\n", "(" * 10_000 + "灾害大类 为 自然灾害" + ")" * 10_000 + "\n"),
        "嵌套超过 100 层",
    ),
    "ten megabytes of noise": (lambda _: random.Random(1).randbytes(10_000_000), "不是 UTF-8 文本"),
    "ten megabytes of words": (lambda _: "垃圾 ".encode() * 1_500_000, "“垃圾”不是声明的种类"),
    "ten megabytes of declarations": (
        lambda _: "定义 甲\n".encode() * 900_000,
        "条声明，超过 20000 条的上限",
    ),
}


@pytest.mark.parametrize(("edit", "says"), BAD.values(), ids=BAD)
def test_a_bad_policy_is_told_with_its_file_and_exit_code_two(edit, says, skeleton, case, capsys, request):
    if "ten megabytes" in request.node.name:  # whose every line says the same
        request.getfixturevalue("untraced")
    skeleton.write_bytes(edit(skeleton.read_text(encoding="utf-8")))
    code, out, err = run(capsys, "decide", "--policy", skeleton, case)
    assert (code, out) == (2, "")
    assert says in err
    assert skeleton.name in err
    with pytest.raises(relapse_rules.PolicyError, match="error"):
        relapse_rules.load(skeleton)


@pytest.mark.parametrize(
    "spell",
    [
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw.replace(b"\n", b"\r"),
    ],
    ids=["BOM", "CRLF", "CR"],
)
def test_how_an_editor_saves_a_policy_changes_nothing(spell, skeleton, capsys):
    skeleton.write_bytes(spell(skeleton.read_bytes()))
    assert run(capsys, "test", skeleton)[0] == 0


def test_a_directory_is_no_policy(skeleton, case, capsys):
    code, out, err = run(capsys, "decide", "--policy", skeleton.parent, case)
    assert (code, out) == (2, "")
    assert "是目录" in err


@pytest.mark.parametrize(
    "spoil", [lambda text: text.encode("gb18030"), lambda _: b"\xff\xfe"], ids=["GBK", "noise"]
)
def test_a_vocabulary_that_cannot_be_read_is_not_replaced_by_the_shipped_one(spoil, skeleton):
    vocabulary = skeleton.with_name("vocabulary.policy")
    vocabulary.write_bytes(spoil(vocabulary.read_text(encoding="utf-8")))
    with pytest.raises(relapse_rules.PolicyError, match="不是 UTF-8 文本"):
        relapse_rules.load(skeleton)


def test_new_never_overwrites(skeleton, capsys):
    skeleton.write_text("我的规则", encoding="utf-8")
    code, _, err = run(capsys, "new", skeleton)
    assert (code, skeleton.read_text(encoding="utf-8")) == (2, "我的规则")
    assert "已经存在" in err
