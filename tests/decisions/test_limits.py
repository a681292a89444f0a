"""When time limits start and end, to the second, in Asia/Shanghai."""

from __future__ import annotations

from datetime import date

import pytest
from tests.decisions.sample import (
    AS_OF,
    case,
    decide,
    is_true,
    moment,
    number,
    one_day,
    policy,
    setting,
    task,
)

from relapse_rules.check import policy as checked
from relapse_rules.check import typed
from relapse_rules.decisions.limits import start_and_due
from relapse_rules.ir.program import Limit
from relapse_rules.values.types import NEVER, Kind, Type

DAY = 86_400


def due(
    start: str,
    within: int | None = DAY,
    unit: str = "天",
    counting: str | None = None,
    *,
    same_day: bool = False,
):
    limit = Limit(word="", start=0, within=within, within_unit=unit, same_day=same_day)
    return start_and_due(limit, moment(start), within, counting)[1]


def due_from_day(start: str, within: int, unit: str, counting: str | None = None):
    limit = Limit(word="", start=0, start_is_date=True, within=within, within_unit=unit)
    return start_and_due(limit, date.fromisoformat(start).toordinal(), within, counting)[1]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2023-08-01T20:00:00", "2023-08-02T20:00:00+08:00"),
        ("2023-08-01T00:00:00", "2023-08-02T00:00:00+08:00"),
        ("2023-12-31T23:59:59", "2024-01-01T23:59:59+08:00"),
        ("2024-02-28T12:00:00", "2024-02-29T12:00:00+08:00"),
    ],
)
@pytest.mark.parametrize("counting", ["二十四小时", None])
def test_a_day_of_24_hours(start, expected, counting):
    assert due(start, counting=counting) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2023-08-01T00:00:00", "2023-08-02T23:59:59+08:00"),
        ("2023-08-01T23:59:59", "2023-08-02T23:59:59+08:00"),
        ("2023-08-02T00:00:00", "2023-08-03T23:59:59+08:00"),
        ("2023-07-31T20:00:00", "2023-08-01T23:59:59+08:00"),
    ],
)
def test_a_day_to_the_end_of_the_next(start, expected):
    assert due(start, counting="次日终了") == expected


def test_several_days_to_the_end_of_the_last():
    assert due("2023-08-01T20:00:00", 5 * DAY, counting="次日终了") == "2023-08-06T23:59:59+08:00"


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2023-08-01T00:00:00", "2023-08-01T23:59:59+08:00"),
        ("2023-08-01T23:59:59", "2023-08-01T23:59:59+08:00"),
        ("2023-08-02T00:00:00", "2023-08-02T23:59:59+08:00"),
    ],
)
def test_the_same_day(start, expected):
    assert due(start, None, "", same_day=True) == expected


@pytest.mark.parametrize(
    ("within", "unit", "expected"),
    [(48 * 3600, "小时", "2023-08-03T20:00:00+08:00"), (90 * 60, "分钟", "2023-08-01T21:30:00+08:00")],
    ids=["hours", "minutes"],
)
def test_hours_and_minutes_count_from_the_moment_under_every_reading(within, unit, expected):
    assert due("2023-08-01T20:00:00", within, unit, "次日终了") == expected


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2023-08-15T20:00:00", 1, "2023-09-15T23:59:59+08:00"),
        ("2023-01-31T08:00:00", 1, "2023-02-28T23:59:59+08:00"),
        ("2024-01-31T08:00:00", 1, "2024-02-29T23:59:59+08:00"),
        ("2023-12-31T08:00:00", 2, "2024-02-29T23:59:59+08:00"),
        ("2023-08-15T20:00:00", 36, "2026-08-15T23:59:59+08:00"),
        ("2023-11-30T20:00:00", 1, "2023-12-30T23:59:59+08:00"),
    ],
)
def test_months_end_with_the_corresponding_day(start, months, expected):
    assert due(start, months, "月") == expected


def test_years_are_counted_in_months():
    assert due("2024-02-29T20:00:00", 12, "年") == "2025-02-28T23:59:59+08:00"


def test_working_days_need_a_calendar():
    assert due("2023-08-01T20:00:00", 5, "工作日") is None


@pytest.mark.parametrize(
    ("within", "unit", "expected"),
    [
        (DAY, "天", "2023-08-02T23:59:59+08:00"),
        (48 * 3600, "小时", "2023-08-03T23:59:59+08:00"),
        (1, "月", "2023-09-01T23:59:59+08:00"),
    ],
    ids=["days", "hours", "months"],
)
@pytest.mark.parametrize("counting", ["二十四小时", "次日终了"])
def test_a_start_without_an_hour_counts_from_the_end_of_its_day(within, unit, expected, counting):
    assert due_from_day("2023-08-01", within, unit, counting) == expected


