"""A county decided at once gives each household the decision that it has alone, and the same reasons."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from random import Random

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.batch.counties import AS_OF, PLAN, SUBJECT, County, random_county, table_of

from relapse_rules import Decision
from relapse_rules.batch.result import BatchResult, ReasonsError
from relapse_rules.decisions.model import Outcome
from relapse_rules.ir.program import Program
from relapse_rules.tables.errors import InputError

TRUTH = {Outcome.YES: True, Outcome.NO: False, Outcome.UNKNOWN: None}
SHARED = {name for name, parent in PLAN.program.domains if SUBJECT not in (name, parent)}


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def expected(decision: Decision) -> dict[tuple[str, str, str], object]:
    """Return what a decision says of its household, by column, domain and element."""
    found: dict[tuple[str, str, str], object] = {}
    domain = PLAN.vocabulary.domain
    for each in (*decision.conclusions, *decision.judgements, *decision.exceptions):
        found[each.id, domain(each.target.entity), each.target.id or ""] = TRUTH[each.outcome]
    for each in (*decision.measures, *decision.tasks):
        key = domain(each.target.entity), each.target.id or ""
        found[each.id, *key] = TRUTH[each.outcome]
        found[f"{each.id}|done", *key] = TRUTH[each.done]
        found[f"{each.id}|due", *key] = moment(each.due)
    return {
        key: value for key, value in found.items() if key[1] not in SHARED and (key[2] or key[1] == SUBJECT)
    }


def told(result: BatchResult, household: str) -> dict[tuple[str, str, str], object]:
    """Return what the tables of a result say of a household; a column that is not there says nothing."""
    found: dict[tuple[str, str, str], object] = {}
    for domain, table in {SUBJECT: result.households, **result.elements}.items():
        for row in table.filter(pc.equal(table["household_id"], household)).to_pylist():
            element = row.get("id", household)
            skipped = {
                "household_id",
                "id",
                "township_code",
                "village_code",
                "missing",
                "contradictions",
                "reasons",
            }
            found |= {(name, domain, element): value for name, value in row.items() if name not in skipped}
    return found


def assert_equal(result: BatchResult, household: str, decision: Decision) -> None:
    alone, together = expected(decision), told(result, household)
    assert {key: value for key, value in alone.items() if value is not None or key in together} == together
    row = result.households.filter(pc.equal(result.households["household_id"], household)).to_pylist()[0]
    own = {each.fact for each in decision.missing} - set(result.county["missing"])
    assert own <= set(row["missing"]) <= {each.fact for each in decision.missing}
    assert set(row["contradictions"]) == {each.fact for each in decision.contradictions}


def decided(county: County, **options) -> BatchResult:
    return PLAN.decide_batch(county.tables(), as_of=AS_OF, **options)


@settings(max_examples=12)
@given(seed=st.integers(0, 2**32))
def test_each_household_is_decided_as_it_is_alone(seed):
    rng = Random(seed)
    county = random_county(rng, rng.randrange(1, 20), rng.choice((0.3, 0.7, 0.95)))

    result = decided(county)

    assert not len(result.rejects)
    assert result.households["household_id"].to_pylist() == [
        each["household_id"] for each in county.households
    ]
    for household in county.households:
        decision = PLAN.decide(county.case(household), as_of=AS_OF)
        assert_equal(result, household["household_id"], decision)


@settings(max_examples=6)
@given(seed=st.integers(0, 2**32))
def test_a_household_of_a_batch_is_explained_as_it_is_alone(seed):
    rng = Random(seed)
    county = random_county(rng, 6, rng.choice((0.5, 0.9)))
    result = decided(county)

    for household in county.households:
        alone = PLAN.decide(county.case(household), as_of=AS_OF)
        together = result.explained(household["household_id"])

        assert together == alone
        measure = rng.choice(alone.measures)
        if measure.target.entity not in SHARED and measure.target.id is not None:
            assert together.explain(measure.id, target=measure.target.id) == alone.explain(
                measure.id, target=measure.target.id
            )
        assert together.explain(str(program().eligibility)) == alone.explain(str(program().eligibility))


def program() -> Program:
    return PLAN.program


def test_the_countys_own_outcomes_stand_apart():
    county = random_county(Random(5), 3, 0.5)

    result = decided(county)

    decision = PLAN.decide(county.case(county.households[0]), as_of=AS_OF).model_dump()
    for name in ("conclusions", "judgements", "measures", "tasks", "exceptions"):
        own = [each for each in decision[name] if each["target"]["entity"] in SHARED]
        # Which township or village is meant depends on the household.
        assert [without_units(each) for each in result.county[name]] == [without_units(each) for each in own]
    assert result.county["tasks"]
    open_ = [each for each in (*result.county["measures"], *result.county["tasks"]) if each["missing"]]
    assert set(result.county["missing"]) == {fact for each in open_ for fact in each["missing"]}


def without_units(element: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in element.items() if key != "units_resolved"}


def test_the_number_of_workers_changes_nothing(monkeypatch):
    monkeypatch.setattr("relapse_rules.batch.together.CHUNK", 64)
    county = random_county(Random(3), 300, 0.6)

    one, three = decided(county, workers=1), decided(county, workers=3)

    assert one.households == three.households
    assert one.elements == three.elements


def test_what_is_rejected_is_told_and_the_rest_is_decided():
    county = random_county(Random(4), 5, 0.6)
    county.households[2]["population"] = "五口"

    result = decided(county)

    assert len(result) == 4
    assert set(result.rejects["household_id"].to_pylist()) == {"户0002"}
    assert "家庭人口数" in result.rejects["field"].to_pylist()
    [count] = [each for each in result.counts if each.entity == "农户"]
    assert (count.read, count.decided, count.rejected) == (5, 4, 1)


def test_a_household_that_was_not_decided_is_named():
    result = decided(random_county(Random(4), 2, 0.6))

    with pytest.raises(InputError, match="没有判定过农户“户9999”"):
        result.explained("户9999")


def test_reasons_of_other_facts_are_refused():
    result = decided(random_county(Random(4), 2, 0.9))
    place = result.households.column_names.index("reasons")
    result.households = result.households.set_column(place, "reasons", pa.array([b"\1", b"\1"], pa.binary()))

    with pytest.raises(ReasonsError, match="户0000"):
        result.explained("户0000")


def test_fewer_workers_than_one_are_refused():
    with pytest.raises(InputError, match="线程数至少是 1"):
        decided(random_county(Random(4), 1, 0.9), workers=0)


def test_a_county_without_good_households_is_decided_all_the_same():
    tables = {SUBJECT: table_of(SUBJECT, [{"household_id": "一", "population": "五口"}])}

    result = PLAN.decide_batch(tables, as_of=AS_OF)

    assert len(result) == 0
    assert len(result.rejects) == 1
    counts = defaultdict(int, {each.entity: each.rejected for each in result.counts})
    assert counts["农户"] == 1
