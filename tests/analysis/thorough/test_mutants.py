"""Which mistakes are made in which writing, each worked out by hand."""

from __future__ import annotations

import pytest
from tests.analysis.thorough.small import made
from tests.check.support import HEADER

from relapse_rules.analysis.mutation.kinds import Kind

NUMBER, INCLUSIVE, UNIT, JUNCTION = Kind.NUMBER, Kind.INCLUSIVE, Kind.UNIT, Kind.JUNCTION
DROPPED, NEGATED, QUANTIFIER, ROUNDING = Kind.DROPPED, Kind.NEGATED, Kind.QUANTIFIER, Kind.ROUNDING
LIMIT, DATE, READING, EXCEPTION = Kind.LIMIT, Kind.DATE, Kind.READING, Kind.EXCEPTION


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param(
            "家庭人口数 超过 3人",
            [
                (INCLUSIVE, "家庭人口数 超过 3人", "家庭人口数 达到 3人"),
                (NEGATED, "家庭人口数 超过 3人", "家庭人口数 不超过 3人"),
                (NUMBER, "3人", "2人"),
                (NUMBER, "3人", "4人"),
            ],
            id="one step more and less",
        ),
        pytest.param(
            "收支.工资性收入 不超过 1.5万元",
            [
                (INCLUSIVE, "收支.工资性收入 不超过 1.5万元", "收支.工资性收入 不满 1.5万元"),
                (NEGATED, "收支.工资性收入 不超过 1.5万元", "收支.工资性收入 超过 1.5万元"),
                (NUMBER, "1.5万元", "1.4万元"),
                (NUMBER, "1.5万元", "1.6万元"),
                (UNIT, "1.5万元", "1.5元"),
            ],
            id="one step in the last digit that is written",
        ),
        pytest.param(
            "收支.工资性收入 介于 1元 与 9元",
            [
                (
                    INCLUSIVE,
                    "收支.工资性收入 介于 1元 与 9元",
                    "收支.工资性收入 超过 1元 且 收支.工资性收入 不超过 9元",
                ),
                (
                    INCLUSIVE,
                    "收支.工资性收入 介于 1元 与 9元",
                    "收支.工资性收入 达到 1元 且 收支.工资性收入 不满 9元",
                ),
                (NEGATED, "收支.工资性收入 介于 1元 与 9元", "非 收支.工资性收入 介于 1元 与 9元"),
                (NUMBER, "1元", "0元"),
                (NUMBER, "1元", "2元"),
                (NUMBER, "9元", "8元"),
                (NUMBER, "9元", "10元"),
                (UNIT, "9元", "9万元"),
            ],
            id="both ends, but not one above the other",
        ),
        pytest.param(
            "符合低保条件 且 是否农户",
            [
                (JUNCTION, "符合低保条件 且 是否农户", "符合低保条件 或 是否农户"),
                (DROPPED, "符合低保条件", ""),
                (DROPPED, "是否农户", ""),
                (NEGATED, "符合低保条件", "非 符合低保条件"),
                (NEGATED, "是否农户", "非 是否农户"),
            ],
            id="and for or, one left out, one turned round",
        ),
        pytest.param(
            "若 非 符合低保条件 则 是否农户",
            [
                (DROPPED, "非 符合低保条件", ""),
                (NEGATED, "非 符合低保条件", "符合低保条件"),
                (NEGATED, "是否农户", "非 是否农户"),
            ],
            id="a 非 that is left out is turned round once",
        ),
        pytest.param(
            "以下至少 2 项:\n    - 是否农户\n    - 符合低保条件\n    - 是否严重受灾",
            [
                (NUMBER, "以下至少 2 项", "以下至少 1 项"),
                (NUMBER, "以下至少 2 项", "以下至少 3 项"),
                (DROPPED, "是否农户", ""),
                (DROPPED, "符合低保条件", ""),
                (DROPPED, "是否严重受灾", ""),
                (NEGATED, "是否农户", "非 是否农户"),
                (NEGATED, "符合低保条件", "非 符合低保条件"),
                (NEGATED, "是否严重受灾", "非 是否严重受灾"),
            ],
            id="one more or less of a list",
        ),
        pytest.param(
            "存在 家庭成员 满足 低保对象",
            [
                (QUANTIFIER, "存在 家庭成员 满足 低保对象", "每个 家庭成员 满足 低保对象"),
                (NEGATED, "存在 家庭成员 满足 低保对象", "非 存在 家庭成员 满足 低保对象"),
                (NEGATED, "低保对象", "非 低保对象"),
            ],
            id="some for each",
        ),
        pytest.param(
            "户类型 属于 脱贫户、一般农户",
            [
                (NEGATED, "户类型 属于 脱贫户、一般农户", "户类型 不属于 脱贫户、一般农户"),
                (DROPPED, "脱贫户", ""),
                (DROPPED, "一般农户", ""),
            ],
            id="a value left out",
        ),
        pytest.param(
            "帮扶需求清单 含任一 住房、饮水",
            [
                (JUNCTION, "帮扶需求清单 含任一 住房、饮水", "帮扶需求清单 含全部 住房、饮水"),
                (NEGATED, "帮扶需求清单 含任一 住房、饮水", "非 帮扶需求清单 含任一 住房、饮水"),
                (DROPPED, "住房", ""),
                (DROPPED, "饮水", ""),
            ],
            id="any for all",
        ),
        pytest.param(
            "存在 家庭成员 满足 出生日期 早于 2000-03-01",
            [
                (
                    QUANTIFIER,
                    "存在 家庭成员 满足 出生日期 早于 2000-03-01",
                    "每个 家庭成员 满足 出生日期 早于 2000-03-01",
                ),
                (
                    NEGATED,
                    "存在 家庭成员 满足 出生日期 早于 2000-03-01",
                    "非 存在 家庭成员 满足 出生日期 早于 2000-03-01",
                ),
                (INCLUSIVE, "出生日期 早于 2000-03-01", "出生日期 不晚于 2000-03-01"),
                (NEGATED, "出生日期 早于 2000-03-01", "出生日期 不早于 2000-03-01"),
                (DATE, "2000-03-01", "2000-02-29"),
                (DATE, "2000-03-01", "2000-03-02"),
            ],
            id="a day off, over the end of a month",
        ),
    ],
)
def test_the_mistakes_in_a_condition(condition: str, expected: list[tuple[str, str, str]]) -> None:
    found = made(f"定义 甲\n  对象 农户\n  当 {condition}\n", "甲")

    assert sorted(found) == sorted((kind.value, before, after) for kind, before, after in expected)


