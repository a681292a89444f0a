"""Each way in which facts can be wrong, told by field, place and remedy."""

from collections import UserDict
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.facts.sample import AS_OF, SMALL, flood, minimal, problems, read, shipped

from relapse_rules.facts.errors import FactsError
from relapse_rules.facts.read import read_case

# household facts -> path of the one problem, and what its text says
BAD_VALUES: dict[str, tuple[dict[str, Any], str, str]] = {
    "text for a number": ({"population": "3"}, "household.population", "去掉引号"),
    "bool for a number": ({"population": True}, "household.population", "要填数，这里是true"),
    "number for a bool": ({"no_labor_household": 1}, "household.no_labor_household", "要填是或否，这里是1"),
    "other word for a bool": ({"plan_exists": "有"}, "household.plan_exists", "这里是“有”"),
    "未知 for a plain bool": ({"plan_exists": "未知"}, "household.plan_exists", "要填是或否"),
    "fraction of a person": ({"population": 2.5}, "household.population", "小数位数过多"),
    "nobody": ({"population": 0}, "household.population", "超出范围（1人 以上）"),
    "three decimals of money": (
        {"finance": {"wage_income": 1.234}},
        "household.finance.wage_income",
        "最多两位小数",
    ),
    "negative income": (
        {"finance": {"wage_income": -1}},
        "household.finance.wage_income",
        "超出范围（0元 以上）",
    ),
    "too many days": (
        {"water": {"outage_days_per_year": 367}},
        "household.water.outage_days_per_year",
        "超出范围（0天 至 366天）",
    ),
    "five decimals": (
        {"water": {"litres_per_person_day": Decimal("1.00001")}},
        "household.water.litres_per_person_day",
        "最多四位小数",
    ),
    "huge exponent": (
        {"finance": {"wage_income": Decimal("1e999999")}},
        "household.finance.wage_income",
        "数过大",
    ),
    "tiny exponent": (
        {"finance": {"wage_income": Decimal("1e-999999")}},
        "household.finance.wage_income",
        "小数位数过多",
    ),
    "too large in its steps": (
        {"finance": {"wage_income": Decimal("1e14")}},
        "household.finance.wage_income",
        "数过大",
    ),
    "another type": ({"population": object()}, "household.population", "一个 object 值"),
    "text with an escape": ({"helper_unit": "甲\x1b[31m"}, "household.helper_unit", "控制字符"),
    "huge integer": ({"population": 10**5000}, "household.population", "一个过大的数"),
    "nan": ({"finance": {"wage_income": float("nan")}}, "household.finance.wage_income", "不是一个数"),
    "infinity": ({"finance": {"wage_income": float("inf")}}, "household.finance.wage_income", "不是一个数"),
    "unknown value": ({"household_type": "脱平户"}, "household.household_type", "是不是“脱贫户”"),
    "value of no likeness": ({"household_type": 3}, "household.household_type", "可填 一般农户、脱贫户"),
    "value in an empty open list": ({"needs_identified": [""]}, "household.needs_identified", "空文本"),
    "unknown value in a set": ({"risk_types": ["因病", "因并"]}, "household.risk_types", "“因并”"),
    "text for a set": ({"risk_types": "因病"}, "household.risk_types", '["因病"]'),
    "null in a set": ({"risk_types": [None]}, "household.risk_types", "列表中要填文本"),
    "list in a set": ({"risk_types": [["因病"]]}, "household.risk_types", "列表中要填文本"),
    "null that may not be": ({"household_type": None}, "household.household_type", "不能填 null"),
    "object for a value": ({"population": {"value": 3}}, "household.population", "只有裁量字段"),
    "object of another type": (
        {"suspected_risk": UserDict(value="?")},
        "household.suspected_risk",
        "要填是或否",
    ),
    "record in a record": (
        {"suspected_risk": {"value": {"value": True}}},
        "household.suspected_risk",
        "又是一个对象",
    ),
    "record without value": ({"suspected_risk": {"by": "某乡"}}, "household.suspected_risk", "没有写 value"),
    "record with another key": (
        {"suspected_risk": {"value": True, "who": "某乡"}},
        "household.suspected_risk",
        "没有叫“who”的项",
    ),
    "record with a key twice": (
        {"suspected_risk": {"value": True, "认定结果": True}},
        "household.suspected_risk",
        "写了两次",
    ),
    "record at no time": (
        {"suspected_risk": {"value": True, "at": "昨天"}},
        "household.suspected_risk",
        "要填日期或时间",
    ),
    "record by a number": (
        {"suspected_risk": {"value": True, "by": 7}},
        "household.suspected_risk",
        "要填文本",
    ),
    "date for a time": (
        {"housing": [{"screened_at": "2023-08-02"}]},
        "household.housing[0].screened_at",
        "只有日期，没有时刻",
    ),
    "time for a date": (
        {"finance": {"window_start": "2023-08-02T10:00:00"}},
        "household.finance.window_start",
        "带有时刻",
    ),
    "no such day": (
        {"finance": {"window_start": "2023-02-29"}},
        "household.finance.window_start",
        "没有这一天",
    ),
    "before 1900": (
        {"finance": {"window_start": "1899-12-31"}},
        "household.finance.window_start",
        "1900–2200",
    ),
    "after 2200": (
        {"finance": {"window_start": "2201-01-01"}},
        "household.finance.window_start",
        "1900–2200",
    ),
    "date with slashes": (
        {"finance": {"window_start": "2023/8/1"}},
        "household.finance.window_start",
        "写作 2023-08-01",
    ),
    "full-width digits": (
        {"finance": {"window_start": "\uff12\uff10\uff12\uff13-08-01"}},
        "household.finance.window_start",
        "不是这种写法",
    ),
    "half a second": (
        {"housing": [{"screened_at": "2023-08-02T10:00:00.5"}]},
        "household.housing[0].screened_at",
        "不足一秒",
    ),
    "midnight as 24:00": (
        {"housing": [{"screened_at": "2023-08-02 24:00"}]},
        "household.housing[0].screened_at",
        "次日的 00:00",
    ),
    "no such hour": (
        {"housing": [{"screened_at": "2023-08-02 25:00"}]},
        "household.housing[0].screened_at",
        "没有这个时刻",
    ),
    "no such offset": (
        {"housing": [{"screened_at": "2023-08-02T10:00+15:00"}]},
        "household.housing[0].screened_at",
        "没有这个时区",
    ),
    "未发生 where it must have": (
        {"finance": {"window_start": "未发生"}},
        "household.finance.window_start",
        "要填日期",
    ),
    "month as a number": ({"monitor_entry_date": 202308}, "household.monitor_entry_date", '写作 "202308"'),
    "thirteenth month": ({"monitor_entry_date": "202313"}, "household.monitor_entry_date", "没有这个月份"),
    "code as a number": ({"township_code": 511002}, "household.township_code", "加引号"),
    "code too short": ({"township_code": "51100"}, "household.township_code", "6 至 12 位"),
    "code too long": ({"township_code": "5110021010012"}, "household.township_code", "6 至 12 位"),
    "number for a text": ({"helper_unit": 3}, "household.helper_unit", "加上引号"),
    "empty text": ({"helper_unit": " "}, "household.helper_unit", "空文本"),
    "control character": ({"helper_unit": "甲\x00"}, "household.helper_unit", "控制字符"),
    "half a surrogate": ({"helper_unit": "甲\ud800"}, "household.helper_unit", "残缺字符"),
    "unknown key": ({"hosing": []}, "household.hosing", "是不是“housing”"),
    "unknown Chinese key": ({"住坊": []}, "household.住坊", "是不是“住房”"),
    "key of another object": ({"birth_date": "1980-01-01"}, "household.birth_date", "它写在“家庭成员”之下"),
    "object for a list": ({"housing": {}}, "household.housing", "要填列表"),
    "null for a list": ({"housing": None}, "household.housing", "没有的写 []"),
    "list for an object": ({"water": []}, "household.water", "要填一个对象"),
    "value for an element": ({"housing": ["老屋"]}, "household.housing[0]", "要填一个对象"),
    "member without a name": ({"member": [{}]}, "household.member[0].person_id", "没有填“人编号”"),
    "member of another household": (
        {"member": [{"person_id": "P1", "household_id": "H2"}]},
        "household.member[0].household_id",
        "不是同一个",
    ),
    "employment of nobody": (
        {"member": [{"person_id": "P1"}], "employment": [{"person_id": "P2"}]},
        "household.employment[0].person_id",
        "没有这一条",
    ),
    "employment of another member": (
        {"member": [{"person_id": "P1", "employment": [{"person_id": "P2"}]}, {"person_id": "P2"}]},
        "household.member[0].employment[0].person_id",
        "不是同一个",
    ),
    "employment is a text": (
        {"member": [{"person_id": "P1", "employment": "务工"}]},
        "household.member[0].employment",
        "要填对象或列表",
    ),
    "same name twice": ({"housing": [{"id": "甲"}, {"id": "甲"}]}, "household.housing[1].id", "“甲” 重复"),
    "name that a position has": ({"housing": [{"id": "housing[1]"}, {}]}, "household.housing[1].id", "重复"),
    "field under two names": (
        {"population": 2, "家庭人口数": 2},
        "household.population",
        "“population”、“家庭人口数”",
    ),
    "field under alias and name, once null": (
        {"是否农户": True, "is_rural_household": None},
        "household.is_rural_household",
        "",
    ),
    "field twice in two spellings": (
        {"户类型": "脱贫户", " 户类型": "脱贫户"},
        "household.household_type",
        "写了两次",
    ),
    "list under two names": ({"housing": [], "住房": []}, "household.housing", "同一项"),
}


