"""A county read as tables is the county read household by household: the same facts, the same rails, and the same refusals."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pa = pytest.importorskip("pyarrow", reason="extra batch is not installed")

from tests.batch.counties import AS_OF, PLAN, VOCABULARY, random_county  # noqa: E402 - after the packages were looked for
from tests.batch.dirt import dirtied  # noqa: E402
from tests.engines.stacking import condition, number  # noqa: E402
from tests.strategies.policies import seeded  # noqa: E402

from relapse_rules.batch.blocks import blocks  # noqa: E402
from relapse_rules.batch.intake import take_in  # noqa: E402
from relapse_rules.batch.plan import facts_asked  # noqa: E402
from relapse_rules.engines.lanes.blocks import BlockEvaluator  # noqa: E402
from relapse_rules.facts import FactsError, read_case  # noqa: E402
from relapse_rules.facts.case import Case  # noqa: E402
from relapse_rules.ir.verify import is_number  # noqa: E402

SEEDS = st.integers(0, 2**32)


def _alone(county, household) -> Case:
    return read_case(county.case(household), VOCABULARY)


def _asked(case: Case, shared: frozenset[str]) -> Case:
    """Return what of a case can decide something or is told in a reason, without who recorded it."""
    asked = facts_asked(PLAN.program, shared) | {
        f"{relation.child}.{relation.reference}"
        for relation in PLAN.program.relations
        if relation.reference is not None
    }
    tables = {
        name: table
        if name in shared
        else table._replace(
            rows=tuple({fact: value for fact, value in row.items() if fact in asked} for row in table.rows)
        )
        for name, table in case.tables.items()
    }
    return replace(case, tables=tables, recorded={})


@settings(max_examples=18)
@given(seed=SEEDS)
def test_tables_give_the_facts_that_cases_give(seed):
    rng = seeded(seed)
    county = random_county(rng, 12)

    with take_in(PLAN, county.tables(rng), as_of=AS_OF) as found:
        (taken,) = found.parts()

    names = {each["household_id"]: each for each in county.households}
    assert sorted(taken.ids.to_pylist()) == sorted(names)
    for place, name in enumerate(taken.ids.to_pylist()):
        alone = _asked(_alone(county, names[name]), found.shared)
        together = taken.case(place, found.case)
        assert together.tables == alone.tables
        assert {key: together.links[key] for key in alone.links} == dict(alone.links)


@settings(max_examples=6)
@given(seed=SEEDS)
def test_blocks_have_the_rails_of_each_household_alone(seed):
    rng = seeded(seed)
    county = random_county(rng, 70, known=0.8)
    names = {each["household_id"]: each for each in county.households}

    with take_in(PLAN, county.tables(rng), as_of=AS_OF) as found:
        (taken,) = found.parts()

    engine = BlockEvaluator(PLAN.program, found.shared, found.case.as_of)
    whole = PLAN.evaluator.run(found.case)
    seen: list[int] = []
    for each in blocks(taken, found.case, 64):
        rails = engine.run(each.block, whole)
        seen.extend(each.households.tolist())
        for at, name in list(enumerate(each.ids().to_pylist()))[:: max(1, len(each) // 3)]:
            _agree(rails, each.block.frame, at, _alone(county, names[name]))
    assert sorted(seen) == list(range(len(taken)))


def _agree(rails, frame, at, case) -> None:
    alone = PLAN.evaluator.run(case)
    for position, node in enumerate(PLAN.program.nodes):
        if node.domain not in frame.slots:
            continue
        found = rails.first[position], rails.second[position]
        shape = (frame.slots[node.domain], frame.households)
        for slot in range(len(case.tables[node.domain].rows)):
            if is_number(node):
                assert number(found, shape, slot, at) == alone.number(position, slot), node
            else:
                assert condition(found, shape, slot, at) == alone.truth(position, slot), node


@settings(max_examples=18)
@given(seed=SEEDS)
def test_what_is_refused_alone_is_rejected_and_nothing_else(seed):
    rng = seeded(seed)
    county = random_county(rng, 15)
    dirty = dirtied(county, rng)
    refused = set()
    for household in dirty.households:
        try:
            _alone(dirty, household)
        except FactsError:
            refused.add(household["household_id"])

    with take_in(PLAN, dirty.tables(rng), as_of=AS_OF) as found:
        taken = [each for part in found.parts() for each in part.ids.to_pylist()]
        counts = found.counts

    assert {each["household_id"] for each in dirty.households} - set(taken) == refused
    assert all(count.read == count.decided + count.rejected for count in counts)


@settings(max_examples=6)
@given(seed=SEEDS)
def test_every_row_that_is_not_decided_is_told(seed):
    rng = seeded(seed)
    dirty = dirtied(random_county(rng, 15), rng)

    with take_in(PLAN, dirty.tables(rng), as_of=AS_OF) as found:
        parts = list(found.parts())
        rejects = pa.concat_tables([found.rejects, *(part.rejects for part in parts)])

    told = {(row["entity"], row["source"], row["row"]) for row in rejects.to_pylist()}
    for count in found.counts:
        assert sum(entity == count.entity for entity, _, _ in told) == count.rejected


@settings(max_examples=6)
@given(seed=SEEDS)
def test_on_disk_and_in_memory_are_the_same(seed, tmp_path_factory):
    rng = seeded(seed)
    tables = dirtied(random_county(rng, 40), rng).tables(rng)
    folder = tmp_path_factory.mktemp("spool")

    with take_in(PLAN, tables, as_of=AS_OF) as found:
        (whole,) = found.parts()
        known = {name: whole.case(place, found.case) for place, name in enumerate(whole.ids.to_pylist())}
    with take_in(PLAN, tables, as_of=AS_OF, most_bytes=0, parts=5, folder=folder) as found:
        split = list(found.parts())
        counts = found.counts
        parts = {
            name: part.case(place, found.case)
            for part in split
            for place, name in enumerate(part.ids.to_pylist())
        }

    assert len(split) == 5
    assert parts == known
    assert all(count.whole for count in counts)
    assert list(folder.iterdir()) == []


def test_households_with_long_lists_go_to_blocks_of_their_own(monkeypatch):
    rng = Random(1)
    county = random_county(rng, 300)
    county = replace(county, supplied=county.supplied | {"member"})
    for place, household in enumerate(county.households):
        size = 700 if place == 7 else 12 if place % 50 == 0 else place % 4
        household["member"] = [{"person_id": f"{place}-{n}"} for n in range(size)]
        household["employment"] = []

    monkeypatch.setattr("relapse_rules.batch.blocks._WORTH", 1 << 10)
    with take_in(PLAN, county.tables(), as_of=AS_OF) as found:
        (taken,) = found.parts()
        made = list(blocks(taken, found.case, 256))

    with_slots = [(len(each), each.block.frame.slots["member"]) for each in made]
    assert (1, 700) in with_slots
    assert all(slots <= 12 for _, slots in with_slots if slots != 700)
    assert all(each.block.frame.slots["member"] * len(each) <= 256 * 8 for each in made)
    assert sorted(np.concatenate([each.rows() for each in made]).tolist()) == list(range(1, 301))
    (largest,) = (each for each in made if each.block.frame.slots["member"] == 700)
    assert largest.names("member").to_pylist() == [f"7-{n}" for n in range(700)]


def test_one_long_list_among_many_is_found_by_itself():
    """Whichever household of ten thousand it is, and however few of them are looked at."""
    county = random_county(Random(1), 1)
    county = replace(county, supplied=county.supplied | {"member"})
    households = [{"household_id": f"{n}", "member": [{"person_id": f"{n}"}]} for n in range(10_000)]
    households[4711]["member"] = [{"person_id": f"4711-{n}"} for n in range(3_000)]
    county = replace(county, households=households, supplied=frozenset({"member"}))

    with take_in(PLAN, county.tables(), as_of=AS_OF) as found:
        (taken,) = found.parts()
        made = list(blocks(taken, found.case))

    assert sorted((len(each), each.block.frame.slots["member"]) for each in made) == [(1, 3_000), (9_999, 1)]
