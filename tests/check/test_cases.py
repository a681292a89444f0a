"""用例: facts as a facts file states them, and expectations with the names of a decision."""

from decimal import Decimal

import pytest
from tests.check.support import policy, reported

from relapse_rules.facts.read import read_case

CASE = "用例 例\n  给定\n    判定时点 为 2023-08-02 09:00\n{}  期望\n    问 为 是\n"
QUESTION = "定义 问\n  对象 农户\n  当 是\n"


def facts(given: str) -> dict:
    typed = policy(QUESTION + CASE.format(given))
    read_case(typed.cases[0].facts, typed.vocabulary)
    return dict(typed.cases[0].facts)


def wrong(given: str) -> list[tuple[str, str]]:
    return reported(QUESTION + CASE.format(given))


def expecting(lines: str) -> str:
    return QUESTION + CASE.format("").replace("    问 为 是\n", lines)


def test_facts_hang_where_a_facts_file_has_them():
    given = (
        "    灾害事件 E1: 灾害大类 为 自然灾害\n"
        "    农户 H1: 户类型 为 脱贫户\n"
        "    住房 甲: 因灾受损 为 是\n"
        "    住房: 因灾受损 为 否\n"
        "    收支: 工资性收入 为 1.2万元\n"
        "    家庭成员 没有\n"
    )

    assert facts(given) == {
        "context": {"as_of": "2023-08-02T09:00:00+08:00"},
        "disaster_event": [{"event_id": "E1", "category": "自然灾害"}],
        "household": {
            "household_id": "H1",
            "household_type": "脱贫户",
            "housing": [{"id": "甲", "disaster_damaged": True}, {"disaster_damaged": False}],
            "finance": {"wage_income": 12_000},
            "member": [],
        },
    }


@pytest.mark.parametrize(
    ("line", "entity", "key", "value"),
    [
        ("收支: 工资性收入 为 0.01元", "finance", "wage_income", Decimal("0.01")),
        ("饮水: 水量 为 35.5升/人·日", "water", "litres_per_person_day", Decimal("35.5")),
        ("饮水: 单次取水时间 为 1小时", "water", "fetch_minutes", 60),
        ("饮水: 最近水质检测时间 为 2023-07-01", "water", "last_quality_test_at", "2023-07-01"),
        ("饮水: 恢复正常供水时间 为 未发生", "water", "supply_restored_at", "未发生"),
        (
            "饮水: 恢复正常供水时间 为 2023-08-01T12:00:00+00:00",
            "water",
            "supply_restored_at",
            "2023-08-01T20:00:00+08:00",
        ),
    ],
    ids=str,
)
def test_values_of_every_kind(line, entity, key, value):
    assert facts(f"    {line}\n")["household"][entity] == {key: value}


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("享受低保 为 否", "dibao_status", "否"),
        ("识别监测时间 为 202307", "monitor_entry_date", "202307"),
        ("乡镇 为 511002101", "township_code", "511002101"),
        ('帮扶单位 为 "县委"', "helper_unit", "县委"),
        ("帮扶需求清单 为 {低保、自己写的}", "needs_identified", ["低保", "自己写的"]),
        ("帮扶需求清单 为 {}", "needs_identified", []),
        ("家庭人口数 为 3人", "population", 3),
        ("符合低保条件 为 否", "dibao_eligible", False),
    ],
    ids=str,
)
def test_values_of_a_household(line, key, value):
    assert facts(f"    农户 H1: {line}\n")["household"] == {"household_id": "H1", key: value}


def test_the_household_of_a_case_need_not_be_named():
    assert facts("")["household"] == {"household_id": "例"}


