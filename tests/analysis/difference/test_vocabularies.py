"""Versions over different vocabularies: what can be compared is, and what cannot is said."""

from __future__ import annotations

import pytest
from tests.analysis.difference.versions import measure, of, version, ways

from relapse_rules.analysis.difference.comparing import compare
from relapse_rules.analysis.difference.model import Difference, Verdict
from relapse_rules.analysis.difference.worked import worked_cases
from relapse_rules.resources import policies_directory

VOCABULARY = (policies_directory() / "vocabulary.policy").read_text("utf-8")
DISTRESS = next(line for line in VOCABULARY.splitlines() if "英文 in_distress " in line)
KIND = next(line for line in VOCABULARY.splitlines() if "英文 household_type " in line)
WAGES = next(line for line in VOCABULARY.splitlines() if "英文 wage_income " in line)


def changed(old: str, new: str, before: str = VOCABULARY, after: str = VOCABULARY) -> Difference:
    """Return how two measures differ, each over a vocabulary of its own."""
    return compare(
        version(measure(old), files={"vocabulary.policy": before}),
        version(measure(new), files={"vocabulary.policy": after}),
    )


def without(line: str) -> str:
    """Return the vocabulary without a field."""
    return VOCABULARY.replace(f"{line}\n", "")


def test_a_field_added_and_read():
    """The new version asks for a fact that the old one does not know: the household states it."""
    found = changed("是否农户", "是否农户 且 生活陷入困境", before=without(DISTRESS))

    (told,) = found.vocabulary
    assert (told.name, told.before, told.compatible) == ("农户：生活陷入困境", None, True)
    assert ways(of(found, "救助")) == {(True, False): ["生活陷入困境 为 否；是否农户 为 是"]}


def test_a_field_left_out():
    """A 用例 for the new version states nothing that it has no field for."""
    found = changed("是否农户 且 生活陷入困境", "是否农户", after=without(DISTRESS))

    assert [(each.name, each.after) for each in found.vocabulary] == [("农户：生活陷入困境", None)]
    assert ways(of(found, "救助")) == {(False, True): ["生活陷入困境 为 否；是否农户 为 是"]}
    after = version(measure("是否农户"), files={"vocabulary.policy": without(DISTRESS)})
    (case,) = worked_cases(found, after.vocabulary)
    assert "生活陷入困境" not in case.text


def test_a_name_added_to_an_enumeration():
    after = VOCABULARY.replace(KIND, KIND.replace("{", "{新类、"))

    found = changed("户类型 属于 脱贫户", "户类型 属于 脱贫户、新类", after=after)

    assert found.vocabulary[0].compatible
    assert {(way.before, way.after) for way in of(found, "救助").ways} == {(False, True)}


def test_a_name_added_that_no_rule_asks_for():
    after = VOCABULARY.replace(KIND, KIND.replace("{", "{新类、"))

    found = changed("户类型 属于 脱贫户", "户类型 属于 脱贫户", after=after)

    assert found.same_outcomes
    assert not found.is_equal


def test_a_field_of_another_type_is_not_compared():
    """An amount by the month is no amount by the year; whatever else the outcomes read, they cannot be asked of one household."""
    found = changed(
        "收支.工资性收入 低于 7000元",
        "收支.工资性收入 低于 7000元/月",
        after=VOCABULARY.replace(WAGES, WAGES.replace("金额 元", "金额 元/月")),
    )

    assert of(found, "救助").verdict is Verdict.INCOMPARABLE
    assert [each.compatible for each in found.vocabulary] == [False]
    assert not found.same_outcomes


def test_what_does_not_read_the_field_is_compared():
    found = changed(
        "是否农户", "是否农户", after=VOCABULARY.replace(WAGES, WAGES.replace("金额 元", "金额 元/月"))
    )

    assert of(found, "救助").verdict is Verdict.EQUAL


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_wider_range_is_compared_over_all_of_it(side):
    """One of the versions takes negative amounts; the comparison does not leave them out."""
    wider = VOCABULARY.replace(
        WAGES, WAGES.replace("  提供", "  范围 -100 以上  提供", 1).replace("  范围 0 以上", "")
    )

    found = changed("收支.工资性收入 低于 0元", "收支.工资性收入 低于 -5元", **{side: wider})

    assert of(found, "救助").verdict is Verdict.DIFFERENT


def test_a_name_left_out_of_an_enumeration_is_in_no_worked_case():
    """Only a household of a kind that the new vocabulary no longer has shows the difference."""
    before = VOCABULARY.replace(KIND, KIND.replace("{", "{旧类、"))

    found = changed("户类型 为 旧类", "户类型 为 脱贫户 且 户类型 不为 脱贫户", before=before)

    (way,) = [each for each in of(found, "救助").ways if each.before is True]
    assert "household.household_type" in way.household.case.tables["household"].rows[0]
    new = version(measure("户类型 为 脱贫户 且 户类型 不为 脱贫户"))
    assert not any("旧类" in case.text for case in worked_cases(found, new.vocabulary))


def test_a_list_that_became_a_single_thing_is_not_compared():
    """How many there are of something, of which there is always one now, is another question."""
    many = "实体 生产  英文 production\n  上级 农户\n  数量 多个"

    found = changed(
        "个数(生产) 达到 1", "是否农户", after=VOCABULARY.replace(many, many.replace("多个", "一个"))
    )

    assert of(found, "救助").verdict is Verdict.INCOMPARABLE


def test_a_name_that_belongs_elsewhere_is_not_compared():
    """What 洪涝 belongs to decides whether it is one of the kinds asked for: the same word is another thing."""
    after = VOCABULARY.replace("洪涝 归入 水旱灾害", "洪涝 归入 气象灾害")
    assert after != VOCABULARY

    found = changed(*["存在 灾害事件 满足 灾害子类 属于 水旱灾害"] * 2, after=after)

    assert of(found, "救助").verdict is Verdict.INCOMPARABLE


def test_a_field_that_must_be_stated_now():
    """By the old rules it could be left out, and such households are compared, too."""
    after = VOCABULARY.replace(DISTRESS, f"{DISTRESS}  必填")

    found = changed("生活陷入困境 或 非 生活陷入困境", "是", after=after)

    assert of(found, "救助").verdict is Verdict.DIFFERENT
