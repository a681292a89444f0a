"""Every comparison below, at and above its limit, and where something is missing."""

import pytest
from tests.reference.asking import HOME, MEMBERS, a_case, truths

from relapse_rules.check.typed import (
    CountCompare,
    FieldTest,
    NumberCompare,
    NumberField,
    RatioCompare,
    TestKind,
)
from relapse_rules.values.truth import Comparison, Truth
from relapse_rules.values.types import NEVER

# comparison -> does it hold just below, exactly at, just above the limit?
HOLDS = {
    Comparison.LESS: (True, False, False),
    Comparison.AT_MOST: (True, True, False),
    Comparison.MORE: (False, False, True),
    Comparison.AT_LEAST: (False, True, True),
    Comparison.EQUAL: (False, True, False),
    Comparison.UNEQUAL: (True, False, True),
}
TABLE = [
    pytest.param(operator, place, holds, id=f"{operator.name}-{where}")
    for operator, row in HOLDS.items()
    for place, (where, holds) in enumerate(zip(("below", "at", "above"), row, strict=True))
]
INCOME = NumberField(domain=HOME, fact="household.income")
PER_HEAD = NumberField(domain=HOME, fact="household.per_head")
POPULATION = NumberField(domain=HOME, fact="household.population")
COST = NumberField(domain=HOME, fact="water.cost")
MOVED = NumberField(domain=HOME, fact="household.moved_at")


@pytest.mark.parametrize(("operator", "place", "holds"), TABLE)
def test_number_against_its_limit(operator: Comparison, place: int, holds: Truth) -> None:
    condition = NumberCompare(domain=HOME, operator=operator, left=INCOME, right=PER_HEAD)

    answer = truths(
        condition, a_case(home={"household.income": 699_999 + place, "household.per_head": 700_000})
    )

    assert answer == (holds,)


@pytest.mark.parametrize("operator", Comparison)
@pytest.mark.parametrize("stated", ["household.income", "household.per_head"])
def test_number_compared_with_what_is_missing_is_unknown(operator: Comparison, stated: str) -> None:
    condition = NumberCompare(domain=HOME, operator=operator, left=INCOME, right=PER_HEAD)

    assert truths(condition, a_case(home={stated: 700_000})) == (None,)


@pytest.mark.parametrize(
    ("operator", "holds"),
    [
        (Comparison.LESS, False),
        (Comparison.AT_MOST, False),
        (Comparison.MORE, True),
        (Comparison.AT_LEAST, True),
        (Comparison.EQUAL, False),
        (Comparison.UNEQUAL, True),
    ],
)
def test_what_has_not_happened_is_later_than_every_time(operator: Comparison, holds: Truth) -> None:
    declared = NumberField(domain="disaster_event", fact="disaster_event.occurred_at")
    ended = NumberField(domain="disaster_event", fact="disaster_event.ended_on")
    condition = NumberCompare(domain="disaster_event", operator=operator, left=declared, right=ended)
    event = {"disaster_event.occurred_at": NEVER, "disaster_event.ended_on": 4_000_000_000}

    assert truths(condition, a_case(lists={"disaster_event": [event]})) == (holds,)


def _third(operator: Comparison) -> RatioCompare:
    """Return income ÷ population against cost ÷ per_head."""
    return RatioCompare(
        domain=HOME,
        operator=operator,
        left_top=INCOME,
        left_bottom=POPULATION,
        right_top=COST,
        right_bottom=PER_HEAD,
    )


@pytest.mark.parametrize(("operator", "place", "holds"), TABLE)
@pytest.mark.parametrize("sign", [1, -1])
def test_quotient_against_a_third(operator: Comparison, place: int, holds: Truth, sign: int) -> None:
    """1/3 is no finite decimal. A negative divisor, which turns an inequality round, changes nothing when both parts are negative."""
    home = {
        "household.income": sign * (332 + place),
        "household.population": sign * 999,
        "water.cost": 1,
        "household.per_head": 3,
    }

    assert truths(_third(operator), a_case(home=home)) == (holds,)


@pytest.mark.parametrize("operator", Comparison)
@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("household.income", None),
        ("household.population", None),
        ("water.cost", None),
        ("household.per_head", None),
        ("household.population", 0),
        ("household.per_head", 0),
    ],
)
def test_quotient_with_a_part_missing_or_a_divisor_of_nought_is_unknown(
    operator: Comparison, fact: str, value: int | None
) -> None:
    whole = {
        "household.income": 1,
        "household.population": 3,
        "water.cost": 1,
        "household.per_head": 3,
        fact: value,
    }
    home = {name: number for name, number in whole.items() if number is not None}

    assert truths(_third(operator), a_case(home=home)) == (None,)


def test_negative_quotients_are_ordered_by_value() -> None:
    home = {"household.income": 1, "household.population": -2, "water.cost": 1, "household.per_head": -3}

    assert truths(_third(Comparison.LESS), a_case(home=home)) == (True,)  # -1/2 < -1/3


SICK = FieldTest(domain="member", fact="member.sick", kind=TestKind.TRUE)
YES, NO, MISSING = {"member.sick": True}, {"member.sick": False}, {}


@pytest.mark.parametrize(("operator", "place", "holds"), TABLE)
def test_count_against_its_limit(operator: Comparison, place: int, holds: Truth) -> None:
    condition = CountCompare(
        domain=HOME, operator=operator, relation=MEMBERS, condition=SICK, limit=POPULATION
    )

    case = a_case(home={"household.population": 2}, lists={"member": [YES] * (1 + place) + [NO]})

    assert truths(condition, case) == (holds,)


# (members, list supplied) -> what is known about "at least 2 / at most 1 / exactly 2 / not 2 are sick"
BOUNDS = {
    "one or two": ([YES, MISSING], True, (None, None, None, None)),
    "two or three": ([YES, YES, MISSING], True, (True, False, None, None)),
    "none or one": ([NO, MISSING], True, (False, True, False, True)),
    "two or more": ([YES, YES], False, (True, False, None, None)),
    "three or more": ([YES, YES, YES], False, (True, False, False, True)),
    "any number": ([], False, (None, None, None, None)),
    "none": ([], True, (False, True, False, True)),
}


@pytest.mark.parametrize(
    ("members", "supplied", "operator", "limit", "expected"),
    [
        pytest.param(members, supplied, operator, limit, expected, id=f"{name}-{operator.name}")
        for name, (members, supplied, row) in BOUNDS.items()
        for (operator, limit), expected in zip(
            (
                (Comparison.AT_LEAST, 2),
                (Comparison.AT_MOST, 1),
                (Comparison.EQUAL, 2),
                (Comparison.UNEQUAL, 2),
            ),
            row,
            strict=True,
        )
    ],
)
def test_count_is_decided_by_bounds(members, supplied, operator, limit, expected) -> None:
    condition = CountCompare(
        domain=HOME, operator=operator, relation=MEMBERS, condition=SICK, limit=POPULATION
    )
    case = a_case(
        home={"household.population": limit},
        lists={"member": members},
        not_supplied=() if supplied else ("member",),
    )

    assert truths(condition, case) == (expected,)


def test_count_against_a_missing_limit_is_unknown() -> None:
    condition = CountCompare(
        domain=HOME, operator=Comparison.AT_LEAST, relation=MEMBERS, condition=SICK, limit=POPULATION
    )

    assert truths(condition, a_case(lists={"member": [YES]})) == (None,)
