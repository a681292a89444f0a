"""Exact arithmetic, rounding, ages and dates."""

from datetime import UTC, date, datetime

import pytest
from tests.reference.asking import HOME, a_case, numbers

from relapse_rules.check.typed import (
    AgeOf,
    Apart,
    Calculated,
    Calculation,
    DateOf,
    NumberField,
    RoundingMode,
)
from relapse_rules.values.types import NEVER

LEFT = NumberField(domain=HOME, fact="household.income")
RIGHT = NumberField(domain=HOME, fact="household.per_head")


def _calculated(operation, left, right, rounding=RoundingMode.EXACT, scale=1) -> int | None:
    value = Calculated(
        domain=HOME, operation=operation, left=LEFT, right=RIGHT, rounding=rounding, scale=scale
    )
    stated = {"household.income": left, "household.per_head": right}
    return numbers(
        value, a_case(home={fact: number for fact, number in stated.items() if number is not None})
    )[0]


@pytest.mark.parametrize(
    ("operation", "left", "right", "expected"),
    [
        (Calculation.ADD, 350_000, 1, 350_001),
        (Calculation.SUBTRACT, 1, 350_000, -349_999),
        (Calculation.MULTIPLY, 350_000, 12, 4_200_000),
        (Calculation.ADD, 10**30, 1, 10**30 + 1),
    ],
)
def test_exact_arithmetic(operation, left, right, expected) -> None:
    assert _calculated(operation, left, right) == expected


@pytest.mark.parametrize("operation", Calculation)
@pytest.mark.parametrize(("left", "right"), [(None, 2), (2, None), (NEVER, 2), (2, NEVER)])
def test_arithmetic_with_what_is_missing_or_has_not_happened_is_unknown(operation, left, right) -> None:
    assert _calculated(operation, left, right, RoundingMode.DOWN) is None


@pytest.mark.parametrize("rounding", [RoundingMode.HALF_UP, RoundingMode.DOWN, RoundingMode.UP])
def test_division_by_nought_is_unknown(rounding) -> None:
    assert _calculated(Calculation.DIVIDE, 7, 0, rounding) is None


# left, right -> left / right rounded half up, down, up
QUOTIENTS = {
    (6, 3): (2, 2, 2),
    (7, 3): (2, 2, 3),
    (8, 3): (3, 2, 3),
    (5, 2): (3, 2, 3),
    (-5, 2): (-3, -2, -3),
    (5, -2): (-3, -2, -3),
    (-5, -2): (3, 2, 3),
    (-7, 3): (-2, -2, -3),
    (49, 100): (0, 0, 1),
    (-49, 100): (0, 0, -1),
    (0, 5): (0, 0, 0),
}


@pytest.mark.parametrize(
    ("left", "right", "rounding", "expected"),
    [
        pytest.param(*pair, rounding, expected, id=f"{pair[0]}/{pair[1]}-{rounding}")
        for pair, row in QUOTIENTS.items()
        for rounding, expected in zip(
            (RoundingMode.HALF_UP, RoundingMode.DOWN, RoundingMode.UP), row, strict=True
        )
    ],
)
def test_quotients_are_rounded_by_size(left, right, rounding, expected) -> None:
    assert _calculated(Calculation.DIVIDE, left, right, rounding) == expected


def test_scale_brings_a_product_and_a_quotient_to_their_steps() -> None:
    """3.50元 × 1.5 = 5.25元; 1元 ÷ 3元 = 0.3333."""
    product = _calculated(Calculation.MULTIPLY, 350, 15_000, RoundingMode.HALF_UP, 10_000)
    quotient = _calculated(Calculation.DIVIDE, 100, 300, RoundingMode.HALF_UP, 10_000)

    assert (product, quotient) == (525, 3333)


def _at(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("born", "as_of", "expected"),
    [
        pytest.param((2007, 8, 1), (2023, 8, 2, 1), 16, id="the day after the birthday"),
        pytest.param((2007, 8, 2), (2023, 8, 2, 1), 16, id="on the birthday"),
        pytest.param((2007, 8, 3), (2023, 8, 2, 1), 15, id="the day before the birthday"),
        pytest.param((2007, 8, 2), (2023, 8, 1, 15), 15, id="23:00 before the birthday in Shanghai"),
        pytest.param((2007, 8, 2), (2023, 8, 1, 16), 16, id="midnight of the birthday in Shanghai"),
        pytest.param((2004, 2, 29), (2023, 2, 28, 1), 18, id="born on 29 February, on 28 February"),
        pytest.param((2004, 2, 29), (2023, 3, 1, 1), 19, id="born on 29 February, on 1 March"),
        pytest.param((2004, 2, 29), (2024, 2, 29, 1), 20, id="born on 29 February, on 29 February"),
        pytest.param((2023, 8, 2), (2023, 8, 2, 1), 0, id="born today"),
    ],
)
def test_age(born, as_of, expected) -> None:
    value = AgeOf(domain="member", birth=NumberField(domain="member", fact="member.born_on"))
    case = a_case(lists={"member": [{"member.born_on": date(*born).toordinal()}]}, as_of=_at(*as_of))

    assert numbers(value, case) == (expected,)


@pytest.mark.parametrize("member", [{}, {"member.born_on": NEVER}])
def test_age_without_a_birth_is_unknown(member) -> None:
    value = AgeOf(domain="member", birth=NumberField(domain="member", fact="member.born_on"))

    assert numbers(value, a_case(lists={"member": [member]})) == (None,)


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        pytest.param(_at(2023, 8, 1, 15, 59, 59), date(2023, 8, 1).toordinal(), id="last second of the day"),
        pytest.param(_at(2023, 8, 1, 16), date(2023, 8, 2).toordinal(), id="midnight"),
        pytest.param(_at(1969, 12, 31, 15, 59, 59), date(1969, 12, 31).toordinal(), id="before 1970"),
        pytest.param(NEVER, NEVER, id="has not happened"),
        pytest.param(None, None, id="missing"),
    ],
)
def test_date_in_shanghai(time, expected) -> None:
    value = DateOf(domain=HOME, time=NumberField(domain=HOME, fact="household.moved_at"))

    assert numbers(value, a_case(home={} if time is None else {"household.moved_at": time})) == (expected,)


@pytest.mark.parametrize(
    ("left", "right", "step", "expected"),
    [
        (10, 4, 1, 6),
        (4, 10, 1, 6),
        (738_734, 738_731, 86_400, 259_200),
        (5, 5, 1, 0),
        (5, NEVER, 1, None),
        (NEVER, NEVER, 1, None),
        (5, None, 1, None),
        (None, 5, 1, None),
    ],
)
def test_distance(left, right, step, expected) -> None:
    value = Apart(domain=HOME, left=LEFT, right=RIGHT, step=step)
    stated = {"household.income": left, "household.per_head": right}
    case = a_case(home={fact: number for fact, number in stated.items() if number is not None})

    assert numbers(value, case) == (expected,)
