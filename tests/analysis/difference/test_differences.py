"""Small changes of a policy, each worked out by hand: what differs, when, for whom for instance, and where that is written."""

from __future__ import annotations

import re

import pytest
from tests.analysis.difference.versions import UNIT, difference, measure, of, version, ways
from tests.check.support import HEADER

from relapse_rules.analysis.difference import words
from relapse_rules.analysis.difference.comparing import compare
from relapse_rules.analysis.difference.model import Changed, Verdict
from relapse_rules.analysis.difference.words import cube
from relapse_rules.analysis.difference.worked import worked_cases
from relapse_rules.analysis.proving.goals import Method

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


PARAMETER = '参数 线: 金额 元\n  自 {} 为 {}  来源 标准 "文件"\n'


def test_a_parameter_with_another_date():
    """The line comes a year later: between the dates the old version decides, the new one cannot."""
    old, new = (
        measure(f"{INCOME} 低于 线", PARAMETER.format(day, "7000元")) for day in ("2023-01-01", "2024-01-01")
    )

    found = difference(old, new)

    (way,) = [each for each in of(found, "救助").ways if each.before is True]
    assert (way.before, way.after) == (True, None)
    assert way.household.case.as_of < 1_704_038_400  # 2024-01-01 in Asia/Shanghai
    assert [each.name for each in found.settings] == ["参数“线”"]


def test_a_parameter_with_another_value():
    """The condition is the same word for word: the 参数 is named as what made the difference, and whose it is."""
    old, new = (
        measure(f"{INCOME} 低于 线", PARAMETER.format("2023-01-01", each)) for each in ("7000元", "8000元")
    )

    found = of(difference(old, new), "救助")

    assert (found.causes, found.through) == ((), ("参数 线",))
    assert ways(found)[False, True] == [f"“{INCOME} 低于 线” 由 否 变为 是"]


def test_a_parameter_with_another_value_in_other_words():
    """Whose line it is must be said, since both call it the same."""
    old = measure(f"{INCOME} 低于 线", PARAMETER.format("2023-01-01", "7000元"))
    new = measure(f"线 高于 {INCOME}", PARAMETER.format("2023-01-01", "8000元"))

    found = of(difference(old, new), "救助")

    assert found.through == ("参数 线",)
    assert ways(found)[False, True] == [f"新规则的线 高于 {INCOME}；并非（旧规则的{INCOME} 低于 线）"]


def test_a_parameter_set_that_was_open():
    """待定 is unknown, not whatever the county might set: the old version never says no here."""
    old = measure(f"{INCOME} 低于 线", '参数 线: 金额 元\n  自 2023-01-01 为 待定  来源 本地 "县里"\n')
    new = measure(f"{INCOME} 低于 线", PARAMETER.format("2023-01-01", "7000元"))

    found = of(difference(old, new), "救助")

    assert {(way.before, way.after) for way in found.ways} == {(None, True), (None, False)}
    assert not any(way.household.settings for way in found.ways)


def test_a_parameter_left_open_that_was_set():
    """The other way round, what was yes or no is unknown now, whatever the county may set one day."""
    old = measure(f"{INCOME} 低于 线", PARAMETER.format("2023-01-01", "7000元"))
    new = measure(f"{INCOME} 低于 线", '参数 线: 金额 元\n  自 2023-01-01 为 待定  来源 本地 "县里"\n')

    found = of(difference(old, new), "救助")

    assert {(way.before, way.after) for way in found.ways} == {(True, None), (False, None)}
    assert not any(way.household.settings for way in found.ways)


def test_two_open_parameters_are_two():
    """Neither is set, but the county may set them differently."""
    lines = "".join(
        f'参数 {name}: 金额 元\n  自 2023-01-01 为 待定  来源 本地 "县里"\n' for name in ("甲线", "乙线")
    )

    found = of(
        difference(measure(f"{INCOME} 低于 甲线", lines), measure(f"{INCOME} 低于 乙线", lines)), "救助"
    )

    assert found.verdict is Verdict.DIFFERENT


