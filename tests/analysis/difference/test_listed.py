"""What is listed with outcomes, and what the policy says of itself."""

from __future__ import annotations

import pytest
from tests.analysis.difference.versions import UNIT, difference, measure, of, version
from tests.check.support import HEADER

from relapse_rules.analysis.difference.comparing import compare
from relapse_rules.analysis.difference.model import Changed, Verdict

RULES = measure("是否农户")


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        pytest.param(
            "单位 县财政局", "单位 县财政局  别名 财政局", ("单位“县财政局”", "有", "别名 财政局"), id="alias"
        ),
        pytest.param(
            "单位 县财政局",
            "单位 县财政局\n  并入 县民政局 自 2024-01-01",
            ("单位“县财政局”", "有", "自 2024-01-01 并入 县民政局"),
            id="succession",
        ),
        pytest.param("单位 县财政局\n", "", ("单位“县财政局”", "有", None), id="left out"),
        pytest.param("单位 县财政局", "单位 县残联", ("单位改名", "县财政局", "县残联"), id="renamed"),
    ],
)
def test_units(old, new, changed):
    found = difference(RULES, RULES.replace(old, new))

    assert found.settings == (Changed(name=changed[0], before=changed[1], after=changed[2]),)
    assert found.same_outcomes
    assert not found.is_equal


def test_the_head():
    new = (
        HEADER.replace("政策 试验", "政策 试行").replace("甲类、乙类", "甲类、乙类、丙类")
        + '  文号 "试〔2024〕1号"\n'
    )

    found = compare(version(RULES), version(RULES, header=new))

    assert [(each.name, each.before, each.after) for each in found.settings] == [
        ("政策名称", "试验", "试行"),
        ("文号", None, "试〔2024〕1号"),
        ("措施类别", "乙类、甲类", "丙类、乙类、甲类"),
    ]


def test_about_something_else():
    """A measure for members is no measure for households, whatever its name."""
    found = of(
        difference(measure("是否农户"), measure("特困供养人员").replace("对象 农户", "对象 家庭成员")), "救助"
    )

    assert found.verdict is Verdict.INCOMPARABLE
    assert [(each.name, each.before, each.after) for each in found.attributes] == [
        ("对象", "农户", "家庭成员")
    ]


HEAD = UNIT + "程序 认定\n  对象 农户\n  当 是否农户\n"
FIRST = "  步骤 研判\n    责任单位 县民政局\n"
SECOND = "  步骤 公示\n    责任单位 县财政局\n"
STEPS = HEAD + FIRST + SECOND


def test_the_order_of_steps():
    """What comes first is part of what is listed."""
    found = difference(STEPS, HEAD + SECOND + FIRST)

    assert found.same_outcomes
    assert [(each.name, [told.name for told in each.attributes]) for each in found.declarations] == [
        ("认定/公示", ["先后"]),
        ("认定/研判", ["先后"]),
    ]


def test_renamed_names_are_not_changes_of_what_refers_to_them():
    """The step that comes after a renamed one comes after the same step."""
    found = difference(STEPS, STEPS.replace("研判", "分析"))

    assert of(found, "认定/分析").is_renamed
    assert of(found, "认定/公示").is_same


def test_a_duty_made_a_measure():
    """Same name and meaning, another kind of thing."""
    duty = UNIT + "职责 救助\n  对象 农户\n  启动 是否农户\n  责任单位 县民政局\n  时限 及时\n"

    found = of(difference(duty, RULES), "救助")

    assert found.verdict is Verdict.EQUAL
    assert ("种类", "职责", "措施") in [(each.name, each.before, each.after) for each in found.attributes]
