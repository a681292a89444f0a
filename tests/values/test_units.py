"""Units of measure multiply and divide like the fractions that they are, and never convert by themselves."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relapse_rules.values.units import (
    SYMBOLS,
    Unit,
    duration_class,
    duration_steps,
    normal_form,
    parse_unit,
    unit_of,
)

symbols = st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=3).map("·".join)
units = st.builds(
    lambda above, below: unit_of(above) / unit_of(below) if below else unit_of(above),
    symbols,
    st.none() | symbols,
)


@given(units, units)
def test_a_product_has_no_order(left, right):
    assert left * right == right * left


@given(units, units, units)
def test_a_product_has_no_brackets(first, second, third):
    assert (first * second) * third == first * (second * third)


@given(units, units)
def test_dividing_undoes_multiplying(left, right):
    assert left * right / right == left


@given(units)
def test_a_unit_over_itself_is_a_bare_number(unit):
    assert (unit / unit).is_bare
    assert unit * Unit() == unit


@given(units)
def test_the_normal_form_means_the_unit(unit):
    assert unit_of(unit.text) == unit
    assert normal_form(unit.text) == unit.text


@pytest.mark.parametrize(
    ("written", "normal", "factor"),
    [
        ("元", "元", 1),
        ("万元", "元", 10_000),
        ("亿元", "元", 100_000_000),
        ("万", "", 10_000),
        ("元/人·年", "元/人·年", 1),
        ("元/年·人", "元/人·年", 1),
        ("元/人/年", "元/人·年", 1),
        ("升/人·日", "升/人·天", 1),
        ("周岁", "岁", 1),
        ("名", "人", 1),
        ("公里", "米", 1000),
        ("月/年", "月/年", 1),
        ("%", "", Fraction(1, 100)),
        ("", "", 1),
        ("1/年", "1/年", 1),
    ],
    ids=str,
)
def test_a_written_unit_has_one_meaning(written, normal, factor):
    measure = parse_unit(written)

    assert measure is not None
    assert (measure.unit.text, measure.factor) == (normal, factor)


@pytest.mark.parametrize("written", ["光年", "元/", "元//人", "/人·", "斤/人·日", "元 ", "公顷"], ids=repr)
def test_what_is_no_unit_has_no_meaning(written):
    assert parse_unit(written) is None
    assert normal_form(written) is None


def test_what_is_no_normal_form_is_refused():
    with pytest.raises(ValueError, match="光年"):
        unit_of("光年")


@pytest.mark.parametrize(
    ("unit", "counted_in", "steps"),
    [
        ("秒", "秒", 1),
        ("分钟", "秒", 60),
        ("小时", "秒", 3600),
        ("天", "秒", 86_400),
        ("日", "秒", 86_400),
        ("周", "秒", 604_800),
        ("月", "月", 1),
        ("年", "月", 12),
        ("工作日", "工作日", 1),
    ],
    ids=str,
)
def test_lengths_of_time_are_counted_in_three_classes(unit, counted_in, steps):
    assert duration_class(unit) == counted_in
    assert duration_steps(unit) == steps


@pytest.mark.parametrize("unit", ["元", "", "月/年", "光年"], ids=repr)
def test_other_units_are_no_lengths_of_time(unit):
    assert duration_class(unit) is None


def test_months_and_days_stay_apart():
    assert (unit_of("元/月") / unit_of("1/年")).text == "元·年/月"
    assert (unit_of("元/人·月") * unit_of("月/年")).text == "元/人·年"
