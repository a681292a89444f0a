"""Each mistake is told by its code, at the smallest text that is wrong; one hides no other."""

from __future__ import annotations

import pytest

from relapse_rules.source import SourceText
from relapse_rules.syntax import parse as parsing
from relapse_rules.syntax.parse import parse

HEAD = "定义 甲\n  对象 农户\n"

# text, code, what is underlined
IN_A_CONDITION = {
    "甲 且 乙 或 丙": ("RR0101", "或"),
    "甲 或 乙 或 丙 且 丁": ("RR0101", "且"),
    "(甲 且 乙": ("RR0105", "("),
    "甲 属于 乙 丙": ("RR0103", "丙"),
    "甲)": ("RR0103", ")"),
    "甲。": ("RR0103", "。"),
    "甲/乙": ("RR0103", "/"),
    "甲 低于": ("RR0122", "低于"),
    "甲 且": ("RR0122", "且"),
    "户类型 脱贫户": ("RR0104", "脱贫户"),
    "收入 7000元": ("RR0104", "7000元"),
    "收入 不超国 7000元": ("RR0103", "不超国"),
    "户类型 是 脱贫户": ("RR0115", "是"),
    "收入 小于 3元": ("RR0115", "小于"),
    "收入 大于 3元": ("RR0115", "大于"),
    "收入 等于 3元": ("RR0115", "等于"),
    "甲 并且 乙": ("RR0115", "并且"),
    "甲 或者 乙": ("RR0115", "或者"),
    "如果 甲 则 乙": ("RR0115", "如果"),
    "甲 包含 乙": ("RR0115", "包含"),
    "收入 低于7000元": ("RR0108", "低于7000元"),
    "收入低于 7000元": ("RR0108", "收入低于"),
    "甲 且乙": ("RR0108", "且乙"),
    "存在 住房 满足甲": ("RR0108", "满足甲"),
    "甲 低于 乙 低于 丙": ("RR0123", "低于"),
    "甲 早于 2023-02-30": ("RR0120", "2023-02-30"),
    "甲 早于 2023-13-01": ("RR0120", "2023-13-01"),
    "甲 早于 2023-08-01 24:00": ("RR0120", "2023-08-01 24:00"),
    "甲 早于 2023年8月1日": ("RR0120", "2023年8月1日"),
    "甲 早于 2023/8/1": ("RR0120", "2023/8/1"),
    "以下全部\n    - 乙\n": ("RR0117", "以下全部"),
    "以下任一\n": ("RR0117", "以下任一"),
    "以下全部:\n    乙\n": ("RR0116", "乙"),
    "以下全部: 乙\n": ("RR0116", "乙"),
    "以下全部:\n": ("RR0116", ":"),
    "以下至少 两项:\n    - 乙\n": ("RR0119", "两项"),
    "以下至少:\n    - 乙\n": ("RR0119", ":"),
    "以下至少 2.5 项:\n    - 乙\n": ("RR0119", "2.5"),
    "以下全部:\n      - 乙\n    - 丙\n": ("RR0107", "-"),
    "以下全部:\n      - 乙\n        - 丙\n": ("RR0107", "-"),
    '乙 为 "丙': ("RR0106", '"'),
    "「乙": ("RR0106", "「"),
    "乙\u200b 且 丙": ("RR0112", "\u200b"),
    "\x00": ("RR0112", "\x00"),
}
ANYWHERE = {
    "规则 甲\n  对象 乙\n": ("RR0102", "规则"),
    "定一 甲\n": ("RR0102", "定一"),
    "12 甲\n": ("RR0102", "12"),
    "对象 农户\n": ("RR0107", "对象"),
    "- 甲\n": ("RR0107", "-"),
    "  对象 农户\n": ("RR0107", "对象"),
    "定义甲\n  对象 农户\n": ("RR0108", "定义甲"),
    "定义\n": ("RR0122", "定义"),
    "采用 甲 乙": ("RR0104", "乙"),
    "不适用 0-01\n": ("RR0122", "0-01"),
    HEAD + "  当甲\n": ("RR0108", "当甲"),
    HEAD + "  推道 农户.乙\n  当 甲\n": ("RR0110", "推道"),
    HEAD + "  类别 乙\n  当 甲\n": ("RR0111", "类别"),
    HEAD + "  当 乙\n  当 丙\n": ("RR0109", "当"),
    HEAD + "  当 丙\n 推导 农户.乙\n": ("RR0107", "推导"),
    HEAD: ("RR0401", "甲"),
    "参数 甲\n  自 2023-01-01 为 3 来源 原文\n": ("RR0401", "甲"),
    "参数 甲: 整数\n  自 2023-01-01 3 来源 原文\n": ("RR0104", "3"),
    "参数 甲: 整数\n  自 2023-01-01 为 3 来源 别处\n": ("RR0124", "别处"),
    "定义 甲: 整数\n  对象 乙\n  当 丙\n": ("RR0103", "整数"),
    "定义 甲 依据 1-1\n  对象 乙\n  当 丙\n": ("RR0118", "1-1"),
    "定义 甲 依据 4.1.02\n  对象 乙\n  当 丙\n": ("RR0118", "4.1.02"),
    "职责 甲\n  对象 乙\n  启动 丙\n  力度 必须\n": ("RR0124", "必须"),
    "实体 甲 英文 a\n  字段 乙 英文 b 类型 枚举 {丙、丁\n": ("RR0105", "{"),
    "实体 甲 英文 a\n  字段 乙 英文 b 类型 是否 可空 不可空\n": ("RR0109", "不可空"),
    "实体 甲 英文 a\n  字段 乙 英文 b\n": ("RR0401", "乙"),
    "措施 甲\n  类别 乙、丙\n  对象 丁\n  当 戊\n  力度 可以\n": ("RR0103", "丙"),
    "性质 甲\n  乙 随 丙 增加\n": ("RR0115", "增加"),
    "性质 甲\n  乙 蕴含 丙\n  乙 蕴含 丁\n": ("RR0401", "甲"),
    "用例 甲\n  给定\n    住房 A1\n  期望\n    乙 为 是\n": ("RR0117", "A1"),
    "用例 甲\n  期望\n    乙\n": ("RR0104", "乙"),
    "用例 甲\n  给定\n    乙 为 是\n": ("RR0401", "甲"),
}


