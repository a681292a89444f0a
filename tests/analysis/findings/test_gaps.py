"""RR0808 to RR0812, RR0814, RR0815 and RR0817: what the policy leaves out."""

from datetime import date

import pytest
from tests.analysis.findings.policies import HEAD, definition, exception, found, found_in, measure, rules

from relapse_rules.analysis.findings.model import Ground

pytest.importorskip("z3", reason="extra prove is not installed")

ELIGIBLE = HEAD.replace("  类别 甲类", "  资格 应帮\n  类别 甲类") + definition(
    "应帮", "户类型 为 脱贫户 或 生活陷入困境"
)


def test_a_household_that_no_measure_reaches_is_shown():
    (finding,) = found_in(ELIGIBLE + measure("补助", "户类型 为 脱贫户"), {"RR0808"})

    assert finding.witness is not None
    assert finding.witness.facts["household"]["in_distress"] is True
    assert "补助 为 否" in finding.witness.case


def test_measures_that_reach_everyone_between_them_leave_no_gap():
    text = ELIGIBLE + measure("补助", "户类型 为 脱贫户") + measure("慰问", "生活陷入困境", done="一户一策")

    assert found_in(text, {"RR0808"}) == []


def test_a_measure_for_any_house_reaches_the_household():
    text = HEAD.replace("  类别 甲类", "  资格 应帮\n  类别 甲类") + definition(
        "应帮", "存在 住房 满足 房屋墙壁倒塌"
    )
    text += measure("转移", "房屋墙壁倒塌", entity="住房", done="转移时间 已发生")

    assert found_in(text, {"RR0808"}) == []


def test_a_policy_without_eligibility_is_not_asked_whom_it_leaves_out():
    assert found(measure("补助", "户类型 为 脱贫户"), "RR0808") == []


# --- 参数 -----------------------------------------------------------------------------------------

PARAMETER = '参数 线: 整数 人\n  自 {} 为 {}  来源 标准 "例"\n\n'
USE = measure("补助", "家庭人口数 达到 线")


@pytest.mark.parametrize(
    ("since", "message"),
    [
        ("2023-07-29", "从 2023-07-28 到 2023-07-28 没有值"),
        ("2023-07-28", None),
        ("2023-07-27", None),
    ],
)
def test_a_value_must_be_there_from_the_first_day_in_force(since, message):
    findings = found(PARAMETER.format(since, "5人") + USE, "RR0809")

    assert [message in each.message for each in findings] == ([] if message is None else [True])


def test_a_value_that_is_taken_back_leaves_a_gap_for_good():
    text = PARAMETER.format("2023-01-01", "5人").rstrip() + '\n  自 2024-01-01 为 待定  来源 本地 "县"\n\n'

    (finding,) = found(text + USE, "RR0809")

    assert "从 2024-01-01 起一直待定" in finding.message


def test_a_gap_ends_with_the_policy():
    head = HEAD.replace("  类别 甲类", "  失效日期 2024-06-30\n  类别 甲类")
    text = PARAMETER.format("2023-01-01", "5人").rstrip() + '\n  自 2024-01-01 为 待定  来源 本地 "县"\n\n'

    (finding,) = found_in(head + text + USE, {"RR0809"})

    assert f"到 {date(2024, 6, 30)} 待定" in finding.message


def test_a_parameter_of_a_time_limit_is_read():
    unset = '参数 期限: 时长 天\n  自 2023-01-01 为 待定  来源 本地 "县"\n\n'
    text = "职责 报送\n  对象 灾害事件\n  启动 灾害发生时间 已发生\n  责任单位 县民政局\n  时限 灾害发生时间 起 期限 内\n"

    (finding,) = found(unset + text, "RR0809")

    assert "“报送”判定不了" in finding.message


def test_a_parameter_that_is_only_for_reference_decides_nothing():
    unset = '参数 线: 整数 人\n  自 2023-01-01 为 待定  来源 本地 "县"\n\n'
    judged = "裁量 困难\n  对象 农户\n  认定单位 县民政局\n  认定结果 生活陷入困境\n  参考指标 线\n\n"

    assert found(unset + judged + measure("补助", "困难"), "RR0809") == []


