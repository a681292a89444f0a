"""3.1-03: other departments push within one day of the disaster, department by department."""

import pytest

from relapse_rules.compliance import Verdict

PUSH = "部门推送风险线索"
BOTH = "受灾情况、风险线索"
NEXT_DAY = "采用 一日的算法 为 次日终了\n"


@pytest.mark.parametrize(
    ("time", "verdict"),
    [
        pytest.param("2023-08-02T19:59:59+08:00", Verdict.ON_TIME, id="a second less than a day"),
        pytest.param("2023-08-02T20:00:00+08:00", Verdict.ON_TIME, id="exactly a day"),
        pytest.param("2023-08-02T20:00:01+08:00", Verdict.LATE, id="a second more"),
        pytest.param("2023-08-02T12:00:00Z", Verdict.ON_TIME, id="exactly a day, written in UTC"),
    ],
)
def test_a_day_is_twenty_four_hours(county, flood, pushed, time, verdict):
    found = county(灾害事件=flood, 部门预警=pushed(f"县水务局 {BOTH} {time}"))

    assert found.counts(PUSH) == {verdict: 1}


@pytest.mark.parametrize(
    ("time", "verdict"),
    [
        pytest.param("2023-08-02T23:59:59+08:00", Verdict.ON_TIME, id="the end of the next day"),
        pytest.param("2023-08-03T00:00:00+08:00", Verdict.LATE, id="the day after"),
    ],
)
def test_by_the_other_reading_a_day_ends_at_midnight(county, local, flood, pushed, time, verdict):
    found = county(policy=local(NEXT_DAY), 灾害事件=flood, 部门预警=pushed(f"县水务局 {BOTH} {time}"))

    assert found.counts(PUSH) == {verdict: 1}


def test_a_late_push_says_by_how_much_and_by_whom(county, flood, pushed):
    found = county(灾害事件=flood, 部门预警=pushed(f"县水务局 {BOTH} 2023-08-02T20:00:01+08:00"))

    finding = found.one(PUSH)

    assert finding.cites == ("3.1-03",)
    assert finding.target == "E1"
    assert finding.units == ("县水务局",)
    assert finding.due == "2023-08-02T20:00:00+08:00"
    assert finding.done == "2023-08-02T20:00:01+08:00"
    assert finding.seconds == 1
    assert found.report.exit_code == 1


def test_both_contents_are_needed_and_the_later_one_counts(county, flood, pushed):
    alerts = pushed(
        "县水务局 受灾情况 2023-08-02T08:00:00+08:00",
        "县水务局 风险线索 2023-08-02T21:00:00+08:00",
        "县住建局 受灾情况 2023-08-02T08:00:00+08:00",
    )

    found = county(灾害事件=flood, 部门预警=alerts)

    water, housing = sorted(found.of(PUSH), key=lambda finding: finding.verdict, reverse=True)
    assert (water.verdict, water.units, water.seconds) == (Verdict.LATE, ("县水务局",), 3600)
    assert (housing.verdict, housing.units) == (Verdict.NOT_RECORDED, ("县住建局",))


def test_one_department_does_not_answer_for_another(county, flood, pushed):
    alerts = pushed(
        f"县水务局 {BOTH} 2023-08-02T08:00:00+08:00",
        f"县住建局 {BOTH} 2023-08-03T08:00:00+08:00",
    )

    found = county(灾害事件=flood, 部门预警=alerts)

    assert found.counts(PUSH) == {Verdict.ON_TIME: 1, Verdict.LATE: 1}
    units = {tally.name: tally.counts for tally in found.report.by_unit}
    assert units["县住建局"] == {Verdict.LATE: 1}
    assert units["县水务局"] == {Verdict.ON_TIME: 1}


def test_the_emergency_bureau_has_no_such_day(county, flood, pushed):
    """3.1-01 gives it the general picture to push, without a limit; under its other name too."""
    alerts = pushed("县应急局 受灾总体情况 2023-08-09T08:00:00+08:00")

    found = county(灾害事件=flood, 部门预警=alerts)

    assert found.counts("推送受灾总体情况") == {Verdict.DONE: 1}
    assert found.counts(PUSH) == {Verdict.NOT_RECORDED: 1}
    assert found.one(PUSH).units == ("其他部门",)


