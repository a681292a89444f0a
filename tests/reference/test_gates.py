"""Kleene's tables, written by hand, and his laws."""

from datetime import date
from itertools import product

import pytest
from tests.reference.asking import HOME, a_case, truths

from relapse_rules.check.policy import ParameterSpec, ParameterValue
from relapse_rules.check.typed import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Constant,
    FieldTest,
    Lifted,
    Negation,
    NumberCompare,
    NumberConstant,
    NumberParameter,
    ReadingIs,
    TestKind,
)
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Comparison, Truth
from relapse_rules.values.types import Kind, Type

FACTS = ("household.dibao", "household.judged_able", "water.safe")
A, B, C = (FieldTest(domain=HOME, fact=fact, kind=TestKind.TRUE) for fact in FACTS)
TODAY = date(2023, 8, 2).toordinal()  # of 判定时点
TRUTHS = (True, False, None)


def _answer(condition: Condition, *values: bool | None) -> bool | None:
    home = {fact: value for fact, value in zip(FACTS, values, strict=False) if value is not None}
    return truths(condition, a_case(home=home))[0]


def _all(*operands: Condition) -> AllOf:
    return AllOf(domain=HOME, operands=operands)


def _any(*operands: Condition) -> AnyOf:
    return AnyOf(domain=HOME, operands=operands)


def _not(operand: Condition) -> Negation:
    return Negation(domain=HOME, operand=operand)


# a, b -> both, either
TABLE = {
    (True, True): (True, True),
    (True, False): (False, True),
    (True, None): (None, True),
    (False, True): (False, True),
    (False, False): (False, False),
    (False, None): (False, None),
    (None, True): (None, True),
    (None, False): (False, None),
    (None, None): (None, None),
}


@pytest.mark.parametrize(("pair", "row"), TABLE.items())
def test_both_and_either(pair: tuple[bool | None, bool | None], row: tuple[bool | None, bool | None]) -> None:
    assert (_answer(_all(A, B), *pair), _answer(_any(A, B), *pair)) == row


@pytest.mark.parametrize(("value", "expected"), [(True, False), (False, True), (None, None)])
def test_negation(value: Truth, expected: Truth) -> None:
    assert _answer(_not(A), value) is expected


def test_all_of_nothing_holds_and_any_of_nothing_does_not() -> None:
    assert (_answer(_all()), _answer(_any())) == (True, False)


@pytest.mark.parametrize(
    ("values", "needed", "expected"),
    [
        ((True, True, False), 2, True),
        ((True, True, None), 2, True),
        ((True, None, None), 2, None),
        ((True, False, None), 2, None),
        ((True, False, False), 2, False),
        ((None, False, False), 2, False),
        ((None, None, None), 1, None),
        ((True, True, None), 3, None),
        ((True, True, False), 3, False),
        ((False, None, True), 1, True),
    ],
)
def test_at_least(values: tuple[bool | None, ...], needed: int, expected: Truth) -> None:
    assert _answer(AtLeast(domain=HOME, count=needed, operands=(A, B, C)), *values) is expected


@pytest.mark.parametrize("values", list(product(TRUTHS, repeat=3)))
@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(_not(_all(A, B)), _any(_not(A), _not(B)), id="De Morgan, both"),
        pytest.param(_not(_any(A, B)), _all(_not(A), _not(B)), id="De Morgan, either"),
        pytest.param(_not(_not(A)), A, id="twice no"),
        pytest.param(_all(A, _any(B, C)), _any(_all(A, B), _all(A, C)), id="both over either"),
        pytest.param(_any(A, _all(B, C)), _all(_any(A, B), _any(A, C)), id="either over both"),
        pytest.param(_all(A, _any(A, B)), A, id="absorption"),
        pytest.param(_all(A, B, C), _all(_all(C, B), A), id="grouping and order"),
        pytest.param(AtLeast(domain=HOME, count=1, operands=(A, B, C)), _any(A, B, C), id="at least one"),
        pytest.param(AtLeast(domain=HOME, count=3, operands=(A, B, C)), _all(A, B, C), id="at least all"),
    ],
)
def test_laws(left: Condition, right: Condition, values: tuple[bool | None, ...]) -> None:
    assert _answer(left, *values) is _answer(right, *values)


def test_excluded_middle_is_no_law_for_unknown_facts() -> None:
    assert _answer(_any(A, _not(A)), None) is None


@pytest.mark.parametrize("value", [True, False])
def test_a_constant_lifted_from_the_root(value: Truth) -> None:
    lifted = Lifted(
        domain=HOME, relation=Relation(HOME, "context"), operand=Constant(domain="context", value=value)
    )

    assert truths(lifted, a_case()) == (value,)


@pytest.mark.parametrize(
    ("taken", "expected"),
    [(None, (True, False)), ({"解读甲": "全部"}, (False, True)), ({"解读甲": "任一"}, (True, False))],
)
def test_a_reading_is_taken_as_declared_unless_asked_otherwise(taken, expected) -> None:
    as_any, as_all = (
        ReadingIs(domain="context", reading="解读甲", option=option) for option in ("任一", "全部")
    )

    assert (
        truths(as_any, a_case(), readings=taken)[0],
        truths(as_all, a_case(), readings=taken)[0],
    ) == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param([(TODAY + 1, 5)], None, id="not yet in force"),
        pytest.param([(TODAY, 5)], True, id="from today"),
        pytest.param([(TODAY - 1, 4), (TODAY, 5)], True, id="the later one from today"),
        pytest.param([(TODAY, 5), (TODAY + 1, 4)], True, id="the earlier one until tomorrow"),
        pytest.param([(TODAY - 1, 5), (TODAY, None)], None, id="no longer set"),
        pytest.param([], None, id="never set"),
    ],
)
def test_a_parameter_at_its_date(settings: list[tuple[int, int | None]], expected: Truth) -> None:
    values = tuple(
        ParameterValue(since=since, value=value, text=None, source="") for since, value in settings
    )
    parameter = ParameterSpec(name="数", type=Type(kind=Kind.INTEGER), values=values)
    condition = NumberCompare(
        domain="context",
        operator=Comparison.EQUAL,
        left=NumberParameter(domain="context", name="数"),
        right=NumberConstant(domain="context", value=5),
    )

    assert truths(condition, a_case(), parameters=[parameter]) == (expected,)
