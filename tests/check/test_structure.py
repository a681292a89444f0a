"""A policy as a whole: what rules list, exceptions, overlays, order, coverage, and what is left idle."""

import pytest
from tests.check.support import checked, policy, reported

from relapse_rules.check.typed import AllOf, AnyOf, FieldTest, Lifted, Named, Negation
from relapse_rules.diagnostics import Severity
from relapse_rules.values.relations import Relation

UNITS = "单位 县民政局\n  别名 民政部门\n单位 乡镇  指代 农户.乡(镇)\n"
MEASURE = "措施 {}\n  类别 {}\n  对象 {}\n  当 {}\n  力度 应当\n"


def measure(name: str, more: str = "", category: str = "甲类", entity: str = "农户", when: str = "是") -> str:
    return MEASURE.format(name, category, entity, when) + more


# --- what is listed -------------------------------------------------------------------------------


def test_units_keep_the_name_that_the_plan_writes():
    text = UNITS + measure("甲", "  责任单位 民政部门、乡镇  依据 1-01\n  配合单位 县民政局\n")

    typed = policy(text)

    assert typed.measures[0].units == ("民政部门", "乡镇")
    assert typed.measures[0].supporting_units == ("县民政局",)
    assert typed.measures[0].also_cites == ("1-01",)
    assert typed.units[0].aliases == ("民政部门",)
    assert typed.units[1].fact == "household.township_code"


PROCEDURE = """
程序 认定  依据 1-02
  对象 农户
  当 符合低保条件
  步骤 一
  步骤 二  依据 1-03
    当 整户无劳动能力
  步骤 三
    并行
    之后 认定/一
"""


def test_steps_follow_one_another_and_have_their_own_conditions():
    tasks = {task.name: task for task in policy(PROCEDURE).tasks}

    assert [task.after for task in tasks.values()] == [(), ("认定/一",), ("认定/一",)]
    assert tasks["认定/一"].condition == FieldTest(
        domain="household", fact="household.dibao_eligible", kind="true"
    )
    assert isinstance(tasks["认定/二"].condition, AllOf)
    assert tasks["认定/二"].cites == ("1-03",)
    assert tasks["认定/三"].cites == ("1-02",)
    assert tasks["认定/三"].procedure == "认定"


def test_a_procedure_comes_before_what_follows_it_by_its_last_step():
    text = PROCEDURE + measure("甲", "  程序 认定\n") + measure("乙", "  之后 认定、甲\n")

    first, second = policy(text).measures

    assert first.after == ("认定/三",)
    assert second.after == ("认定/三", "甲")


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("及时", ("及时", None, "", False, None)),
        ('"七日左右"', ("七日左右", None, "", False, None)),
        ("灾害发生时间 起 1天 内", ("1天内", 86_400, "天", False, None)),
        ("灾害发生时间 起 2月 内", ("2月内", 2, "月", False, None)),
        ("灾害发生时间 起 5工作日 内", ("5工作日内", 5, "工作日", False, None)),
        ("灾害发生时间 起 期限 内", ("期限内", "期限", "小时", False, None)),
        ("灾害发生时间 起 1天 内 按 算法", ("1天内", 86_400, "天", False, "算法")),
        ("灾害发生时间 当天", ("当天", None, "", True, None)),
    ],
    ids=str,
)
def test_a_time_limit(limit, expected):
    text = (
        "参数 期限: 时长 小时\n  自 2023-01-01 为 24小时  来源 原文\n"
        '解读 算法\n  取 二十四小时\n  可取 二十四小时、次日终了\n  理由 "试"\n'
        f"职责 甲\n  对象 灾害事件\n  启动 是\n  时限 {limit}\n"
    )

    (task,) = policy(text).tasks

    assert task.limit is not None
    assert (
        task.limit.word,
        task.limit.within,
        task.limit.within_unit,
        task.limit.same_day,
        task.limit.reading,
    ) == expected
    assert task.limit.start_is_date is False


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("事件分级 起 1天 内", ("RR0303", "事件分级")),
        ("灾害发生时间 起 没有 内", ("RR0209", "没有")),
        ("灾害发生时间 起 人数 内", ("RR0310", "人数")),
        ("灾害发生时间 起 3 内", ("RR0310", "3")),
        ("灾害发生时间 起 1天 内 按 没有", ("RR0209", "没有")),
        ("灾害发生时间 起 1天 内 按 别的", ("RR0214", "别的")),
        ("相隔(灾害发生时间, 判定时点) 起 1天 内", ("RR0310", "相隔(灾害发生时间, 判定时点)")),
    ],
    ids=str,
)
def test_a_broken_time_limit(limit, expected):
    text = (
        "参数 「人数」: 整数\n  自 2023-01-01 为 24  来源 原文\n"
        '解读 别的\n  取 甲\n  可取 甲、乙\n  理由 "试"\n'
        "定义 用\n  对象 农户\n  当 别的 为 甲 且 「人数」 为 3\n"
        f"职责 甲\n  对象 灾害事件\n  启动 是\n  时限 {limit.replace('人数', '「人数」')}\n"
    )

    assert [(code, place.strip("「」")) for code, place in reported(text)] == [expected]


