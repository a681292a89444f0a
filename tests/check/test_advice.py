"""What an author is told about a condition that does not fit: what is wrong in it, and what to write instead."""

import pytest
from tests.check.support import HEADER, checked, condition_of, reported

NAMED = """\
解读 读法
  取 任一
  可取 任一、全部
  理由 "试"
参数 等级名单: 集合 鉴定等级
  自 2023-01-01 为 C、D  来源 原文
参数 额度: 金额 元
  自 2023-01-01 为 3元  来源 原文
参数 失效的: 集合 查无此名
  自 2023-01-01 为 C  来源 原文
指标 坏指标
  对象 农户
  值 查无此名
指标 灾前时间
  对象 农户
  值 判定时点 - 1小时
指标 灾前日期
  对象 农户
  值 核算止 - 1天
定义 符合
  对象 农户
  当 是
措施 试措施
  对象 农户
  类别 甲类
  力度 应当
  当 是
"""
"""What the conditions below name, some of it broken itself."""


def advice(condition: str) -> list[tuple[str, str]]:
    """Return what is said within a condition."""
    before = f"{NAMED}定义 问\n  对象 农户\n  当 "
    found = checked(f"{before}{condition}\n").diagnostics
    return [(each.message, each.help) for each in found if each.span.start >= len(HEADER + before)]


@pytest.mark.parametrize(
    ("condition", "message", "help_text"),
    [
        # a number of another kind or unit: how one of this kind is written
        ("家庭人口数 低于 3元", "此处要的是整数（人），写的是“3元”", "单位写成“人”"),
        ("个数(住房) 低于 30%", "此处要的是整数，写的是“30%”", "只写数，不写单位"),
        ("工资性收入 ÷ 转移性收入 低于 3天", "此处要的是比例，写的是“3天”", "写成百分数，例如 30%"),
        ("核算止 早于 3天", "此处要的是日期，写的是“3天”", "写成日期，例如 2023-07-28"),
        ("判定时点 早于 3天", "此处要的是时间，写的是“3天”", "写成时间，例如 2023-08-01 20:00"),
        ("识别监测时间 为 3天", "此处要的是年月，写的是“3天”", "写成年月，例如 2023-07"),
        # a number finer than its kind can be
        ("家庭人口数 低于 2.5人", "“2.5人”不是整数（人）能精确表示的数", "写整数"),
        ("工资性收入 低于 0.001元", "“0.001元”不是金额（元）能精确表示的数", "金额最小到分，小数最多两位"),
        (
            "单次取水时间 低于 0.001分钟",
            "“0.001分钟”不是时长（分钟）能精确表示的数",
            "换一个小一些的时间单位",
        ),
        (
            "水量 低于 0.00001升/人·日",
            "“0.00001升/人·日”不是小数（升/人·天）能精确表示的数",
            "小数最多4位",
        ),
        # two sides that are not alike
        ("家庭人口数 × 2 低于 水量", "左边是整数（人），右边是小数（升/人·天）", "改用单位相符的事实"),
        (
            "工资性收入 ÷ 家庭人口数 低于 水量",
            "金额（元/人）不能与小数（升/人·天）比较",
            "检查是不是写错了字段，或写错了数后面的单位",
        ),
        (
            "单次取水时间 × 单次取水时间 低于 3分钟",
            "时长（分钟）与时长（分钟）不能乘除",
            "检查是不是写错了字段，或写错了数后面的单位",
        ),
        # values of a field
        ("帮扶单位 为 县民政局", "“帮扶单位”是文本，值要写在引号里", '写成“"县民政局"”'),
        ('帮扶单位 超过 "甲"', "“帮扶单位”是文本，没有大小先后", "用“为”，后面的文字放在引号里"),
        (
            "户类型 属于 等级名单",
            "参数“等级名单”可以取“A”，“户类型”没有这个值",
            "把参数的类型写成“集合 户类型”",
        ),
        ("户类型 属于 额度", "“户类型”是枚举，参数“额度”是金额（元）", "把参数的类型写成“集合 户类型”"),
        # what has no order, and what cannot stand on the left
        ("读法 超过 任一", "解读“读法”只能问取哪种说法", "写成“为 任一”"),
        ("读法 为 3", "解读“读法”只能问取哪种说法", "写成“为 任一”"),
        ("符合 超过 是", "条件没有大小先后", "写成“为 是”或“为 否”，或直接写条件"),
        ("符合 为 户类型", "条件只能与是、否比较", "写成“为 是”或“为 否”，或直接写条件"),
        ("等级名单 为 C", "集合参数不能放在比较的左边", "写成“字段 属于 参数”或“字段 为 …”"),
        ('"甲" 为 C', "文本不能放在比较的左边", "写成“字段 属于 参数”或“字段 为 …”"),
        ("等级名单 介于 1 与 2", "集合参数没有大小先后，不能用“介于”", "用“为”“属于”或“含”"),
        # what is no condition
        ("等级名单", "此处要的是条件，写的是集合参数", "写成一个条件，例如“字段 属于 参数”"),
        ('"甲"', "此处要的是条件，写的是文本", "写成一个条件，例如“字段 属于 参数”"),
        ("读法", "此处要的是条件，写的是解读", "写成“读法 为 任一”"),
        ("试措施", "措施“试措施”不能用在条件里", "把两处共同的条件写成一个“定义”，两处都用它"),
        # what cannot have happened
        ("读法 已发生", "只有日期和时间能问已发生没有，写的是解读", "换成日期或时间字段"),
        ("等级名单 已发生", "只有日期和时间能问已发生没有，写的是集合参数", "换成日期或时间字段"),
        ("3人 已发生", "只有日期和时间能问已发生没有，写的是整数（人）", "换成日期或时间字段"),
    ],
)
def test_a_condition_that_does_not_fit_earns_one_advice(condition, message, help_text):
    assert advice(condition) == [(message, help_text)]


