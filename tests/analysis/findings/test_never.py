"""RR0801, RR0802 and RR0803: rules that are never yes, never no, or never matter."""

import pytest
from tests.analysis.findings.policies import definition, found, measure, reading, rules

from relapse_rules.analysis.findings.model import Ground

pytest.importorskip("z3", reason="extra prove is not installed")


def test_a_contradictory_condition_is_never_yes_for_anyone():
    (finding,) = found(measure("补助", "家庭人口数 低于 3人 且 家庭人口数 达到 3人"), "RR0801")

    assert finding.rules == ("补助",)
    assert finding.ground is Ground.PROVED
    assert finding.witness is None


def test_a_condition_that_can_be_met_is_not_reported():
    assert found(measure("补助", "家庭人口数 低于 4人 且 家庭人口数 达到 3人"), "RR0801") == []


def test_what_is_written_as_always_is_meant():
    assert found(measure("普查", "是", done="一户一策"), "RR0802") == []


def test_what_hangs_on_a_rule_that_is_never_yes_is_told_so():
    first, second = found(
        definition("无人", "家庭人口数 低于 1人") + measure("补助", "无人"),
        "RR0801",
    )

    assert (first.rules, second.rules) == (("无人",), ("补助",))
    assert [label.message for label in second.labels] == ["这里也不会是“是”"]


def test_the_other_reading_is_named_with_a_household():
    """Under 后补 it would be yes of a household with 符合低保条件; as taken it is no."""
    (finding,) = found(
        reading("先后", "先补", "后补") + measure("补办", "符合低保条件 且 先后 为 后补"), "RR0801"
    )

    assert "解读“先后”取“先补”" in finding.message
    assert finding.witness is not None
    assert finding.witness.given == ("解读“先后”取“后补”",)
    assert finding.witness.says == (("补办（农户 H1）", "是"),)
    assert "补办 为 否" in finding.witness.case
    assert finding.witness.facts["household"] == {"household_id": "H1", "dibao_eligible": True}


def test_a_parameter_that_is_not_set_is_named_as_the_cause():
    unset = '参数 线: 整数 人\n  自 2023-01-01 为 待定  来源 本地 "县"\n\n'

    (finding,) = found(unset + measure("补助", "家庭人口数 达到 线"), "RR0801")

    assert "参数“线”待定期间" in finding.message
    assert finding.witness is not None
    assert [given.startswith("参数“线”设为 ") for given in finding.witness.given] == [True]


def test_a_parameter_that_is_set_is_no_cause():
    value = '参数 线: 整数 人\n  自 2023-01-01 为 3人  来源 标准 "例"\n\n'

    assert found(value + measure("补助", "家庭人口数 达到 线"), "RR0801") == []


def test_lists_are_made_long_enough_for_what_is_asked_of_them():
    """Three different steps need three records, one more than the prover's own lists hold."""
    steps = "\n".join(
        f"    - 存在 程序事件 满足 事件步骤 为 {step}" for step in ("分析研判", "评议公示", "复查审核")
    )

    assert found(measure("补助", f"以下全部:\n{steps}"), "RR0801") == []


def test_how_long_the_lists_were_is_said():
    (finding,) = found(
        measure("补助", "(存在 住房 满足 房屋墙壁倒塌) 且 (没有 住房 满足 房屋墙壁倒塌)"), "RR0801"
    )

    assert finding.bounded == ("住房",)
    assert finding.elements == 2


def test_longer_lists_are_said_to_be_longer():
    """Three steps at once, and none of one of them: the proof holds up to four records."""
    steps = "分析研判、评议公示、复查审核"
    each = "\n".join(f"    - 存在 程序事件 满足 事件步骤 为 {step}" for step in steps.split("、"))

    (finding,) = found(
        measure("补助", f"以下全部:\n{each}\n    - 没有 程序事件 满足 事件步骤 属于 {steps}"), "RR0801"
    )

    assert (finding.bounded, finding.elements) == (("程序事件",), 4)


def test_a_definition_that_nothing_uses_never_matters():
    (finding,) = found(definition("人多", "家庭人口数 达到 5人") + measure("补助", "符合低保条件"), "RR0803")

    assert finding.rules == ("人多",)
    assert finding.ground is Ground.STRUCTURE


def test_a_chain_that_leads_nowhere_never_matters():
    text = definition("人多", "家庭人口数 达到 5人") + definition("人多且困", "人多 且 生活陷入困境")

    assert rules(found(text + measure("补助", "符合低保条件"), "RR0803")) == [("人多",), ("人多且困",)]


def test_what_another_condition_covers_is_proved_not_to_matter():
    text = definition("人多", "家庭人口数 达到 5人")

    (finding,) = found(text + measure("补助", "符合低保条件 且 (符合低保条件 或 人多)"), "RR0803")

    assert finding.rules == ("人多",)
    assert finding.ground is Ground.PROVED


def test_what_decides_when_something_is_done_matters():
    text = definition("已补", "一户一策") + measure("补助", "符合低保条件", done="已补")

    assert found(text, "RR0803") == []


def test_an_indicator_for_reference_matters_and_another_does_not():
    indicator = "指标 {}\n  对象 农户\n  值 收支.工资性收入 + 收支.财产性收入\n\n"
    judged = "裁量 困难\n  对象 农户\n  认定单位 县民政局\n  认定结果 生活陷入困境\n  参考指标 甲数\n\n"

    text = indicator.format("甲数") + indicator.format("乙数") + judged + measure("补助", "困难")

    assert rules(found(text, "RR0803")) == [("乙数",)]
