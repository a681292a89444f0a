"""Killed mutants really are, whoever survives is told by the 用例 that is offered, and what is called the same is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analysis.thorough.policies import CASES, RULES
from tests.analysis.thorough.small import (
    NOW,
    decide,
    failing_for_real,
    failing_with,
    run,
    told,
    typed,
    with_cases,
)
from tests.check.support import HEADER

from relapse_rules import policy as policies
from relapse_rules.analysis.cases import run_case
from relapse_rules.analysis.mutation.kinds import Kind
from relapse_rules.analysis.mutation.run import MutationRun, mutation_run
from relapse_rules.resources import policies_directory

HOUSE = f"用例 {{name}}\n  给定\n{NOW}    农户 H1: {{given}}\n  期望\n    甲 为 {{outcome}}\n"


def outcomes(found: MutationRun) -> dict[tuple[str, str], str]:
    """Return by what is written and what instead: killed by which cases, 存活 or 等同."""
    return {
        (mutant.before, mutant.after): "、".join(found.killed[number])
        if number in found.killed
        else "等同"
        if number in found.same
        else "存活"
        for number, mutant in enumerate(found.mutants)
    }


def test_the_cases_that_notice_each_mistake() -> None:
    rules = "定义 甲\n  对象 农户\n  当 家庭人口数 超过 3人 且 符合低保条件\n"
    cases = HOUSE.format(
        name="四口", given="家庭人口数 为 4人、符合低保条件 为 是", outcome="是"
    ) + HOUSE.format(name="三口", given="家庭人口数 为 3人、符合低保条件 为 是", outcome="否")

    found = outcomes(run(rules + cases))

    assert found == {
        ("家庭人口数 超过 3人 且 符合低保条件", "家庭人口数 超过 3人 或 符合低保条件"): "三口",
        ("家庭人口数 超过 3人", ""): "三口",
        ("符合低保条件", ""): "存活",
        ("家庭人口数 超过 3人", "家庭人口数 达到 3人"): "三口",
        ("家庭人口数 超过 3人", "家庭人口数 不超过 3人"): "四口、三口",
        ("3人", "2人"): "三口",
        ("3人", "4人"): "四口",
        ("符合低保条件", "非 符合低保条件"): "四口",
    }


def test_unknown_is_an_outcome_of_its_own() -> None:
    """A case in which the fact is missing notices that the condition on it was left out."""
    rules = "定义 甲\n  对象 农户\n  当 是否农户 且 符合低保条件\n"
    cases = HOUSE.format(name="不知", given="是否农户 为 是", outcome="未知")

    found = outcomes(run(rules + cases))

    assert found["符合低保条件", ""] == "不知"
    assert found["符合低保条件", "非 符合低保条件"] == "存活"


@pytest.mark.usefixtures("untraced")
def test_what_notices_a_mistake_in_one_pass_notices_it_in_the_text_that_has_it() -> None:
    text = RULES + CASES
    found = run(text)

    # Every other one; an exception without its effect cannot be written.
    for number, mutant in list(enumerate(found.mutants))[::2]:
        if mutant.kind is not Kind.EXCEPTION:
            assert failing_for_real(text, mutant) == frozenset(found.killed.get(number, ())), told(mutant)

    assert len(found.mutants) > 50
    assert {mutant.kind for mutant in found.mutants} >= {
        *(Kind.NUMBER, Kind.INCLUSIVE, Kind.UNIT, Kind.JUNCTION, Kind.DROPPED, Kind.NEGATED),
        *(Kind.QUANTIFIER, Kind.EXCEPTION, Kind.LIMIT, Kind.DATE, Kind.READING),
    }


@pytest.mark.usefixtures("untraced")
def test_the_case_offered_for_a_survivor_holds_and_notices_it() -> None:
    text = RULES + CASES
    found = run(text)
    offered = [each for each in found.survivors if each.case is not None]
    extended = with_cases(text, dict.fromkeys(each.case for each in offered if each.case is not None))

    policy = decide(typed(extended))
    assert all(
        run_case(lambda case: policy.decide(case.facts), case).passed for case in typed(extended).cases
    )
    for each in offered:
        assert each.case is not None
        failing = failing_with(extended, {each.mutant.rule: each.mutant.made})
        assert each.case.name.text in failing, told(each.mutant)

    assert len(offered) > 15
    assert len(found.survivors) - len(offered) < 4


def test_the_effect_of_an_exception_is_noticed_where_it_changes_an_outcome() -> None:
    found = outcomes(run(RULES + CASES))

    assert found["不适用 救助", ""] == "暂停的穷户"


def test_one_rule_alone() -> None:
    found = run(RULES + CASES, rule="上报")

    assert {mutant.rule for mutant in found.mutants} == {"上报"}
    assert outcomes(found)["1天", "2天"] == "穷户"


@pytest.mark.parametrize(
    ("rules", "before", "after"),
    [
        pytest.param(
            '解读 读\n  取 任一\n  可取 任一、全部\n  理由 "试"\n'
            "定义 甲\n  对象 农户\n  当 以下全部:\n    - 是否农户\n    - 读 为 任一 或 符合低保条件\n",
            "符合低保条件",
            "非 符合低保条件",
            id="what only another reading would ask",
        ),
        pytest.param(
            '参数 线: 金额 元\n  自 2020-01-01 为 10元  来源 标准 "甲"\n'
            "定义 甲\n  对象 农户\n  当 收支.工资性收入 低于 线\n",
            "自 2020-01-01",
            "自 2020-01-02",
            id="a date before the policy is valid",
        ),
        pytest.param(
            '参数 线: 金额 元\n  自 2023-01-01 为 待定  来源 本地 "县里填"\n'
            "定义 甲\n  对象 农户\n  当 收支.工资性收入 低于 线\n",
            "收支.工资性收入 低于 线",
            "收支.工资性收入 不高于 线",
            id="a parameter that is not set",
        ),
        pytest.param(
            "定义 甲\n  对象 农户\n  当 存在 家庭成员 满足 (是否农户 且 (是否农户 或 低保对象))\n",
            "低保对象",
            "非 低保对象",
            id="what is swallowed",
        ),
    ],
)
def test_a_mistake_that_no_case_can_notice_is_counted_apart(rules: str, before: str, after: str) -> None:
    header = HEADER.replace("  类别", "  生效日期 2023-01-01\n  类别")
    found = run(rules + HOUSE.format(name="一户", given="是否农户 为 未知", outcome="未知"), header)

    assert outcomes(found)[before, after] == "等同"


def test_a_mistake_about_how_many_needs_one_element_more() -> None:
    rules = "定义 甲\n  对象 农户\n  当 存在 家庭成员 满足 低保对象\n"
    cases = HOUSE.format(name="一人", given="是否农户 为 是", outcome="是").replace(
        "  期望", "    家庭成员 C1: 低保对象 为 是\n  期望"
    )

    found = run(rules + cases)

    case = next(each.case for each in found.survivors if each.mutant.kind is Kind.QUANTIFIER)
    assert case is not None
    assert [(element.entity.text, element.id.text if element.id else "") for element in case.given] == [
        ("家庭成员", "新增")
    ]


def test_a_wrong_date_of_a_parameter_is_told_on_the_day() -> None:
    rules = (
        '参数 线: 金额 元\n  自 2023-03-01 为 10元  来源 标准 "甲"\n'
        "定义 甲\n  对象 农户\n  当 收支.工资性收入 低于 线\n"
    )
    cases = HOUSE.format(name="穷", given="是否农户 为 是", outcome="是").replace(
        "  期望", "    收支: 工资性收入 为 9元\n  期望"
    )

    found = run(rules + cases, rule="线")

    offered = {each.mutant.after: each.case for each in found.survivors if each.case is not None}
    days = {after: case.given[0].values[0].value for after, case in offered.items() if case.given}
    assert str(getattr(days["自 2023-02-28"], "text", "")).startswith("2023-02-28")
    assert str(getattr(days["自 2023-03-02"], "text", "")).startswith("2023-03-01")


def test_a_wrong_time_limit_is_told_by_when_something_is_due() -> None:
    rules = "职责 报\n  对象 灾害事件\n  启动 灾害大类 为 自然灾害\n  时限 灾害发生时间 起 2天 内\n"
    cases = (
        f"用例 洪水\n  给定\n{NOW}    灾害事件 E1: 灾害大类 为 自然灾害、灾害发生时间 为 2023-08-01 20:00\n"
        "    农户 H1: 是否农户 为 是\n  期望\n    报 为 是\n"
    )

    found = run(rules + cases)

    offered = {(each.mutant.before, each.mutant.after): each.case for each in found.survivors}
    assert set(offered) == {("2天", "1天"), ("2天", "3天"), ("2天", "2小时")}
    assert all(case is not None and case.expected[0].kind == "截止" for case in offered.values())


SAME_RULES = (
    '解读 读\n  取 任一\n  可取 任一、全部\n  理由 "试"\n'
    "定义 甲\n  对象 农户\n  当 以下任一:\n    - 是否农户 且 符合低保条件\n    - 是否农户 且 读 为 全部\n"
    "    - 是否农户 且 符合低保条件 且 是否严重受灾\n"
)
ANY = st.sampled_from(["是", "否", "未知"])


@settings(max_examples=8)
@given(is_rural=ANY, eligible=ANY, severe=ANY, outcome=ANY)
def test_no_household_notices_what_is_called_the_same(
    is_rural: str, eligible: str, severe: str, outcome: str
) -> None:
    found = run(SAME_RULES + HOUSE.format(name="空", given="是否农户 为 否", outcome="否"))
    facts = f"是否农户 为 {is_rural}、符合低保条件 为 {eligible}、是否严重受灾 为 {severe}"
    text = SAME_RULES + HOUSE.format(name="试", given=facts, outcome=outcome)

    before = failing_with(text, {})

    assert len(found.same) > 3
    for number in found.same:
        assert failing_for_real(text, found.mutants[number]) == before


def documented() -> list[list[str]]:
    """Return the rows of the table in the documentation: kind, tried, killed, survived, same."""
    text = (Path(__file__).parents[3] / "docs" / "mutation.md").read_text(encoding="utf-8")
    table = text.partition("写错的种类  试了")[2].partition("```")[0]
    return [line.split()[:5] for line in table.splitlines()[2:] if line.strip()]


@pytest.mark.usefixtures("untraced")
def test_the_cases_of_the_plan_notice_nearly_all_mistakes_in_it() -> None:
    """Of some 1,400 mistakes the four that `docs/mutation.md` explains are not noticed."""
    inspection = policies.inspect(policies_directory() / "cases/all.policy")
    assert inspection.policy is not None
    assert inspection.loaded is not None
    policy = policies.compile_policy(inspection.policy)

    found = mutation_run(inspection.loaded, inspection.policy, lambda case: policy.decide(case.facts))

    assert [row for row in documented() if row[0] != "全部"] == [
        [kind.value, *map(str, (sum(counts), *counts))] for kind in Kind if sum(counts := found.counts(kind))
    ]
    assert documented()[-1] == ["全部", *map(str, (sum(found.counts()), *found.counts()))], (
        "the plan has changed: copy the table that `relapse-rules test --mutation` prints"
    )
    assert sorted((each.mutant.rule, each.mutant.kind.value) for each in found.survivors) == [
        ("单次取水时间上限", "日期差一天"),
        ("取水垂直距离上限", "日期差一天"),
        ("取水水平距离上限", "日期差一天"),
        ("灾前未纳入监测", "含不含本数"),
    ]


LAYER = """\
补充 某县实施细则  级别 县

