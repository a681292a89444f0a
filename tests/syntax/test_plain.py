"""The plain rendering of a declaration: what it says, and that it keeps in step with the canonical form."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies.policy_files import BY_KIND
from tests.strategies.rewriting import Relabelling, neighbours
from tests.strategies.trees import expressions

from relapse_rules.resources import policies_directory
from relapse_rules.source import SourceText
from relapse_rules.syntax.declarations import AnyDeclaration, Definition, PolicyFile
from relapse_rules.syntax.format import format_file
from relapse_rules.syntax.parse import parse
from relapse_rules.syntax.plain import plain_text
from relapse_rules.syntax.tree import Name

BULK = pytest.mark.usefixtures("untraced")

BUNDLED = sorted(policies_directory().rglob("*.policy"))
ANY_DECLARATION = st.sampled_from(sorted(BY_KIND)).flatmap(BY_KIND.__getitem__)


def _read(text: str) -> tuple[AnyDeclaration, ...]:
    checked = parse(SourceText("a.policy", text))
    assert checked.value is not None
    assert not checked.diagnostics
    return checked.value.declarations


def _plain(declaration: AnyDeclaration) -> str:
    return "\n".join("  " * level + text for level, text in plain_text(declaration))


def _canonical(declaration: AnyDeclaration) -> str | None:
    """Return the canonical form; None for a tree that cannot be written."""
    try:
        return format_file(PolicyFile(declarations=(declaration,)))
    except (AssertionError, LookupError):
        return None


def _condition(written: str) -> str:
    """Return what the plain rendering of a definition says it is, without the mark at its end."""
    (declaration,) = _read(f"定义 甲\n  对象 农户\n  当 {written}\n")
    lines = _plain(declaration).splitlines()[2:]
    return "\n".join(line[2:] for line in lines).removeprefix("是指：").removesuffix("。")


# --- what it says -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("受灾农户", "“受灾农户”成立"),
        ("收支.达标", "“收支”的“达标”成立"),
        ("非 受灾农户", "“受灾农户”不成立"),
        ("非 (受灾农户 且 达标)", "（“受灾农户”成立，并且“达标”成立）不成立"),
        ("受灾农户 且 非 达标", "“受灾农户”成立，并且“达标”不成立"),
        ("甲 且 (乙 或 丙)", "“甲”成立，并且（“乙”成立，或者“丙”成立）"),
        ("若 甲 则 乙", "如果“甲”成立，那么“乙”成立"),
        ("是", "一律成立"),
        ("享受低保 为 否", "“享受低保”记录为否"),
        ("享受低保 不为 是", "“享受低保”记录不为是"),
        ("户类型 为 脱贫户", "“户类型”为“脱贫户”"),
        ("人均收入 低于 3.5万元", "“人均收入”低于3.5万元"),
        ("人均收入 在 7000元/人·年 以上", "“人均收入”在7000元/人·年以上（含本数）"),
        ("时间 ≤ 20分钟", "“时间”小于或等于20分钟"),
        ("占比 > 30%", "“占比”大于30%"),
        ("收入 介于 1元 与 2元", "“收入”介于1元与2元之间（含两端）"),
        ("等级 属于 C、D", "“等级”属于以下之一：“C”、“D”"),
        ("等级 不属于 C、D", "“等级”不属于以下任何一个：“C”、“D”"),
        ("内容 含 风险线索", "“内容”含有“风险线索”"),
        ("内容 含全部 甲、乙", "“内容”含有以下全部：“甲”、“乙”"),
        ("范围 为空", "“范围”记录为空"),
        ("启动时间 未发生", "“启动时间”记录为未发生"),
        ("日期 早于 2023-07-08", "“日期”早于2023年7月8日"),
        ("时间 晚于 2023-08-01 20:00", "“时间”晚于2023年8月1日20:00"),
        ("存在 灾害事件 满足 达标", "至少有一个“灾害事件”满足：“达标”成立"),
        ("每个 灾害事件 满足 (甲 且 乙)", "每一个“灾害事件”都满足：（“甲”成立，并且“乙”成立）"),
        ("没有 家庭成员 满足 就业 为 是", "每一个“家庭成员”都不满足：“就业”记录为是"),
        ("人数(家庭成员) 不低于 2", "“家庭成员”的数目不低于2"),
        (
            "合计(收支.收入 满足 达标) 超过 1元",
            "“收支”的“收入”的合计（只计符合条件的：“达标”成立）超过1元",
        ),
        ("收入 ÷ (人口 + 1) 四舍五入 低于 5元", "（“收入”除以（“人口”加上1）（四舍五入））低于5元"),
        ("甲 + 乙 - 丙 低于 5元", "（“甲”加上“乙”减去“丙”）低于5元"),
        ("甲 + (乙 - 丙) 低于 5元", "（“甲”加上（“乙”减去“丙”））低于5元"),
        ("甲 × 2 + 乙 低于 5元", "（（“甲”乘以2）加上“乙”）低于5元"),
        ("年龄(出生日期) 不满 16周岁", "年龄（按“出生日期”计算）不满16周岁"),
        ("相隔(甲, 乙) 不超过 3天", "相隔的时间（“甲”与“乙”之间）不超过3天"),
    ],
)
def test_a_condition_on_one_line(written, plain):
    assert _condition(written) == plain


def test_a_list_keeps_its_structure():
    written = """以下全部:
    - 甲
    - 以下任一:
        - 乙
        - 以下至少 2 项:
            - 丙
            - 丁
            - 戊
    - 没有 灾害事件 满足 以下全部:
        - 己"""

    assert _condition(written) == (
        "以下各项全部符合：\n"
        "  1. “甲”成立；\n"
        "  2. 以下各项符合任何一项：\n"
        "    （1）“乙”成立；\n"
        "    （2）以下各项至少符合2项：\n"
        "      1）“丙”成立；\n"
        "      2）“丁”成立；\n"
        "      3）“戊”成立；\n"
        "  3. 每一个“灾害事件”都不满足：以下各项全部符合：\n"
        "    （1）“己”成立"
    )


def test_a_measure():
    (measure,) = _read(
        """措施 纳入最低生活保障  依据 4.1-02
  类别 落实兜底帮扶
  对象 农户
  当 受灾农户 且 享受低保 为 否
  力度 应当
  责任单位 县民政局、县残联  依据 4.1-08
  时限 认定时间 起 3天 内 按 一日的算法
  完成 享受低保 为 是
  说明 "申请中的不重复纳入"
