"""What would have to be otherwise: for conditions, enumerations, sets, numbers, ages, counts, lists and references."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest
from tests.decisions.sample import (
    HOUSEHOLDS,
    MEMBERS,
    case,
    definition,
    every,
    is_true,
    measure,
    named,
    no,
    policy,
    some,
)
from tests.explain.proving import asking, decided

from relapse_rules import Policy, load_plan
from relapse_rules.check import typed
from relapse_rules.explain.errors import AskError
from relapse_rules.explain.model import Change, WhyNot
from relapse_rules.policy import load

EXAMPLES = Path(__file__).parent.parent.parent / "examples"

SMALL = """政策 小方案

导入 "vocabulary.policy"

参数 收入线: 金额 元/人
  自 2023-01-01 为 8000元/人  来源 标准 "某文〔2023〕1号"
  自 2023-10-01 为 8312元/人  来源 标准 "某文〔2023〕2号"

指标 家庭纯收入值
  对象 收支
  值 工资性收入 + 生产经营性收入 - 生产经营性支出
  推导 收支.家庭纯收入

指标 家庭人均纯收入值
  对象 收支
  值 家庭纯收入 ÷ 农户.家庭人口数 四舍五入
  推导 收支.家庭人均纯收入

定义 低收入
  对象 农户
  当 收支.家庭人均纯收入 不高于 收入线

指标 两项收入
  对象 收支
  值 工资性收入 + 财产性收入

定义 两项很少
  对象 农户
  当 收支.两项收入 不高于 1000元

定义 两项合计很少
  对象 农户
  当 收支.工资性收入 + 收支.转移性收入 不高于 1000元

定义 在校
  对象 家庭成员
  当 非 (在校生状况 属于 未入学、已毕业、非在校)

定义 已推送
  对象 「部门预警/推送」
  当 推送时间 已发生

定义 常见灾害
  对象 灾害事件
  当 非 (灾害子类 属于 其他)

定义 学龄
  对象 家庭成员
  当 年龄(出生日期) 介于 6周岁 与 15周岁

定义 两人重残
  对象 农户
  当 人数(家庭成员 满足 残疾等级 属于 一级、二级) 不低于 2

定义 三保障有缺
  对象 农户
  当 存在 受灾影响 满足 (「三保障/饮水突出问题」 含 义务教育 或 「三保障/饮水突出问题」 含 住房安全)

定义 无病残
  对象 家庭成员
  当 非 (特殊困难群体 含 病) 且 非 (特殊困难群体 含 残)

定义 灾后推送
  对象 「部门预警/推送」
  当 推送时间 晚于 灾害事件.灾害发生时间
