"""Every kind of 性质: proved, and refuted by the household that one would think of first."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.check.support import policy

from relapse_rules.analysis.proving.goals import Limits, Method
from relapse_rules.analysis.proving.prove import prove
from relapse_rules.analysis.proving.telling import settings_told
from relapse_rules.analysis.proving.verdicts import Doubt, Outcome, Verdict
from relapse_rules.analysis.worked_case import stated_facts
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.facts.read import read_case
from relapse_rules.policy import load_plan
from relapse_rules.values.types import NEVER, Kind

RULES = """
单位 县民政局

定义 低收入
  对象 农户
  当 收支.工资性收入 低于 7000元

定义 很低收入
  对象 农户
  当 收支.工资性收入 低于 3000元

定义 有病人
  对象 农户
  当 存在 家庭成员 满足 特困供养人员

定义 多病人
  对象 农户
  当 人数(家庭成员 满足 特困供养人员) >= 2

措施 救助
  类别 甲类
  力度 应当
  对象 农户
  当 很低收入
  责任单位 县民政局
  时限 及时

措施 慰问
  类别 乙类
  力度 应当
  对象 农户
  当 低收入 且 有病人
"""

PER_HEAD = "finance.wage_income"


def verdict(claim: str, rules: str = RULES, limits: Limits | None = None) -> tuple[Verdict, TypedPolicy]:
    """Return what becomes of one 性质 of a policy."""
    typed = policy(f"{rules}\n性质 问\n  {claim}\n")
    (found,) = prove(typed, limits=limits)
    return found, typed


def household(found: Verdict) -> Mapping[str, object]:
    """Return what a refuting household states of itself."""
    assert found.witness is not None
    return found.witness.case.tables["household"].rows[0]


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param("很低收入 蕴含 低收入", id="implies"),
        pytest.param("多病人 蕴含 有病人", id="implies through a list"),
        pytest.param("救助 蕴含 很低收入", id="the name of a 措施"),
        pytest.param("慰问 且 收支.工资性收入 低于 3000元 蕴含 救助", id="implies of conditions"),
        pytest.param("从不同时 低收入、慰问的反面", id="never both"),
        pytest.param("至少一项 低收入、不低收入", id="at least one"),
        pytest.param("救助 随 收支.工资性收入 不增", id="not increasing"),
        pytest.param("不低收入 随 收支.工资性收入 不减", id="not decreasing"),
        pytest.param("救助、慰问 不随 农户.帮扶责任人、家庭成员.残疾类别 改变", id="unchanged"),
        pytest.param("救助 不随 家庭成员.特困供养人员 改变", id="unchanged by a child's field"),
    ],
)
def test_holds(claim: str) -> None:
    more = """
定义 不低收入
  对象 农户
  当 收支.工资性收入 >= 7000元
定义 慰问的反面
  对象 农户
  当 收支.工资性收入 >= 7000元 且 有病人
