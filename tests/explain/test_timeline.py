"""What time alone changes: every day of it, exactly, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.check.support import policy
from tests.strategies.policies import policies_and_cases

from relapse_rules.decisions import Concluder, Decision
from relapse_rules.decisions.moments import day_text, first_second, last_second, moment_text
from relapse_rules.engines.lanes import Evaluator, compile_program
from relapse_rules.explain.timeline import timeline
from relapse_rules.explain.timeline_model import Timeline
from relapse_rules.explain.turning import dated
from relapse_rules.facts import CaseReader
from relapse_rules.facts.case import Case
from relapse_rules.facts.errors import FactsError
from relapse_rules.facts.moments import date_ordinal, time_seconds
from relapse_rules.facts.stated import NEVER_TEXT
from relapse_rules.ir.details import details_of
from relapse_rules.lowering import lower
from relapse_rules.values.moments import day_of
from relapse_rules.values.vocabulary import Vocabulary

VOCABULARY = """\
实体 政策上下文  英文 context
  数量 一个
  字段 判定时点  英文 as_of  类型 时间  不可空  必填
实体 农户  英文 household
  上级 政策上下文
  数量 一个
  字段 户编号  英文 household_id  类型 文本  不可空  标识
  字段 转移时间  英文 moved_at  类型 时间
  字段 登记日期  英文 listed_on  类型 日期
  字段 办结时间  英文 finished_at  类型 时间
  字段 等级  英文 grade  类型 枚举 {甲、乙}
  字段 认定日期  英文 judged_on  类型 日期  种类 裁量
实体 家庭成员  英文 member
  上级 农户
  数量 多个
  字段 人编号  英文 person_id  类型 文本  不可空  标识  个人信息
  字段 出生日期  英文 birth_date  类型 日期  个人信息
  字段 周岁  英文 years  类型 整数 周岁  种类 推导
实体 帮扶  英文 help
  上级 农户
  数量 多个
  字段 编号  英文 id  类型 文本  标识  可缺
  字段 受助人  英文 person_id  类型 引用 家庭成员
  字段 落实时间  英文 given_at  类型 时间
  字段 已过  英文 since  类型 时长 秒  种类 推导
"""
HEADER = f"政策 试验\n  类别 甲类\n{VOCABULARY}"
STANDING = f"政策 试验\n  类别 甲类\n  生效日期 2024-01-01\n  失效日期 2026-12-31\n{VOCABULARY}"


class Subject(NamedTuple):
    """A compiled policy."""

    engine: Evaluator
    concluder: Concluder
    vocabulary: Vocabulary

    def timeline(self, case: Case, first: str, last: str) -> Timeline:
        """Return the timeline of a case."""
        return timeline(self.engine, self.concluder, case, first, last, vocabulary=self.vocabulary)

    def decided(self, case: Case, moment: int) -> Decision:
        """Return the decision as of a moment, whatever the case says of 判定时点."""
        then = dated(self.engine.program, case, moment)
        return self.concluder.conclude(self.engine.run(then), then, reading_changes={})


@cache
def subject(text: str, header: str = HEADER) -> Subject:
    typed = policy(text, header=header)
    program = lower(typed)
    return Subject(compile_program(program), Concluder(program), typed.vocabulary)


def case(about: Subject, home: Mapping[str, object], **lists: object) -> Case:
    facts = {
        "context": {"as_of": "2024-01-10T09:00:00+08:00"},
        "household": {"household_id": "H1", **home, **lists},
    }
    return CaseReader(about.vocabulary).read(facts)


def told(found: Timeline) -> list[tuple[str, str | None, list[str], tuple[str, ...]]]:
    """Return date, moment, outcomes (``before→after``) and causes of each turn."""
    return [
        (
            day.date,
            turn.moment,
            [f"{each.id} {each.target.id} {each.before}→{each.after}" for each in turn.changes],
            turn.causes,
        )
        for day in found.days
        for turn in day.turns
    ]


MOVED = "定义 已转移\n  对象 农户\n  当 转移时间 已发生\n"
LISTED = "定义 已登记\n  对象 农户\n  当 登记日期 已发生\n"
OLD = "定义 满六十\n  对象 家庭成员\n  当 年龄(出生日期) 达到 60周岁\n"
WAITED = "定义 已满三日\n  对象 农户\n  当 转移时间 + 3天 已发生\n"
RECENT = "定义 刚转移\n  对象 农户\n  当 相隔(判定时点, 转移时间) 不超过 36小时\n"
AGED = """\
参数 年龄线: 整数 周岁
  自 2024-01-01 为 60周岁  来源 本地 "试"
  自 2024-06-01 为 65周岁  来源 本地 "试"