def _found(text: str) -> list[tuple[str, str]]:
    source = SourceText("a.policy", text)
    checked = parse(source)
    assert checked.value is not None
    return [(found.code, source.slice(found.span)) for found in checked.diagnostics]


@pytest.mark.parametrize(("written", "expected"), IN_A_CONDITION.items())
def test_in_a_condition(written, expected):
    assert _found(f"{HEAD}  当 {written}") == [expected]


UNDER_A_WRONG_HEAD = {
    "定义 甲(乙\n  对象 农户\n  当 且 丙\n": [("RR0103", "("), ("RR0104", "丙")],
    "定义 甲 依据 1-1\n  对象 农户\n  当 丙 小于 3\n": [("RR0118", "1-1"), ("RR0115", "小于")],
    "参数 甲 金额\n  自 2023-13-01 为 3 来源 原文\n": [("RR0103", "金额"), ("RR0120", "2023-13-01")],
    "用例 甲 乙\n  给定\n    住房 A1\n  期望\n    丙 为 是\n": [("RR0103", "乙"), ("RR0117", "A1")],
    "定义 甲 依据\r\n  对象 农户\r\n  当 丙 小于 3\r\n": [("RR0107", "依据"), ("RR0115", "小于")],
}
"""Mistakes on a declaration's own line and below it."""

NOTHING_BUT_THE_HEAD = {
    "定义 甲 对象 乙 当 (丙\n  且 丁\n": ("RR0105", "("),
    "定义 甲 乙 当 以下全部:\n  - 丙\n": ("RR0103", "乙"),
    "定义 甲 乙\n  对象 农户\n  当 丙\n": ("RR0103", "乙"),
    "定义 甲 乙\n  对象 农户\n": ("RR0103", "乙"),
}


@pytest.mark.parametrize(("text", "expected"), UNDER_A_WRONG_HEAD.items())
def test_a_mistake_on_its_own_line_hides_none_below(text, expected):
    assert _found(text) == expected


