"""Policies that mean the same: written otherwise, in another order, under other names."""

from __future__ import annotations

import pytest
from tests.analysis.difference.versions import UNIT, difference, measure, of, version

from relapse_rules.analysis.difference.comparing import compare
from relapse_rules.analysis.difference.model import Verdict
from relapse_rules.analysis.proving.goals import Method

INCOME = "收支.工资性收入"
LOW = f"{INCOME} 低于 7000元"
LOWER = f"{INCOME} 低于 5000元"


def test_renamed():
    """Same meaning, other name: told as such, and whatever speaks of it is the same."""
    old = measure("困难", f"定义 困难\n  对象 农户\n  当 {LOW}\n")
    new = measure("低收入", f"定义 低收入\n  对象 农户\n  当 {LOW}\n")

    found = difference(old, new)

    (renamed,) = [each for each in found.declarations if each.is_renamed]
    assert renamed.old is not None
    assert (renamed.old.name, renamed.name, renamed.verdict) == ("困难", "低收入", Verdict.EQUAL)
    assert of(found, "救助").is_same


def test_renamed_and_written_otherwise():
    """A name is recognised by proof where the text does not show it."""
    old = measure("困难", f"定义 困难\n  对象 农户\n  当 非 ({LOW} 且 是否农户)\n")
    new = measure("不算困难", f"定义 不算困难\n  对象 农户\n  当 非 是否农户 或 非 {LOW}\n")

    found = difference(old, new)

    assert of(found, "不算困难").is_renamed
    assert of(found, "不算困难").method is Method.SOLVER
    assert of(found, "救助").verdict is Verdict.EQUAL


def test_of_several_with_one_meaning_the_likest_name_was_it():
    def text(*names: str) -> str:
        return "".join(f"定义 {name}\n  对象 农户\n  当 {LOW}\n" for name in names)

    found = difference(
        measure("是否农户", text("甲类困难", "乙类困难")),
        measure("是否农户", text("新乙类困难", "新甲类困难")),
    )

    assert {(each.old and each.old.name, each.name) for each in found.declarations if each.is_renamed} == {
        ("甲类困难", "新甲类困难"),
        ("乙类困难", "新乙类困难"),
    }


def test_another_kind_of_thing_is_no_other_name():
    """What was a 定义 and is a duty now was left out, and the duty was added."""
    old = measure("是否农户", "定义 甲\n  对象 农户\n  当 生活陷入困境\n")
    duty = "职责 乙\n  对象 农户\n  启动 生活陷入困境\n  责任单位 县财政局\n  时限 及时\n"

    found = difference(old, measure("是否农户", duty))

    assert of(found, "甲").new is None
    assert of(found, "乙").old is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("符合低保条件 且 是否农户", "是否农户 且 符合低保条件", id="order"),
        pytest.param(
            "符合低保条件 且 是否农户", "以下全部:\n    - 是否农户\n    - 符合低保条件", id="layout"
        ),
        pytest.param(
            "符合低保条件 且 是否农户 且 生活陷入困境",
            "符合低保条件 且 (是否农户 且 生活陷入困境)",
            id="nesting",
        ),
        pytest.param("符合低保条件", "符合低保条件 且 符合低保条件", id="repetition"),
        pytest.param("非 符合低保条件", "符合低保条件 为 否", id="negation"),
        pytest.param(f"{INCOME} 低于 7000元", f"非 ({INCOME} 不低于 7000元)", id="negated comparison"),
        pytest.param(f"{INCOME} 低于 7000元", f"７０００元 高于 {INCOME}", id="the other way round"),
        pytest.param(f"{INCOME} 为 7000元", f"7000元 为 {INCOME}", id="equality the other way round"),
        pytest.param(
            "监测对象类别 属于 脱贫不稳定户、边缘易致贫户",
            "监测对象类别 属于 边缘易致贫户、脱贫不稳定户",
            id="order of names",
        ),
    ],
)
def test_written_otherwise_and_the_same(old, new):
    """How it is built is enough to know: nothing has to be proved."""
    found = difference(measure(old), measure(new))

    assert found.is_equal
    assert {each.method for each in found.declarations} == {Method.STRUCTURE}


@pytest.mark.parametrize(
    ("old", "new", "method"),
    [
        pytest.param(
            "非 (符合低保条件 且 是否农户)",
            "非 符合低保条件 或 非 是否农户",
            Method.EXHAUSTION,
            id="De Morgan",
        ),
        pytest.param(f"{LOW} 且 {LOWER}", f"{LOWER}", Method.SOLVER, id="one threshold within the other"),
    ],
)
def test_the_same_by_proof(old, new, method):
    found = of(difference(measure(old), measure(new)), "救助")

    assert (found.verdict, found.method) == (Verdict.EQUAL, method)


COMPLEMENTS = {
    "低于": "不低于",
    "不高于": "高于",
    "高于": "不高于",
    "不低于": "低于",
    "为": "不为",
    "不为": "为",
}


@pytest.mark.parametrize("word", COMPLEMENTS)
def test_a_comparison_denied_is_its_complement_and_no_other(word):
    """Told by how it is built, at the limit itself too."""
    denied = version(measure(f"非 ({INCOME} {word} 7000元)"))
    found = {
        other: of(compare(denied, version(measure(f"{INCOME} {other} 7000元"))), "救助")
        for other in COMPLEMENTS
    }

    assert [each for each, told in found.items() if told.verdict is Verdict.EQUAL] == [COMPLEMENTS[word]]
    assert found[COMPLEMENTS[word]].method is Method.STRUCTURE


def test_the_order_of_declarations_is_nothing():
    parts = [
        f"定义 困难\n  对象 农户\n  当 {LOW}\n",
        "定义 有病人\n  对象 农户\n  当 存在 家庭成员 满足 特困供养人员\n",
        measure("困难 或 有病人").removeprefix(UNIT),
    ]

    assert difference(UNIT + "".join(parts), UNIT + "".join(reversed(parts))).is_equal
