"""Definitions that rest on one another for thousands of levels."""

from __future__ import annotations

from tests.decisions.sample import case, decide, definition, every, is_true, measure, named, policy, some
from tests.explain.proving import asking, decided, steps

LEVELS = 3_000
BOTTOM = definition("第0层", "household", is_true("household.rural"))


def layer(number: int):
    below = named("household", f"第{number - 1}层")
    condition = (
        every(below, is_true("household.hardship"))
        if number % 2
        else some(below, is_true("household.special"))
    )
    return definition(f"第{number}层", "household", condition)


DEEP = policy(
    definitions=(BOTTOM, *(layer(number) for number in range(1, LEVELS))),
    scope=None,
    eligibility=None,
    measures=(measure("救助", "household", named("household", f"第{LEVELS - 1}层")),),
)


def test_missing_facts_are_found_however_deep_they_lie():
    (found,) = decide(DEEP, case({"household.special": False})).measures

    assert found.missing == ("household.rural", "household.hardship")


def test_a_proof_stops_where_nobody_would_read_on():
    asked = asking(DEEP)
    known = decided(asked, case({"household.special": True, "household.hardship": True}))
    unknown = decided(asked, case({"household.special": False, "household.hardship": True}))

    assert len(list(steps(known.explain("救助")))) < 100
    told = list(steps(unknown.explain("救助")))
    assert len(told) < 100
    assert told[-1].text.endswith("（以下从略，可单独说明这一项）")
    assert [premise.fact for premise in unknown.explain("救助").missing] == ["household.rural"]
