"""What a name means inside a declaration, and what is said when it means nothing."""

import pytest
from tests.check.support import answer, answers, checked, condition_of, policy, reported

from relapse_rules.check.typed import FieldTest, Lifted, Named, NumberCompare, NumberField, NumberParameter
from relapse_rules.values.relations import Relation


def condition(text: str, name: str = "问"):
    return policy(text).conditions[name].condition


# --- the order of search --------------------------------------------------------------------------


def test_a_field_of_the_entity_itself_stays_where_it_is():
    typed = condition("定义 问\n  对象 住房\n  当 因灾受损\n")

    assert typed == FieldTest(domain="housing", fact="housing.disaster_damaged", kind="true")


def test_a_field_above_is_lifted_step_by_step():
    typed = condition("定义 问\n  对象 住房\n  当 已建立预警分级\n")

    assert typed == Lifted(
        domain="housing",
        relation=Relation("housing", "household"),
        operand=Lifted(
            domain="household",
            relation=Relation("household", "context"),
            operand=FieldTest(domain="context", fact="context.alert_grading_established", kind="true"),
        ),
    )


def test_a_field_of_an_entity_of_which_there_is_one_is_in_the_same_lanes():
    typed = condition("定义 问\n  对象 农户\n  当 水质达标\n")

    assert typed == FieldTest(domain="household", fact="water.quality_ok", kind="true")


def test_a_field_of_the_entity_comes_before_one_above():
    """各县级部门无法解决 is a field of 农户 and of 帮扶记录."""
    near = condition("定义 问\n  对象 帮扶记录\n  当 各县级部门无法解决\n")
    far = condition("定义 问\n  对象 帮扶记录\n  当 农户.各县级部门无法解决\n")

    assert near.fact == "assistance.departments_unable"
    assert far.operand.fact == "household.departments_unable"


def test_a_declared_concept_is_used_by_name_and_lifted():
    typed = condition("定义 甲\n  对象 农户\n  当 整户无劳动能力\n定义 问\n  对象 家庭成员\n  当 甲\n")

    assert typed == Lifted(
        domain="member",
        relation=Relation("member", "household"),
        operand=Named(domain="household", name="甲"),
    )


def test_a_derived_field_is_the_declaration_that_derives_it():
    text = "定义 甲\n  对象 住房\n  当 鉴定等级 属于 C、D\n  推导 住房.是否危房\n定义 问\n  对象 住房\n  当 是否危房\n"

    assert condition(text) == Named(domain="housing", name="甲")


def test_a_path_leads_through_a_reference():
    typed = condition("定义 问\n  对象 受灾影响\n  当 灾害事件.归入本方案灾种的认定\n")

    assert typed == Lifted(
        domain="impact",
        relation=Relation("impact", "disaster_event", "event_id"),
        operand=FieldTest(domain="disaster_event", fact="disaster_event.category_confirmed", kind="true"),
    )


def test_a_path_may_name_the_reference_field():
    by_entity = condition("定义 问\n  对象 就业\n  当 家庭成员.失学辍学\n")
    by_field = condition("定义 问\n  对象 就业\n  当 人编号.失学辍学\n")

    assert by_entity == by_field
    assert by_entity.relation == Relation("employment", "member", "person_id")


def test_a_reference_to_what_is_above_is_the_tree():
    typed = condition("定义 问\n  对象 受灾影响\n  当 户编号.整户无劳动能力\n")

    assert typed.relation == Relation("impact", "household")


def test_a_path_may_have_many_parts():
    typed = condition("定义 问\n  对象 受灾影响\n  当 灾害事件.政策上下文.已建立预警分级\n")

    assert typed.relation == Relation("impact", "disaster_event", "event_id")
    assert typed.operand.relation == Relation("disaster_event", "context")


def test_an_english_name_is_no_name_of_a_policy():
    assert condition_of("dibao_eligible") == [("RR0201", "dibao_eligible")]


