"""Statements of every part of the plan, each asked yes, no and unknown by an outside reader."""

from __future__ import annotations

import pytest
from tests.contract import assistance_statements, guarantee_statements, mechanism_statements
from tests.contract.household import decide, elements
from tests.contract.reading import Reading

MODULES = (mechanism_statements, assistance_statements, guarantee_statements)
READINGS = [
    reading
    for module in MODULES
    for group in vars(module).values()
    if isinstance(group, tuple)
    for reading in group
    if isinstance(reading, Reading)
]


@pytest.mark.parametrize("outcome", ["yes", "no", "unknown"])
@pytest.mark.parametrize("reading", READINGS, ids=str)
def test_a_statement_decides_as_the_plan_reads(reading: Reading, outcome: str) -> None:
    stated = getattr(reading, outcome)
    found = elements(decide(reading.given, stated), reading.name)
    assert [(item["outcome"], reading.cite in item["cites"]) for item in found] == [(outcome, True)]


@pytest.mark.parametrize("reading", READINGS, ids=str)
def test_units_category_and_limit_are_those_of_the_clause(reading: Reading) -> None:
    (item,) = elements(decide(reading.given, reading.yes), reading.name)
    if reading.units is not None:
        assert tuple(item["units"]) == reading.units
    if reading.category is not None:
        assert item["category"] == reading.category
    if reading.time_limit is not None:
        assert item["time_limit"] == reading.time_limit


def test_forty_statements_of_all_six_parts_are_asked() -> None:
    cites = {reading.cite for reading in READINGS}
    assert len(cites) >= 40
    assert {cite[0] for cite in cites} == {"1", "2", "3", "4", "5", "6"}
