"""Each disaster says whether it is covered, and by which statements."""

from __future__ import annotations

import pytest
from tests.decisions.sample import case, decide, policy


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