采用 读 为 全部

设定 线
  自 2023-06-01 为 9元  来源 本地 "县里填"

收紧 甲
  当 符合低保条件
  理由 "县里"
"""
LAYERED = """\
参数 线: 金额 元
  自 2023-01-01 为 10元  来源 标准 "甲"

解读 读
  取 任一
  可取 任一、全部、各自
  理由 "试"

定义 甲
  对象 农户
  当 收支.工资性收入 低于 线 且 读 为 全部

"""


def test_the_layers_of_a_county_are_part_of_the_policy() -> None:
    """What it adopts, no other choice of the policy changes; what it sets and tightens is what the cases judge."""
    cases = HOUSE.format(name="穷", given="符合低保条件 为 是", outcome="是").replace(
        "  期望", "    收支: 工资性收入 为 8元\n  期望"
    )

    found = run(LAYERED + cases, local=LAYER)

    assert Kind.READING not in {mutant.kind for mutant in found.mutants}
    assert outcomes(found)["收支.工资性收入 低于 线", "收支.工资性收入 不低于 线"] == "穷"
    assert outcomes(found)["10元", "9元"] == "存活"
    own = [(number, mutant) for number, mutant in enumerate(found.mutants) if mutant.rule in {"线", "甲"}]
    assert len(own) > 6
    for number, mutant in own:
        real = failing_for_real(LAYERED + cases, mutant, local=LAYER)
        assert real == frozenset(found.killed.get(number, ())), told(mutant)


def test_a_line_about_what_is_missing_notices_nothing_by_itself() -> None:
    """What a household waits for is not worked out for each mistake, so it never counts as noticed."""
    rules = "定义 甲\n  对象 农户\n  当 是否农户 且 符合低保条件\n措施 救助\n  类别 甲类\n  对象 农户\n  当 甲\n  力度 应当\n"
    cases = f"用例 不知\n  给定\n{NOW}    农户 H1: 是否农户 为 是\n  期望\n    缺 农户.符合低保条件\n"

    assert set(outcomes(run(rules + cases)).values()) == {"存活"}
