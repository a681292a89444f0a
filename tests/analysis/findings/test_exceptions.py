"""RR0804, RR0805 and RR0813: exceptions that contradict, that change nothing, and that make others wait in a circle."""

import pytest
from tests.analysis.findings.policies import exception, found, measure, reading, rules

pytest.importorskip("z3", reason="extra prove is not installed")

AID = measure("补助", "符合低保条件")
OTHER = measure("慰问", "生活陷入困境", done="一户一策")


def test_two_exceptions_that_switch_one_way_do_not_contradict():
    text = (
        AID
        + exception("甲", "生活陷入困境", "补助 不适用")
        + exception("乙", "户类型 为 脱贫户", "补助 不适用")
    )

    assert found(text, "RR0804") == []


def test_opposite_exceptions_that_never_meet_do_not_contradict():
    text = (
        AID + exception("甲", "生活陷入困境", "补助 适用") + exception("乙", "非 生活陷入困境", "补助 不适用")
    )

    assert found(text, "RR0804") == []


def test_opposite_exceptions_that_meet_contradict_with_a_household():
    text = (
        AID
        + exception("甲", "生活陷入困境", "补助 适用")
        + exception("乙", "户类型 为 脱贫户", "补助 不适用")
    )

    (finding,) = found(text, "RR0804")

    assert finding.rules == ("甲", "乙")
    assert finding.witness is not None
    assert finding.witness.says == (("甲（农户 H1）", "是"), ("乙（农户 H1）", "是"))


def test_an_exception_for_households_and_one_for_members_may_meet():
    """The two are seen from a member: its household is poor, and the member itself is disabled."""
    text = measure("照护", "失学辍学", entity="家庭成员", done="参加基本医疗保险")
    own = "例外 乙\n  对象 家庭成员\n  当 残疾等级 为 一级\n  效果 照护 不适用\n\n"

    (finding,) = found(text + exception("甲", "生活陷入困境", "照护 适用") + own, "RR0804")

    assert finding.witness is not None
    assert finding.witness.says == (("甲（农户 H1）", "是"), ("乙（家庭成员 M1）", "是"))


def test_an_exception_that_another_does_first_is_masked():
    text = AID + exception("宽", "生活陷入困境", "补助 不适用")
    text += exception("窄", "生活陷入困境 且 户类型 为 脱贫户", "补助 不适用")

    (finding,) = found(text, "RR0805")

    assert finding.rules == ("窄",)
    assert [label.message for label in finding.labels] == ["这个例外先做到了“补助”的改变"]


def test_an_exception_that_does_something_besides_is_not_masked():
    text = AID + OTHER + exception("宽", "生活陷入困境", "补助 不适用")
    text += exception("窄", "生活陷入困境 且 户类型 为 脱贫户", "补助、慰问 不适用")

    assert found(text, "RR0805") == []


def test_an_exception_to_what_is_so_anyway_is_masked():
    (finding,) = found(AID + exception("重复", "符合低保条件", "补助 适用"), "RR0805")

    assert finding.rules == ("重复",)


def test_an_order_that_is_written_already_is_masked():
    text = AID + measure("慰问", "生活陷入困境", "之后 补助", done="一户一策")

    (finding,) = found(text + exception("次序", "户类型 为 脱贫户", "慰问 在 补助 之后"), "RR0805")

    assert [label.message for label in finding.labels] == ["本来就写着在“补助”之后"]


def test_an_order_of_its_own_is_not_masked():
    assert found(AID + OTHER + exception("次序", "户类型 为 脱贫户", "慰问 在 补助 之后"), "RR0805") == []


def test_the_same_order_by_a_wider_exception_masks():
    text = AID + OTHER + exception("宽", "生活陷入困境", "慰问 在 补助 之后")
    text += exception("窄", "生活陷入困境 且 户类型 为 脱贫户", "慰问 在 补助 之后")

    assert rules(found(text, "RR0805")) == [("窄",)]


def test_an_exception_that_never_applies_is_not_called_masked():
    text = AID + exception("落空", "家庭人口数 低于 1人", "补助 不适用")

    assert [each.code.id for each in found(text, "RR0801", "RR0805")] == ["RR0801"]


def test_an_exception_turns_the_written_order_round_without_a_circle():
    text = AID + measure("慰问", "生活陷入困境", "之后 补助", done="一户一策")

    assert found(text + exception("颠倒", "户类型 为 脱贫户", "补助 在 慰问 之后"), "RR0813") == []


def test_an_exception_and_what_is_written_make_a_circle_of_three():
    text = AID + measure("慰问", "生活陷入困境", "之后 补助", done="一户一策")
    text += measure("回访", "是否严重受灾", "之后 慰问", done="家庭情况和收入结构已分析")

    (finding,) = found(text + exception("先回访", "户类型 为 脱贫户", "补助 在 回访 之后"), "RR0813")

    assert "“补助” → “回访” → “慰问” → “补助”" in finding.message
    assert finding.witness is not None
    assert {outcome for _, outcome in finding.witness.says} == {"是"}


def test_a_circle_whose_parts_are_never_due_together_is_none():
    text = AID + measure("慰问", "生活陷入困境 且 非 符合低保条件", "之后 补助", done="一户一策")
    text += measure("回访", "是否严重受灾", "之后 慰问", done="家庭情况和收入结构已分析")

    assert found(text + exception("先回访", "户类型 为 脱贫户", "补助 在 回访 之后"), "RR0813") == []


def test_a_reading_that_would_close_a_circle_is_told():
    text = reading("先后", "先补", "后补") + AID + OTHER
    text += exception("甲", "先后 为 后补", "补助 在 慰问 之后") + exception(
        "乙", "户类型 为 脱贫户", "慰问 在 补助 之后"
    )

    (finding,) = found(text, "RR0816")

    assert finding.rules == ("先后", "甲", "乙")
    assert finding.witness is not None
    assert finding.witness.given == ("解读“先后”取“后补”",)


def test_a_reading_that_would_make_exceptions_contradict_is_told():
    text = reading("先后", "先补", "后补") + AID
    text += exception("甲", "先后 为 后补 且 生活陷入困境", "补助 适用") + exception(
        "乙", "户类型 为 脱贫户", "补助 不适用"
    )

    assert rules(found(text, "RR0816")) == [("先后", "甲", "乙")]
