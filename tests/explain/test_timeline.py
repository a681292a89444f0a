"""What time alone changes: every day of it, exactly, and nothing else."""

from __future__ import annotations

import pytest
from tests.check.support import policy
from tests.explain.timeline_policies import (
    AGED,
    DUTY,
    GRADED,
    HEADER,
    HUGE,
    LISTED,
    MOVED,
    OLD,
    RATIO,
    RECENT,
    STANDING,
    SUMS,
    SUPPLIED,
    WAITED,
    case,
    subject,
)

from relapse_rules.explain.timeline import timeline
from relapse_rules.explain.timeline_model import Timeline
from relapse_rules.facts.errors import FactsError
from relapse_rules.ir.details import details_of
from relapse_rules.lowering import lower


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