"""
    )

    assert _plain(measure) == (
        "帮扶措施“纳入最低生活保障”（依据方案 4.1-02）：\n"
        "  属于“落实兜底帮扶”一类。\n"
        "  对每一个“农户”。\n"
        "  条件：“受灾农户”成立，并且“享受低保”记录为否。\n"
        "  符合条件的，应当给予这项帮扶。\n"
        "  由县民政局、县残联负责（依据方案 4.1-08）。\n"
        "  时限：从“认定时间”起3天以内，按解读“一日的算法”计算。\n"
        "  办结的标志：“享受低保”记录为是。\n"
        "  说明：申请中的不重复纳入"
    )


def test_a_parameter_that_is_not_set_is_unknown():
    (parameter,) = _read(
        '参数 低保月标准: 金额 元/人·月\n  自 2023-01-01 为 待定  来源 本地 "由县民政局公布"\n'
    )

    assert _plain(parameter) == (
        "标准“低保月标准”：\n"
        "  类型是金额，以“元/人·月”计。\n"
        "  自2023年1月1日起，待定，填写以前按未知处理；来源：本地规定（“由县民政局公布”）。"
    )


def test_every_kind_of_declaration(snapshot):
    """The file has each kind of declaration, and each thing that one can say."""
    declarations = _read(Path(__file__).with_name("every_kind.policy").read_text("utf-8"))

    assert "\n".join(map(_plain, declarations)) == snapshot


# --- in step with the canonical form ----------------------------------------------------------------


def _assert_in_step(declaration: AnyDeclaration) -> None:
    """Relabelled, everything that the canonical form holds stands in the plain text, once and in the same order."""
    relabelling = Relabelling()
    changed = relabelling.of(declaration)
    canonical, plain = format_file(PolicyFile(declarations=(changed,))), _plain(changed)
    shown = {
        spelling: _day(spelling) if spelling in relabelling.days else spelling
        for spelling in relabelling.spellings
    }

    order = sorted(shown, key=canonical.index)

    assert all(plain.count(shown[spelling]) == 1 for spelling in order), plain
    assert sorted(shown, key=lambda spelling: plain.index(shown[spelling])) == order, plain


def _day(iso: str) -> str:
    year, month, day = map(int, iso.split("-"))
    return f"{year}年{month}月{day}日"


@BULK
@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.name)
def test_shipped_declarations_keep_in_step(path):
    for declaration in _read(path.read_text(encoding="utf-8")):
        _assert_in_step(declaration)


@settings(max_examples=200)
@given(ANY_DECLARATION)
def test_any_declaration_keeps_in_step(declaration):
    _assert_in_step(declaration)


@settings(max_examples=200)
@given(expressions)
def test_any_condition_keeps_in_step(expression):
    _assert_in_step(Definition(name=Name(text="甲"), entity=Name(text="乙"), condition=expression))


# --- no two alike -----------------------------------------------------------------------------------


def _assert_told_apart(declarations: Iterator[AnyDeclaration]) -> None:
    """Declarations with different canonical forms have different plain texts."""
    written: dict[str, str] = {}
    for declaration in declarations:
        canonical = _canonical(declaration)
        if canonical is not None:
            plain = _plain(declaration)
            assert written.setdefault(plain, canonical) == canonical, plain


@BULK
def test_shipped_declarations_are_told_apart():
    _assert_told_apart(
        declaration for path in BUNDLED for declaration in _read(path.read_text(encoding="utf-8"))
    )


@BULK
@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.name)
def test_a_change_to_a_shipped_declaration_is_seen(path):
    for declaration in _read(path.read_text(encoding="utf-8")):
        _assert_told_apart(iter((declaration, *islice(neighbours(declaration), 40))))


@settings(max_examples=200)
@given(ANY_DECLARATION)
def test_a_change_to_any_declaration_is_seen(declaration):
    _assert_told_apart(iter((declaration, *neighbours(declaration))))


@settings(max_examples=200)
@given(expressions)
def test_a_change_to_any_condition_is_seen(expression):
    changed = (expression, *neighbours(expression))

    _assert_told_apart(
        Definition(name=Name(text="甲"), entity=Name(text="乙"), condition=node) for node in changed
    )
