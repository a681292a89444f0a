"""RR0806 and RR0807: rules that add nothing to others."""

import pytest
from tests.analysis.findings.policies import definition, found, measure, reading, rules

pytest.importorskip("z3", reason="extra prove is not installed")

BOTH = ("RR0806", "RR0807")
AID = measure("补助", "符合低保条件")


def codes_and_rules(text):
    return [(each.code.id, each.rules) for each in found(text, *BOTH)]


def test_a_narrower_measure_of_the_same_units_and_end_is_subsumed():
    assert codes_and_rules(AID + measure("再补", "符合低保条件 且 生活陷入困境")) == [
        ("RR0806", ("再补", "补助"))
    ]


def test_it_is_found_whichever_is_written_first():
    assert codes_and_rules(measure("再补", "符合低保条件 且 生活陷入困境") + AID) == [
        ("RR0806", ("再补", "补助"))
    ]


@pytest.mark.parametrize(
    "other",
    [
        measure("再补", "符合低保条件 且 生活陷入困境", done="一户一策"),
        measure("再补", "符合低保条件 且 生活陷入困境", done=""),
        measure("再补", "符合低保条件 且 生活陷入困境").replace("责任单位 县民政局", "责任单位 县财政局")
        + "单位 县财政局\n",
        measure("再补", "符合低保条件 且 房屋墙壁倒塌", entity="住房", done="已纳入危改"),
    ],
    ids=["done otherwise", "never said to be done", "by another unit", "of another entity"],
)
def test_what_a_unit_can_tell_apart_is_not_repeated(other):
    assert codes_and_rules(AID + other) == []


def test_overlap_alone_is_no_repetition():
    assert codes_and_rules(AID + measure("再补", "生活陷入困境")) == []


def test_two_ways_of_writing_one_condition_are_duplicates():
    text = AID + measure("再补", "非 (非 符合低保条件)")

    assert codes_and_rules(text) == [("RR0807", ("再补", "补助"))]


def test_numbers_are_compared_as_numbers():
    """Over 4 and at least 5 people are the same for whole numbers."""
    text = measure("补助", "家庭人口数 高于 4人") + measure("再补", "家庭人口数 达到 5人")

    assert codes_and_rules(text) == [("RR0807", ("再补", "补助"))]


def test_definitions_are_compared_for_duplicates_only():
    text = definition("困难", "生活陷入困境") + definition("很困难", "生活陷入困境 且 是否严重受灾")
    text += measure("补助", "困难") + measure("慰问", "很困难", done="一户一策")

    assert codes_and_rules(text) == []


def test_duplicated_definitions_are_found():
    text = definition("困难", "生活陷入困境 或 是否严重受灾") + definition(
        "艰难", "是否严重受灾 或 生活陷入困境"
    )
    text += measure("补助", "困难") + measure("慰问", "艰难", done="一户一策")

    assert codes_and_rules(text) == [("RR0807", ("艰难", "困难"))]


def test_what_only_a_reading_makes_alike_is_no_duplicate():
    text = (
        reading("范围", "不限", "只限困境户")
        + AID
        + measure("再补", "符合低保条件 且 (范围 为 不限 或 生活陷入困境)")
    )

    assert codes_and_rules(text) == []


def test_rules_that_are_never_yes_are_not_called_alike():
    text = measure("补助", "家庭人口数 低于 1人") + measure("再补", "家庭人口数 低于 0人")

    assert rules(found(text, *BOTH)) == []