def test_operands_share_the_domain_of_their_node():
    typed = condition(
        "参数 线: 金额 元/人·年\n  自 2023-01-01 为 7000元/人·年  来源 原文\n"
        "定义 问\n  对象 住房\n  当 线 低于 监测收入参考线\n"
    )

    assert isinstance(typed, NumberCompare)
    assert {typed.left.domain, typed.right.domain, typed.domain} == {"housing"}
    assert typed.left.operand.operand == NumberParameter(domain="context", name="线")
    assert typed.right.operand.operand == NumberField(domain="context", fact="context.income_line")


# --- what is reported -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "entity", "expected"),
    [
        ("整户无劳动能立", "农户", [("RR0201", "整户无劳动能立")]),
        ("住房", "农户", [("RR0201", "住房")]),
        ("因灾受损", "农户", [("RR0206", "因灾受损")]),
        ("灾害过程结束时间 已发生", "受灾影响", [("RR0206", "灾害过程结束时间")]),
        ("住房.因灾受损", "农户", [("RR0206", "住房")]),
        ("房子.因灾受损", "农户", [("RR0203", "房子")]),
        ("饮水.水质", "农户", [("RR0204", "水质")]),
        ("存在 房子 满足 因灾受损", "农户", [("RR0203", "房子")]),
        ("存在 饮水 满足 水质达标", "农户", [("RR0206", "饮水")]),
        ("存在 住房 满足 因灾受损", "灾害事件", [("RR0206", "住房")]),
        ("存在 农户 满足 整户无劳动能力", "住房", [("RR0206", "农户")]),
        ("户类型 为 贫困户", "农户", [("RR0207", "贫困户")]),
        ("户类型 属于 脱贫户、贫困户、特困户", "农户", [("RR0207", "贫困户"), ("RR0207", "特困户")]),
    ],
    ids=str,
)
def test_a_name_that_means_nothing_is_reported_where_it_stands(text, entity, expected):
    assert condition_of(text, entity) == expected


def test_a_name_out_of_reach_comes_with_what_to_write():
    (child,) = checked("定义 问\n  对象 农户\n  当 因灾受损\n").diagnostics
    (referred,) = checked("定义 问\n  对象 受灾影响\n  当 事件分级 为 重大\n").diagnostics
    (elsewhere,) = checked("定义 问\n  对象 灾害事件\n  当 因灾受损\n").diagnostics

    assert "存在 住房 满足" in child.help
    assert "灾害事件.事件分级" in referred.help
    assert "对象改为“住房”" in elsewhere.help


def test_homophones_come_first():
    (found,) = checked("定义 问\n  对象 农户\n  当 整户无劳动能立\n").diagnostics

    assert found.help == "是不是“整户无劳动能力”？"


def test_an_unknown_entity_is_reported_once_and_nothing_of_its_rule():
    text = "定义 问\n  对象 住户\n  当 胡说 且 乱写\n定义 又\n  对象 农户\n  当 问\n"

    assert reported(text) == [("RR0203", "住户")]


def test_two_references_to_one_entity_are_ambiguous():
    text = (
        "实体 往来  英文 deal\n  上级 农户\n  数量 多个\n"
        "  字段 编号  英文 id  类型 文本  提供 村  种类 原始  可空  标识  可缺\n"
        "  字段 起因  英文 first  类型 引用 灾害事件  提供 村  种类 原始  可空\n"
        "  字段 结果  英文 last  类型 引用 灾害事件  提供 村  种类 原始  可空\n"
    )

    assert reported(f"{text}定义 问\n  对象 往来\n  当 灾害事件.归入本方案灾种的认定\n") == [
        ("RR0205", "灾害事件")
    ]
    assert reported(f"{text}定义 问\n  对象 往来\n  当 起因.归入本方案灾种的认定\n") == []
    assert reported(f"{text}定义 问\n  对象 灾害事件\n  当 存在 往来 满足 起因.归入本方案灾种的认定\n") == [
        ("RR0205", "往来")
    ]