定义 老人
  对象 家庭成员
  当 年龄(出生日期) 达到 年龄线
"""
SUPPLIED = """\
指标 现年
  对象 家庭成员
  值 年龄(出生日期)
  推导 家庭成员.周岁
定义 不过六十
  对象 家庭成员
  当 周岁 不超过 60周岁
"""
RATIO = """\
定义 商
  对象 家庭成员
  当 60周岁 ÷ (50周岁 - 年龄(出生日期)) 低于 (0周岁 - 6周岁) ÷ 1周岁
"""
SUMS = """\
指标 已过多久
  对象 帮扶
  值 相隔(判定时点, 落实时间)
  推导 帮扶.已过
定义 受助已久
  对象 家庭成员
  当 合计(帮扶.已过) 高于 2小时
"""
HUGE = """\
定义 巨数
  对象 农户
  当 相隔(判定时点, 转移时间) × 2305843009213693952 + 1小时 高于 0小时
"""
GRADED = """\
参数 宽等: 集合 等级
  自 2024-01-01 为 {甲}  来源 本地 "试"
  自 2024-06-01 为 甲、乙  来源 本地 "试"
定义 从宽
  对象 农户
  当 等级 属于 宽等
"""
DUTY = """\
参数 期限: 时长 天
  自 2024-01-01 为 2天  来源 本地 "试"
  自 2024-02-05 为 9天  来源 本地 "试"
单位 老局
  并入 新局 自 2024-02-03
单位 新局
职责 上报
  对象 农户
  启动 转移时间 已发生
  责任单位 老局
  时限 转移时间 起 期限 内
  完成 办结时间 已发生