def test_a_disaster_nobody_pushed_about_is_not_recorded(county, flood, pushed):
    later = pushed(f"县水务局 {BOTH} 2023-09-09T08:00:00+08:00")

    found = county(灾害事件=flood, 部门预警=later)

    finding = found.one(PUSH)
    assert finding.verdict is Verdict.NOT_RECORDED
    assert finding.done is None
    assert any("晚于判定时点" in note for note in found.report.notes)


def test_before_the_day_is_over_it_is_open(county, flood, pushed):
    alerts = pushed("县水务局 受灾情况 2023-08-02T08:00:00+08:00")

    found = county(灾害事件=flood, 部门预警=alerts, as_of="2023-08-02T20:00:00+08:00")

    assert found.counts(PUSH) == {Verdict.OPEN: 1}


def test_without_the_time_of_the_disaster_nothing_can_be_judged(county, pushed):
    found = county(部门预警=pushed(f"县水务局 {BOTH} 2023-08-02T08:00:00+08:00"))

    assert found.counts(PUSH) == {Verdict.CANNOT_JUDGE: 1}
    assert found.one(PUSH).reason == "没有填“灾害发生时间”，不知道从什么时候起算"


def test_a_push_before_the_disaster_is_to_be_looked_at(county, flood, pushed):
    found = county(灾害事件=flood, 部门预警=pushed(f"县水务局 {BOTH} 2023-08-01T19:59:59+08:00"))

    assert found.one(PUSH).verdict is Verdict.CANNOT_JUDGE
    assert "早于起算时间" in found.one(PUSH).reason


def test_a_push_without_a_recipient_may_be_the_one(county, table, flood):
    alerts = table(
        "推送编号 推送部门 灾害事件编号 内容类型 推送时间 接收单位",
        f"A1 县水务局 E1 {BOTH} 2023-08-02T08:00:00+08:00 -",
    )

    found = county(灾害事件=flood, 部门预警=alerts)

    assert found.counts(PUSH) == {Verdict.CANNOT_JUDGE: 1}


def test_a_disaster_outside_the_plan_starts_nothing(county, table, pushed):
    outside = table(
        "灾害事件编号 灾害大类 灾害子类 归入本方案灾种的认定 灾害发生时间",
        "E1 自然灾害 草原火灾 否 2023-08-01T20:00:00+08:00",
    )

    found = county(灾害事件=outside, 部门预警=pushed(f"县水务局 {BOTH} 2023-08-09T08:00:00+08:00"))

    assert found.counts(PUSH) == {}


def test_after_a_merger_the_successor_receives(county, local, table, flood):
    merged = "单位 县乡村振兴局\n  并入 县农业农村局 自 2023-01-01\n"
    alerts = table(
        "推送编号 推送部门 灾害事件编号 内容类型 推送时间 接收单位",
        f"A1 县水务局 E1 {BOTH} 2023-08-02T08:00:00+08:00 县农业农村局",
    )

    found = county(policy=local(merged), 灾害事件=flood, 部门预警=alerts)

    assert found.counts(PUSH) == {Verdict.ON_TIME: 1}


def test_late_is_said_only_of_what_was_owed(county, table, pushed):
    """The kind of disaster decides whether the plan is about it; without it the lateness is no finding."""
    unclear = table("灾害事件编号 灾害发生时间", "E1 2023-08-01T20:00:00+08:00")

    found = county(灾害事件=unclear, 部门预警=pushed(f"县水务局 {BOTH} 2023-08-02T20:00:01+08:00"))

    assert found.counts(PUSH) == {Verdict.CANNOT_JUDGE: 1}
    assert found.one(PUSH).reason == "晚于截止时间，但不知道是否应办"
    assert found.one(PUSH).done == "2023-08-02T20:00:01+08:00"


def test_an_alert_about_no_disaster_is_told_and_counts_for_none(county, table, flood):
    alerts = table(
        "推送编号 推送部门 灾害事件编号 内容类型 推送时间 接收单位",
        f"A1 县水务局 - {BOTH} 2023-08-02T08:00:00+08:00 县乡村振兴局",
    )

    found = county(灾害事件=flood, 部门预警=alerts)

    assert found.counts(PUSH) == {Verdict.NOT_RECORDED: 1}
    assert "部门预警：1 条没有填灾害事件编号，没有算到任何一起灾害" in found.report.notes