@pytest.mark.parametrize(("text", "expected"), NOTHING_BUT_THE_HEAD.items())
def test_a_mistake_on_its_own_line_makes_none_below(text, expected):
    assert _found(text) == [expected]


@pytest.mark.parametrize(("text", "expected"), ANYWHERE.items())
def test_anywhere(text, expected):
    assert _found(text) == [expected]


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("小于", "低于"),
        ("大于", "高于"),
        ("等于", "为"),
        ("不小于", "不低于"),
        ("不大于", "不超过"),
        ("不足", "不满"),
    ],
)
def test_the_word_to_write_instead_of_a_habit(written, instead):
    found = parse(SourceText("a", f"{HEAD}  当 收入 {written} 3元")).diagnostics[0]

    assert found.help == f"写“{instead}”"


def test_a_misspelt_keyword_gets_a_suggestion():
    unknown = parse(SourceText("a", "实提 甲\n")).diagnostics[0]
    attribute = parse(SourceText("a", "措施 甲\n  责任丹位 乙\n")).diagnostics[0]

    assert "实体" in unknown.help
    assert attribute.help == "是不是“责任单位”"


def test_one_mistake_in_each_of_five_declarations():
    bad = "定义 甲{0}\n  对象 农户\n  当 乙 小于 {0}\n\n"
    source = SourceText("a", "".join(bad.format(number) for number in range(5)))

    lines = [source.line_column(found.span.start)[0] for found in parse(source).diagnostics]

    assert lines == [3, 7, 11, 15, 19]


def test_the_good_declarations_between_bad_ones_are_read():
    checked = parse(SourceText("a", "采用 甲 为 乙\n定一 甲\n采用 丙 为 丁\n采用 甲\n"))

    assert checked.value is not None
    assert [declaration.name.text for declaration in checked.value.declarations] == ["甲", "丙"]


def test_several_mistakes_in_one_declaration():
    text = '措施 甲\n  类别 乙\n  对象 丙 丁\n  当 戊 小于 3\n  力度 必须\n  时限 及时。\n  说明 "没关\n'

    assert [code for code, _ in _found(text)] == ["RR0103", "RR0115", "RR0124", "RR0103", "RR0106"]


def test_lines_left_out_are_not_missed():
    assert _found("定义 甲\n  对象 农户 农户\n  当 甲 小于 3\n") == [("RR0103", "农户"), ("RR0115", "小于")]


def test_an_attribute_in_the_first_column_is_not_missed_above():
    assert _found("定义 甲\n  对象 农户\n当 乙\n") == [("RR0107", "当")]


def test_a_mistake_at_the_very_end_of_the_file():
    text = f"{HEAD}  当 甲 为"
    source = SourceText("a", text)

    found = parse(source).diagnostics[0]

    assert (found.code, found.span.end) == ("RR0122", len(text))


@pytest.mark.parametrize("deep", ["非 " * 150 + "甲", "(" * 150 + "甲" + ")" * 150, "甲 + " * 150 + "甲"])
def test_deep_nesting_is_reported(deep):
    assert [code for code, _ in _found(f"{HEAD}  当 {deep}")] == ["RR0113"]


@pytest.mark.parametrize(
    "deep", ["非 " * 90 + "甲", "(" * 90 + "甲" + ")" * 90, "甲 + " * 90 + "甲", "甲 且 " * 900 + "甲"]
)
def test_what_is_long_or_not_too_deep_is_read(deep):
    assert _found(f"{HEAD}  当 {deep}") == []


def test_a_file_that_is_too_long_is_not_read(monkeypatch):
    monkeypatch.setattr(parsing, "MAXIMUM_CHARACTERS", 10)

    assert _found("采用 甲 为 乙") == []
    assert _found("采用 甲甲甲甲 为 乙") == [("RR0114", "")]


def test_a_mistake_keeps_to_one_line_of_plain_words():
    for found in (*parse(SourceText("a", "".join(ANYWHERE))).diagnostics,):
        assert "\n" not in found.message
        assert not found.message.endswith("。")
