"""Cases that are drawn: valid, on every edge, and small when they fail."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from tests.testing.sample import EFFORT, grants, outcomes, plan, smallest

from relapse_rules.facts import CaseReader
from relapse_rules.testing import OutcomeNameError, cases, households
from relapse_rules.testing.blueprint import blueprint_of
from relapse_rules.testing.draft import started
from relapse_rules.testing.drawing import Drawing
from relapse_rules.testing.stating import stated

FLOOD = {
    "context": {"as_of": "2024-06-01T09:00:00+08:00"},
    "disaster_event": [{"event_id": "洪水", "kind": "洪涝"}, {"event_id": "地震", "kind": "地震"}],
}


# --- valid by construction ------------------------------------------------------------------------------------------


@given(st.one_of(cases(plan()), cases(plan(), complete=True)))
@EFFORT
def test_every_case_of_the_plan_can_be_decided(facts):
    plan().decide(facts)


@given(cases(grants()))
@EFFORT
def test_every_case_is_json(facts):
    assert grants().decide(json.dumps(facts)) == grants().decide(facts)


@given(cases(plan().vocabulary, most_elements=1))
@EFFORT
def test_a_vocabulary_alone_gives_cases_that_can_be_read(facts):
    assert CaseReader(plan().vocabulary).read(facts)


@given(st.data())
@EFFORT
def test_what_is_drawn_is_what_its_json_is_read_as(data):
    blueprint = blueprint_of(grants())
    drawing = Drawing(blueprint, data.draw, complete=False, most_elements=2)
    draft = started(blueprint.shape, drawing.moment())
    drawing.fill(draft, blueprint.domains)

    assert draft.case() == CaseReader(grants().vocabulary).read(draft.facts())


@given(cases(grants(), complete=True))
@EFFORT
def test_of_a_complete_case_nothing_is_missing_but_what_a_missing_element_would_tell(facts):
    missing = {each.fact for each in grants().decide(facts).missing}

    assert missing <= {"loss.event_id"}  # there is no disaster that it could name


@given(cases(grants()))
@EFFORT
def test_what_no_rule_reads_is_left_out(facts):
    assert "head_name" not in facts["household"]


@given(cases(grants(), most_elements=1))
@EFFORT
def test_no_list_has_more_than_most_elements(facts):
    assert all(
        len(listed) <= 1 for listed in (facts.get("disaster_event", []), facts["household"].get("member", []))
    )


# --- on the edges ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entity", "field", "values"),
    [
        pytest.param("water", "litres", {35, 34.9999, 35.0001}, id="a-constant"),
        pytest.param(
            "member", "birth_date", {"2017-01-01", "2017-01-02", "2008-01-01", "2008-01-02"}, id="an-age"
        ),
        pytest.param(
            "household",
            "applied_at",
            {"2022-12-29T00:00:00+08:00", "2022-12-28T23:59:59+08:00"},
            id="a-limit",
        ),
        pytest.param("household", "population", {1, 30}, id="the-ends-of-a-range"),
    ],
)
def test_values_are_drawn_to_both_sides_of(entity, field, values):
    spec = grants().vocabulary.field(f"{entity}.{field}")
    draft = started(blueprint_of(grants()).shape, blueprint_of(grants()).candidates.moments[0])

    tried = {stated(spec, value) for value in blueprint_of(grants()).candidates.of(spec, draft.as_of)}

    assert values <= tried


@pytest.mark.parametrize("litres", [34.9999, 35, 35.0001])
def test_an_edge_is_found(litres):
    found = smallest(cases(grants()), lambda facts: facts["household"].get("water") == {"litres": litres})

    assert found["household"]["water"] == {"litres": litres}


# --- shrinking ------------------------------------------------------------------------------------------------------


def test_the_simplest_case_states_what_must_be_stated_at_the_first_moment_in_force():
    assert smallest(cases(grants()), lambda _: True) == {
        "context": {"as_of": "2023-01-01T00:00:00+08:00"},
        "household": {"household_id": "H1", "household_type": "一般户"},
    }


def test_a_broken_property_shrinks_to_the_facts_that_break_it():
    """The deliberate mistake: nobody is ever short of water."""
    found = smallest(cases(grants()), lambda facts: "yes" in outcomes(grants(), facts, "缺水"))

    assert found == {
        "context": {"as_of": "2023-01-01T00:00:00+08:00"},
        "household": {"household_id": "H1", "household_type": "一般户", "water": {"litres": 0}},
    }


def test_a_broken_property_about_an_element_shrinks_to_one_element():
    found = smallest(cases(grants()), lambda facts: "yes" in outcomes(grants(), facts, "劝返"))

    assert found["household"] == {
        "household_id": "H1",
        "household_type": "一般户",
        "member": [{"person_id": "M1", "birth_date": "2008-01-02", "at_school": False}],
    }


def test_a_steered_case_shrinks_to_the_facts_of_the_rule():
    found = smallest(cases(grants(), reaching="发补助"), lambda _: True)

    assert found["household"]["household_type"] == "脱贫户"
    assert set(found["household"]) == {"household_id", "household_type", "hard", "loss"}
    assert [set(event) for event in found["disaster_event"]] == [{"event_id", "kind"}]


# --- towards a rule -------------------------------------------------------------------------------------------------


@given(st.data())
@EFFORT
@pytest.mark.parametrize(("wanted", "outcome"), [(True, "yes"), (False, "no"), (None, "unknown")])
@pytest.mark.parametrize("name", ["发补助", "劝返", "重病", "低收入", "确有困难"])
def test_a_case_reaches(name, wanted, outcome, data):
    facts = data.draw(cases(grants(), reaching=(name, wanted)))

    assert outcome in outcomes(grants(), facts, name)


@given(cases(plan(), reaching="纳入危房改造"))
@EFFORT
def test_a_case_reaches_a_measure_of_the_plan(facts):
    assert "yes" in outcomes(plan(), facts, "纳入危房改造")


def test_a_name_that_is_not_declared_is_told_with_the_nearest():
    with pytest.raises(OutcomeNameError, match=r"没有叫“发补贴”的.*是不是“发补助”"):
        cases(grants(), reaching="发补贴")


def test_a_vocabulary_has_no_outcome_to_reach():
    with pytest.raises(ValueError, match="只有词汇没有规则"):
        cases(grants().vocabulary, reaching="发补助")


def test_a_negative_number_of_elements_is_told():
    with pytest.raises(ValueError, match="most_elements 不能小于 0，这里是 -1"):
        cases(grants(), most_elements=-1)


# --- households alone -----------------------------------------------------------------------------------------------


@given(households(grants(), FLOOD))
@EFFORT
def test_a_household_fits_into_the_facts_of_its_county(household):
    grants().decide({**FLOOD, "household": household})


def test_a_household_refers_to_what_the_county_states():
    found = smallest(households(grants(), FLOOD), lambda one: {"event_id": "地震"} in one.get("loss", ()))

    assert found["loss"] == [{"event_id": "地震"}]


@given(households(grants()))
@EFFORT
def test_a_household_without_a_county_refers_to_nothing(household):
    assert all("event_id" not in loss for loss in household.get("loss", ()))


def test_the_examples_of_the_page_run():
    """What `docs/testing.md` shows in Python, put together and run as tests."""
    page = (Path(__file__).parents[2] / "docs" / "testing.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}

    exec("\n".join(blocks), names)  # noqa: S102 - our own page

    few = settings(max_examples=3, deadline=None, stateful_step_count=3)
    few(names["test_rebuilt_houses_are_dangerous"])()
    run_state_machine_as_test(names["Plan"], settings=few)
