"""One spelling of the same length, whatever the keyboard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relapse_rules.source import SourceText
from relapse_rules.syntax.normalise import normalise, written_text
from relapse_rules.syntax.parse import parse

HALF_WIDTH = """\
参数 低保标准: 金额 元/人·月
  自 2023-01-01 为 650元/人·月  来源 标准 "甲〔二〕号"
定义 甲(一)  依据 1-01、1-02
  对象 农户
  当 (收入 ≥ 3.5万元 或 收入 * 2 <= 30%) 且 年龄(出生日期) < 16周岁
用例 乙
  给定
    住房 A1: 倒塌 为 是、类型 为 {甲、乙}
  期望
    甲(一) 为 是
"""
WIDTHS = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F) if chr(code) not in '"#'})


@given(st.text())
def test_the_length_stays(text):
    assert len(normalise(text)) == len(text)


@given(st.text(st.sampled_from('"“”＂「」#＃甲, \n\r')))
def test_the_length_stays_where_quotes_comments_and_line_ends_meet(text):
    assert len(normalise(text)) == len(text)


def test_full_width_signs_digits_and_letters_mean_the_same():
    full_width = HALF_WIDTH.translate(WIDTHS)

    assert full_width != HALF_WIDTH
    assert parse(SourceText("a", full_width)) == parse(SourceText("a", HALF_WIDTH))
    assert not parse(SourceText("a", HALF_WIDTH)).diagnostics


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ('"甲,(乙)"', "甲,(乙)"),
        ("“甲,(乙)”", "甲,(乙)"),
        ("“他说“好”了”", "他说“好”了"),
        ('"他说“好”"', "他说“好”"),
        ('“甲"乙”', '甲"乙'),
        ('"甲""乙"', '甲"乙'),
        ("＂甲＂", "甲"),
        ("“甲“", "甲"),
        ("”甲“", "甲"),
        ('"# 不是注释"', "# 不是注释"),
        ('"「"', "「"),
        ('""', ""),
    ],
)
def test_a_text_keeps_what_stands_between_its_quotes(written, means):
    checked = parse(SourceText("a", f"导入 {written}  # 注释“没关"))

    assert not checked.diagnostics
    assert checked.value is not None
    assert checked.value.declarations[0].path.value == means
    assert written_text(written) == means


@pytest.mark.parametrize("blank", [" ", "\t", "\u3000", "\u00a0", "\u2003"])
def test_every_blank_separates_words(blank):
    assert not parse(SourceText("a", f"采用{blank}甲{blank}为{blank}乙")).diagnostics


@pytest.mark.parametrize("margin", ["  ", "\t", "\u3000", "\u3000\t ", " "])
def test_every_blank_indents(margin):
    text = f"定义 甲\n{margin}对象 农户\n{margin}当 以下全部:\n{margin}{margin}- 乙\n{margin}{margin}- 丙\n"

    assert not parse(SourceText("a", text)).diagnostics


def test_a_tab_is_four_columns_and_a_wide_blank_two():
    text = "定义 甲\n\t对象 农户\n\u3000\u3000当 乙\n    推导 农户.丙\n"

    assert not parse(SourceText("a", text)).diagnostics
