"""Rules of which one part is wrong: that part is reported, once, and nothing that rests on it."""

import pytest
from tests.check.support import checked, policy, reported

MEASURE = "措施 甲\n  类别 甲类\n  对象 农户\n  当 是\n  力度 应当\n"
STEPS = "  步骤 一\n  步骤 二\n"
JUDGED = "单位 县委\n裁量 认\n  对象 {}\n  认定单位 县委\n  认定结果 {}\n"


def wrong(text: str) -> list[tuple[str, str]]:
    """Return what is wrong, without what is idle because of it."""
    return [(code, place) for code, place in reported(text) if code != "RR0406"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"程序 认定\n  对象 查无\n  当 是\n{STEPS}", ("RR0203", "查无")),
        (f"程序 认定\n  对象 农户\n  当 查无此名\n{STEPS}", ("RR0201", "查无此名")),
        ("程序 认定\n  对象 农户\n  当 是\n  步骤 一\n    当 查无此名\n  步骤 二\n", ("RR0201", "查无此名")),
        ("程序 认定\n  对象 农户\n  当 是\n  步骤 一\n  步骤 一\n", ("RR0202", "一")),
        (f"{MEASURE}  程序 认订\n", ("RR0209", "认订")),
        (f"{MEASURE}  之后 认订\n", ("RR0209", "认订")),
        (f"{MEASURE}  完成 查无此名\n", ("RR0201", "查无此名")),
        (f"{MEASURE}例外 免\n  对象 查无\n  当 是\n  效果 甲 不适用\n", ("RR0203", "查无")),
        (f"{MEASURE}例外 免\n  对象 农户\n  当 查无此名\n  效果 甲 不适用\n", ("RR0201", "查无此名")),
        (JUDGED.format("查无", "符合低保条件"), ("RR0203", "查无")),
        (JUDGED.format("农户", "查无此名"), ("RR0201", "查无此名")),
        (JUDGED.format("农户", "享受低保"), ("RR0301", "享受低保")),
        (f"{JUDGED.format('农户', '定')}定义 定\n  对象 农户\n  当 是\n", ("RR0411", "定")),
        ("职责 报\n  对象 查无\n  启动 是\n", ("RR0203", "查无")),
        ("职责 报\n  对象 农户\n  启动 查无此名\n", ("RR0201", "查无此名")),
        ("指标 数\n  对象 查无\n  值 3\n", ("RR0203", "查无")),
        ("性质 单调\n  认 随 查无此名 不增\n定义 认\n  对象 农户\n  当 是\n", ("RR0201", "查无此名")),
        ("性质 单调\n  认 随 认 不增\n定义 认\n  对象 农户\n  当 是\n", ("RR0407", "认")),
        ("性质 单调\n  查无 随 工资性收入 不增\n", ("RR0201", "查无")),
    ],
    ids=str,
)
def test_what_is_wrong_in_a_rule_is_reported_once(text, expected):
    assert wrong(text) == [expected]


def test_the_first_of_two_steps_of_one_name_is_shown():
    (twice,) = checked("程序 认定\n  对象 农户\n  当 是\n  步骤 一\n  步骤 一\n").diagnostics

    assert twice.message == "步骤“一”已经用过"
    assert [label.message for label in twice.labels] == ["第一处"]
    assert twice.labels[0].span.start < twice.span.start


def test_a_property_may_speak_of_a_field_that_a_rule_derives():
    text = (
        "指标 纯收入\n  对象 农户\n  值 工资性收入 + 财产性收入\n  推导 收支.家庭纯收入\n"
        "定义 低收入\n  对象 农户\n  当 收支.家庭纯收入 低于 9000元\n"
        "性质 越高越不算低\n  低收入 随 收支.家庭纯收入 不增\n"
    )

    assert policy(text).properties[0].facts == ("finance.net_income",)


def test_a_category_is_named_once():
    header = '导入 "vocabulary.policy"\n政策 试验\n  类别 甲类、甲类\n'

    assert reported("", header=header) == [("RR0202", "甲类")]
