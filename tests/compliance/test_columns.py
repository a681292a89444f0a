"""Whole columns against one value at a time: times, limits, cells."""

from datetime import UTC, date, datetime, time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relapse_rules.cases.clock import CalendarError, Workdays, start_and_due
from relapse_rules.compliance.columns import Keys, encode
from relapse_rules.compliance.due import dues_of
from relapse_rules.compliance.evidence import Settings
from relapse_rules.facts.moments import MomentError, time_seconds
from relapse_rules.ir.program import Limit
from relapse_rules.policy import load_plan
from relapse_rules.tables.files import table_of
from relapse_rules.tables.times import times_of
from relapse_rules.values.moments import day_of
from relapse_rules.values.types import NEVER

VOCABULARY = load_plan().vocabulary
AT = VOCABULARY.field("procedure_event.at")

written = st.datetimes(min_value=datetime(1890, 1, 1), max_value=datetime(2210, 1, 1)).map(  # noqa: DTZ001 - zones are drawn apart
    lambda moment: moment.replace(microsecond=0)
)
spelt = st.builds(
    lambda moment, separator, zone, short: moment.isoformat(separator)[: 16 if short else 19] + zone,
    written,
    st.sampled_from("T "),
    st.sampled_from(["", "Z", "+08:00", "-11:30", "+14:00", "+14:01", "+0800", "+08:60"]),
    st.booleans(),
)
nearly = st.text("0123456789-:TZ+ 。", min_size=14, max_size=26)


@given(st.lists(st.one_of(spelt, nearly, st.none()), max_size=20))
def test_a_column_of_times_is_read_as_each_time_alone(texts):
    times = times_of(AT, pa.array(texts, pa.string()))

    for place, text in enumerate(texts):
        if text is None or not text.strip():
            assert not times.known[place]
            continue
        try:
            alone = time_seconds(text.strip())
        except MomentError:
            assert not times.known[place]
            assert place in times.wrong
        else:
            assert times.known[place]
            assert times.seconds[place] == alone


@given(st.lists(spelt, min_size=1, max_size=8), st.integers(0, 3))
def test_a_part_of_a_column_is_read_as_the_whole(texts, first):
    whole = times_of(AT, pa.array(texts, pa.string()))
    part = times_of(AT, pa.array(texts, pa.string())[first:])

    assert part.seconds.tolist() == whole.seconds[first:].tolist()
    assert part.known.tolist() == whole.known[first:].tolist()


def test_how_many_times_had_no_zone():
    texts = [
        "2023-08-01 09:00",
        "2023-08-01T09:00:00",
        "2023/8/1 9:00",
        "2023-08-01T09:00:00+08:00",
        "2023-08-01T01:00:00Z",
        None,
    ]

    assert times_of(AT, pa.array(texts, pa.string())).zoneless == 3


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_timestamps_of_any_unit(unit):
    moment = datetime(2023, 8, 1, 1, tzinfo=UTC)

    zoned = times_of(AT, pa.array([moment, None], pa.timestamp(unit, "UTC")))
    local = times_of(AT, pa.array([datetime(2023, 8, 1, 9), None], pa.timestamp(unit)))  # noqa: DTZ001 - that is the point

    assert zoned.seconds[0] == local.seconds[0] == int(moment.timestamp())
    assert (zoned.zoneless, local.zoneless) == (0, 1)
    assert not zoned.known[1]


def test_a_timestamp_with_a_part_of_a_second():
    times = times_of(AT, pa.array([datetime(2023, 8, 1, 1, 0, 0, 5, tzinfo=UTC)], pa.timestamp("us", "UTC")))

    assert times.wrong == {0: "“时间”有不足一秒的部分"}


def test_a_time_that_has_not_come():
    eased = VOCABULARY.field("assistance.emergency_eased_at")

    times = times_of(eased, pa.array(["未发生", "未知"], pa.string()))

    assert times.seconds[0] == NEVER
    assert times.known.tolist() == [True, False]


# --- limits -------------------------------------------------------------------------------------------------------------

_STEPS = {"天": 86_400, "小时": 3_600, "月": 1, "年": 12, "工作日": 1}
moments = st.integers(
    int(datetime(2018, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2025, 6, 1, tzinfo=UTC).timestamp())
)


def _in_steps(limit: Limit) -> Limit:
    if limit.same_day:
        return limit
    return Limit(
        word=limit.word,
        start=limit.start,
        start_is_date=limit.start_is_date,
        within=limit.within * _STEPS[limit.within_unit],
        within_unit=limit.within_unit,
        reading=limit.reading,
    )


limits = st.one_of(
    st.just(Limit(word="当天", start=0, same_day=True)),
    st.builds(
        lambda unit, within, is_date, reading: Limit(
            word="", start=0, start_is_date=is_date, within=within, within_unit=unit, reading=reading
        ),
        st.sampled_from(["天", "小时", "月", "年", "工作日"]),
        st.integers(0, 40),
        st.booleans(),
        st.sampled_from([None, "一日的算法"]),
    ),
).map(_in_steps)


