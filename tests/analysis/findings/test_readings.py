"""RR0816: what another reading would break among the 性质."""

import pytest
from tests.analysis.findings.policies import found, measure, reading, rules

pytest.importorskip("z3", reason="extra prove is not installed")

READING = reading("顿号", "全部", "任一")
AID = measure("补助", "以下按 顿号:\n    - 生活陷入困境\n    - 符合低保条件")


def test_a_property_that_fails_under_the_other_option_is_told():
    (finding,) = found(READING + AID + "性质 都符合\n  补助 蕴含 符合低保条件\n", "RR0816")

    assert finding.rules == ("顿号", "都符合")
    assert finding.witness is not None
    assert finding.witness.says == (("补助", "是"), ("符合低保条件", "否"))
    assert "补助 为 否" in finding.witness.case


def test_a_property_of_conditions_without_names_is_shown_by_a_case_all_the_same():
    (finding,) = found(
        READING + AID + "性质 都符合\n  (补助 且 是否农户) 蕴含 (符合低保条件 或 家庭人口数 低于 1人)\n",
        "RR0816",
    )

    assert finding.witness is not None
    assert finding.witness.case.endswith("  期望\n    补助 为 否\n")


def test_a_property_that_holds_under_both_is_not():
    text = READING + AID + "性质 不会落空\n  补助 蕴含 (生活陷入困境 或 符合低保条件)\n"

    assert found(text, "RR0816") == []


def test_a_property_that_fails_as_things_stand_is_for_prove_to_tell():
    text = READING + AID + "性质 都是脱贫户\n  补助 蕴含 户类型 为 脱贫户\n"

    assert rules(found(text, "RR0816")) == []
