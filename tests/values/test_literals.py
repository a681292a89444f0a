"""Written numbers and moments are exact integers or problems; nothing is rounded."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relapse_rules.values.literals import (
    Instant,
    Problem,
    count_value,
    decimal_text,
    iso_time,
    moment_value,
    number_type,
    number_value,
    text_of,
)
from relapse_rules.values.types import NEVER, Kind, Type

YUAN = Type(kind=Kind.MONEY, unit="元")
PEOPLE = Type(kind=Kind.INTEGER, unit="人")
LITRES = Type(kind=Kind.DECIMAL, unit="升/人·天")
RATIO = Type(kind=Kind.RATIO)
DAYS = Type(kind=Kind.DURATION, unit="天")
MONTHS = Type(kind=Kind.DURATION, unit="月")
WORKING_DAYS = Type(kind=Kind.DURATION, unit="工作日")


@pytest.mark.parametrize(
    ("digits", "unit", "type_", "expected"),
    [
        ("0", "元", YUAN, 0),
        ("0.01", "元", YUAN, 1),
        ("0.010", "元", YUAN, 1),
        ("0.001", "元", YUAN, Problem.INEXACT),
        ("3.5", "万元", YUAN, 3_500_000),
        ("0.000001", "万元", YUAN, 1),
        ("0.0000001", "万元", YUAN, Problem.INEXACT),
        ("1.2", "亿元", YUAN, 12_000_000_000),
        ("-5", "元", YUAN, -500),
        ("5", "", YUAN, Problem.UNIT_MISMATCH),
        ("5", "元/人", YUAN, Problem.UNIT_MISMATCH),
        ("5", "光年", YUAN, Problem.UNKNOWN_UNIT),
        ("五", "元", YUAN, Problem.NOT_A_NUMBER),
        ("3", "人", PEOPLE, 3),
        ("3", "名", PEOPLE, 3),
        ("1.5", "万人", PEOPLE, 15_000),
        ("3.5", "人", PEOPLE, Problem.INEXACT),
        ("35", "升/人·日", LITRES, 350_000),
        ("0.0001", "升/人·日", LITRES, 1),
        ("0.00001", "升/人·日", LITRES, Problem.INEXACT),
        ("30", "%", RATIO, 3000),
        ("0.3", "", RATIO, 3000),
        ("0.01", "%", RATIO, 1),
        ("0.001", "%", RATIO, Problem.INEXACT),
        ("30", "%", Type(kind=Kind.DECIMAL), Problem.UNIT_MISMATCH),
        ("1", "天", DAYS, 86_400),
        ("24", "小时", DAYS, 86_400),
        ("0.5", "天", DAYS, 43_200),
        ("1", "周", DAYS, 604_800),
        ("1", "月", DAYS, Problem.UNIT_MISMATCH),
        ("1", "", DAYS, Problem.UNIT_MISMATCH),
        ("30", "%", DAYS, Problem.UNIT_MISMATCH),
        ("2", "年", MONTHS, 24),
        ("0.5", "月", MONTHS, Problem.INEXACT),
        ("30", "工作日", WORKING_DAYS, 30),
        ("30", "天", WORKING_DAYS, Problem.UNIT_MISMATCH),
        ("1", "", Type(kind=Kind.DATE), Problem.NOT_A_NUMBER),
        ("1", "", Type(kind=Kind.ENUM), Problem.NOT_A_NUMBER),
    ],
    ids=str,
)
def test_a_number_is_exact_in_its_type(digits, unit, type_, expected):
    assert number_value(digits, unit, type_) == expected


@pytest.mark.parametrize(
    ("digits", "unit", "kind", "normal"),
    [
        ("3", "", Kind.INTEGER, ""),
        ("3.0", "", Kind.INTEGER, ""),
        ("3.5", "", Kind.DECIMAL, ""),
        ("1.5", "万人", Kind.INTEGER, "人"),
        ("30", "%", Kind.RATIO, ""),
        ("7000", "元/人·年", Kind.MONEY, "元/人·年"),
        ("1", "日", Kind.DURATION, "天"),
        ("12", "月/年", Kind.INTEGER, "月/年"),
        ("16", "周岁", Kind.INTEGER, "岁"),
    ],
    ids=str,
)
def test_a_number_alone_has_the_type_of_its_unit(digits, unit, kind, normal):
    assert number_type(digits, unit) == Type(kind=kind, unit=normal)


def test_a_number_in_an_unknown_unit_has_no_type():
    assert number_type("1", "光年") is None


@pytest.mark.parametrize(
    ("digits", "unit", "expected"),
    [
        ("2", "", 2),
        ("2", "人", 2),
        ("2", "处", 2),
        ("2", "元", Problem.UNIT_MISMATCH),
        ("2", "%", Problem.UNIT_MISMATCH),
        ("2", "光年", Problem.UNKNOWN_UNIT),
        ("2.5", "人", Problem.INEXACT),
    ],
    ids=str,
)
def test_a_count_may_have_a_counting_word(digits, unit, expected):
    assert count_value(digits, unit) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-07-28", Instant(Kind.DATE, date(2023, 7, 28).toordinal())),
        ("2024-02-29", Instant(Kind.DATE, date(2024, 2, 29).toordinal())),
        ("2023-02-29", None),
        ("2023-13-01", None),
        ("0000-01-01", None),
        ("1970-01-01 08:00", Instant(Kind.TIME, 0)),
        ("1970-01-01T00:00:00+00:00", Instant(Kind.TIME, 0)),
        ("1970-01-01 08:00:01", Instant(Kind.TIME, 1)),
        ("1970-01-01 07:59", Instant(Kind.TIME, -60)),
        ("2023-08-01 24:30", None),
        ("2023-07", Instant(Kind.YEAR_MONTH, 2023 * 12 + 6)),
        ("202312", Instant(Kind.YEAR_MONTH, 2023 * 12 + 11)),
        ("202313", None),
        ("", None),
        ("昨天", None),
    ],
    ids=str,
)
def test_a_moment_is_a_day_or_hour_that_there_is(text, expected):
    assert moment_value(text) == expected


@given(st.integers(1, date.max.toordinal()))
def test_a_date_is_read_as_it_is_shown(ordinal):
    assert moment_value(text_of(ordinal, Type(kind=Kind.DATE))) == Instant(Kind.DATE, ordinal)


@given(st.integers(-2_000_000_000, 4_000_000_000))
def test_a_time_is_read_as_it_is_shown(seconds):
    assert moment_value(text_of(seconds, Type(kind=Kind.TIME))) == Instant(Kind.TIME, seconds)
    assert moment_value(iso_time(seconds)) == Instant(Kind.TIME, seconds)


@given(st.integers(12, 9999 * 12 + 11))
def test_a_month_is_read_as_it_is_shown(month):
    assert moment_value(text_of(month, Type(kind=Kind.YEAR_MONTH))) == Instant(Kind.YEAR_MONTH, month)


@given(st.integers(-(10**15), 10**15), st.sampled_from([1, 100, 10_000]))
def test_decimal_digits_are_exact(value, scale):
    kinds = {1: Kind.INTEGER, 100: Kind.MONEY, 10_000: Kind.DECIMAL}
    unit = "元" if scale == 100 else ""

    digits = decimal_text(value, scale)

    assert number_value(digits, unit, Type(kind=kinds[scale], unit=unit)) == value


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        (65_000, Type(kind=Kind.MONEY, unit="元/人·月"), "650元/人·月"),
        (3000, RATIO, "30%"),
        (1, RATIO, "0.01%"),
        (86_400, DAYS, "1天"),
        (3600, DAYS, "1小时"),
        (90, DAYS, "90秒"),
        (25, Type(kind=Kind.DURATION, unit="年"), "25月"),
        (3, WORKING_DAYS, "3工作日"),
        (NEVER, Type(kind=Kind.TIME), "未发生"),
        (7, Type(kind=Kind.TEXT), "7"),
    ],
    ids=str,
)
def test_a_value_is_shown_as_an_officer_reads_it(value, type_, expected):
    assert text_of(value, type_) == expected