"""


def test_a_stated_time_that_comes_changes_the_outcome_at_its_moment():
    about = subject(MOVED)
    home = case(about, {"moved_at": "2024-02-01T09:30:00+08:00"})

    found = about.timeline(home, "2024-01-01", "2024-12-31")

    assert told(found) == [
        (
            "2024-02-01",
            "2024-02-01T09:30:00+08:00",
            ["已转移 H1 no→yes"],
            ("农户 H1：“转移时间”的时间到了",),
        )
    ]


def test_a_stated_date_comes_as_its_day_begins():
    about = subject(LISTED)

    found = about.timeline(case(about, {"listed_on": "2024-02-01"}), "2024-01-01", "2024-12-31")

    assert told(found) == [("2024-02-01", None, ["已登记 H1 no→yes"], ("农户 H1：“登记日期”的时间到了",))]


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2024-02-02", "2024-12-31", []),
        ("2024-02-01", "2024-02-01", ["2024-02-01"]),
        ("2024-01-01", "2024-02-01", ["2024-02-01"]),
        ("2024-01-01", "2024-01-31", []),
    ],
)
def test_the_first_and_the_last_day_belong_to_the_span(first, last, days):
    about = subject(LISTED)

    found = about.timeline(case(about, {"listed_on": "2024-02-01"}), first, last)

    assert [day.date for day in found.days] == days


@pytest.mark.parametrize(
    ("born", "years", "birthday"),
    [
        ("1964-05-20", ("2024-01-01", "2025-12-31"), "2024-05-20"),
        ("1964-02-29", ("2024-01-01", "2025-12-31"), "2024-02-29"),
        ("1966-02-28", ("2026-01-01", "2027-12-31"), "2026-02-28"),
        ("1968-02-29", ("2028-01-01", "2028-12-31"), "2028-02-29"),
    ],
)
def test_a_birthday_changes_what_hangs_on_age(born, years, birthday):
    about = subject(OLD)
    home = case(about, {}, member=[{"person_id": "P3", "birth_date": born}])

    found = about.timeline(home, *years)

    assert told(found) == [(birthday, None, ["满六十 P3 no→yes"], ("家庭成员 P3 满 60 周岁",))]


def test_who_is_born_on_29_february_has_the_birthday_on_1_march_in_other_years():
    about = subject(OLD.replace("60周岁", "61周岁"))
    home = case(about, {}, member=[{"person_id": "P3", "birth_date": "1964-02-29"}])

    found = about.timeline(home, "2025-01-01", "2025-12-31")

    assert [day.date for day in found.days] == ["2025-03-01"]


def test_only_the_person_whose_birthday_it_is_is_named():
    about = subject("定义 有老人\n  对象 农户\n  当 存在 家庭成员 满足 年龄(出生日期) 达到 60周岁\n")
    members = [
        {"person_id": "P1", "birth_date": "1990-05-20"},
        {"person_id": "P2", "birth_date": "1964-05-20"},
    ]

    found = about.timeline(case(about, {}, member=members), "2024-01-01", "2024-12-31")

    assert told(found) == [("2024-05-20", None, ["有老人 H1 no→yes"], ("家庭成员 P2 满 60 周岁",))]


def test_a_duration_from_a_stated_time_runs_out():
    about = subject(WAITED)
    home = case(about, {"moved_at": "2024-02-01T09:30:00+08:00"})

    (day,) = about.timeline(home, "2024-01-01", "2024-12-31").days

    assert (day.date, day.turns[0].moment) == ("2024-02-04", "2024-02-04T09:30:00+08:00")


def test_a_distance_from_now_is_below_its_limit_only_for_a_while():
    """36 hours before and after, to the second: 不超过 includes the limit."""
    about = subject(RECENT)
    home = case(about, {"moved_at": "2024-02-10T12:00:00+08:00"})

    found = about.timeline(home, "2024-01-01", "2024-12-31")

    assert [(moment, changes) for _, moment, changes, _ in told(found)] == [
        (None, ["刚转移 H1 no→yes"]),
        ("2024-02-12T00:00:01+08:00", ["刚转移 H1 yes→no"]),
    ]
    assert [day.date for day in found.days] == ["2024-02-09", "2024-02-12"]


def test_a_comparison_with_now_is_told_in_the_words_of_the_policy():
    typed = policy(RECENT, header=HEADER)
    program = lower(typed)
    details = details_of(program, {"试验.policy": HEADER + RECENT}, gists={}, numbers={})
    about = subject(RECENT)
    home = case(about, {"moved_at": "2024-02-10T12:00:00+08:00"})

    found = timeline(
        about.engine,
        about.concluder,
        home,
        "2024-02-12",
        "2024-02-12",
        vocabulary=typed.vocabulary,
        details=details,
    )

    assert [day.causes for day in found.days] == [
        ("农户 H1：“相隔(判定时点, 转移时间) 不超过 36小时”由是变为否",)
    ]


def test_a_parameter_that_holds_a_set_of_names():
    about = subject(GRADED)

    found = about.timeline(case(about, {"grade": "乙"}), "2024-02-01", "2024-12-31")

    assert [(day.date, [each.id for each in day.changes], day.causes) for day in found.days] == [
        ("2024-06-01", ["从宽"], ("参数“宽等”换用 2024-06-01 起的值",))
    ]


def test_a_parameter_that_gets_another_value():
    about = subject(AGED)
    home = case(about, {}, member=[{"person_id": "P1", "birth_date": "1962-03-03"}])

    found = about.timeline(home, "2024-02-01", "2027-12-31")

    assert told(found) == [
        ("2024-06-01", None, ["老人 P1 yes→no"], ("参数“年龄线”换用 2024-06-01 起的值",)),
        ("2027-03-03", None, ["老人 P1 no→yes"], ("家庭成员 P1 满 65 周岁",)),
    ]


def test_a_derived_age_is_known_only_while_it_is_what_was_supplied():
    about = subject(SUPPLIED)
    home = case(about, {}, member=[{"person_id": "P1", "birth_date": "1964-05-20", "years": 60}])

    found = about.timeline(home, "2024-01-01", "2026-12-31")

    assert [(date, changes) for date, _, changes, _ in told(found)] == [
        ("2024-05-20", ["不过六十 P1 unknown→yes"]),
        ("2025-05-20", ["不过六十 P1 yes→unknown"]),
    ]


def test_a_quotient_with_a_negative_divisor_turns_the_right_way():
    """60 ÷ -9 is below -6, 60 ÷ -10 is just that."""
    about = subject(RATIO)
    home = case(about, {}, member=[{"person_id": "P1", "birth_date": "1964-05-20"}])

    found = about.timeline(home, "2024-01-01", "2024-12-31")

    assert [(date, changes) for date, _, changes, _ in told(found)] == [("2024-05-20", ["商 P1 yes→no"])]


def test_a_sum_is_of_those_who_belong_to_the_element():
    about = subject(SUMS)
    helps = [
        {"given_at": "2024-02-01T12:00:00+08:00", "person_id": "P0"},
        {"given_at": "2024-02-03T12:00:00+08:00", "person_id": "P1"},
    ]
    home = case(about, {}, member=[{"person_id": "P0"}, {"person_id": "P1"}], help=helps)

    found = about.timeline(home, "2024-02-01", "2024-02-02")

    assert [(moment, changes) for _, moment, changes, _ in told(found)] == [
        ("2024-02-01T10:00:00+08:00", ["受助已久 P0 yes→no"]),
        ("2024-02-01T14:00:01+08:00", ["受助已久 P0 no→yes"]),
    ]


def test_the_last_second_of_the_last_day_belongs_to_the_span():
    about = subject(MOVED)
    home = case(about, {"moved_at": "2024-02-01T23:59:59+08:00"})

    found = about.timeline(home, "2024-01-31", "2024-02-01")

    assert [moment for _, moment, *_ in told(found)] == ["2024-02-01T23:59:59+08:00"]


def test_a_product_that_is_unknown_for_one_second_only():
    """2**62 stands for 未发生, and with that nothing can be calculated."""
    about = subject(HUGE)
    home = case(about, {"moved_at": "2024-02-01T12:00:00+08:00"})

    found = about.timeline(home, "2024-02-01", "2024-02-01")

    assert [(moment, changes) for _, moment, changes, _ in told(found)] == [
        ("2024-02-01T11:59:58+08:00", ["巨数 H1 yes→unknown"]),
        ("2024-02-01T11:59:59+08:00", ["巨数 H1 unknown→yes"]),
        ("2024-02-01T12:00:02+08:00", ["巨数 H1 yes→unknown"]),
        ("2024-02-01T12:00:03+08:00", ["巨数 H1 unknown→yes"]),
    ]


def test_what_fell_due_as_the_day_before_ended_is_overdue_on_the_first_day():
    about = subject(DUTY.replace("起 期限 内", "当天"))
    home = case(about, {"moved_at": "2024-02-01T09:30:00+08:00"})

    (day,) = about.timeline(home, "2024-02-02", "2024-02-02").days

    assert (day.date, day.due, [each.moment for each in day.overdue]) == (
        "2024-02-02",
        (),
        ["2024-02-01T23:59:59+08:00"],
    )


def test_limits_that_end_units_that_merge_and_limits_that_are_lengthened():
    about = subject(DUTY)
    home = case(about, {"moved_at": "2024-02-01T09:30:00+08:00", "finished_at": "2024-02-20T10:00:00+08:00"})

    found = about.timeline(home, "2024-02-02", "2024-02-29")

    assert [
        (day.date, [(each.id, each.moment, each.units) for each in day.due], len(day.overdue))
        for day in found.days
    ] == [
        ("2024-02-03", [("上报", "2024-02-03T09:30:00+08:00", ("新局",))], 0),
        ("2024-02-04", [], 1),
        ("2024-02-05", [], 0),
        ("2024-02-10", [("上报", "2024-02-10T09:30:00+08:00", ("新局",))], 0),
        ("2024-02-11", [], 1),
        ("2024-02-20", [], 0),
    ]
    assert [
        (day.date, duty.aspect, duty.before, duty.after, turn.causes)
        for day in found.days
        for turn in day.turns
        for duty in turn.duties
    ] == [
        ("2024-02-03", "units", "老局", "新局", ("“老局”自 2024-02-03 起并入“新局”",)),
        (
            "2024-02-05",
            "due",
            "2024-02-03T09:30:00+08:00",
            "2024-02-10T09:30:00+08:00",
            ("参数“期限”换用 2024-02-05 起的值",),
        ),
        ("2024-02-20", "done", "no", "yes", ("农户 H1：“办结时间”的时间到了",)),
    ]


def test_what_is_done_in_time_is_neither_due_nor_overdue():
    about = subject(DUTY)
    home = case(about, {"moved_at": "2024-02-01T09:30:00+08:00", "finished_at": "2024-02-03T09:30:00+08:00"})

    found = about.timeline(home, "2024-02-02", "2024-02-29")

    assert [day.date for day in found.days if day.due or day.overdue] == []


def test_a_limit_that_runs_from_now_is_never_due():
    about = subject(DUTY.replace("时限 转移时间 起", "时限 判定时点 起"))
    home = case(about, {"moved_at": "2024-02-01T09:30:00+08:00"})

    found = about.timeline(home, "2024-02-02", "2024-02-29")

    assert [day.date for day in found.days] == ["2024-02-03"]


def test_a_policy_begins_without_a_change():
    about = subject(LISTED, STANDING)

    found = about.timeline(case(about, {"listed_on": "2024-01-01"}), "2024-01-01", "2024-12-31")

    assert found.days == ()


def test_the_json_form():
    about = subject(LISTED)

    dumped = about.timeline(case(about, {"listed_on": "2024-02-01"}), "2024-02-01", "2024-02-01").dump()

    assert dumped["days"] == [
        {
            "date": "2024-02-01",
            "turns": [
                {
                    "moment": None,
                    "changes": [
                        {
                            "kind": "definition",
                            "id": "已登记",
                            "target": {"entity": "household", "id": "H1"},
                            "before": "no",
                            "after": "yes",
                        }
                    ],
                    "duties": [],
                    "causes": ["农户 H1：“登记日期”的时间到了"],
                }
            ],
            "due": [],
            "overdue": [],
        }
    ]


@pytest.mark.parametrize(
    ("first", "last", "argument", "part"),
    [
        ("2024-02-30", "2024-12-31", "first", "日历上没有这一天"),
        ("明天", "2024-12-31", "first", "要填日期"),
        ("2024-01-01", "2024-01-02T08:00", "last", "带有时刻"),
        ("2024-05-02", "2024-05-01", "last", "早于开始日期"),
        ("2023-12-31", "2024-05-01", "first", "有效期（2024-01-01 至 2026-12-31）"),
        ("2024-01-01", "2027-01-01", "last", "有效期"),
    ],
)
def test_dates_that_cannot_be_asked_for(first, last, argument, part):
    about = subject(LISTED, STANDING)

    with pytest.raises(FactsError) as caught:
        about.timeline(case(about, {}), first, last)

    (problem,) = caught.value.problems
    assert problem.source == argument
    assert part in problem.message
    assert problem.help


@pytest.mark.parametrize(("last", "is_allowed"), [("2034-01-07", True), ("2034-01-08", False)])
def test_ten_years_are_the_most(last, is_allowed):
    about = subject(LISTED)
    home = case(about, {})

    if is_allowed:
        assert about.timeline(home, "2024-01-01", last).days == ()
    else:
        with pytest.raises(FactsError, match="太长"):
            about.timeline(home, "2024-01-01", last)


def test_what_never_settles_is_refused_in_good_time():
    about = subject("定义 总是\n  对象 政策上下文\n  当 判定时点 + 1小时 晚于 判定时点\n")

    with pytest.raises(FactsError, match="次数太多"):
        about.timeline(case(about, {}), "2024-01-01", "2024-12-31")


# --- against brute force ----------------------------------------------------------------------------

STEP = 600
START = time_seconds("2024-02-28T00:00:00+08:00")
MARKS = 2 * 86_400 // STEP

CLOCKWORK = """\
参数 宽限: 时长 小时
  自 2024-01-01 为 2小时  来源 本地 "试"
  自 2024-02-29 为 5小时  来源 本地 "试"