@pytest.mark.parametrize(("household", "path", "text"), BAD_VALUES.values(), ids=BAD_VALUES.keys())
def test_a_bad_fact_is_told_by_place_and_remedy(household, path, text):
    found = problems(minimal(**household))

    assert {problem.path for problem in found} == {path}
    assert text in str(found[-1])


# facts -> path and what the text says
BAD_FRAMES: dict[str, tuple[Any, str, str]] = {
    "no household": ({"context": {"as_of": AS_OF}}, "household.household_id", "没有填“户编号”"),
    "no context": ({"household": {"household_id": "H1"}}, "context.as_of", "没有填“判定时点”"),
    "as_of null": ({"context": {"as_of": None}, "household": {"household_id": "H"}}, "context.as_of", "null"),
    "household is a list": ({"context": {"as_of": AS_OF}, "household": []}, "household", "要填一个对象"),
    "children at the top": ({**minimal(), "housing": []}, "housing", "它写在“农户”之下"),
    "key that is no text": ({**minimal(), 3: 1}, "", "int"),
    "event of no list": (
        {**minimal(impact=[{"event_id": "E9"}]), "disaster_event": []},
        "household.impact[0].event_id",
        "“E9”",
    ),
    "event without a name": ({**minimal(), "disaster_event": [{}]}, "disaster_event[0].event_id", "没有填"),
    "not an object": ([], "", "这里是一个列表"),
    "nothing": (None, "", "这里是null"),
    "a number": (7, "", "这里是7"),
}


