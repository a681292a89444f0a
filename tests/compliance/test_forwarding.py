"""3.3-01 and 3.3-02: each time clues are put together they go to the townships the same day, and on to the villages at once."""

import pytest

from relapse_rules.compliance import Verdict

TO_TOWNSHIPS = "向乡镇推送线索"
TO_VILLAGES = "乡镇向村反馈线索"


@pytest.mark.parametrize(
    ("time", "verdict"),
    [
        pytest.param("2023-08-02T23:59:59+08:00", Verdict.ON_TIME, id="the last second of the day"),
        pytest.param("2023-08-03T00:00:00+08:00", Verdict.LATE, id="the first second of the next"),
        pytest.param("2023-08-02T09:00:00+08:00", Verdict.ON_TIME, id="in the same second"),
    ],
)
def test_the_same_day_is_the_day_of_the_calendar(county, steps, time, verdict):
    events = steps("E1 线索汇总 2023-08-02T09:00:00+08:00 县乡村振兴局", f"E1 推送乡镇 {time} 县乡村振兴局")

    found = county(程序事件=events)

    assert found.counts(TO_TOWNSHIPS) == {verdict: 1}


def test_each_summary_has_a_day_of_its_own_and_an_earlier_push_does_not_count(county, steps):
    events = steps(
        "E1 线索汇总 2023-08-02T09:00:00+08:00 县乡村振兴局",
        "E1 推送乡镇 2023-08-02T10:00:00+08:00 县乡村振兴局",
        "E1 线索汇总 2023-08-05T09:00:00+08:00 县乡村振兴局",
        "E1 推送乡镇 2023-08-06T00:00:01+08:00 县乡村振兴局",
    )

    found = county(程序事件=events)

    assert found.counts(TO_TOWNSHIPS) == {Verdict.ON_TIME: 1, Verdict.LATE: 1}
    assert found.one(TO_TOWNSHIPS).start == "2023-08-05T09:00:00+08:00"
    assert found.one(TO_TOWNSHIPS).seconds == 2


def test_a_push_about_another_clue_does_not_count(county, steps):
    events = steps(
        "E1 线索汇总 2023-08-02T09:00:00+08:00 县乡村振兴局",
        "E2 推送乡镇 2023-08-02T10:00:00+08:00 县乡村振兴局",
    )

    found = county(程序事件=events)

    assert found.one(TO_TOWNSHIPS).verdict is Verdict.NOT_RECORDED
    assert found.one(TO_TOWNSHIPS).target == "E1"


def test_what_townships_pass_on_has_no_limit_that_can_be_counted(county, steps):
    events = steps(
        "E1 推送乡镇 2023-08-02T10:00:00+08:00 县乡村振兴局",
        "E1 反馈村 2023-08-09T10:00:00+08:00 乡镇",
        "E2 推送乡镇 2023-08-02T10:00:00+08:00 县乡村振兴局",
    )

    found = county(程序事件=events)

    assert found.counts(TO_VILLAGES) == {Verdict.DONE: 1, Verdict.NOT_RECORDED: 1}
    assert found.one(TO_VILLAGES).reason == "应办，没有记录（期限：立即，不可数）"


def test_the_wrong_unit_forwarded(county, steps):
    events = steps(
        "E1 线索汇总 2023-08-02T09:00:00+08:00 县乡村振兴局", "E1 推送乡镇 2023-08-02T10:00:00+08:00 县民政局"
    )

    found = county(程序事件=events)

    assert found.counts(TO_TOWNSHIPS) == {Verdict.ON_TIME: 1, Verdict.WRONG_UNIT: 1}
    assert found.one(TO_TOWNSHIPS).actor == "县民政局"