"""

FACTS = {
    "context": {"as_of": "2023-08-02T09:00:00+08:00"},
    "household": {
        "household_id": "H1",
        "population": 4,
        "finance": {"wage_income": 30000, "business_income": 8248, "business_expense": 5000},
        "member": [
            {"person_id": "P1", "birth_date": "2007-08-02", "disability_level": "一级"},
            {"person_id": "P2", "birth_date": "2018-01-15", "disability_level": "三级"},
            {"person_id": "P3"},
        ],
    },
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    path = tmp_path_factory.mktemp("policy") / "small.policy"
    path.write_text(SMALL, encoding="utf-8")
    return load(path)


@pytest.fixture(scope="module")
def plan() -> Policy:
    return load_plan()


def told(answer: WhyNot) -> list[list[str]]:
    """Return each repair as what a fact would have to be, and how far that is."""
    return [[_told(change) for change in repair.changes] for repair in answer.repairs]


def _told(change: Change) -> str:
    name = change.fact.partition(".")[2] or change.fact
    return " ".join(part for part in (f"{name}@{change.target.id}", change.wanted, change.distance) if part)


def with_finance(**stated: int | None) -> dict[str, object]:
    facts = deepcopy(FACTS)
    finance = facts["household"]["finance"]
    for name, value in stated.items():
        if value is None:
            del finance[name]
        else:
            finance[name] = value
    return facts


# --- numbers --------------------------------------------------------------------------------------


def test_each_number_of_a_sum_is_told_with_its_exact_distance(small):
    """33248.00 元 for 4 persons are 8312.00 元; half a 分 is rounded up, so 32000.01 元 still are 8000.00 元 a head."""
    answer = small.decide(FACTS).why_not("低收入")

    passed_on = "（家庭人均纯收入 再低 312.00 元/人）"
    assert told(answer) == [
        ["population@H1 不低于 5人 再多 1 人（家庭人均纯收入 再低 1662.40 元/人）"],
        [f"wage_income@H1 不高于 28752.01元 再低 1247.99 元{passed_on}"],
        [f"business_income@H1 不高于 7000.01元 再低 1247.99 元{passed_on}"],
        [f"business_expense@H1 不低于 6247.99元 再高 1247.99 元{passed_on}"],
    ]
    assert answer.complete


def test_amounts_of_which_none_can_fall_far_enough_are_told_together(small):
    """Neither can be negative, so one alone is never enough."""
    answer = small.decide(with_finance(wage_income=17000, property_income=18000)).why_not("两项很少")

    assert told(answer) == [
        [
            "wage_income@H1 合起来使 两项收入 不高于 1000元",
            "property_income@H1 合起来使 两项收入 不高于 1000元",
        ]
    ]
    assert answer.complete


def test_without_a_name_for_the_sum_each_amount_is_told_as_the_others_are(small):
    answer = small.decide(with_finance(wage_income=17000, transfer_income=18000)).why_not("两项合计很少")

    assert told(answer) == [
        ["wage_income@H1 不高于 1000元 再低 16000.00 元", "transfer_income@H1 为 0元 再低 18000.00 元"]
    ]


def test_unknown_numbers_are_told_by_what_they_have_to_come_to(small):
    facts = with_finance(wage_income=None, business_income=None)

    answer = small.decide(facts).why_not("低收入")

    assert answer.outcome == "unknown"
    assert told(answer) == [
        [
            "wage_income@H1 填明，合起来使 家庭人均纯收入 不高于 8000元/人",
            "business_income@H1 填明，合起来使 家庭人均纯收入 不高于 8000元/人",
        ]
    ]


def test_one_unknown_number_is_told_with_its_bound(small):
    answer = small.decide(with_finance(wage_income=None)).why_not("低收入")

    assert ["wage_income@H1 不高于 28752.01元"] in told(answer)


def test_a_supplied_derived_number_has_to_follow(small):
    """Income and what was derived from it have to change together: else they contradict each other."""
    answer = small.decide(with_finance(per_capita_net_income=8312)).why_not("低收入")

    assert told(answer)[1] == [
        "wage_income@H1 不高于 28752.01元 再低 1247.99 元（家庭人均纯收入 再低 312.00 元/人）",
        "per_capita_net_income@H1 为 8000元/人 再低 312.00 元/人",
    ]
    assert all(len(repair.changes) == 2 for repair in answer.repairs)


def test_a_new_parameter_does_it_by_itself(small):
    answer = small.decide(FACTS).why_not("低收入")

    assert answer.by_itself_on == "2023-10-01"
    assert answer.horizon == "2024-08-02"


# --- ages -----------------------------------------------------------------------------------------


def test_a_birth_date_is_fixed_and_time_does_it(small):
    answer = small.decide(FACTS).why_not("学龄", "P2", personal=True)

    assert told(answer) == [["birth_date@P2 不早于 2007-08-03、不晚于 2017-08-02 再早 166 天"]]
    assert [repair.possible for repair in answer.repairs] == [False]
    assert answer.by_itself_on == "2024-01-15"


@pytest.mark.parametrize(("as_of", "outcome"), [("2024-01-14", "no"), ("2024-01-15", "yes")])
def test_the_day_is_the_first_on_which_it_is_so(small, as_of, outcome):
    decision = small.decide(FACTS, as_of=f"{as_of}T09:00:00+08:00")

    assert decision.why_not("学龄", "P2").outcome == outcome


def test_what_is_over_never_comes_by_itself(small):
    answer = small.decide(FACTS).why_not("学龄", "P1")

    assert answer.outcome == "no"
    assert answer.by_itself_on is None


def test_personal_values_are_hidden_with_their_distance(small):
    (repair,) = small.decide(FACTS).why_not("学龄", "P2").repairs

    (change,) = repair.changes
    assert (change.stated, change.distance, change.hidden) == ("（个人信息）", "", True)


# --- names and moments ----------------------------------------------------------------------------


def test_of_an_open_list_is_told_what_will_not_do(small):
    facts = deepcopy(FACTS)
    facts["household"]["member"][0]["student_status"] = "已毕业"

    answer = small.decide(facts).why_not("在校", "P1", personal=True)

    assert told(answer) == [["student_status@P1 不为 未入学、已毕业、非在校"]]


def test_of_a_long_list_is_told_what_will_not_do(small):
    facts = deepcopy(FACTS) | {"disaster_event": [{"event_id": "E1", "subtype": "其他"}]}

    assert told(small.decide(facts).why_not("常见灾害")) == [["subtype@E1 不为 其他"]]


def test_what_has_not_happened_may_have_happened_by_now(small):
    facts = deepcopy(FACTS) | {"department_alert": [{"alert_id": "A1", "pushed_at": "未发生"}]}

    answer = small.decide(facts).why_not("已推送")

    assert told(answer) == [["pushed_at@A1 不晚于 2023-08-02 09:00"]]
    assert answer.by_itself_on is None


def test_what_is_planned_happens_by_itself(small):
    facts = deepcopy(FACTS) | {
        "department_alert": [{"alert_id": "A1", "pushed_at": "2023-08-05T20:00:00+08:00"}]
    }

    answer = small.decide(facts).why_not("已推送")

    assert told(answer) == [["pushed_at@A1 不晚于 2023-08-02 09:00 再早 3 天 11 小时"]]
    assert answer.by_itself_on == "2023-08-05"


def test_what_has_happened_would_have_to_be_later(small):
    facts = deepcopy(FACTS) | {
        "department_alert": [{"alert_id": "A1", "pushed_at": "2023-08-02T08:00:00+08:00"}]
    }

    answer = small.decide(facts).why_not("已推送")

    assert told(answer) == [["pushed_at@A1 不早于 2023-08-02 09:00:01，或 未发生 再晚 1 小时 1 秒"]]


# --- related elements -----------------------------------------------------------------------------


def test_a_count_is_met_by_any_of_the_others(small):
    answer = small.decide(FACTS).why_not("两人重残")

    assert told(answer) == [
        ["disability_level@P2 为 一级、二级 之一"],
        ["disability_level@P3 为 一级、二级 之一"],
    ]
    (change,) = answer.repairs[0].changes
    assert change.mark.value == "待证"
    assert change.documents == ("残疾证", "残联核定表")
    assert change.source == "县残联"


def test_a_set_is_told_by_what_it_would_have_to_hold(small):
    facts = deepcopy(FACTS)
    facts["household"]["impact"] = [{"three_guarantee_problem": ["基本医疗"]}]

    answer = small.decide(facts).why_not("三保障有缺")

    assert [[line.partition(" ")[2] for line in repair] for repair in told(answer)] == [
        ["含 义务教育、住房安全 之一"]
    ]


def test_a_personal_set_is_not_given_away(small):
    facts = deepcopy(FACTS)
    facts["household"]["member"][0]["special_group"] = ["老", "病"]
    decision = small.decide(facts)

    (repair,) = decision.why_not("无病残", "P1").repairs
    assert [change.wanted for change in repair.changes] == ["改为其他内容"]
    assert told(decision.why_not("无病残", "P1", personal=True)) == [["special_group@P1 不含 病"]]


def test_a_reference_may_name_another_element(small):
    facts = deepcopy(FACTS) | {
        "disaster_event": [
            {"event_id": "E1", "occurred_at": "2023-08-01T20:00:00+08:00"},
            {"event_id": "E2", "occurred_at": "2023-07-01T20:00:00+08:00"},
        ],
        "department_alert": [{"alert_id": "A1", "event_id": "E1", "pushed_at": "2023-08-01T18:00:00+08:00"}],
    }

    answer = small.decide(facts).why_not("灾后推送", "A1")

    assert told(answer) == [
        ["pushed_at@A1 不早于 2023-08-01 20:00:01，或 未发生 再晚 2 小时 1 秒"],
        ["occurred_at@E1 不晚于 2023-08-01 17:59:59 再早 2 小时 1 秒"],
        ["event_id@A1 为 E2"],
    ]
    assert [repair.possible for repair in answer.repairs] == [True, False, False]


def test_a_list_that_was_not_supplied_may_have_no_others():
    sick = typed.Quantified(
        domain="household",
        kind=typed.Quantification.EXISTS,
        relation=MEMBERS,
        condition=is_true("member.sick"),
    )
    drawn = policy(measures=(measure("救助", "household", no(sick)),))

    answer = decided(asking(drawn), case(members=None)).why_not("救助")

    assert told(answer) == [["member@H1 已列全，没有其他"]]


def test_an_element_that_is_not_listed_cannot_be_told(small):
    facts = deepcopy(FACTS)
    facts["household"]["member"] = []

    answer = small.decide(facts).why_not("学龄")

    assert (answer.outcome, answer.repairs, answer.complete) == ("no", (), False)


def test_a_list_not_supplied_makes_it_no_when_it_is_empty(small):
    facts = deepcopy(FACTS)
    del facts["household"]["member"]

    answer = small.decide(facts).why_not("学龄", wanted="no")

    assert told(answer) == [["member@H1 已列全，没有其他"]]
    assert answer.complete


# --- gates ----------------------------------------------------------------------------------------


def test_what_one_fact_helps_and_harms_is_repaired_by_another():
    """For 救助 somebody must be rural and not rural in the first way, so only the second way is left."""
    rural, hardship, special = (is_true(f"household.{name}") for name in ("rural", "hardship", "special"))
    drawn = policy(
        measures=(measure("救助", "household", every(some(rural, hardship), some(no(rural), special))),)
    )

    answer = decided(asking(drawn), case({"household.rural": False, "household.hardship": False})).why_not(
        "救助"
    )

    assert told(answer) == [
        ["hardship@H1 为 是"],
        ["rural@H1 为 是", "special@H1 为 是"],
    ]


def test_a_supplied_derived_condition_has_to_change_with_its_rule():
    drawn = policy(
        definitions=(
            definition("困难", "household", is_true("household.hardship"), derives="household.poor"),
        ),
        scope=None,
        eligibility=None,
        measures=(measure("救助", "household", named("household", "困难")),),
    )

    answer = decided(asking(drawn), case({"household.hardship": False, "household.poor": False})).why_not(
        "救助"
    )

    assert told(answer) == [["hardship@H1 为 是", "poor@H1 为 是"]]


def test_larger_sets_are_left_out_when_asked():
    facts = tuple(is_true(f"household.{name}") for name in ("rural", "hardship", "special"))
    drawn = policy(measures=(measure("救助", "household", every(*facts)),))
    decision = decided(asking(drawn), case())

    assert [len(repair.changes) for repair in decision.why_not("救助").repairs] == [3]
    assert decision.why_not("救助", most_changes=2).repairs == ()


def test_nothing_changes_what_is_always_so():
    always = typed.Lifted(
        domain="household", relation=HOUSEHOLDS, operand=typed.Constant(domain="context", value=True)
    )
    drawn = policy(measures=(measure("救助", "household", always),))

    answer = decided(asking(drawn), case({"household.rural": True})).why_not("救助")

    assert (answer.wanted, answer.repairs, answer.complete) == ("no", (), True)


def test_what_is_wanted_already_needs_no_change():
    drawn = policy(measures=(measure("救助", "household", is_true("household.rural")),))

    answer = decided(asking(drawn), case({"household.rural": True})).why_not("救助", wanted="yes")

    assert (answer.outcome, answer.wanted, answer.repairs, answer.complete) == ("yes", "yes", (), True)


def test_only_yes_and_no_can_be_wanted():
    drawn = policy(measures=(measure("救助", "household", is_true("household.rural")),))

    with pytest.raises(AskError) as caught:
        decided(asking(drawn), case()).why_not("救助", wanted="unknown")

    assert str(caught.value) == "想要的结果只能是“是”或“否”，这里是“unknown”（写作 yes 或 no）"


# --- the county plan ------------------------------------------------------------------------------


def test_an_open_measure_of_the_plan_waits_for_one_judgement(plan):
    answer = plan.decide((EXAMPLES / "01-flood-dibao.json").read_bytes()).why_not("纳入最低生活保障")

    assert told(answer) == [["dibao_eligible@H1 为 是"]]
    (change,) = answer.repairs[0].changes
    assert (change.name, change.mark.value, change.stated) == ("农户：符合低保条件", "待证", None)
    assert change.documents == ("低保审核确认表",)
    assert answer.complete


def test_all_ways_out_of_monitoring(plan):
    """What is fixed stands last: nobody changes what kind of disaster it was."""
    answer = plan.decide((EXAMPLES / "05-traffic-accident.json").read_bytes()).why_not("纳入监测帮扶")

    assert answer.wanted == "no"
    assert told(answer)[:6] == [
        ["is_rural_household@H5 为 否"],
        ["has_poverty_risk@H5 为 否"],
        ["self_resolvable@H5 为 是"],
        ["affected@impact[0] 为 否"],
        ["caused_by_event@impact[0] 为 否"],
        ["livelihood_hardship@H5 为 无、一般 之一", "three_guarantee_problem@impact[0] 为 空"],
    ]
    assert [repair.possible for repair in answer.repairs] == [True] * 6 + [False] * 2
    assert answer.complete


def test_a_measure_for_a_member_speaks_of_that_member(plan):
    answer = plan.decide((EXAMPLES / "01-flood-dibao.json").read_bytes()).why_not("保障义务教育", "P3")

    assert {change.target.id for repair in answer.repairs for change in repair.changes} == {"P3"}


def test_the_entities_of_all_targets_are_named(plan):
    answer = plan.decide((EXAMPLES / "05-traffic-accident.json").read_bytes()).why_not("纳入监测帮扶")

    assert {"household", "impact", "disaster_event"} <= {name.entity for name in answer.entities}
