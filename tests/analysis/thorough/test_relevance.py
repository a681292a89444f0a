"""Which conditions some cases show, each worked out by hand; and that flipping a condition in the text comes to the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.analysis.thorough.policies import CASES, RULES
from tests.analysis.thorough.small import NOW, failing_with, loaded, shown, typed
from tests.check.support import HEADER

from relapse_rules.analysis.relevance.coverage import Mark, relevance
from relapse_rules.analysis.relevance.marked import marked
from relapse_rules.analysis.relevance.page import relevance_page
from relapse_rules.analysis.relevance.totals import total
from relapse_rules.syntax.declarations import Definition
from relapse_rules.syntax.tree import Expression, Junction, Not

AND_OR = "定义 甲\n  对象 农户\n  当 是否农户 且 (符合低保条件 或 是否严重受灾)\n"


def house(name: str, given: str, outcome: str, *more: str) -> str:
    lines = "".join(f"    {line}\n" for line in more)
    return f"用例 {name}\n  给定\n{NOW}    农户 H1: {given}\n{lines}  期望\n    甲 为 {outcome}\n"


def ways(text: str) -> dict[str, tuple[tuple[str, ...] | None, tuple[str, ...] | None]]:
    return {written: (each.as_yes, each.as_no) for written, each in shown(text).items()}


def test_a_case_shows_a_condition_that_alone_decides() -> None:
    """Yes and (yes or no): the second is masked by nothing, the third decides nothing as no but could as yes."""
    text = AND_OR + house("户", "是否农户 为 是、符合低保条件 为 是、是否严重受灾 为 否", "是")

    assert ways(text) == {
        "是否农户": (("户",), ()),
        "符合低保条件 或 是否严重受灾": (("户",), ()),
        "符合低保条件": (("户",), ()),
        "是否严重受灾": ((), ()),
    }


def test_a_condition_that_another_one_masks_is_not_shown() -> None:
    text = AND_OR + house("户", "是否农户 为 是、符合低保条件 为 是、是否严重受灾 为 是", "是")

    assert ways(text)["符合低保条件"] == ((), ())
    assert ways(text)["是否严重受灾"] == ((), ())


def test_both_ways_take_two_cases() -> None:
    text = (
        AND_OR
        + house("甲户", "是否农户 为 是、符合低保条件 为 是、是否严重受灾 为 否", "是")
        + house("乙户", "是否农户 为 是、符合低保条件 为 否、是否严重受灾 为 否", "否")
    )

    assert shown(text)["符合低保条件"].mark is Mark.BOTH
    assert shown(text)["是否严重受灾"].mark is Mark.HALF
    assert ways(text)["是否严重受灾"] == ((), ("乙户",))


def test_what_is_not_known_decides_nothing_either_way() -> None:
    text = AND_OR + house("户", "符合低保条件 为 是、是否严重受灾 为 否", "未知")

    assert ways(text)["是否农户"] == ((), ())
    assert ways(text)["符合低保条件"] == (("户",), ())


def test_a_condition_of_which_nothing_is_expected_is_not_shown() -> None:
    other = "定义 乙\n  对象 农户\n  当 生活陷入困境\n"
    text = AND_OR + other + house("户", "是否农户 为 是、符合低保条件 为 是、生活陷入困境 为 是", "是")

    assert shown(text)["生活陷入困境"].mark is Mark.NEVER


def test_a_condition_is_shown_through_what_uses_it() -> None:
    used = AND_OR.replace("是否农户 且", "乙 且") + "定义 乙\n  对象 农户\n  当 是否农户\n"
    text = used + house("户", "是否农户 为 是、符合低保条件 为 是", "是")

    assert ways(text)["乙"] == (("户",), ())
    assert ways(text)["是否农户"] == (("户",), ())


def test_a_condition_about_many_is_flipped_for_all_of_them() -> None:
    """One of two members holds: were he not to, nobody would; were the other to as well, nothing would change."""
    text = "定义 甲\n  对象 农户\n  当 存在 家庭成员 满足 低保对象\n" + house(
        "户", "是否农户 为 是", "是", "家庭成员 C1: 低保对象 为 是", "家庭成员 C2: 低保对象 为 否"
    )

    assert ways(text) == {"存在 家庭成员 满足 低保对象": (("户",), ()), "低保对象": (("户",), ())}


def test_a_reading_has_one_way_and_what_only_the_other_one_asks_none() -> None:
    text = (
        '解读 读\n  取 任一\n  可取 任一、全部\n  理由 "试"\n'
        "定义 甲\n  对象 农户\n  当 是否农户 且 (读 为 任一 或 符合低保条件)\n"
    ) + house("户", "是否农户 为 是、符合低保条件 为 否", "是")

    assert ways(text)["读 为 任一"] == (("户",), None)
    assert shown(text)["读 为 任一"].mark is Mark.BOTH
    assert shown(text)["符合低保条件"].mark is Mark.IDLE


def test_an_exception_is_shown_where_it_says_what_it_changes() -> None:
    found = shown(RULES + CASES)

    assert found["救助"].as_yes == ("暂停的穷户",)
    assert found["救助"].as_no == ("穷户", "富户的另一面", "说不清的")


def _flipped(node: Expression, place: int, counted: list[int]) -> Expression:
    if isinstance(node, Junction):
        operands = tuple(_flipped(each, place, counted) for each in node.operands)
        return replace(node, operands=operands)
    counted.append(1)
    return Not(span=node.span, operand=node) if len(counted) == place + 1 else node


@pytest.mark.parametrize("place", [0, 1, 2])
def test_flipping_a_condition_in_the_text_comes_to_the_same(place: int) -> None:
    cases = "".join(
        house(f"户{a}{b}{c}", f"是否农户 为 {a}、符合低保条件 为 {b}、是否严重受灾 为 {c}", _outcome(a, b, c))
        for a in "是否"
        for b in "是否"
        for c in "是否"
    )
    text = AND_OR + cases
    written = ["是否农户", "符合低保条件", "是否严重受灾"][place]
    rule = next(each for each in loaded(text).declarations if isinstance(each, Definition))
    wrong = replace(rule, condition=_flipped(rule.condition, place, []))

    found = shown(text)[written]

    assert {*(found.as_yes or ()), *(found.as_no or ())} == failing_with(text, {"甲": wrong})


def _outcome(first: str, second: str, third: str) -> str:
    return "是" if first == "是" and "是" in {second, third} else "否"


def test_the_text_with_its_marks() -> None:
    text = (
        "定义 甲\n  对象 农户\n  当 以下全部:\n    - 是否农户  # 户籍\n    - 符合低保条件 或 是否严重受灾\n\n"
        + house("户", "是否农户 为 是、符合低保条件 为 是、是否严重受灾 为 否", "是")
    )

    (rule,) = marked(loaded(text), relevance(loaded(text), typed(text)))

    assert [line for line, _ in rule.lines()] == [
        "定义 甲",
        "  对象 农户",
        "  当 以下全部:",
        "    - ◐是否农户  # 户籍",
        "    - ◐◐符合低保条件 或 ✘是否严重受灾",
    ]
    assert total(rule.shown) == (0, 3, 1, 0)
    assert total(rule.shown).ways == "0%"


def test_marks_stand_where_conditions_are_written_in_whatever_layer() -> None:
    """An exception's in the exception, a county's in its own file."""
    rules = (
        "措施 救助\n  类别 甲类\n  对象 农户\n  当 符合低保条件\n  力度 应当\n\n"
        "例外 暂停\n  对象 农户\n  当 生活陷入困境\n  效果 救助 不适用\n\n"
    ) + house("救助", "符合低保条件 为 是、生活陷入困境 为 否", "是").replace("    甲 为", "    救助 为")
    local = '补充 某县实施细则  级别 县\n\n收紧 救助\n  当 是否农户\n  理由 "县里"\n'
    rules = rules.replace("符合低保条件 为 是、", "符合低保条件 为 是、是否农户 为 是、")

    found = marked(
        loaded(rules, HEADER, local), relevance(loaded(rules, HEADER, local), typed(rules, HEADER, local))
    )

    assert [(rule.name, [line for line, marks in rule.lines() if marks]) for rule in found] == [
        ("救助", ["  当 ◐符合低保条件"]),
        ("暂停", ["  当 ◐生活陷入困境", "  效果 ◐救助 不适用"]),
        ("救助", ["◐收紧 救助", "  当 ◐是否农户"]),
    ]


def test_the_page_holds_the_text_and_the_cases_and_nothing_from_elsewhere() -> None:
    text = AND_OR.replace("甲", "「甲<乙」") + house(
        "「一户&两户」", "是否农户 为 是、符合低保条件 为 是", "是"
    ).replace("    甲 为", "    「甲<乙」 为")
    rules = marked(loaded(text), relevance(loaded(text), typed(text)))

    page = relevance_page("试验", rules)

    assert page.count('class="condition') == 4
    assert "一户&amp;两户" in page
    assert "甲&lt;乙" in page
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert page.count("<span") == page.count("</span>")