"""
    found, _ = verdict(claim, RULES + more)

    assert (found.outcome, found.witness) == (Outcome.PROVED, None)


def test_an_implication_is_refuted_at_the_boundary() -> None:
    """Whoever has 3000 to 7000 is poor and not very poor; nothing else needs to be stated."""
    found, _ = verdict("低收入 蕴含 很低收入")

    assert found.outcome is Outcome.REFUTED
    stated = dict(household(found))
    assert 300_000 <= int(str(stated.pop(PER_HEAD))) < 700_000
    assert stated == {"household.household_id": "H1"}
    assert [(each.subject, each.outcome) for each in found.said] == [("低收入", True), ("很低收入", False)]
    assert found.witness is not None
    assert found.witness.smallest


def test_the_smallest_household_has_no_more_members_than_needed() -> None:
    found, _ = verdict("有病人 蕴含 多病人")

    assert found.witness is not None
    assert [dict(row) for row in found.witness.case.tables["member"].rows] == [
        {"member.person_id": "M1", "member.is_tekun_member": True}
    ]


def test_both_at_once() -> None:
    found, _ = verdict("从不同时 救助、慰问")

    assert [(each.subject, each.outcome) for each in found.said] == [("救助", True), ("慰问", True)]
    assert int(str(household(found)[PER_HEAD])) < 300_000


def test_none_at_all_while_the_condition_holds() -> None:
    found, _ = verdict("至少一项 救助、慰问 当 低收入")

    assert found.outcome is Outcome.REFUTED
    assert [each.outcome for each in found.said] == [False, False, True]


def test_a_number_that_goes_up() -> None:
    """Poor people lose aid when they earn more: the household and what changes."""
    found, _ = verdict("救助 随 收支.工资性收入 不减")

    assert found.witness is not None
    assert found.witness.changed is not None
    before, after = (
        int(str(case.tables["household"].rows[0][PER_HEAD]))
        for case in (found.witness.case, found.witness.changed)
    )
    assert before < 300_000 <= after
    assert [(each.changed, each.outcome) for each in found.said] == [(False, True), (True, False)]


def test_what_is_not_read_cannot_matter() -> None:
    found, _ = verdict("救助 不随 农户.帮扶责任人 改变")

    assert (found.outcome, found.methods) == (Outcome.PROVED, (Method.STRUCTURE,))


def test_owners_and_limits_are_looked_up() -> None:
    owners, _ = verdict("每个 措施 有 责任单位")
    limits, _ = verdict("每个 措施 有 时限")

    assert [(each.outcome, each.refuting) for each in (owners, limits)] == [
        (Outcome.REFUTED, ("慰问",)),
        (Outcome.REFUTED, ("慰问",)),
    ]


def test_a_parameter_that_is_not_set_may_have_any_value() -> None:
    """The county could set the line so that the very poor are not poor."""
    rules = """
参数 线: 金额
  自 2023-01-01 为 待定  来源 本地 "由县里定"
定义 低收入
  对象 农户
  当 收支.工资性收入 低于 线
定义 很低收入
  对象 农户
  当 收支.工资性收入 低于 3000元
"""
    found, _ = verdict("很低收入 蕴含 低收入", rules.replace("参数 线: 金额", "参数 线: 金额 元"))

    assert found.outcome is Outcome.REFUTED
    assert found.witness is not None
    assert found.witness.settings["线"] < 300_000


def test_dates_are_looked_at_as_far_as_the_policy_is_in_force() -> None:
    """A line that is raised in 2025: before that day the two lines are the same."""
    rules = """
参数 线: 金额 元
  自 2023-01-01 为 3000元  来源 标准 "甲"
  自 2025-01-01 为 4000元  来源 标准 "乙"
定义 低收入
  对象 农户
  当 收支.工资性收入 低于 线
定义 很低收入
  对象 农户
  当 收支.工资性收入 低于 3000元
"""
    found, _ = verdict("低收入 蕴含 很低收入", rules)

    assert found.witness is not None
    assert found.witness.case.as_of >= 1_735_660_800  # 2025-01-01 in Asia/Shanghai


def test_effort_that_is_too_small_is_undecided() -> None:
    found, _ = verdict("低收入 蕴含 很低收入", limits=Limits(effort=1))

    assert (found.outcome, found.doubt) == (Outcome.UNDECIDED, Doubt.EFFORT)


def test_without_the_solver_it_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relapse_rules.analysis.proving.prover.find_spec", lambda _: None)

    found, _ = verdict("低收入 蕴含 很低收入")

    assert (found.outcome, found.doubt) == (Outcome.UNDECIDED, Doubt.NO_SOLVER)


def test_small_claims_are_tried_out_without_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relapse_rules.analysis.proving.prover.find_spec", lambda _: None)
    rules = """
定义 低保户
  对象 农户
  当 享受低保 为 是
定义 低保或特困
  对象 农户
  当 享受低保 为 是 或 依靠自身力量能否解决 为 否
