"""Each disaster says whether it is covered, and by which statements."""

from __future__ import annotations

import pytest
from tests.decisions.sample import (
    ELIGIBLE,
    SCOPE,
    case,
    decide,
    definition,
    every,
    is_true,
    named,
    policy,
    some,
)

PUSHED = is_true("disaster_event.pushed")


@pytest.mark.parametrize(
    ("category", "outcome", "cites"),
    [
        ("自然灾害", "yes", ("1-07", "1.1-01")),
        ("事故灾害", "yes", ("1-07", "1.2-01")),
        ("其他", "no", ("1-07", "1.1-01", "1.2-01")),
        (None, "unknown", ("1-07", "1.1-01", "1.2-01")),
    ],
    ids=str,
)
def test_scope_cites_the_definitions_that_force_it(category, outcome, cites):
    event = {} if category is None else {"disaster_event.category": category}

    (element,) = decide(policy(), case(events={"E1": event})).scope

    assert element == ("E1", category, outcome, cites)


def test_each_disaster_is_judged_apart():
    events = {"E1": {"disaster_event.category": "自然灾害"}, "E2": {"disaster_event.category": "其他"}}

    decision = decide(policy(), case(events=events))

    assert [(found.event, found.outcome) for found in decision.scope] == [("E1", "yes"), ("E2", "no")]


@pytest.mark.parametrize("events", [None, {}], ids=["not supplied", "none"])
def test_without_a_disaster_there_is_no_scope(events):
    assert decide(policy(), case(events=events)).scope == ()


def test_scope_looks_through_conditions_without_a_name_to_the_nearest_definitions():
    """A definition below a definition is not cited, and one that is reached twice is cited once."""
    natural, accident, _ = SCOPE
    urgent = definition(
        "需推送的", "disaster_event", every(named("disaster_event", "自然灾害类"), PUSHED), "1-08"
    )
    both = every(
        some(named("disaster_event", "需推送的"), named("disaster_event", "事故灾害类")),
        some(named("disaster_event", "需推送的"), PUSHED),
    )
    given = policy(
        definitions=(
            natural,
            accident,
            urgent,
            definition("属本方案灾种", "disaster_event", both, "1-07"),
            ELIGIBLE,
        )
    )
    event = {"disaster_event.category": "自然灾害", "disaster_event.pushed": True}

    (element,) = decide(given, case(events={"E1": event})).scope

    assert element.cites == ("1-07", "1-08")