def test_a_parameter_open_in_both_may_be_set_later():
    """Today neither version can say anything; once the county sets the line, they part."""
    line = '参数 线: 金额 元\n  自 2023-01-01 为 待定  来源 本地 "县里"\n'

    found = of(difference(measure(f"{INCOME} 低于 线", line), measure(f"{INCOME} 不高于 线", line)), "救助")

    assert found.verdict is Verdict.DIFFERENT
    assert all(dict(way.household.settings).keys() == {"线"} for way in found.ways)


READING = '解读 之间\n  取 {}\n  可取 任一、全部\n  理由 "试验"\n'


def test_a_reading_taken_otherwise():
    old, new = (
        measure("以下按 之间:\n    - 符合低保条件\n    - 是否农户", READING.format(taken))
        for taken in ("全部", "任一")
    )

    found = difference(old, new)

    assert of(found, "救助").verdict is Verdict.DIFFERENT
    assert {(way.before, way.after) for way in of(found, "救助").ways} == {(False, True)}
    assert of(found, "救助").through == ("解读 之间",)
    assert found.settings == (
        Changed(name="解读“之间”", before="取“全部”，可取 任一、全部", after="取“任一”，可取 任一、全部"),
    )


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


@pytest.mark.parametrize(
    ("condition", "simple"),
    [
        pytest.param("之间 为 任一 且 是否农户", "是否农户", id="yes and"),
        pytest.param("之间 为 全部 且 是否农户", "否", id="no and"),
        pytest.param("之间 为 任一 或 是否农户", "是", id="yes or"),
        pytest.param("之间 为 全部 或 是否农户", "是否农户", id="no or"),
    ],
)
def test_a_settled_reading_is_worked_in(condition, simple):
    """With 任一 taken, what is left of the condition is known without a proof."""
    reading = READING.format("任一") + "定义 用到\n  对象 农户\n  当 之间 为 任一 且 生活陷入困境\n"

    found = of(difference(measure(condition, reading), measure(simple, reading)), "救助")

    assert (found.verdict, found.method) == (Verdict.EQUAL, Method.STRUCTURE)


def test_what_is_always_so_is_unknown_of_an_unknown_event():
    """A condition that always holds of the event says nothing while it is not known which event it is."""
    reading = READING.format("任一") + "定义 总是\n  对象 灾害事件\n  当 之间 为 任一\n"
    old, new = (
        measure(f"存在 受灾影响 满足 ({each})", reading) for each in ("是否受灾 且 灾害事件.总是", "是否受灾")
    )

    found = of(difference(old, new), "救助")

    assert {(way.before, way.after) for way in found.ways} == {(None, True)}


def test_the_order_of_declarations_is_nothing():
    parts = [
        f"定义 困难\n  对象 农户\n  当 {LOW}\n",
        "定义 有病人\n  对象 农户\n  当 存在 家庭成员 满足 特困供养人员\n",
        measure("困难 或 有病人").removeprefix(UNIT),
    ]

    assert difference(UNIT + "".join(parts), UNIT + "".join(reversed(parts))).is_equal


DATED = HEADER + "  生效日期 {}\n  失效日期 {}\n"


def test_only_days_on_which_both_are_in_force_are_compared():
    """The parameter differs in 2023 alone, and the new version begins in 2024."""
    old = measure(
        f"{INCOME} 低于 线",
        '参数 线: 金额 元\n  自 2023-01-01 为 5000元  来源 标准 "甲"\n  自 2024-01-01 为 7000元  来源 标准 "乙"\n',
    )
    new = measure(f"{INCOME} 低于 线", PARAMETER.format("2024-01-01", "7000元"))

    found = compare(
        version(old, header=DATED.format("2023-01-01", "2025-12-31")),
        version(new, header=DATED.format("2024-01-01", "2026-12-31")),
    )

    assert found.same_outcomes
    assert words.days(found) == "2024-01-01 至 2025-12-31（两份规则同时有效的日子）"
    assert [each.name for each in found.settings] == ["有效期", "参数“线”"]


def test_versions_that_are_never_in_force_together_are_compared_all_the_same():
    found = compare(
        version(measure(LOW), header=DATED.format("2023-01-01", "2023-12-31")),
        version(measure(LOWER), header=DATED.format("2024-01-01", "2024-12-31")),
    )

    assert found.days is None
    assert words.days(found) == "两份规则没有同时有效的日子，按同一天比较规则本身"
    assert of(found, "救助").verdict is Verdict.DIFFERENT