def test_one_name_is_declared_once():
    text = "定义 甲\n  对象 农户\n  当 是\n指标 甲\n  对象 农户\n  值 1\n"

    assert reported(text) == [("RR0202", "甲")]
    assert checked(text).diagnostics[0].labels[0].message == "第一处：定义"


@pytest.mark.parametrize(
    "declaration",
    [
        "定义 符合低保条件\n  对象 农户\n  当 是\n",
        "职责 低保对象\n  对象 农户\n  启动 是\n",
        "指标 帮扶金额\n  对象 农户\n  值 1\n",
    ],
    ids=["a definition", "a duty", "an alias"],
)
def test_a_concept_is_not_called_as_a_field(declaration):
    assert [code for code, _ in reported(declaration)] == ["RR0212"]


def test_a_measure_is_no_condition():
    text = "措施 甲\n  类别 甲类\n  对象 农户\n  当 是\n  力度 应当\n定义 问\n  对象 农户\n  当 甲\n"

    assert reported(text) == [("RR0209", "甲")]


# --- elements -------------------------------------------------------------------------------------

TWO_EVENTS = "    灾害事件 E1: 事件分级 为 重大\n    灾害事件 E2: 事件分级 为 一般\n"


def test_elements_that_refer_here_are_counted_here():
    alerts = "    部门预警 A1: 灾害事件编号 为 E1\n    部门预警 A2: 灾害事件编号 为 E1\n"

    assert answers("个数(部门预警) 达到 2", TWO_EVENTS + alerts, "灾害事件") == (True, False)


def test_elements_of_what_is_above_are_counted_there():
    homes = "    住房 甲:\n    住房 乙:\n    家庭成员 P1:\n"

    assert answers("个数(住房) 为 2", homes, "家庭成员") == (True,)
    assert answers("存在 住房 满足 因灾受损", homes, "住房") == (None, None)


def test_the_elements_of_elements():
    """Seen from the household, each impact asks its own event."""
    given = TWO_EVENTS + "    受灾影响: 灾害事件编号 为 E2、是否受灾 为 是\n"

    assert answer("存在 受灾影响 满足 (是否受灾 且 灾害事件.事件分级 为 重大)", given) is False
    assert answer("存在 受灾影响 满足 (是否受灾 且 灾害事件.事件分级 为 一般)", given) is True
    assert answer("没有 受灾影响 满足 灾害事件.事件分级 为 重大", given) is True


# --- open enumerations ----------------------------------------------------------------------------


def test_a_value_outside_an_open_enumeration_is_quoted_or_a_unit():
    """Facts may state any text there; a rule that misspells a listed value would never hold."""
    unit = "单位 县气象局  级别 县级\n"
    ask = "定义 问\n  对象 部门预警\n  当 推送部门 为 {}\n"

    assert reported(ask.format("县应急管里局")) == [("RR0207", "县应急管里局")]
    assert reported(unit + ask.format("县气象局")) == []
    assert reported(ask.format('"县气象台"')) == []


def test_scope_and_eligibility_are_about_what_a_decision_lists():
    header = '导入 "vocabulary.policy"\n政策 试验\n  适用范围 甲\n  资格 甲\n'

    assert reported("定义 甲\n  对象 灾害事件\n  当 是\n", header=header) == [("RR0206", "甲")]
    assert reported("定义 甲\n  对象 收支\n  当 是\n", header=header) == [("RR0206", "甲")]


def test_a_finding_may_ask_for_the_moment():
    text = "单位 乡镇  级别 乡级\n裁量 问\n  对象 帮扶记录\n  认定单位 乡镇\n  认定结果 急难情况缓解时间 早于 判定时点\n"

    assert policy(text).judgements[0].facts == ("assistance.emergency_eased_at",)
