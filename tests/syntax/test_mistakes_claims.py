"""What people write by habit in a 性质 is told by its code, at the word, with the word that is meant."""

from __future__ import annotations

import pytest

from relapse_rules.source import SourceText
from relapse_rules.syntax.parse import parse

# claim, code, what is underlined, what the help says
HABITS = [
    ("甲 推出 乙", "RR0115", "推出", "蕴含"),
    ("甲 则 乙", "RR0115", "则", "蕴含"),
    ("不得同时 甲、乙", "RR0115", "不得同时", "从不同时"),
    ("互斥 甲、乙", "RR0115", "互斥", "从不同时"),
    ("从不同时 甲 和 乙", "RR0115", "和", "、"),
    ("至少 甲、乙", "RR0115", "至少", "至少一项"),
    ("至少一项 甲、乙 如果 丙", "RR0115", "如果", "当"),
    ("所有 措施 有 责任单位", "RR0115", "所有", "每个"),
    ("每个 措施 都有 时限", "RR0115", "都有", "有"),
    ("每个 措施 有 主管单位", "RR0115", "主管单位", "责任单位"),
    ("每个 职责 有 期限", "RR0115", "期限", "时限"),
    ("甲 随 乙 不下降", "RR0115", "不下降", "不减"),
    ("甲 随 乙 递减", "RR0115", "递减", "不增"),
    ("甲 随 乙 不变", "RR0115", "不变", "甲 不随 字段 改变"),
    ("甲 不受 乙 影响", "RR0115", "不受", "不随"),
    ("甲 不随 乙 变化", "RR0115", "变化", "改变"),
    ('甲 不差于 政策 "省.policy"', "RR0115", "不差于", "不严于"),
    ('甲 不低于 政策 "省.policy"', "RR0103", '"省.policy"', "不严于"),
    ("甲 不严于 国家", "RR0103", "国家", "不严于 上级"),
    ("甲 不严于 政策 省", "RR0103", "省", "文件名"),
    ("若 甲 则 乙", "RR0122", "乙", "甲 蕴含 乙"),
    ("甲 且 乙", "RR0122", "乙", "蕴含"),
    ("甲、乙", "RR0122", "乙", "从不同时"),
    ("甲、乙 从不同时", "RR0103", "从不同时", "放到最前面"),
    ("甲 不同时 乙", "RR0103", "不同时", "从不同时 甲、乙"),
    ("甲 蕴含 乙、丙", "RR0103", "、", "且"),
    ("甲 蕴含 乙 蕴含 丙", "RR0103", "蕴含", "两个“性质”"),
    ("甲蕴含 乙", "RR0108", "甲蕴含", "蕴含"),
    ("每个 程序 有 时限", "RR0103", "程序", "步骤"),
    ("至少一项 甲、乙、当 丙", "RR0103", "当", "、"),
    ("对象 农户 甲 蕴含 乙", "RR0103", "甲", "另起一行"),
]


@pytest.mark.parametrize(("claim", "code", "underlined", "meant"), HABITS)
def test_a_habit_is_named(claim, code, underlined, meant):
    source = SourceText("a.policy", f"性质 问\n  {claim}\n")

    (found,) = parse(source).diagnostics

    assert (found.code, source.slice(found.span)) == (code, underlined)
    assert meant in found.help


@pytest.mark.parametrize(
    ("written", "meant"),
    [("从严", "收紧"), ("扩大", "放宽"), ("细则", "补充"), ("调整", "设定"), ("断言", "性质")],
)
def test_a_declaration_by_another_name_is_told(written, meant):
    (found,) = parse(SourceText("a.policy", f"{written} 甲\n  当 乙\n")).diagnostics

    assert (found.code, found.help) == ("RR0102", f"是不是“{meant}”")


def test_over_whose_elements_is_said_once():
    source = SourceText("a.policy", "性质 问  对象 农户\n  对象 住房\n  甲 蕴含 乙\n")

    (found,) = parse(source).diagnostics

    assert (found.code, source.slice(found.span)) == ("RR0109", "对象")
