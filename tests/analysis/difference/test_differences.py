"""Small changes of conditions, each worked out by hand: what differs, when, for whom for instance, and where that is written."""

from __future__ import annotations

import re

from tests.analysis.difference.versions import difference, measure, of, version, ways
from tests.check.support import HEADER

from relapse_rules.analysis.difference import words
from relapse_rules.analysis.difference.model import Changed, Verdict
from relapse_rules.analysis.difference.words import cube
from relapse_rules.analysis.difference.worked import worked_cases

INCOME = "收支.工资性收入"
LOW = f"{INCOME} 低于 7000元"
LOWER = f"{INCOME} 低于 5000元"


def test_a_threshold_moved_down_takes_away_between_the_two():
    """7000 → 5000: whoever has 5000 to below 7000 loses, and nobody gains."""
    found = of(difference(measure(LOW), measure(LOWER)), "救助")

    assert found.verdict is Verdict.DIFFERENT
    assert ways(found) == {(True, False): [f"{LOW}；并非（{LOWER}）"]}
    assert found.never == ((False, True),)
    (way,) = found.ways
    assert way.complete
    assert way.household.smallest
    income = way.household.case.tables["household"].rows[0]["finance.wage_income"]
    assert isinstance(income, int)
    assert 500_000 <= income < 700_000


def test_and_made_or():
    """Whoever meets just one of the two gains, whichever of them it is."""
    found = of(difference(measure("符合低保条件 且 是否农户"), measure("符合低保条件 或 是否农户")), "救助")

    assert ways(found) == {
        (False, True): ["是否农户 为 是；符合低保条件 为 否", "符合低保条件 为 是；是否农户 为 否"]
    }
    assert found.never == ((True, False),)


def test_a_condition_added():
    """Only those who do not meet it lose; the statement that was added is the cause."""
    found = of(difference(measure("符合低保条件"), measure("符合低保条件 且 是否农户")), "救助")

    assert ways(found) == {(True, False): ["是否农户 为 否；符合低保条件 为 是"]}


def test_the_cause_is_the_smallest_statement_that_changed():
    """Not the whole list, but the comparison in it, with the lines on which it stands in both."""
    old, new = (
        measure(f"以下全部:\n    - 是否农户\n    - 以下任一:\n        - {each}\n        - 符合低保条件")
        for each in (LOW, LOWER)
    )

    (cause,) = of(difference(old, new), "救助").causes

    assert cause.before is not None
    assert cause.after is not None
    assert (cause.before.words, cause.after.words) == (LOW, LOWER)
    line = (HEADER + old).splitlines().index(f"        - {LOW}") + 1
    assert (cause.before.line, cause.after.line) == (line, line)
    assert (HEADER + old)[cause.before.span.start : cause.before.span.end] == LOW


def test_a_condition_added_to_a_list_is_the_cause():
    found = of(difference(measure("符合低保条件"), measure("符合低保条件 且 是否农户")), "救助")

    assert [(cause.before, cause.after and cause.after.words) for cause in found.causes] == [
        (None, "是否农户")
    ]


def _list(inner: str) -> str:
    parts = "\n".join(f"        - {each}" for each in ("符合低保条件", "生活陷入困境", "风险是否已消除"))
    return measure(f"以下全部:\n    - 是否农户\n    - {inner}:\n{parts}")


def test_a_list_joined_otherwise_is_one_cause():
    """以下任一 made 以下全部: the list parts, not each of what it lists."""
    (cause,) = of(difference(_list("以下任一"), _list("以下全部")), "救助").causes

    assert cause.before is not None
    assert cause.after is not None
    assert cause.before.words == "以下任一（符合低保条件；生活陷入困境；风险是否已消除）"
    assert cause.after.words == "以下全部（符合低保条件；生活陷入困境；风险是否已消除）"


def test_what_was_all_is_a_part_now():
    """A nested list is read as one with its parts: only what is new is told."""
    old, new = measure("符合低保条件 且 是否农户"), measure("(是否农户 且 符合低保条件) 且 生活陷入困境")

    (cause,) = of(difference(old, new), "救助").causes

    assert cause.before is None
    assert cause.after is not None
    assert cause.after.words == "生活陷入困境"


def test_a_part_put_into_a_list_of_its_own():
    """What was there before is not told again."""
    old, new = measure("符合低保条件 且 是否农户"), measure("(符合低保条件 且 生活陷入困境) 且 是否农户")

    (cause,) = of(difference(old, new), "救助").causes

    assert cause.before is None
    assert cause.after is not None
    assert cause.after.words == "生活陷入困境"