@pytest.mark.parametrize(
    "condition",
    [
        "查无此名 已发生",
        "查无此名 为空",
        "查无此名 介于 1 与 2",
        "家庭人口数 介于 查无此名 与 2人",
        "年龄(查无此名) 低于 3周岁",
        "日期(查无此名) 早于 核算起",
        "相隔(查无此名, 核算起) 低于 1天",
        "个数(住房 满足 查无此名) 超过 3",
        "合计(保险.查无此名) 超过 3元",
        "合计(受灾影响.直接经济损失 满足 查无此名) 超过 3元",
        "查无此名 × 2 低于 3人",
        "若 查无此名 则 是",
        "以下至少 1 项:\n    - 查无此名\n    - 是\n",
        "3人 低于 查无此名",
    ],
)
def test_an_unknown_name_is_reported_alone_wherever_it_stands(condition):
    assert condition_of(condition) == [("RR0201", "查无此名")]


@pytest.mark.parametrize("condition", ["坏指标 低于 3人", "户类型 属于 失效的", "坏指标 已发生"])
def test_what_is_broken_where_it_is_declared_is_not_reported_again_where_it_is_used(condition):
    assert advice(condition) == []


@pytest.mark.parametrize("moment", ["灾前时间", "灾前日期", "2023-01-01", "2023-01-01 08:00"])
def test_a_calculated_or_written_moment_can_have_come(moment):
    assert advice(f"{moment} 已发生") == []


@pytest.mark.parametrize(
    "condition",
    [
        "家庭人口数 低于 家庭人口数 × 1.5",
        "家庭人口数 × 1.5 低于 家庭人口数",
        "2.5 + 1 低于 3",
        "2 × 单次取水时间 低于 3分钟",
        "单次取水时间 ÷ 单次取水时间 低于 3",
        "识别监测时间 - 识别监测时间 超过 3月",
        "识别监测时间 早于 核算起",
        "相隔(判定时点, 核算时刻) 低于 1小时",
    ],
)
def test_numbers_of_one_measure_are_compared_however_fine_each_is(condition):
    more = "指标 核算时刻\n  对象 农户\n  值 判定时点 - 1小时\n"

    assert [
        code for code, _ in reported(f"{more}定义 问\n  对象 农户\n  当 {condition}\n") if code != "RR0406"
    ] == []
