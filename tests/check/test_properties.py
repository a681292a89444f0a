"""性质: what each kind says once it is checked, and what is said of each mistake in one."""

from __future__ import annotations

import pytest
from tests.check.support import policy, reported

from relapse_rules.check.policy import TypedProperty
from relapse_rules.check.typed import Constant, FieldTest, Lifted, Named, Negation
from relapse_rules.ir.verify import verify
from relapse_rules.lowering import lower

HEADER = '导入 "vocabulary.policy"\n政策 试验\n  类别 甲类\n'
RULES = (
    "单位 乡镇\n"
    "定义 困难\n  对象 农户\n  当 是\n"
    "定义 老人\n  对象 家庭成员\n  当 年龄(出生日期) 不低于 60周岁\n"
    "措施 救助\n  类别 甲类\n  对象 农户\n  当 困难\n  力度 应当\n  责任单位 乡镇\n  时限 及时\n"
    "措施 慰问\n  类别 甲类\n  对象 家庭成员\n  当 老人\n  力度 可以\n"
    "程序 认定\n  对象 农户\n  当 困难\n"
    "  步骤 公示\n    责任单位 乡镇\n"
    "  步骤 审核\n    责任单位 乡镇\n"
    "职责 上报\n  对象 农户\n  启动 困难\n"
    "例外 暂停\n  对象 农户\n  当 否\n  效果 救助 不适用\n"
)


def typed(claim: str) -> TypedProperty:
    """Return the one 性质 that makes ``claim``."""
    (made,) = policy(f"{RULES}性质 问\n  {claim}\n", header=HEADER).properties
    return made


def wrong(claim: str) -> list[tuple[str, str]]:
    """Return the codes of one claim, and what they underline."""
    return reported(f"{RULES}性质 问\n  {claim}\n", header=HEADER)


# --- what is said -----------------------------------------------------------------------------------


def test_an_implication_is_between_any_two_conditions():
    made = typed("户类型 为 脱贫户 且 困难 蕴含 非 困难")

    left, right = made.conditions
    assert (made.kind, made.entity, made.subjects) == (
        "蕴含",
        "household",
        ("户类型 为 脱贫户 且 困难", "非 困难"),
    )
    assert isinstance(right, Negation)
    assert right.operand == Named(domain="household", name="困难")
    assert left.domain == "household"


def test_a_measure_stands_for_its_outcome_with_the_exceptions_worked_in():
    text = f"{RULES}性质 问\n  救助 蕴含 困难\n"

    checked = policy(text, header=HEADER)

    assert checked.properties[0].conditions[0] == checked.measures[0].outcome
    assert checked.measures[0].outcome != checked.measures[0].condition


def test_steps_duties_and_exceptions_are_conditions_too():
    made = policy(f"{RULES}性质 问\n  认定/公示 且 上报 蕴含 非 暂停\n", header=HEADER)

    steps = {task.name: task.outcome for task in made.tasks}
    left, right = made.properties[0].conditions
    assert left.operands == (steps["认定/公示"], steps["上报"])
    assert right.operand == Named(domain="household", name="暂停")


@pytest.mark.parametrize(
    ("claim", "entity"),
    [
        ("困难 蕴含 困难 或 符合低保条件", "household"),
        ("老人 蕴含 困难", "member"),
        ("困难 蕴含 慰问", "member"),
        ("户类型 为 脱贫户 蕴含 符合低保条件", "household"),
        ("存在 家庭成员 满足 老人 蕴含 困难", "household"),
        ("对象 家庭成员\n  困难 蕴含 年龄(出生日期) 不满 60周岁", "member"),
    ],
)
def test_over_whose_elements_follows_from_the_names_unless_it_is_written(claim, entity):
    made = typed(claim)

    assert (made.entity, made.domain) == (entity, entity)
    assert {condition.domain for condition in made.conditions} == {entity}


def test_what_is_about_the_household_is_seen_from_its_members():
    made = typed("老人 蕴含 困难")

    assert isinstance(made.conditions[1], Lifted)


def test_several_never_hold_together_and_a_bracket_may_stand_for_one():
    made = typed("从不同时 救助、上报、(困难 且 符合低保条件)")

    assert made.kind == "从不同时"
    assert made.subjects == ("救助", "上报", "困难 且 符合低保条件")
    assert len(made.conditions) == 3


def test_one_of_several_holds_whenever_a_condition_does():
    made = typed("至少一项 救助、上报 当 符合低保条件")

    assert (made.kind, len(made.conditions)) == ("至少一项", 2)
    assert made.when == FieldTest(domain="household", fact="household.dibao_eligible", kind=made.when.kind)
    assert typed("至少一项 救助、(是)").when is None
    assert isinstance(typed("至少一项 救助、(是)").conditions[1], Constant)


@pytest.mark.parametrize(
    ("claim", "kind", "facts"),
    [
        ("困难 随 财产性收入 不增", "不增", ("finance.property_income",)),
        (
            "困难、救助 随 收支.工资性收入、家庭人口数 不减",
            "不减",
            ("finance.wage_income", "household.population"),
        ),
        (
            "救助 不随 户编号、家庭成员.健康状况 改变",
            "不随",
            ("household.household_id", "member.health_status"),
        ),
    ],
)
def test_fields_are_of_the_household_or_of_whatever_is_named(claim, kind, facts):
    made = typed(claim)

    assert (made.kind, made.facts) == (kind, facts)