"""
    proved, _ = verdict("低保户 蕴含 低保或特困", rules)
    refuted, _ = verdict("低保或特困 蕴含 低保户", rules)

    assert (proved.outcome, proved.methods) == (Outcome.PROVED, (Method.EXHAUSTION,))
    assert (refuted.outcome, refuted.methods) == (Outcome.REFUTED, (Method.EXHAUSTION,))
    assert NEVER not in household(refuted).values()


def test_another_policy_that_is_more_generous() -> None:
    text = f'{RULES}\n性质 问\n  救助、慰问 不严于 政策 "国家.policy"\n'
    ours = policy(text)
    generous = policy(RULES.replace("低于 3000元", "低于 3500元"))
    stricter = policy(RULES.replace("低于 3000元", "低于 2500元"))

    less, more = (
        next(prove(ours, load_other=lambda _, theirs=theirs: theirs)) for theirs in (generous, stricter)
    )

    assert (less.outcome, more.outcome) == (Outcome.REFUTED, Outcome.PROVED)
    assert [(each.subject, each.outcome, each.other) for each in less.said] == [
        ("救助", False, False),
        ("救助", True, True),
    ]
    assert 300_000 <= int(str(household(less)[PER_HEAD])) < 350_000


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        pytest.param(lambda _: "读不到", "读不到", id="cannot be read"),
        pytest.param(
            lambda _: policy("定义 别的\n  对象 农户\n  当 是\n"), "“试验”里没有“救助”", id="no such rule"
        ),
    ],
)
def test_another_policy_that_cannot_be_compared(other: object, reason: str) -> None:
    ours = policy(f'{RULES}\n性质 问\n  救助 不严于 政策 "国家.policy"\n')

    (found,) = prove(ours, load_other=other)  # type: ignore[arg-type]

    assert (found.outcome, found.doubt, found.reason) == (Outcome.UNDECIDED, Doubt.OTHER_POLICY, reason)


def test_one_run_varies_one_fact_after_another() -> None:
    """What the changed household of one 性质 states otherwise is not carried over to the next."""
    rules = """
定义 好
  对象 农户
  当 饮水.水量 不低于 35升/人·日 且 (饮水.单次取水时间 超过 20分钟 或 饮水.水量 不超过 50升/人·日)
性质 水多不坏
  好 随 饮水.水量 不减
性质 路远不好
  好 随 饮水.单次取水时间 不增
"""
    found = list(prove(policy(rules)))

    assert [each.outcome for each in found] == [Outcome.REFUTED, Outcome.REFUTED]
    for each in found:
        assert each.witness is not None
        assert each.witness.changed is not None
        before, after = (
            case.tables["household"].rows[0] for case in (each.witness.case, each.witness.changed)
        )
        assert len({key for key in before if before[key] != after.get(key)}) == 1


def test_a_day_that_the_county_has_not_set_is_a_day() -> None:
    rules = """
参数 起算日: 日期
  自 2023-01-01 为 待定  来源 本地 "由县里定"
定义 算数
  对象 农户
  当 收支.核算起 不早于 起算日
"""
    found, typed = verdict("算数 蕴含 收支.核算起 不早于 2020-01-01", rules)

    assert found.witness is not None
    ((_, told),) = settings_told(found.witness, typed)
    assert "1901-01-01" <= told <= "2020-01-01"


def test_a_month_is_a_month_of_the_calendar() -> None:
    """Whatever is invented can be stated in a facts file and read again."""
    fact = next(
        spec
        for entity in load_plan().vocabulary.entities
        for spec in entity.fields
        if spec.type.kind is Kind.YEAR_MONTH and entity.english == "household"
    )
    rules = f"定义 早\n  对象 农户\n  当 {fact.name} 早于 2020-01\n"
    found, typed = verdict(f"早 蕴含 ({fact.name} 早于 1950-01)", rules)

    assert found.witness is not None
    stated = stated_facts(found.witness.case, typed.vocabulary)
    assert read_case(stated, typed.vocabulary).tables == found.witness.case.tables