@pytest.mark.parametrize("start", [None, NEVER], ids=["unknown", "not happened"])
@pytest.mark.parametrize("is_date", [True, False], ids=["a day", "a moment"])
def test_without_a_start_nothing_runs(start, is_date):
    limit = Limit(word="1天内", start=0, start_is_date=is_date, within=DAY, within_unit="天")

    assert start_and_due(limit, start, DAY, None) == (None, None)


@pytest.mark.parametrize("months", [1, 12 * 9000], ids=["a month", "ages"])
def test_past_the_calendar_nothing_is_due(months):
    assert due("9999-12-31T20:00:00", months, "月") is None


def test_a_start_outside_the_calendar_is_none():
    limit = Limit(word="1天内", start=0, within=DAY, within_unit="天")

    assert start_and_due(limit, 10**15, DAY, None) == (None, None)


# --- in a decision --------------------------------------------------------------------------------

PUSHED = is_true("disaster_event.pushed")


def event(occurred_at: int | None) -> dict[str, dict[str, bool | int]]:
    stated: dict[str, bool | int] = {"disaster_event.pushed": True}
    return {"E1": stated if occurred_at is None else {**stated, "disaster_event.occurred_at": occurred_at}}


def test_a_task_tells_its_word_start_and_end():
    pushing = policy(tasks=(task("推送", "disaster_event", PUSHED, limit=one_day()),))

    (found,) = decide(pushing, case(events=event(moment("2023-08-01T20:00:00")))).tasks

    assert (found.time_limit, found.start, found.due) == (
        "1天内",
        "2023-08-01T20:00:00+08:00",
        "2023-08-02T20:00:00+08:00",
    )


@pytest.mark.parametrize("occurred_at", [None, NEVER], ids=["unknown", "not happened"])
def test_a_task_that_has_not_started_is_not_due(occurred_at):
    pushing = policy(tasks=(task("推送", "disaster_event", PUSHED, limit=one_day()),))

    (found,) = decide(pushing, case(events=event(occurred_at))).tasks

    assert (found.time_limit, found.start, found.due) == ("1天内", None, None)


def test_a_limit_that_cannot_be_counted_keeps_the_plans_word():
    pushing = policy(
        tasks=(
            task("推送", "disaster_event", PUSHED, limit=checked.TypedLimit(word="第一时间")),
            task("汇总", "disaster_event", PUSHED),
        )
    )

    found = decide(pushing, case(events=event(AS_OF))).tasks

    assert [(element.time_limit, element.start, element.due) for element in found] == [
        ("第一时间", None, None),
        (None, None, None),
    ]


COUNTING = checked.ReadingSpec(name="一日的算法", taken="二十四小时", options=("二十四小时", "次日终了"))


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        (None, "2023-08-02T20:00:00+08:00"),
        ({"一日的算法": "次日终了"}, "2023-08-02T23:59:59+08:00"),
    ],
    ids=["as the policy takes it", "taken otherwise"],
)
def test_a_reading_tells_how_a_day_counts(readings, expected):
    pushing = policy(
        readings=(COUNTING,),
        tasks=(task("推送", "disaster_event", PUSHED, limit=one_day(reading="一日的算法")),),
    )

    decision = decide(pushing, case(events=event(moment("2023-08-01T20:00:00"))), readings)

    assert decision.tasks[0].due == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(2 * DAY, "2023-08-03T20:00:00+08:00"), (None, None)],
    ids=["set", "待定"],
)
def test_a_parameter_gives_the_duration(value, expected):
    pushing = policy(
        parameters=(
            checked.ParameterSpec(
                name="推送期限",
                type=Type(kind=Kind.DURATION, unit="天"),
                values=(setting("2023-01-01", value, None, "本地"),),
            ),
        ),
        tasks=(task("推送", "disaster_event", PUSHED, limit=one_day(within="推送期限")),),
    )

    (found,) = decide(pushing, case(events=event(moment("2023-08-01T20:00:00")))).tasks

    assert (found.start, found.due) == ("2023-08-01T20:00:00+08:00", expected)


def test_a_limit_that_starts_on_a_date():
    occurred_on = typed.DateOf(domain="disaster_event", time=number("disaster_event.occurred_at"))
    limit = one_day(start=occurred_on, start_is_date=True)

    (found,) = decide(
        policy(tasks=(task("推送", "disaster_event", PUSHED, limit=limit),)),
        case(events=event(moment("2023-08-01T20:00:00"))),
    ).tasks

    assert (found.start, found.due) == ("2023-08-01T00:00:00+08:00", "2023-08-02T23:59:59+08:00")
