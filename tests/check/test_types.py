"""Kinds and units: what fits together, and what is said at the text that does not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.check.support import answer, checked, condition_of, policy, reported

from relapse_rules.check.calendar import month_of
from relapse_rules.check.typed import Calculated, Calculation, NumberConstant, RoundingMode
from relapse_rules.diagnostics import Severity
from relapse_rules.source import NOWHERE
from relapse_rules.values.types import Kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # not a condition
        ("家庭人口数", [("RR0301", "家庭人口数")]),
        ("户类型", [("RR0301", "户类型")]),
        ("整户无劳动能力 且 3人", [("RR0301", "3人")]),
        ("非 帮扶需求清单", [("RR0301", "帮扶需求清单")]),
        ("个数(住房)", [("RR0301", "个数(住房)")]),
        # units
        ("家庭人口数 达到 3", [("RR0302", "3")]),
        ("家庭人口数 达到 3户", [("RR0302", "3户")]),
        ("工资性收入 低于 7000", [("RR0302", "7000")]),
        ("工资性收入 低于 7000元/人", [("RR0302", "7000元/人")]),
        ("工资性收入 低于 监测收入参考线", [("RR0302", "监测收入参考线")]),
        ("工资性收入 + 监测收入参考线 低于 1元", [("RR0302", "工资性收入 + 监测收入参考线")]),
        ("低于线", [("RR0201", "低于线")]),
        # kinds
        ("工资性收入 低于 3天", [("RR0303", "3天")]),
        ("工资性收入 低于 30%", [("RR0303", "30%")]),
        ("工资性收入 低于 2023-01-01", [("RR0303", "2023-01-01")]),
        ("判定时点 晚于 2023-01-01", [("RR0303", "2023-01-01")]),
        ("核算止 早于 判定时点", [("RR0303", "判定时点")]),
        ("工资性收入 + 家庭人口数 低于 1元", [("RR0303", "工资性收入 + 家庭人口数")]),
        ("工资性收入 × 工资性收入 低于 1元", [("RR0303", "工资性收入 × 工资性收入")]),
        ("核算止 + 1月 早于 核算起", [("RR0303", "核算止 + 1月")]),
        ("核算止 + 1小时 早于 核算起", [("RR0303", "核算止 + 1小时")]),
        ("户类型 为 3", [("RR0303", "3")]),
        ("工资性收入 低于 户类型", [("RR0303", "户类型")]),
        ("整户无劳动能力 为 3", [("RR0303", "3")]),
        ("家庭人口数 属于 甲、乙", [("RR0303", "家庭人口数")]),
        ("帮扶需求清单 属于 低保、住房", [("RR0303", "帮扶需求清单")]),
        ("户类型 已发生", [("RR0303", "户类型")]),
        ("家庭人口数 已发生", [("RR0303", "家庭人口数")]),
        ("年龄(判定时点) 低于 1周岁", [("RR0303", "判定时点")]),
        ("日期(核算止) 早于 核算起", [("RR0303", "核算止")]),
        ("相隔(核算止, 判定时点) 低于 1天", [("RR0303", "相隔(核算止, 判定时点)")]),
        ("合计(保险.报案时间) 晚于 判定时点", [("RR0303", "报案时间")]),
        ("个数(住房) 低于 工资性收入", [("RR0303", "工资性收入")]),
        # order
        ("户类型 超过 脱贫户", [("RR0304", "户类型 超过 脱贫户")]),
        ("整户无劳动能力 超过 3", [("RR0304", "整户无劳动能力 超过 3")]),
        ("帮扶需求清单 为 低保", [("RR0304", "帮扶需求清单 为 低保")]),
        ("工资性收入 早于 3元", [("RR0304", "工资性收入")]),
        ("户类型 介于 3 与 5", [("RR0304", "户类型")]),
        # measures, exactness, ratios
        ("工资性收入 低于 7000块", [("RR0305", "7000块")]),
        ("工资性收入 低于 0.001元", [("RR0306", "0.001元")]),
        ("家庭人口数 低于 2.5人", [("RR0306", "2.5人")]),
        ("个数(住房) 低于 2.5", [("RR0306", "2.5")]),
        ("工资性收入 ÷ 家庭人口数 + 1元/人 低于 9元/人", [("RR0307", "工资性收入 ÷ 家庭人口数")]),
        # sets, values, durations, ranges
        ("户类型 含 脱贫户", [("RR0308", "户类型")]),
        ("家庭人口数 为空", [("RR0308", "家庭人口数")]),
        ("工资性收入 + 整户无劳动能力 低于 1元", [("RR0309", "整户无劳动能力")]),
        ("核算止 晚于 2023-02-30", [("RR0309", "2023-02-30")]),
        ("相隔(核算止, 核算起) 超过 1月", [("RR0311", "1月")]),
        ("相隔(核算止, 核算起) 超过 3工作日", [("RR0311", "3工作日")]),
        ("家庭人口数 介于 5人 与 3人", [("RR0312", "家庭人口数 介于 5人 与 3人")]),
    ],
    ids=str,
)
def test_what_does_not_fit_is_reported_at_its_text(text, expected):
    found = condition_of(text)

    # A written date that no calendar has may be found by the parser, under its own code.
    assert [("RR0309" if code == "RR0120" else code, place) for code, place in found] == expected


@pytest.mark.parametrize(
    "text",
    [
        "家庭人口数 达到 3名",
        "工资性收入 低于 0.7万元",
        "监测收入参考线 不低于 当地低保月标准 × 12月/年",
        "工资性收入 ÷ 家庭人口数 低于 7000元/人",
        "工资性收入 ÷ 转移性收入 超过 30%",
        "工资性收入 ÷ 转移性收入 超过 理赔收入 ÷ 财产性收入",
        "核算止 - 核算起 超过 365天",
        "核算起 + 7天 早于 核算止",
        "判定时点 - 1小时 晚于 2023-08-01 20:00",
        "日期(判定时点) 为 2023-08-02",
        "水量 × 2 低于 70升/人·日",
        "单次取水时间 低于 0.5小时",
        "户类型 不为 脱贫户",
        "帮扶需求清单 含任一 低保、住房 且 帮扶需求清单 不为空",
        "行政村 为 511002",
        '帮扶单位 为 "县民政局"',
        "整户无劳动能力 为 否",
        "享受低保 为 否",
        "最大(保险.报案时间) 已发生",
        "合计(受灾影响.直接经济损失 满足 是否受灾) 超过 1万元",
        "个数(住房) 超过 个数(家庭成员)",
        "相隔(核算止, 核算起) ÷ 2 低于 1天",
    ],
    ids=str,
)
def test_what_fits_is_not_reported(text):
    assert condition_of(text) == []


def test_every_mistake_of_a_condition_is_reported_and_none_twice():
    text = "以下全部:\n    - 户类型 为 贫困户\n    - 家庭人口数\n    - 工资性收入 低于 3天\n    - 没有这个 低于 3天\n"

    assert [code for code, _ in condition_of(text)] == ["RR0207", "RR0301", "RR0303", "RR0201"]


def test_a_broken_left_side_says_nothing_of_a_value_on_its_right():
    assert condition_of("没有这个 为 贫困户") == [("RR0201", "没有这个")]
    assert condition_of("没有这个 低于 (也没有 + 1元)") == [("RR0201", "没有这个"), ("RR0201", "也没有")]


# --- indicators -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "unit"),
    [
        ("工资性收入", Kind.MONEY, "元"),
        ("工资性收入 ÷ 家庭人口数 四舍五入", Kind.MONEY, "元/人"),
        ("当地低保月标准 × 12月/年", Kind.MONEY, "元/人·年"),
        ("工资性收入 × 30%", Kind.MONEY, "元"),
        ("工资性收入 ÷ 转移性收入 向下取整", Kind.RATIO, ""),
        ("家庭人口数 × 2", Kind.INTEGER, "人"),
        ("家庭人口数 ÷ 2 向上取整", Kind.INTEGER, "人"),
        ("水量 × 家庭人口数", Kind.DECIMAL, "升/天"),
        ("核算止 - 核算起", Kind.DURATION, "天"),
        ("核算起 + 30天", Kind.DATE, ""),
        ("判定时点 - 灾前时间", Kind.DURATION, "秒"),
        ("识别监测时间 + 3月", Kind.YEAR_MONTH, ""),
        ("个数(住房)", Kind.INTEGER, ""),
        ("单次取水时间 × 3", Kind.DURATION, "分钟"),
        ("单次取水时间 ÷ 年累计断水天数 四舍五入", Kind.RATIO, ""),
        ("家庭人口数 ÷ 工资性收入 四舍五入", Kind.DECIMAL, "人/元"),
    ],
    ids=str,
)
def test_an_indicator_has_the_type_of_its_value(value, kind, unit):
    text = f"指标 问\n  对象 农户\n  值 {value}\n指标 灾前时间\n  对象 农户\n  值 判定时点\n"

    typed = policy(text).numbers["问"].type

    assert (typed.kind, typed.unit) == (kind, unit)


def test_a_rounded_quotient_rounds_as_it_says():
    given = "    农户: 家庭人口数 为 3人\n    收支: 工资性收入 为 2元\n"
    ask = "工资性收入 ÷ 家庭人口数 {} 为 {}元/人"

    assert answer(ask.format("四舍五入", "0.67"), given) is True
    assert answer(ask.format("向下取整", "0.66"), given) is True
    assert answer(ask.format("向上取整", "0.67"), given) is True


def test_an_indicator_that_does_not_round_is_reported():
    assert reported("指标 问\n  对象 农户\n  值 工资性收入 ÷ 家庭人口数\n") == [
        ("RR0307", "工资性收入 ÷ 家庭人口数")
    ]


def test_an_indicator_is_no_condition():
    assert reported("指标 问\n  对象 农户\n  值 整户无劳动能力\n") == [("RR0309", "整户无劳动能力")]


@pytest.mark.parametrize(
    ("declaration", "expected"),
    [
        ("指标 甲\n  对象 收支\n  值 工资性收入\n  推导 收支.家庭人均纯收入\n", ("RR0303", "工资性收入")),
        ("指标 甲\n  对象 农户\n  值 工资性收入\n  推导 农户.是否新纳入监测对象\n", ("RR0303", "工资性收入")),
        ("定义 甲\n  对象 农户\n  当 是\n  推导 收支.家庭纯收入\n", ("RR0303", "收支.家庭纯收入")),
        ("定义 甲\n  对象 农户\n  当 是\n  推导 住房.是否危房\n", ("RR0409", "住房.是否危房")),
        ("定义 甲\n  对象 农户\n  当 是\n  推导 农户.没有\n", ("RR0204", "没有")),
        ("定义 甲\n  对象 农户\n  当 是\n  推导 住户.没有\n", ("RR0203", "住户")),
    ],
    ids=str,
)
def test_only_a_value_of_its_type_derives_a_field(declaration, expected):
    assert reported(declaration) == [expected]


# --- parameters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "value", "expected"),
    [
        ("金额 元", "3.5万元", 3_500_000),
        ("金额", "1元", 100),
        ("整数 人", "3人", 3),
        ("时长 工作日", "30工作日", 30),
        ("比例", "30%", 3000),
        ("日期", "2023-07-28", date(2023, 7, 28).toordinal()),
        ("是否", "是", True),
        ("集合 鉴定等级", "C、D", ("C", "D")),
        ("枚举 鉴定等级", "C", ("C",)),
        ("枚举 {是、否}", "否", ("否",)),
    ],
    ids=str,
)
def test_a_parameter_has_a_value_of_its_type(declared, value, expected):
    text = f"参数 甲: {declared}\n  自 2023-01-01 为 {value}  来源 原文\n"

    (typed,) = policy(text).parameters

    assert typed.values[0].value == expected
    assert typed.values[0].text == value


@pytest.mark.parametrize(
    ("declared", "value", "expected"),
    [
        ("金额 元", "3天", "RR0303"),
        ("金额 元", "3元/人", "RR0302"),
        ("金额 元", "是", "RR0303"),
        ("整数 人", "3.5人", "RR0306"),
        ("集合 鉴定等级", "C、E", "RR0207"),
        ("枚举 鉴定等级", "C、D", "RR0303"),
        ("日期", "2023-07-28 20:00", "RR0303"),
        ("引用 农户", "甲", "RR0303"),
        ("集合 没有这个", "甲", "RR0204"),
        ("时长 人", "3人", "RR0305"),
        ("金额 块", "3元", "RR0305"),
    ],
    ids=str,
)
def test_a_parameter_of_another_type_is_reported(declared, value, expected):
    text = f"参数 甲: {declared}\n  自 2023-01-01 为 {value}  来源 原文\n"

    assert [found.code for found in checked(text).diagnostics if found.code != "RR0406"] == [expected]


def test_a_yes_or_no_parameter_is_a_condition():
    more = "参数 甲: 是否\n  自 2023-01-01 为 是  来源 原文\n  自 2024-01-01 为 否  来源 原文\n"

    assert answer("甲", more=more) is True
    assert answer("甲 为 否", more=more) is False


@pytest.mark.parametrize(("grade", "expected"), [("C", True), ("A", False), ("未知", None)], ids=str)
def test_a_set_parameter_gives_the_values(grade, expected):
    more = "参数 甲: 集合 鉴定等级\n  自 2023-01-01 为 C、D  来源 原文\n"
    given = f"    住房 甲: 鉴定等级 为 {grade}\n"

    assert answer("鉴定等级 属于 甲", given, "住房", more) is expected
    assert answer("鉴定等级 不属于 甲", given, "住房", more) is (None if expected is None else not expected)


# --- 年月 -----------------------------------------------------------------------------------------


def value_of(quantity: Calculated | NumberConstant) -> int:
    """Return a number made of whole constants."""
    if isinstance(quantity, NumberConstant):
        return quantity.value
    left, right = value_of(quantity.left), value_of(quantity.right)
    assert quantity.operation is not Calculation.DIVIDE or quantity.rounding is RoundingMode.DOWN
    return {
        Calculation.ADD: lambda: left + right,
        Calculation.SUBTRACT: lambda: left - right,
        Calculation.MULTIPLY: lambda: left * right,
        Calculation.DIVIDE: lambda: left // right,
    }[quantity.operation]()


@given(st.dates())
def test_the_month_of_a_date(day):
    ordinal = NumberConstant(domain="household", value=day.toordinal())

    assert value_of(month_of(ordinal, "household", NOWHERE)) == day.year * 12 + day.month - 1


# --- lists ----------------------------------------------------------------------------------------


def test_at_least_so_many_as_there_are():
    assert condition_of("以下至少 3 项:\n    - 是\n    - 否\n")[0][0] == "RR0312"
    assert condition_of("以下至少 2 项:\n    - 是\n    - 否\n") == []


READING = '解读 读法\n  取 任一\n  可取 任一、全部\n  理由 "试"\n'


def test_a_list_by_a_reading_is_any_or_all():
    ask = "以下按 读法:\n    - 整户无劳动能力\n    - 符合低保条件\n"
    given = "    农户: 整户无劳动能力 为 是、符合低保条件 为 否\n"

    assert answer(ask, given, more=READING) is True
    assert answer(ask, given, more=READING.replace("取 任一", "取 全部", 1)) is False


def test_a_reading_is_asked_by_its_options():
    assert answer("读法 为 任一", more=READING) is True
    assert answer("读法 不为 任一", more=READING) is False
    assert reported(f"{READING}定义 问\n  对象 农户\n  当 读法 为 其一\n") == [("RR0214", "其一")]
    assert reported(f"{READING}定义 问\n  对象 农户\n  当 读法\n") == [("RR0301", "读法")]


def test_a_list_needs_a_reading_of_any_and_all():
    other = '解读 别的\n  取 甲\n  可取 甲、乙\n  理由 "试"\n定义 问\n  对象 农户\n  当 以下按 别的:\n    - 是\n    - 否\n'

    assert reported(other) == [("RR0214", "别的")]
    assert condition_of("以下按 没有:\n    - 是\n    - 否\n") == [("RR0209", "没有")]


@pytest.mark.parametrize(
    ("text", "code", "help_text"),
    [
        (
            "定义 问\n  对象 饮水\n  当 单次取水时间 低于 {}\n",
            "RR0201",
            "写出数；还没有定的设成参数，写“待定”",
        ),
        ("参数 上限: 时长 天\n  自 2023-01-01 为 {}  来源 原文\n", "RR0303", "写出数；还没有定的写“待定”"),
        (
            (
                "定义 问\n  对象 农户\n  当 是\n用例 例\n  给定\n    判定时点 为 2023-08-02 09:00\n"
                "    饮水: 单次取水时间 为 {}\n  期望\n    问 为 是\n"
            ),
            "RR0303",
            "写出数；不知道的写“未知”",
        ),
    ],
    ids=["condition", "parameter", "fact"],
)
@pytest.mark.parametrize("written", ["NaN天", "inf", "Infinity天"])
def test_what_is_no_number_is_called_so(text, code, help_text, written):
    errors = [
        found for found in checked(text.format(written)).diagnostics if found.severity is Severity.ERROR
    ]

    assert [(found.code, found.message, found.help) for found in errors] == [
        (code, f"“{written}”不是数", help_text)
    ]
