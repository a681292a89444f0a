"""What one stated value answers, and that nothing stated answers nothing."""

from datetime import date

import pytest
from tests.reference.asking import AS_OF, HOME, a_case, truths
from tests.strategies.vocabulary import DISASTERS

from relapse_rules.check.policy import ParameterSpec, ParameterValue
from relapse_rules.check.typed import FieldTest, TestKind
from relapse_rules.values.truth import Truth
from relapse_rules.values.types import NEVER

EVENT = "disaster_event"
TODAY = date(2023, 8, 2).toordinal()


@pytest.mark.parametrize(("stated", "expected"), [(True, True), (False, False), (None, None)])
def test_a_condition_field(stated: Truth, expected: Truth) -> None:
    condition = FieldTest(domain=HOME, fact="household.dibao", kind=TestKind.TRUE)

    assert truths(condition, a_case(home={} if stated is None else {"household.dibao": stated})) == (
        expected,
    )


@pytest.mark.parametrize(
    ("stated", "asked", "expected"),
    [
        pytest.param("洪涝", ("洪涝",), True, id="the value itself"),
        pytest.param("洪涝", ("水旱灾害",), True, id="a narrower value"),
        pytest.param("洪涝", ("自然灾害",), True, id="a much narrower value"),
        pytest.param("水旱灾害", ("洪涝",), None, id="a broader value"),
        pytest.param("自然灾害", ("洪涝",), None, id="a much broader value"),
        pytest.param("干旱", ("洪涝",), False, id="a sibling"),
        pytest.param("其他", ("自然灾害",), False, id="something else"),
        pytest.param("地震", ("洪涝", "地震"), True, id="one of two"),
        pytest.param("水旱灾害", ("洪涝", "水旱灾害"), True, id="broader than one but the other"),
        pytest.param("水旱灾害", ("地震", "洪涝"), None, id="broader than one, not the other"),
        pytest.param("其他", ("地震", "洪涝"), False, id="none of two"),
        pytest.param(None, ("洪涝",), None, id="missing"),
    ],
)
def test_an_enumeration(stated: str | None, asked: tuple[str, ...], expected: Truth) -> None:
    condition = FieldTest(domain=EVENT, fact="disaster_event.subtype", kind=TestKind.IS, values=asked)
    event = {} if stated is None else {"disaster_event.subtype": stated}

    assert truths(condition, a_case(lists={EVENT: [event]})) == (expected,)


def test_a_text_is_compared_as_it_stands() -> None:
    condition = FieldTest(domain="loan", fact="loan.bank", kind=TestKind.IS, values=("甲",))

    assert truths(condition, a_case(lists={"loan": [{"loan.bank": "甲"}, {"loan.bank": "甲乙"}, {}]})) == (
        True,
        False,
        None,
    )


# stated set, asked values -> any of them, all of them
SETS = {
    "one of two": ({"洪涝"}, ("洪涝", "地震"), True, False),
    "both": ({"洪涝", "地震", "其他"}, ("洪涝", "地震"), True, True),
    "a narrower value": ({"洪涝"}, ("水旱灾害",), True, True),
    "a broader value": ({"水旱灾害"}, ("洪涝",), None, None),
    "a broader value and one more": ({"水旱灾害", "地震"}, ("洪涝", "地震"), True, None),
    "a broader value and one lacking": ({"水旱灾害"}, ("洪涝", "地震"), None, False),
    "neither": ({"其他"}, ("洪涝", "地震"), False, False),
    "an empty set": (set(), ("洪涝",), False, False),
    "missing": (None, ("洪涝",), None, None),
}


@pytest.mark.parametrize(
    ("stated", "asked", "kind", "expected"),
    [
        pytest.param(stated, asked, kind, expected, id=f"{name}-{kind}")
        for name, (stated, asked, *row) in SETS.items()
        for kind, expected in zip((TestKind.CONTAINS_ANY, TestKind.CONTAINS_ALL), row, strict=True)
    ],
)
def test_a_set(stated, asked, kind, expected) -> None:
    condition = FieldTest(domain=HOME, fact="household.risks", kind=kind, values=asked)
    home = {} if stated is None else {"household.risks": frozenset(stated)}

    assert truths(condition, a_case(home=home)) == (expected,)


@pytest.mark.parametrize(
    ("stated", "expected"), [(frozenset(), True), (frozenset({"洪涝"}), False), (None, None)]
)
def test_an_empty_set(stated: frozenset[str] | None, expected: Truth) -> None:
    condition = FieldTest(domain=HOME, fact="household.risks", kind=TestKind.EMPTY)

    assert truths(condition, a_case(home={} if stated is None else {"household.risks": stated})) == (
        expected,
    )


@pytest.mark.parametrize(
    ("fact", "stated", "expected"),
    [
        ("household.moved_at", AS_OF - 1, True),
        ("household.moved_at", AS_OF, True),
        ("household.moved_at", AS_OF + 1, False),
        ("household.moved_at", NEVER, False),
        ("household.moved_at", None, None),
        ("household.included_on", TODAY - 1, True),
        ("household.included_on", TODAY, True),
        ("household.included_on", TODAY + 1, False),
        ("household.included_on", NEVER, False),
        ("household.included_on", None, None),
    ],
)
def test_a_moment_that_has_come(fact: str, stated: int | None, expected: Truth) -> None:
    condition = FieldTest(domain=HOME, fact=fact, kind=TestKind.HAPPENED)

    assert truths(condition, a_case(home={} if stated is None else {fact: stated})) == (expected,)


@pytest.mark.parametrize(
    ("hour_utc", "expected"),
    [pytest.param(15, False, id="23:00 the day before"), pytest.param(16, True, id="0:00")],
)
def test_a_date_has_come_from_midnight_in_shanghai(hour_utc: int, expected: Truth) -> None:
    """AS_OF is 01:00 UTC on 2 August; 16:00 UTC on 1 August is midnight in Shanghai."""
    as_of = AS_OF - (25 - hour_utc) * 3600
    condition = FieldTest(domain=HOME, fact="household.included_on", kind=TestKind.HAPPENED)

    assert truths(condition, a_case(home={"household.included_on": TODAY}, as_of=as_of)) == (expected,)


@pytest.mark.parametrize(
    ("since", "value", "expected"),
    [
        pytest.param(TODAY, ("水旱灾害",), True, id="in force today"),
        pytest.param(TODAY, ("地震",), False, id="other values"),
        pytest.param(TODAY + 1, ("水旱灾害",), None, id="not yet in force"),
        pytest.param(TODAY, None, None, id="not set"),
    ],
)
def test_values_from_a_parameter(since: int, value: tuple[str, ...] | None, expected: Truth) -> None:
    condition = FieldTest(domain=HOME, fact="household.risks", kind=TestKind.CONTAINS_ANY, parameter="灾种")
    setting = ParameterValue(since=since, value=value, text=None, source="")
    parameter = ParameterSpec(name="灾种", type=DISASTERS, values=(setting,))
    case = a_case(home={"household.risks": frozenset({"洪涝"})})

    assert truths(condition, case, parameters=[parameter]) == (expected,)