def test_an_exception_added():
    """The measure is switched off where the exception applies; the exception itself is new."""
    exception = "例外 不救\n  对象 农户\n  当 符合低保条件\n  效果 救助 不适用\n"

    found = difference(measure("是否农户"), measure("是否农户", exception))

    assert ways(of(found, "救助")) == {(True, False): ["“不救” 为 是；是否农户 为 是"]}
    assert of(found, "不救").old is None


def test_nothing_but_a_changed_definition():
    """The measure is the definition: that one tells when."""
    old, new = (measure("困难", f"定义 困难\n  对象 农户\n  当 {each}\n") for each in (LOW, LOWER))

    found = of(difference(old, new), "救助")

    assert (found.causes, found.through) == ((), ("困难",))
    assert ways(found) == {(True, False): ["“困难” 由 是 变为 否"]}


def test_what_no_household_can_be_is_not_listed():
    """Nobody is below the lower line and not below the other."""
    found = of(difference(measure(f"{LOW} 且 {LOWER}"), measure(f"{LOW} 或 {LOWER}")), "救助")

    assert ways(found) == {(False, True): [f"{LOW}；并非（{LOWER}）"]}
    assert found.ways[0].complete


def test_a_changed_definition_is_told_once_and_named_by_what_rests_on_it():
    old, new = (
        measure("困难 且 是否农户", f"定义 困难\n  对象 农户\n  当 {each}\n") for each in (LOW, LOWER)
    )

    found = difference(old, new)

    assert ways(of(found, "困难")) == {(True, False): [f"{LOW}；并非（{LOWER}）"]}
    assert of(found, "救助").through == ("困难",)
    assert of(found, "救助").causes == ()
    assert ways(of(found, "救助")) == {(True, False): ["“困难” 由 是 变为 否；是否农户 为 是"]}


def test_what_both_have_is_not_taken_apart():
    """A condition that neither version changed is told as one, as it is written."""
    both = "(符合低保条件 且 生活陷入困境)"

    found = of(difference(measure(f"{both} 或 是否农户"), measure(f"{both} 且 是否农户")), "救助")

    assert ways(found) == {
        (True, False): [
            "是否农户 为 是；并非（符合低保条件 且 生活陷入困境）",
            "符合低保条件 且 生活陷入困境；是否农户 为 否",
        ]
    }


def test_a_definition_widened():
    """The whole of the old one is a part of the new one: only what was added is the cause, and whoever rests on it names it."""
    inner = f"{LOW} 且 是否农户"
    old, new = (
        measure("困难 且 符合低保条件", f"定义 困难\n  对象 农户\n  当 {each}\n")
        for each in (inner, f"({inner}) 或 生活陷入困境")
    )

    found = difference(old, new)

    (cause,) = of(found, "困难").causes
    assert cause.before is None
    assert cause.after is not None
    assert cause.after.words == "生活陷入困境"
    assert ways(of(found, "救助")) == {(False, True): ["“困难” 由 否 变为 是；符合低保条件 为 是"]}


def test_a_condition_of_the_household_seen_from_its_members():
    """It is about the one household, not about one of several."""
    old, new = (
        measure("农户.困难", f"定义 困难\n  对象 农户\n  当 {each}\n").replace(
            "对象 农户\n  当 农户.", "对象 家庭成员\n  当 农户."
        )
        for each in (LOW, LOWER)
    )

    (way,) = of(difference(old, new), "救助").ways

    assert way.among == ""
    assert [cube(each) for each in way.cubes] == ["“困难” 由 是 变为 否"]


def test_more_ways_than_are_listed():
    """Any one of seven was enough and all are needed now: there are more ways than are told."""
    seven = (
        "是否农户",
        "符合低保条件",
        "生活陷入困境",
        "风险是否已消除",
        "整户无劳动能力",
        "疑似返贫致贫风险",
        "存在返贫致贫风险",
    )

    (way,) = of(difference(measure(" 或 ".join(seven)), measure(" 且 ".join(seven))), "救助").ways

    assert not way.complete
    assert words.when(way)[-1] == "还有别的情形，没有逐一列出"


def test_a_household_is_told_what_it_shows_and_no_more():
    """What changes for others only is not listed of this one."""
    old, new = (
        measure(low, f"定义 别的\n  对象 农户\n  当 {other}\n")
        for low, other in ((LOW, "符合低保条件"), (LOWER, "非 符合低保条件"))
    )

    (way,) = of(difference(old, new), "救助").ways

    assert [(told.name, told.target, told.before, told.after) for told in way.household.told] == [
        ("救助", None, True, False)
    ]