@pytest.mark.parametrize(
    ("rule", "declaration", "expected"),
    [
        pytest.param(
            "线",
            '参数 线: 金额 元\n  自 2023-01-01 为 10元  来源 标准 "甲"\n定义 用\n  对象 农户\n  当 收支.工资性收入 低于 线\n',
            [
                (DATE, "自 2023-01-01", "自 2022-12-31"),
                (DATE, "自 2023-01-01", "自 2023-01-02"),
                (NUMBER, "10元", "9元"),
                (NUMBER, "10元", "11元"),
                (UNIT, "10元", "10万元"),
            ],
            id="a parameter",
        ),
        pytest.param(
            "没人用",
            '参数 没人用: 金额 元\n  自 2023-01-01 为 10元  来源 标准 "甲"\n',
            [],
            id="a parameter that nothing uses",
        ),
        pytest.param(
            "读",
            '解读 读\n  取 甲\n  可取 甲、乙、丙\n  理由 "试"\n定义 用\n  对象 农户\n  当 读 为 甲\n',
            [(READING, "取 甲", "取 乙"), (READING, "取 甲", "取 丙")],
            id="a reading",
        ),
        pytest.param(
            "报",
            "职责 报\n  对象 灾害事件\n  启动 灾害大类 为 自然灾害\n  时限 灾害发生时间 起 2天 内\n",
            [
                (NEGATED, "灾害大类 为 自然灾害", "灾害大类 不为 自然灾害"),
                (LIMIT, "2天", "1天"),
                (LIMIT, "2天", "3天"),
                (LIMIT, "2天", "2小时"),
            ],
            id="a time limit",
        ),
        pytest.param(
            "报",
            "职责 报\n  对象 灾害事件\n  启动 灾害大类 为 自然灾害\n  时限 灾害发生时间 当天\n",
            [
                (NEGATED, "灾害大类 为 自然灾害", "灾害大类 不为 自然灾害"),
                (LIMIT, "当天", "起 1天 内"),
            ],
            id="the same day",
        ),
        pytest.param(
            "停",
            "措施 救\n  类别 甲类\n  对象 农户\n  当 是否农户\n  力度 应当\n"
            "例外 停\n  对象 农户\n  当 生活陷入困境\n  效果 救 不适用\n",
            [(NEGATED, "生活陷入困境", "非 生活陷入困境"), (EXCEPTION, "不适用 救", "")],
            id="an exception",
        ),
        pytest.param(
            "均",
            "指标 均\n  对象 收支\n  值 (工资性收入 + 财产性收入) ÷ 农户.家庭人口数 向下取整\n"
            "定义 用\n  对象 农户\n  当 均 低于 1元/人\n",
            [
                (
                    ROUNDING,
                    "(工资性收入 + 财产性收入) ÷ 农户.家庭人口数 向下取整",
                    "(工资性收入 + 财产性收入) ÷ 农户.家庭人口数 四舍五入",
                ),
                (DROPPED, "财产性收入", ""),
                (DROPPED, "工资性收入", ""),
            ],
            id="an indicator",
        ),
    ],
)
def test_the_mistakes_in_a_declaration(
    rule: str, declaration: str, expected: list[tuple[str, str, str]]
) -> None:
    found = made(declaration, rule)

    assert sorted(found) == sorted((kind.value, before, after) for kind, before, after in expected)


def test_what_the_checker_refuses_is_no_mistake_that_could_be_made() -> None:
    """An age in 年 has no next unit that fits, and a duration cannot become an amount."""
    found = made("定义 甲\n  对象 家庭成员\n  当 年龄(出生日期) 达到 16周岁\n", "甲")

    assert UNIT.value not in {kind for kind, _, _ in found}


def test_of_the_dates_of_a_policy_only_what_a_case_can_tell() -> None:
    header = HEADER.replace("  类别", "  生效日期 2023-01-01\n  失效日期 2023-12-31\n  类别")

    found = made("定义 甲\n  对象 农户\n  当 是否农户\n", "试验", header)

    assert found == [
        (DATE.value, "生效日期 2023-01-01", "生效日期 2023-01-02"),
        (DATE.value, "失效日期 2023-12-31", "失效日期 2023-12-30"),
    ]