单位 老局
  并入 新局 自 2024-02-29
单位 新局
裁量 登记认定
  对象 农户
  认定单位 老局
  认定结果 认定日期 已发生
定义 已转移
  对象 农户
  当 转移时间 已发生
定义 宽限已过
  对象 农户
  当 转移时间 + 宽限 已发生
定义 刚转移
  对象 农户
  当 相隔(判定时点, 转移时间) 低于 宽限
定义 登记次日起
  对象 农户
  当 日期(判定时点) 晚于 登记日期
定义 帮扶之后
  对象 农户
  当 最大(帮扶.落实时间 满足 (落实时间 已发生)) + 宽限 早于 判定时点
定义 两次帮扶
  对象 农户
  当 个数(帮扶 满足 (相隔(落实时间, 判定时点) 不超过 宽限)) 达到 2
定义 老人
  对象 家庭成员
  当 年龄(出生日期) 达到 60周岁
指标 现年
  对象 家庭成员
  值 年龄(出生日期)
  推导 家庭成员.周岁
指标 已过多久
  对象 帮扶
  值 相隔(判定时点, 落实时间)
  推导 帮扶.已过
定义 最长已过
  对象 农户
  当 最大(帮扶.已过) 高于 最小(帮扶.已过) × 3
定义 合计已过
  对象 农户
  当 合计(帮扶.已过 满足 (落实时间 已发生)) ÷ 4 向下取整 不低于 宽限