@pytest.mark.parametrize(("facts", "path", "text"), BAD_FRAMES.values(), ids=BAD_FRAMES.keys())
def test_a_bad_frame_is_told_by_place(facts, path, text):
    found = problems(facts)

    assert [problem.path for problem in found] == [path]
    assert text in str(found[0])


def test_all_problems_are_told_at_once():
    found = problems(minimal(population="2", household_type="富户", housing=[{"safe": 1}, {"occupied": 2}]))

    assert [problem.path for problem in found] == [
        "household.population",
        "household.household_type",
        "household.housing[0].safe",
        "household.housing[1].occupied",
    ]


def test_no_more_than_a_hundred_problems_are_told():
    assert len(problems(minimal(housing=[{"safe": 1}] * 500))) == 100


PERSONAL = "张三-330102198001010011"


@pytest.mark.parametrize(
    "household",
    [
        {"household_id": PERSONAL, "member": [{"person_id": "P", "household_id": PERSONAL + "9"}]},
        {"member": [{"person_id": PERSONAL}, {"person_id": PERSONAL}]},
        {"member": [{"person_id": "P1"}], "employment": [{"person_id": PERSONAL}]},
        {"member": [{"person_id": "P1", "employment": {"person_id": PERSONAL}}]},
        {"member": [{"person_id": "P1", "birth_date": PERSONAL}]},
        {"member": [{"person_id": "P1", "health_status": PERSONAL}]},
        {"member": [{"person_id": "P1", "special_group": PERSONAL}]},
        {"member": [{"person_id": "P1", "special_group": [PERSONAL]}]},
        {"member": [{"person_id": "P1", "special_group": {"value": ["老"], "at": PERSONAL}}]},
        {"finance": {"medical_self_paid": PERSONAL}},
        {"helper_person": PERSONAL + "\x00"},
    ],
)
def test_personal_data_is_never_in_a_message(household):
    found = problems({**minimal(), "household": {"household_id": "H1", **household}})

    assert found
    assert PERSONAL not in str(FactsError(found))
    assert PERSONAL not in repr(found)