@pytest.mark.parametrize(
    ("claim", "kind", "listings"),
    [
        ("每个 措施 有 责任单位", "有责任单位", ("救助", "慰问")),
        ("每个 步骤 有 时限", "有时限", ("认定/公示", "认定/审核")),
        ("每个 职责 有 时限", "有时限", ("上报",)),
        ("对象 家庭成员\n  每个 措施 有 时限", "有时限", ("慰问",)),
    ],
)
def test_everything_of_a_kind_has_an_owner_or_a_limit(claim, kind, listings):
    made = typed(claim)

    assert (made.kind, made.listings, made.conditions) == (kind, listings, ())


def test_another_policy_is_named_by_its_file():
    made = typed('困难、认定/审核 不严于 政策 "省.policy"')

    assert (made.kind, made.other, made.subjects) == ("不严于", "省.policy", ("困难", "认定/审核"))


# --- what is wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("困难 蕴含 查无", ("RR0201", "查无")),
        ("对象 查无\n  困难 蕴含 救助", ("RR0203", "查无")),
        ("对象 农户\n  困难 蕴含 老人", ("RR0206", "老人")),
        ("认定 蕴含 困难", ("RR0209", "认定")),
        ("认定/公市 蕴含 困难", ("RR0209", "认定/公市")),
        ("查无/公示 蕴含 困难", ("RR0209", "查无/公示")),
        ("困难 蕴含 家庭人口数", ("RR0301", "家庭人口数")),
        ("从不同时 困难", ("RR0412", "困难")),
        ("从不同时 困难、救助、困难", ("RR0412", "困难")),
        ("困难 蕴含 困难", ("RR0412", "困难")),
        ("困难 不随 户编号、户编号 改变", ("RR0412", "户编号")),
        ("困难 随 户类型 不增", ("RR0407", "户类型")),
        ("困难 随 困难 不增", ("RR0407", "困难")),
        ("困难 不随 救助 改变", ("RR0204", "救助")),
        ("困难 不随 健康状况 改变", ("RR0206", "健康状况")),
        ("困难 不随 家庭成员.健康状汪 改变", ("RR0204", "健康状汪")),
        ("困难 不随 家庭成圆.健康状况 改变", ("RR0203", "家庭成圆")),
        ("困难 不随 查无 改变", ("RR0201", "查无")),
        ('(困难 且 救助) 不严于 政策 "省.policy"', ("RR0209", "困难 且 救助")),
        ('享受低保 不严于 政策 "省.policy"', ("RR0209", "享受低保")),
        ("困难 不严于 上级", ("RR0503", "问")),
    ],
)
def test_a_mistake_is_told_by_its_code_at_what_is_wrong(claim, expected):
    assert wrong(claim) == [expected]


def test_a_name_is_used_once():
    text = f"{RULES}性质 问\n  困难 蕴含 救助\n性质 问\n  救助 蕴含 困难\n"

    assert reported(text, header=HEADER) == [("RR0202", "问")]


def test_what_is_broken_elsewhere_is_reported_there_alone():
    text = "措施 救助\n  类别 甲类\n  对象 农户\n  当 查无\n  力度 应当\n性质 问\n  救助 蕴含 是否农户\n"

    assert reported(text, header=HEADER) == [("RR0201", "查无")]


def test_a_slash_belongs_to_a_property_alone():
    assert reported("定义 甲\n  对象 农户\n  当 认定/公示\n", header=HEADER) == [("RR0103", "/")]


def test_a_parameter_may_be_there_for_a_property_alone():
    text = "参数 界\n: 整数"
    text = "参数 界: 整数 人\n  自 2023-01-01 为 3人 来源 原文\n性质 问\n  家庭人口数 低于 界 蕴含 是否农户\n"

    assert reported(text, header=HEADER) == []


# --- in the program ---------------------------------------------------------------------------------

CLAIMS = (
    "性质 一  依据 1-01\n  老人 蕴含 非 困难\n"
    "性质 二\n  至少一项 救助、认定/公示 当 困难\n"
    "性质 三\n  每个 措施 有 责任单位\n"
)


def test_claims_are_lowered_on_demand_alone():
    checked = policy(RULES + CLAIMS, header=HEADER)

    plain, claiming = lower(checked), lower(checked, claims=True)

    assert plain.claims == ()
    assert plain == lower(policy(RULES + CLAIMS, header=HEADER))
    assert len(claiming.nodes) > len(plain.nodes)
    assert verify(claiming) == ()


def test_a_claim_points_at_the_nodes_of_its_conditions():
    program = lower(policy(RULES + CLAIMS, header=HEADER), claims=True)

    first, second, third = program.claims
    outcomes = {listing.id: listing.node for listing in program.listings}
    assert (first.name, first.kind, first.cites, first.domain) == ("一", "蕴含", ("1-01",), "member")
    assert {program.nodes[node].domain for node in first.nodes} == {"member"}
    assert second.nodes == (outcomes["救助"], outcomes["认定/公示"])
    assert second.when == program.named["困难"]
    assert (third.nodes, third.listings) == ((), ("救助", "慰问"))