@given(
    limits,
    st.lists(moments, min_size=1, max_size=6),
    st.sampled_from(["二十四小时", "次日终了"]),
    st.sampled_from(Workdays),
)
def test_limits_end_as_they_do_in_cases(limit, starts, counting, rule):
    if limit.start_is_date:
        starts = [day_of(start) for start in starts]
    taken = Settings(as_of=0, numbers={}, sets={}, readings={"一日的算法": counting})

    dues = dues_of(limit, np.array(starts, dtype=np.int64), np.ones(len(starts), dtype=np.bool_), taken, rule)

    for place, start in enumerate(starts):
        try:
            begin, due = start_and_due(
                limit, start, limit.within, None if limit.reading is None else counting, rule
            )
        except CalendarError as error:
            assert not dues.known[place]
            assert dues.reason == str(error)
        else:
            assert dues.begin[place] == begin
            assert (int(dues.due[place]) if dues.known[place] else None) == due


def test_a_year_without_a_calendar_of_holidays_has_no_end():
    limit = Limit(word="", start=0, within=3, within_unit="工作日")
    taken = Settings(as_of=0, numbers={}, sets={}, readings={})
    starts = np.array([time_seconds("2023-08-03T09:00:00+08:00"), time_seconds("2150-08-03T09:00:00+08:00")])

    dues = dues_of(limit, starts, np.ones(2, dtype=np.bool_), taken, Workdays.CALENDAR)

    assert dues.known.tolist() == [True, False]
    assert "2150 年的节假日安排不在日历中" in dues.reason


def test_what_has_not_come_starts_no_limit():
    limit = Limit(word="", start=0, within=3600, within_unit="小时")
    taken = Settings(as_of=0, numbers={}, sets={}, readings={})

    dues = dues_of(limit, np.array([NEVER, 5]), np.array([True, False]), taken, Workdays.CALENDAR)

    assert not dues.known.any()
    assert not dues.begun.any()


# --- cells --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        ("impact.affected", "是", True),
        ("impact.affected", "FALSE", False),
        ("impact.affected", "1", True),
        ("household.special_circumstance", "未知", None),
        ("department_alert.content_type", "风险线索,受灾情况", frozenset({"风险线索", "受灾情况"})),
        ("department_alert.content_type", '["风险线索"]', frozenset({"风险线索"})),
        ("household.township_code", " 511002101 ", "511002101"),
        ("department_alert.department", "某某办", "某某办"),
    ],
)
def test_how_cells_are_written(fact, text, value):
    encoded = encode(VOCABULARY.field(fact), pa.array([text, ""], pa.string()), {})

    known = [None if code < 0 else encoded.column.values[code] for code in encoded.column.codes]
    assert known == [value, None]
    assert encoded.wrong == {}


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        ("assistance.amount", "1,500.50", 150_050),
        ("assistance.amount", "１５００", 150_000),
        ("procedure_event.publicity_days", "7", 7 * 86_400),
        ("project.priority_rank", "2", 2),
        ("household.monitor_entry_date", "202308", 2023 * 12 + 7),
    ],
)
def test_how_numbers_are_written(fact, text, value):
    encoded = encode(VOCABULARY.field(fact), pa.array([text, None], pa.string()), {})

    assert encoded.column.values[0] == value
    assert encoded.column.known.tolist() == [True, False]


@pytest.mark.parametrize(
    ("fact", "text", "reason"),
    [
        ("assistance.amount", "一千", "“金额”要填数，这里是“一千”（写数字，以元计，最多两位小数）"),
        ("impact.affected", "有", "“是否受灾”要填是或否，这里是“有”"),
        (
            "procedure_event.case_ref",
            "H\x001",
            "“对象(户/灾害事件/线索)”含有控制字符或残缺字符，这里是（个人信息）",
        ),
        ("household.township_code", "511", "“乡(镇)”要填行政区划代码，这里是“511”"),
    ],
)
def test_cells_that_do_not_fit(fact, text, reason):
    encoded = encode(VOCABULARY.field(fact), pa.array(["", text], pa.string()), {})

    assert encoded.wrong == {1: reason}


def test_names_with_a_line_break_inside_are_names():
    encoded = encode(VOCABULARY.field("procedure_event.case_ref"), pa.array(["H\n1"], pa.string()), {})

    assert isinstance(encoded.column, Keys)
    assert encoded.wrong == {}


def test_cells_of_a_spreadsheet_as_text():
    header = ["甲", "", "乙", "丙", "丁", "戊"]
    almost_nine = datetime(2023, 8, 1, 8, 59, 59, 999_990)  # noqa: DTZ001 - spreadsheets know no zones
    rows = [
        [1.0, "x", 1.5, True, date(2023, 8, 1), almost_nine],
        [None, "y", time(8), "文"],
    ]

    table = table_of(header, rows)

    assert table.to_pydict() == {
        "甲": ["1", ""],
        "乙": ["1.5", "08:00:00"],
        "丙": ["是", "文"],
        "丁": ["2023-08-01", ""],
        "戊": ["2023-08-01T09:00:00", ""],
    }