# --- exceptions -----------------------------------------------------------------------------------

EXCEPTION = "例外 甲外\n  对象 农户\n  当 符合低保条件\n  效果 {}\n"
NAMED = Named(domain="household", name="甲外")


def test_an_exception_switches_off():
    typed = policy(measure("甲", when="整户无劳动能力") + EXCEPTION.format("甲 不适用"))

    (changed,) = typed.measures
    assert changed.outcome == AllOf(
        domain="household", operands=(changed.condition, Negation(domain="household", operand=NAMED))
    )
    assert typed.exceptions[0].switches == ("甲",)


def test_an_exception_switches_on():
    (changed,) = policy(measure("甲", when="整户无劳动能力") + EXCEPTION.format("甲 适用")).measures

    assert changed.outcome == AnyOf(domain="household", operands=(changed.condition, NAMED))


def test_off_has_the_last_word():
    text = measure("甲") + EXCEPTION.format("甲 不适用") + EXCEPTION.replace("甲外", "乙外").format("甲 适用")

    (changed,) = policy(text).measures

    on = AnyOf(domain="household", operands=(changed.condition, Named(domain="household", name="乙外")))
    assert changed.outcome == AllOf(
        domain="household", operands=(on, Negation(domain="household", operand=NAMED))
    )


def test_an_exception_is_lifted_to_what_it_changes():
    (changed,) = policy(measure("甲", entity="住房") + EXCEPTION.format("甲 适用")).measures

    lifted = Lifted(domain="housing", relation=Relation("housing", "household"), operand=NAMED)
    assert changed.outcome == AnyOf(domain="housing", operands=(changed.condition, lifted))


def test_a_procedure_or_a_category_stands_for_all_of_it():
    text = PROCEDURE + measure("甲") + measure("乙") + measure("丙", category="乙类")

    (exception,) = policy(text + EXCEPTION.format("认定、甲类 不适用")).exceptions

    assert exception.switches == ("认定/一", "认定/二", "认定/三", "甲", "乙")


def test_an_exception_orders():
    text = PROCEDURE + measure("甲") + measure("乙") + EXCEPTION.format("认定 在 甲类 之后")

    (exception,) = policy(text).exceptions

    assert exception.orders == ((("认定/一", "认定/二", "认定/三"), ("甲", "乙")),)
    assert exception.switches == ()


def test_an_exception_of_what_it_cannot_see():
    text = measure("甲") + "例外 外\n  对象 住房\n  当 因灾受损\n  效果 甲 不适用\n"

    assert reported(text) == [("RR0206", "甲")]


def test_orders_in_a_circle():
    text = measure("甲", "  之后 乙\n") + measure("乙", "  之后 丙\n") + measure("丙", "  之后 甲\n")

    assert [code for code, _ in reported(text)] == ["RR0502"]
    assert "“甲” → “乙” → “丙” → “甲”" in checked(text).diagnostics[0].message


def test_an_exception_may_turn_the_written_order_round_but_not_its_own():
    text = measure("甲") + measure("乙", "  之后 甲\n") + EXCEPTION.format("甲 在 乙 之后")

    assert reported(text) == []
    assert [code for code, _ in reported(f"{text}  效果 乙 在 甲 之后\n")] == ["RR0502"]


# --- order of computing ---------------------------------------------------------------------------