def test_a_case_starts_from_another():
    text = (
        QUESTION
        + CASE.format("    农户 H1: 户类型 为 脱贫户\n")
        + "用例 又\n  基于 例\n  给定\n    农户: 户类型 为 未知、整户无劳动能力 为 是\n"
        "    住房 甲: 因灾受损 为 是\n  期望\n    问 为 是\n"
        "用例 再\n  基于 又\n  给定\n    住房 甲: 唯一住房 为 是\n    住房 乙:\n  期望\n    问 为 是\n"
        "用例 末\n  基于 再\n  给定\n    住房 没有\n  期望\n    问 为 是\n"
    )

    first, second, third, last = (case.facts["household"] for case in policy(text).cases)

    assert first == {"household_id": "H1", "household_type": "脱贫户"}
    assert second == {
        "household_id": "H1",
        "no_labor_household": True,
        "housing": [{"id": "甲", "disaster_damaged": True}],
    }
    assert third["housing"] == [{"id": "甲", "disaster_damaged": True, "is_only_home": True}, {"id": "乙"}]
    assert last["housing"] == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("    农户 H1: 户类型 为 贫困户\n", ("RR0207", "贫困户")),
        ("    农户 H1: 户类形 为 脱贫户\n", ("RR0204", "户类形")),
        ("    住户 H1:\n", ("RR0203", "住户")),
        ("    农户 H1: 家庭人口数 为 3\n", ("RR0302", "3")),
        ("    农户 H1: 家庭人口数 为 3元\n", ("RR0303", "3元")),
        ("    农户 H1: 家庭人口数 为 是\n", ("RR0303", "家庭人口数 为 是")),
        ("    农户 H1: 整户无劳动能力 为 无\n", ("RR0303", "整户无劳动能力 为 无")),
        ("    农户 H1: 致贫返贫风险 为 {因病、因懒}\n", ("RR0207", "因懒")),
        ("    收支: 工资性收入 为 0.001元\n", ("RR0306", "0.001元")),
        ("    饮水: 年累计断水天数 为 1小时\n", ("RR0306", "1小时")),
        ("    饮水: 恢复正常供水时间 为 2023-07-01\n", ("RR0303", "2023-07-01")),
        ("    饮水 甲: 水质达标 为 是\n", ("RR0408", "甲")),
        ("    饮水 没有\n", ("RR0206", "饮水")),
        ("    家庭成员: 低保对象 为 是\n", ("RR0408", "家庭成员")),
        ("    农户 H1: 户类型 为 未发生\n", ("RR0303", "户类型 为")),
    ],
    ids=str,
)
def test_a_fact_that_is_none(given, expected):
    assert wrong(given) == [expected]


def test_a_case_has_a_moment():
    text = QUESTION + CASE.format("").replace("    判定时点 为 2023-08-02 09:00\n", "    农户 H1:\n")

    assert reported(text) == [("RR0401", "例")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("判定时点 为 待定", ("RR0303", "判定时点 为 待定")),
        ("判定时点 为 2023-08-02", ("RR0303", "2023-08-02")),
        ("政策上下文: 判定时间 为 2023-08-02 09:00", ("RR0204", "判定时间")),
    ],
    ids=["no time", "a date", "misspelt"],
)
def test_a_moment_that_is_wrong_is_not_missing_too(line, expected):
    text = QUESTION + CASE.format("").replace("判定时点 为 2023-08-02 09:00", line)
    resting_on_it = "用例 后\n  基于 例\n  期望\n    问 为 是\n"

    assert reported(text + resting_on_it) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("用例 例\n  基于 没有\n", ("RR0209", "没有")),
        ("用例 例\n  基于 例\n", ("RR0213", "例")),
    ],
    ids=["unknown", "itself"],
)
def test_a_base_that_is_none(text, expected):
    body = "  给定\n    判定时点 为 2023-08-02 09:00\n  期望\n    问 为 是\n"

    assert reported(QUESTION + text + body) == [expected]


def test_expectations_have_the_names_of_a_decision():
    text = (
        "措施 甲\n  类别 甲类\n  对象 住房\n  当 是\n  力度 应当\n"
        "程序 认定\n  对象 农户\n  当 是\n  步骤 一\n"
        + expecting(
            "    问、认定/一 为 未知\n    甲 对 住房[0] 为 是\n    甲 对 东屋 为 否\n    措施 含 甲\n    措施 不含 甲\n"
            "    缺 农户.符合低保条件、家庭成员\n    矛盾 住房.是否危房\n    截止 认定/一 为 2023-08-02 20:00\n"
            "    完成 甲 为 否\n"
        )
    )

    made = policy(text).cases[0].expectations

    assert [(each.kind, each.subjects, each.target, each.outcome, each.due) for each in made] == [
        ("为", ("问", "认定/一"), None, "未知", None),
        ("为", ("甲",), "housing[0]", "是", None),
        ("为", ("甲",), "东屋", "否", None),
        ("措施 含", ("甲",), None, None, None),
        ("措施 不含", ("甲",), None, None, None),
        ("缺", ("household.dibao_eligible", "household.member"), None, None, None),
        ("矛盾", ("housing.is_dangerous",), None, None, None),
        ("截止", ("认定/一",), None, None, 1_690_977_600),
        ("完成", ("甲",), None, "否", None),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("没有 为 是", "没有"),
        ("措施 含 问", "问"),
        ("完成 问 为 是", "问"),
        ("缺 农户.没有", "农户.没有"),
        ("矛盾 没有", "没有"),
    ],
    ids=str,
)
def test_an_expectation_of_what_no_decision_has(line, expected):
    assert reported(expecting(f"    {line}\n")) == [("RR0209", expected)]