def test_a_near_value_of_a_personal_field_is_not_guessed():
    found = problems(minimal(member=[{"person_id": "P1", "health_status": "健糠"}]))

    assert found[0].help == "可填 健康、长期慢性病、大病、残疾"


def test_long_values_are_shortened():
    found = problems(minimal(household_type="长" * 100_000))

    assert len(str(found[0])) < 200


def test_the_source_is_named():
    with pytest.raises(FactsError) as caught:
        read_case(minimal(population="2"), shipped(), source_name="某户.json")

    assert str(caught.value).startswith("事实有 1 处问题：\n  某户.json: household.population: ")


def test_a_part_of_a_year_that_is_whole_months_is_taken():
    assert read_case(minimal(term=1.25), SMALL).tables["household"].rows[0]["household.term"] == 15


def test_a_part_of_a_month_is_refused():
    assert [problem.path for problem in problems(minimal(term=0.3), SMALL)] == ["household.term"]


def test_a_vocabulary_without_a_subject_cannot_be_read_with():
    with pytest.raises(ValueError, match="没有判定的对象"):
        read_case({}, replace(SMALL, entities=SMALL.entities[:1]))


def test_python_dates_and_times_are_taken_as_they_are():
    stated = flood()
    stated["context"]["as_of"] = datetime(2023, 8, 2, 1, 0, tzinfo=UTC)
    stated["household"]["member"][0]["birth_date"] = date(1980, 5, 1)
    stated["household"]["housing"][0]["screened_at"] = datetime(2023, 8, 2, 9, 0)  # noqa: DTZ001 - as Shanghai

    case = read(stated)

    assert case.as_of == 1690938000
    assert case.tables["housing"].rows[0]["housing.screened_at"] == 1690938000
    assert case.tables["member"].rows[0]["member.birth_date"] == 722_936


def test_a_python_date_is_no_time_and_a_time_no_date():
    stated = minimal(
        finance={"window_start": datetime(2023, 8, 2, tzinfo=UTC)},
        housing=[{"screened_at": date(2023, 8, 2)}],
    )

    assert [problem.path for problem in problems(stated)] == [
        "household.finance.window_start",
        "household.housing[0].screened_at",
    ]


def test_a_moment_beyond_the_calendar_is_refused_in_its_usual_spelling_too():
    stated = {"context": {"as_of": "2023-02-29T00:00:00+08:00"}, "household": {"household_id": "H1"}}

    assert "日历上没有这一天" in str(problems(stated)[0])


def test_a_python_time_with_a_fraction_of_a_second_is_refused():
    stated = minimal(housing=[{"screened_at": datetime(2023, 8, 2, 9, 0, 0, 1, tzinfo=UTC)}])

    assert "不足一秒" in str(problems(stated)[0])


def test_a_vocabulary_without_the_moment_cannot_be_read_with():
    context, *others = SMALL.entities
    bare = replace(SMALL, entities=(replace(context, fields=()), *others))

    with pytest.raises(ValueError, match="判定时点"):
        read_case({}, bare)


def test_reading_with_many_vocabularies_keeps_only_some_readers():
    copies = [replace(SMALL) for _ in range(20)]

    cases = [read_case(minimal(), each) for each in copies]

    assert cases == [cases[0]] * 20