def test_each_comes_after_what_it_uses():
    text = (
        "定义 甲\n  对象 农户\n  当 乙 且 丙数 低于 1元\n定义 乙\n  对象 农户\n  当 丁\n"
        "指标 丙数\n  对象 农户\n  值 合计(受灾影响.直接经济损失 满足 戊)\n"
        "定义 丁\n  对象 农户\n  当 是\n定义 戊\n  对象 受灾影响\n  当 丁\n"
    )

    assert [definition.name for definition in policy(text).definitions] == ["丁", "乙", "戊", "甲"]


@pytest.mark.parametrize(
    "text",
    [
        "定义 甲\n  对象 农户\n  当 甲\n",
        "定义 甲\n  对象 农户\n  当 乙\n定义 乙\n  对象 农户\n  当 存在 住房 满足 甲\n",
        "指标 甲\n  对象 农户\n  值 甲 + 1元\n",
        "指标 甲\n  对象 农户\n  值 乙\n指标 乙\n  对象 农户\n  值 甲\n",
        "指标 甲\n  对象 农户\n  值 合计(受灾影响.直接经济损失 满足 乙)\n定义 乙\n  对象 受灾影响\n  当 甲 高于 1元\n",
        (
            "定义 甲\n  对象 收支\n  当 家庭纯收入 高于 1元\n"
            "指标 乙\n  对象 收支\n  值 合计(受灾影响.直接经济损失 满足 甲)\n  推导 收支.家庭纯收入\n"
        ),
    ],
    ids=["itself", "two definitions", "an indicator", "two indicators", "mixed", "by a derived field"],
)
def test_declarations_in_a_circle_are_reported_once(text):
    assert [code for code, _ in reported(text)] == ["RR0213"]


def test_every_circle_is_reported():
    pair = "定义 {0}甲\n  对象 农户\n  当 {0}乙\n定义 {0}乙\n  对象 农户\n  当 {0}甲\n"
    numbers = "指标 {0}丙\n  对象 农户\n  值 {0}丁\n指标 {0}丁\n  对象 农户\n  值 {0}丙\n"
    text = "".join(form.format(name) for form in (pair, numbers) for name in ("子", "丑"))

    assert [code for code, _ in reported(text)] == ["RR0213"] * 4


def test_a_long_circle_is_shortened():
    links = 40
    text = "".join(f"指标 丙{n}\n  对象 农户\n  值 丙{(n + 1) % links}\n" for n in range(links))

    (found,) = checked(text).diagnostics

    assert found.message.endswith("“丙7” → …（共40个） → “丙0”")


def test_a_long_chain_of_indicators_is_no_circle():
    links = 1500
    text = "".join(f"指标 丙{n}\n  对象 农户\n  值 丙{n + 1} + 1\n" for n in range(links))

    typed = policy(f"{text}指标 丙{links}\n  对象 农户\n  值 1\n")

    assert typed.indicators[0].name == f"丙{links}"


def test_a_long_chain_is_no_circle():
    links = 1500
    text = "".join(f"定义 丙{n}\n  对象 农户\n  当 丙{n + 1}\n" for n in range(links))

    typed = policy(f"{text}定义 丙{links}\n  对象 农户\n  当 是\n")

    assert typed.definitions[0].name == f"丙{links}"


# --- the county's own files -----------------------------------------------------------------------

PARAMETER = (
    '参数 标准: 金额 元\n  自 2023-01-01 为 待定  来源 本地 "县里填"\n'
    "定义 用\n  对象 农户\n  当 工资性收入 低于 标准\n"
)


def test_a_setting_adds_values_in_their_places():
    local = '设定 标准\n  自 2022-01-01 为 1元  来源 本地 "甲"\n  自 2023-01-01 为 2元  来源 本地 "乙"\n'

    (parameter,) = policy(PARAMETER, local=local).parameters

    assert [(value.value, value.origin) for value in parameter.values] == [(100, "甲"), (200, "乙")]


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ('设定 标准\n  自 2023-01-01 为 2人  来源 本地 "乙"\n', ("RR0303", "2人")),
        ('设定 标淮\n  自 2023-01-01 为 2元  来源 本地 "乙"\n', ("RR0209", "标淮")),
        ("政策 甲\n", ("RR0503", "甲")),
        ('导入 "甲.policy"\n', ("RR0503", '导入 "甲.policy"')),
        ("采用 没有 为 甲\n", ("RR0209", "没有")),
        ("采用 读法 为 丙\n", ("RR0214", "丙")),
    ],
    ids=str,
)
def test_what_the_county_cannot_say(local, expected):
    reading = '解读 读法\n  取 甲\n  可取 甲、乙\n  理由 "试"\n定义 又用\n  对象 农户\n  当 读法 为 甲\n'

    found = reported(PARAMETER + reading, local=local)

    assert [each for each in found if each[0] != "RR0405"] == [expected]