# --- 单位 -----------------------------------------------------------------------------------------


def test_a_unit_that_is_merged_after_the_policy_has_ended_is_not_gone():
    head = HEAD.replace("  类别 甲类", "  失效日期 2024-06-30\n  类别 甲类")
    units = "单位 新局\n单位 旧局\n  并入 新局 自 2024-07-01\n\n"
    text = head + units + measure("补助", "符合低保条件").replace("县民政局", "县民政局、旧局、新局")

    assert found_in(text, {"RR0810"}) == []


def test_units_merged_in_a_circle_leave_nobody():
    units = "单位 甲局\n  并入 乙局 自 2024-01-01\n单位 乙局\n  并入 甲局 自 2024-02-01\n\n"
    text = units + measure("补助", "符合低保条件").replace("县民政局", "县民政局、甲局")

    (finding,) = found(text, "RR0810")

    assert finding.rules == ("甲局",)
    assert "落不到任何单位" in finding.message


def test_a_unit_is_found_under_its_alias():
    units = "单位 新局\n单位 旧局\n  别名 老局\n  并入 新局 自 2024-01-01\n\n"

    text = units + measure("补助", "符合低保条件").replace("县民政局", "县民政局、老局、新局")

    assert rules(found(text, "RR0810")) == [("旧局",)]


def test_a_unit_by_a_fact_that_nobody_supplies_is_not_found():
    visit = (
        "实体 走访  英文 visit\n  上级 农户\n  数量 多个\n  字段 编号  英文 visit_id  类型 文本  标识  可缺\n"
    )
    text = visit + "  字段 走访单位  英文 unit  类型 文本\n\n单位 走访者\n  指代 走访.走访单位\n\n"

    findings = found(text + measure("补助", "符合低保条件").replace("县民政局", "走访者、县民政局"), "RR0811")

    assert rules(findings) == [("补助",)]


def test_a_gap_before_the_first_value_of_a_policy_without_a_first_day_is_none():
    """From when it holds is not said, so only what has no value from its own first day on is a gap."""
    head = HEAD.replace("  生效日期 2023-07-28\n", "")

    assert found_in(head + PARAMETER.format("2024-01-01", "5人") + USE, {"RR0809"}) == []


# --- 之后 -----------------------------------------------------------------------------------------


def test_what_waits_for_something_that_is_never_done_is_proved_unreachable():
    text = measure("核查", "生活陷入困境", done="家庭人口数 低于 1人")
    text += measure("补助", "生活陷入困境 且 符合低保条件", "之后 核查")

    (finding,) = found(text, "RR0812")

    assert finding.rules == ("补助", "核查")
    assert finding.ground is Ground.PROVED


def test_what_may_go_ahead_where_the_first_does_not_apply_is_reachable():
    """核查 is never done, but where it does not apply nobody waits for it."""
    text = measure("核查", "生活陷入困境", done="家庭人口数 低于 1人") + measure(
        "补助", "符合低保条件", "之后 核查"
    )

    assert found(text, "RR0812") == []


# --- 责任单位 and 时限 -----------------------------------------------------------------------------


def test_a_permission_needs_no_limit():
    text = measure("补助", "符合低保条件").replace("力度 应当", "力度 可以").replace("  时限 及时\n", "")

    assert found(text, "RR0815") == []


def test_steps_share_the_limit_of_their_procedure_but_not_a_unit():
    text = "程序 认定\n  对象 农户\n  当 生活陷入困境\n{}  步骤 核查\n    完成 家庭情况和收入结构已分析\n"

    assert rules(found(text.format("  时限 快速\n"), "RR0815")) == []
    assert rules(found(text.format(""), "RR0815")) == [("认定/核查",)]
    assert rules(found(text.format("  时限 快速\n"), "RR0814")) == [("认定/核查",)]


def test_an_exception_needs_neither():
    text = measure("补助", "符合低保条件") + exception("例外一", "生活陷入困境", "补助 不适用")

    assert found(text, "RR0814", "RR0815") == []