定义 过半
  对象 帮扶
  当 已过 ÷ 相隔(判定时点, 农户.转移时间) 低于 50%
定义 倒数
  对象 帮扶
  当 宽限 ÷ 已过 高于 50%
定义 合计六十
  对象 农户
  当 合计(家庭成员.周岁) 达到 100周岁
定义 人数随龄
  对象 农户
  当 个数(家庭成员 满足 年龄(出生日期) 达到 60周岁) × 60周岁 不低于 合计(家庭成员.周岁)
定义 受助已久
  对象 家庭成员
  当 合计(帮扶.已过) 高于 宽限
定义 正当其时
  对象 帮扶
  当 判定时点 介于 落实时间 与 落实时间 + 宽限
措施 慰问
  类别 甲类
  对象 家庭成员
  当 老人 且 已转移
  力度 应当
  责任单位 老局
  时限 转移时间 起 1天 内
  完成 办结时间 已发生
职责 上报
  对象 帮扶
  启动 落实时间 已发生 且 非 刚转移
  责任单位 老局
  时限 落实时间 起 宽限 内
  完成 帮扶之后
例外 缓办
  对象 农户
  当 刚转移 或 登记次日起
  效果 慰问 不适用
"""


def _text(mark: int) -> str:
    return moment_text(START + mark * STEP)


marks = st.integers(-30, MARKS + 30).map(_text)
dates = st.sampled_from(("2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"))
homes = st.fixed_dictionaries(
    {}, optional={"moved_at": marks, "listed_on": dates, "judged_on": dates, "finished_at": marks}
)
births = st.sampled_from(("1964-02-28", "1964-02-29", "1964-03-01", "1970-01-01"))
members = st.lists(
    st.fixed_dictionaries({}, optional={"birth_date": births, "years": st.just(60)}), max_size=2
).map(lambda drawn: [{"person_id": f"P{place}", **each} for place, each in enumerate(drawn)])
helps = st.lists(st.fixed_dictionaries({}, optional={"given_at": marks, "since": st.just(3)}), max_size=3)


class Brute(NamedTuple):
    """Decisions at certain moments, ascending, each made by itself."""

    at: tuple[tuple[int, Decision], ...]

    def outcomes(self) -> Iterator[tuple[int, dict[tuple[str, object], str]]]:
        """Yield each moment with all outcomes."""
        for moment, decision in self.at:
            listed = (
                *decision.conclusions,
                *decision.judgements,
                *decision.measures,
                *decision.tasks,
                *decision.exceptions,
            )
            yield moment, {(each.id, each.target): each.outcome.value for each in listed}

    def duties(self) -> Iterator[tuple[int, dict[tuple[str, object, str], str | None]]]:
        """Yield each moment with what else is said of the measures and tasks that are called for."""
        for moment, decision in self.at:
            said: dict[tuple[str, object, str], str | None] = {}
            for each in (*decision.measures, *decision.tasks):
                if each.outcome == "yes":
                    said[each.id, each.target, "done"] = each.done.value
                    said[each.id, each.target, "units"] = "、".join(each.units_resolved)
                    said[each.id, each.target, "due"] = each.due
            yield moment, said

    def ends(self) -> set[str]:
        """Return every moment at which some limit is said to end."""
        return {
            each.due
            for _, decision in self.at
            for each in (*decision.measures, *decision.tasks)
            if each.due is not None
        }


def changed(found: Timeline, after: int, until: int) -> Iterator[tuple[object, ...]]:
    """Yield what the timeline says changes later than ``after`` and not later than ``until``, in order."""
    for day in found.days:
        for turn in day.turns:
            moment = (
                first_second(date_ordinal(day.date)) if turn.moment is None else time_seconds(turn.moment)
            )
            if after < moment <= until:
                for each in turn.changes:
                    yield (each.id, each.target), each.before.value, each.after.value
                for each in turn.duties:
                    yield (each.id, each.target, each.aspect.value), each.before, each.after


def require_the_same(found: Timeline, brute: Brute) -> None:
    """Require that the changes of the timeline lead from each decision to the next."""
    for (start, before), (end, after) in pairwise(brute.outcomes()):
        state = dict(before)
        for key, then, now in changed(found, start, end):
            if key in state:
                assert state[key] == then
                state[key] = now
        assert state == after
    for (start, before), (end, after) in pairwise(brute.duties()):
        between = tuple(changed(found, start, end))
        turned = {key for key, *_ in between}
        for key in before.keys() & after.keys():
            if key[:2] not in turned:
                assert [now for name, _, now in between if name == key][-1:] == (
                    [] if before[key] == after[key] else [after[key]]
                )


def require_the_same_ends(
    found: Timeline, about: Subject, home: Case, brute: Brute, span: tuple[int, int]
) -> None:
    """Require that limits are due on the days on which they end, of what is called for and not done at that very moment."""
    expected = {
        (each.id, each.target, end)
        for end in brute.ends()
        if span[0] <= time_seconds(end) <= span[1]
        for decision in (about.decided(home, time_seconds(end)),)
        for each in (*decision.measures, *decision.tasks)
        if each.due == end and each.outcome == "yes" and each.done != "yes"
    }
    assert {(each.id, each.target, each.moment) for day in found.days for each in day.due} == expected
    assert all(each.moment.startswith(day.date) for day in found.days for each in day.due)


@pytest.mark.usefixtures("untraced")
@settings(max_examples=40)
@given(home=homes, people=members, given_helps=helps)
def test_every_ten_minutes_are_decided_as_the_timeline_says(home, people, given_helps):
    about = subject(CLOCKWORK)
    stated = case(about, home, member=people, help=given_helps)
    moments = sorted(
        moment for mark in range(MARKS) for moment in (START + mark * STEP, START + mark * STEP + 1)
    )
    brute = Brute(tuple((moment, about.decided(stated, moment)) for moment in (START - 1, *moments)))

    found = about.timeline(stated, "2024-02-28", "2024-02-29")

    require_the_same(found, brute)
    require_the_same_ends(found, about, stated, brute, (START, START + 2 * 86_400 - 1))


FIXED = (
    (
        {"moved_at": _text(60), "listed_on": "2024-02-28", "finished_at": _text(200)},
        [{"person_id": "P0", "birth_date": "1964-02-29"}, {"person_id": "P1", "birth_date": "1970-01-01"}],
        [
            {"given_at": _text(12), "person_id": "P0"},
            {"given_at": _text(40), "since": 3},
            {"given_at": _text(150), "person_id": "P1"},
        ],
    ),
    (
        {},
        [{"person_id": "P0"}, {"person_id": "P1"}],
        [{"given_at": _text(20), "person_id": "P0"}, {"given_at": _text(90), "person_id": "P1"}],
    ),
    ({"moved_at": NEVER_TEXT}, [{"person_id": "P0", "years": 60}], [{"given_at": NEVER_TEXT}, {}]),
)


@pytest.mark.parametrize(
    ("home", "people", "given_helps"), FIXED, ids=["all is stated", "by person", "little is stated"]
)
def test_every_hour_of_a_fixed_household_is_decided_as_the_timeline_says(home, people, given_helps):
    about = subject(CLOCKWORK)
    stated = case(about, home, member=people, help=given_helps)
    moments = (START - 1, *(START + mark * STEP for mark in range(0, MARKS, 6)))
    brute = Brute(tuple((moment, about.decided(stated, moment)) for moment in moments))

    found = about.timeline(stated, "2024-02-28", "2024-02-29")

    require_the_same(found, brute)
    require_the_same_ends(found, about, stated, brute, (START, START + 2 * 86_400 - 1))


@pytest.mark.usefixtures("untraced")
@settings(max_examples=60)
@given(drawn=policies_and_cases(), days=st.integers(1, 20), before=st.integers(0, 15))
def test_every_day_is_decided_as_the_timeline_says(drawn, days, before):
    """Random policies and cases, at the beginning, the middle and the end of each day."""
    typed, home = drawn
    program = lower(typed)
    about = Subject(compile_program(program), Concluder(program), typed.vocabulary)
    first = day_of(home.as_of) - before
    last = first + days - 1
    moments = [
        moment
        for day in range(first, last + 1)
        for moment in (first_second(day), first_second(day) + 43_200, last_second(day))
    ]
    brute = Brute(
        tuple((moment, about.decided(home, moment)) for moment in (first_second(first) - 1, *moments))
    )

    found = about.timeline(home, day_text(first), day_text(last))

    require_the_same(found, brute)
    require_the_same_ends(found, about, home, brute, (first_second(first), last_second(last)))


@pytest.mark.usefixtures("untraced")
@given(
    home=homes,
    people=members,
    given_helps=helps,
    cut=st.sampled_from(("2024-02-27", "2024-02-28", "2024-02-29")),
)
@settings(max_examples=15)
def test_two_halves_tell_what_the_whole_tells(home, people, given_helps, cut):
    about = subject(CLOCKWORK)
    stated = case(about, home, member=people, help=given_helps)
    following = (datetime.fromisoformat(cut).replace(tzinfo=UTC) + timedelta(days=1)).date().isoformat()

    whole = about.timeline(stated, "2024-02-26", "2024-03-02")

    halves = (
        about.timeline(stated, "2024-02-26", cut),
        about.timeline(stated, following, "2024-03-02"),
    )
    assert whole.days == tuple(day for half in halves for day in half.days)