def test_the_county_adopts_a_reading():
    text = '解读 读法\n  取 甲\n  可取 甲、乙\n  理由 "试"\n定义 用\n  对象 农户\n  当 读法 为 甲\n'

    assert policy(text, local="采用 读法 为 乙\n").readings[0].taken == "乙"


def test_the_county_adds_to_a_unit_and_names_new_ones():
    local = "单位 县民政局\n  别名 民政股\n  并入 县委 自 2024-01-01\n单位 县委  代码 511002\n"

    units = policy(UNITS + measure("甲", "  责任单位 县民政局、乡镇\n"), local=local).units

    assert units[0].aliases == ("民政部门", "民政股")
    assert [name for name, _ in units[0].successions] == ["县委"]
    assert units[2].code == "511002"


# --- the header, idleness, properties -------------------------------------------------------------


def test_header_references_are_definitions():
    header = '导入 "vocabulary.policy"\n政策 试验\n  适用范围 没有\n  资格 甲\n  失效日期 2022-01-01\n  生效日期 2023-01-01\n'
    text = "指标 甲\n  对象 农户\n  值 1\n"

    assert sorted(code for code, _ in reported(text, header=header)) == ["RR0209", "RR0209", "RR0403"]


def test_there_is_one_header():
    assert reported("政策 又一个\n") == [("RR0202", "又一个")]


def test_idle_declarations_are_warnings():
    text = UNITS + "参数 甲: 整数\n  自 2023-01-01 为 1  来源 原文\n"

    found = checked(text)

    assert [each.code for each in found.diagnostics] == ["RR0406"] * 3
    assert {each.severity for each in found.diagnostics} == {Severity.WARNING}
    assert found.value is not None


# --- coverage -------------------------------------------------------------------------------------

OUTLINE = "== 一 总则\n1-01 可判 甲\n1-02 需裁量 乙\n1-03 不可判 丙\n"
HEADER = '导入 "vocabulary.policy"\n政策 试验\n  大纲 "试.outline"\n  类别 甲类\n'


def coverage(text: str) -> list[str]:
    return [code for code, _ in reported(text, header=HEADER, files={"试.outline": OUTLINE})]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("定义 甲  依据 1-01、1-02\n  对象 农户\n  当 是\n", []),
        ('定义 甲  依据 1-01\n  对象 农户\n  当 是\n不适用 1-02、1-03\n  理由 "无"\n', []),
        ("定义 甲  依据 1-01\n  对象 农户\n  当 是\n", ["RR0602"]),
        ("定义 甲  依据 1-01、1-02、1-03\n  对象 农户\n  当 是\n", ["RR0604"]),
        ('定义 甲  依据 1-01、1-02\n  对象 农户\n  当 是\n不适用 1-02\n  理由 "无"\n', ["RR0603"]),
        ("单位 县委  级别 县级\n" + measure("甲", "  责任单位 县委  依据 1-02\n  依据 1-01\n"), []),
    ],
    ids=str,
)
def test_every_statement_is_accounted_for_once(text, expected):
    assert coverage(text) == expected


def test_a_case_accounts_for_nothing():
    case = "用例 例\n  依据 1-01、1-09\n  给定\n    判定时点 为 2023-08-02 09:00\n  期望\n    甲 为 是\n"

    assert coverage(f"定义 甲  依据 1-02\n  对象 农户\n  当 是\n{case}") == ["RR0601"]


def test_excused_statements_keep_their_reasons():
    text = '定义 甲  依据 1-01\n  对象 农户\n  当 是\n不适用 1-02、1-03\n  理由 "无"\n'

    typed = policy(text, header=HEADER, files={"试.outline": OUTLINE})

    assert [(each.cite, each.reason) for each in typed.excused] == [("1-02", "无"), ("1-03", "无")]
