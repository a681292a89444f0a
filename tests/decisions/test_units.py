"""Units as the policy writes them, and as they are called for this household on this day."""

from __future__ import annotations

from datetime import date

import pytest
from tests.decisions.sample import case, decide, is_true, measure, moment, policy

from relapse_rules.check.policy import UnitSpec

MERGED = date(2024, 1, 1).toordinal()
UNITS = (
    UnitSpec(name="各乡镇", aliases=("乡镇",), fact="household.township_code"),
    UnitSpec(name="石桥镇", code="511002101"),
    UnitSpec(name="双河乡", code="511002102000", successions=(("石桥镇", MERGED),)),
    UnitSpec(name="县乡村振兴局", aliases=("县乡村振兴部门",), successions=(("县农业农村局", MERGED),)),
    UnitSpec(name="县农业农村局", successions=(("县农业局", date(2026, 1, 1).toordinal()),)),
    UnitSpec(name="县甲局", successions=(("县乙局", MERGED),)),
    UnitSpec(name="县乙局", successions=(("县甲局", MERGED),)),
)


def resolved(*units: str, township: str | None = None, at: str = "2023-08-02T09:00:00") -> tuple[str, ...]:
    helped = policy(
        units=UNITS, measures=(measure("救助", "household", is_true("household.rural"), units=units),)
    )
    household = {} if township is None else {"household.township_code": township}
    (found,) = decide(helped, case(household, as_of=moment(at))).measures
    assert found.units == units
    return found.units_resolved


@pytest.mark.parametrize(
    ("township", "name"),
    [
        ("511002101", "石桥镇"),
        ("511002101000", "石桥镇"),
        ("511002102", "双河乡"),
        ("511002999", "511002999"),
        (None, "各乡镇"),
    ],
    ids=["declared", "code filled up", "declared filled up", "not declared", "not stated"],
)
@pytest.mark.parametrize("written", ["各乡镇", "乡镇"])
def test_a_generic_unit_is_the_households_own(township, name, written):
    assert resolved(written, "县民政局", township=township) == (name, "县民政局")


@pytest.mark.parametrize(
    ("at", "name"),
    [
        ("2023-12-31T23:59:59", "县乡村振兴局"),
        ("2024-01-01T00:00:00", "县农业农村局"),
        ("2026-01-01T00:00:00", "县农业局"),
    ],
    ids=["the second before", "the first second", "merged again"],
)
@pytest.mark.parametrize("written", ["县乡村振兴局", "县乡村振兴部门"])
def test_a_merged_unit_is_its_successor_from_the_day_on(at, name, written):
    assert resolved(written, at=at) == (name,)


def test_a_merged_township_is_its_successor():
    assert resolved("各乡镇", township="511002102", at="2024-06-01T00:00:00") == ("石桥镇",)


def test_units_that_merge_into_each_other_end_somewhere():
    assert resolved("县甲局", at="2024-06-01T00:00:00") == ("县乙局",)


def test_an_undeclared_unit_is_called_as_written():
    assert resolved("某承办单位") == ("某承办单位",)