def test_the_worked_case_names_the_element_where_there_are_several():
    """One member is not enough to show it: the 用例 says of which it expects what."""
    other = "定义 有别人\n  对象 农户\n  当 存在 家庭成员 满足 特困供养人员 为 否\n"
    old, new = (
        measure(f"特困供养人员 且 农户.有别人{more}", other).replace(
            "对象 农户\n  当 特困", "对象 家庭成员\n  当 特困"
        )
        for more in ("", " 且 低保对象")
    )

    (case,) = worked_cases(difference(old, new), version(new).vocabulary)

    assert re.search(r"救助 对 M[12] 为 否", case.text)


def test_a_condition_of_one_of_several():
    """What changes is told of the one element that makes the difference."""
    old, new = (
        measure(f"存在 家庭成员 满足 ({each})")
        for each in ("特困供养人员", "特困供养人员 且 残疾等级 为 一级")
    )

    (way,) = of(difference(old, new), "救助").ways

    assert way.among == "家庭成员"
    assert ways(of(difference(old, new), "救助")) == {
        (True, False): ["并非（残疾等级 为 一级）；特困供养人员 为 是"]
    }


def test_written_words_that_deny_are_told_as_they_stand():
    """没有 … is one condition to the reader, though it is the negation of another to the engine."""
    old, new = (measure(each) for each in ("是否农户", "是否农户 且 没有 家庭成员 满足 特困供养人员"))

    assert ways(of(difference(old, new), "救助")) == {
        (True, False): ["并非（没有 家庭成员 满足 特困供养人员）；是否农户 为 是"]
    }


def test_units_limit_and_force_changed():
    old = measure("是否农户")
    new = (
        old.replace("责任单位 县民政局", "责任单位 县民政局、县财政局")
        .replace("时限 及时", "时限 当天")
        .replace("力度 应当", "力度 可以")
        .replace("类别 甲类", "类别 乙类")
    )

    found = of(difference(old, new), "救助")

    assert found.verdict is Verdict.EQUAL
    assert [(each.name, each.before, each.after) for each in found.attributes] == [
        ("类别", "甲类", "乙类"),
        ("力度", "应当", "可以"),
        ("责任单位", "县民政局", "县民政局、县财政局"),
        ("时限", "及时", "当天"),
    ]


def test_what_counts_as_done_changed():
    """The outcome is the same; when it is done is told in words."""
    old, new = (
        measure("是否农户") + f"  完成 {each}\n" for each in ("符合低保条件", "符合低保条件 且 生活陷入困境")
    )

    found = of(difference(old, new), "救助")

    assert found.verdict is Verdict.EQUAL
    assert found.attributes == (
        Changed(name="完成", before="符合低保条件", after="符合低保条件 且 生活陷入困境"),
    )


def test_what_counts_as_done_by_a_changed_definition():
    """The same words mean something else now, and that is said."""
    old, new = (
        measure("是否农户", f"定义 困难\n  对象 农户\n  当 {each}\n") + "  完成 非 困难\n"
        for each in (LOW, LOWER)
    )

    assert of(difference(old, new), "救助").attributes == (
        Changed(name="完成", before="非 困难", after="非 困难（所依据的改了）"),
    )


def test_what_counts_as_done_said_otherwise():
    old, new = (measure("是否农户") + f"  完成 {each}\n" for each in (f"{LOW} 且 {LOWER}", LOWER))

    assert of(difference(old, new), "救助").is_same


def test_a_number_reckoned_otherwise():
    old, new = (
        measure("是否农户", f"指标 收入\n  对象 农户\n  值 {each}\n")
        for each in (f"{INCOME} + 收支.生产经营性收入", INCOME)
    )

    assert of(difference(old, new), "收入").verdict is Verdict.DIFFERENT


def test_only_what_is_unknown_differs():
    """A list that was supplied says no more than that one was: told that nobody changes sides."""
    old = measure("符合低保条件 或 非 符合低保条件")
    new = measure("是否农户 或 非 是否农户")

    found = of(difference(old, new), "救助")

    assert found.verdict is Verdict.DIFFERENT
    assert set(found.never) == {(False, True), (True, False)}


def test_added_and_left_out():
    old = measure("是否农户", "定义 甲\n  对象 农户\n  当 符合低保条件\n")
    new = measure("是否农户", "定义 乙\n  对象 农户\n  当 生活陷入困境\n")

    found = difference(old, new)

    assert of(found, "甲").new is None
    assert of(found, "乙").old is None
    assert not found.same_outcomes
    assert words.conclusion(found) == "1 项新增，1 项删去"
