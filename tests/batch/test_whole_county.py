"""A county of two hundred thousand households gets, for every node of the program, the rails that each household has alone."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np
import pytest

pytest.importorskip("pyarrow", reason="extra batch is not installed")

import pyarrow as pa

from relapse_rules.batch.blocks import blocks
from relapse_rules.batch.intake import take_in
from relapse_rules.batch.simulate.county import Wish, simulate
from relapse_rules.batch.taken import Coded, Column, Taken
from relapse_rules.engines.lanes.blocks import BlockEvaluator, WordRails
from relapse_rules.engines.lanes.frame import Frame, unpacked
from relapse_rules.facts.case import Case, Table
from relapse_rules.ir.verify import is_number
from relapse_rules.policy import load_plan

PLAN = load_plan()
HOUSEHOLDS = int(os.environ.get("RELAPSE_COUNTY_HOUSEHOLDS") or 50_000)
"""Of each of four counties, so that two processes can share the work."""
AT_ONCE = 1 << 15

with take_in(PLAN, {"农户": pa.table({"户编号": ["1"]})}, as_of="2023-08-12T09:00:00+08:00") as _nobody:
    OWN = [place for place, node in enumerate(PLAN.program.nodes) if node.domain not in _nobody.shared]
CONDITIONS = itemgetter(*(place for place in OWN if not is_number(PLAN.program.nodes[place])))
NUMBERS = itemgetter(*(place for place in OWN if is_number(PLAN.program.nodes[place])))


@pytest.mark.slow
@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_every_household_of_a_county_has_the_rails_that_it_has_alone(seed, tmp_path):
    simulate(Wish(households=HOUSEHOLDS, seed=seed), tmp_path / "county", PLAN.vocabulary)
    with take_in(PLAN, tmp_path / "county") as county:
        (taken,) = county.parts()
    assert len(taken) == HOUSEHOLDS
    engine = BlockEvaluator(PLAN.program, county.shared, county.case.as_of)
    whole = PLAN.evaluator.run(county.case)
    alone = _Alone(taken, county.case)
    alone.assert_as_taken()

    compared = 0
    for each in blocks(taken, county.case, AT_ONCE):
        _assert_equal(engine.run(each.block, whole), each.block.frame, alone, each.households.tolist())
        compared += len(each)

    assert compared == HOUSEHOLDS


def _assert_equal(rails: WordRails, frame: Frame, alone: _Alone, households: Sequence[int]) -> None:
    """Compare the rails of all nodes of a block with those of each of its households."""
    narrow = max(frame.slots.values()) < 15
    yes, no = (array("h" if narrow else "q") for _ in range(2))
    numbers: list[tuple[Any, ...]] = []
    for household in households:
        found = PLAN.evaluator.run(alone.case(household))
        yes.extend(CONDITIONS(found.first))
        no.extend(CONDITIONS(found.second))
        numbers.append(NUMBERS(found.first))
    positions = CONDITIONS(range(len(PLAN.program.nodes)))
    shape = (len(households), len(positions))
    rows = [np.frombuffer(rail, rail.typecode).reshape(shape).T.copy() for rail in (yes, no)]
    for place, position in enumerate(positions):
        present = _lanes(frame.present[PLAN.program.nodes[position].domain], frame, position)
        for found, expected in zip((rails.first, rails.second), rows, strict=True):
            lanes = (_lanes(found[position], frame, position) & present)[: len(households)]
            assert np.array_equal(lanes, expected[place] & present[: len(households)]), position
    for position, expected in zip(
        NUMBERS(range(len(PLAN.program.nodes))), zip(*numbers, strict=True), strict=True
    ):
        assert _figures(rails, frame, position) == list(chain.from_iterable(map(_listed, expected))), position


def _lanes(rail: Any, frame: Frame, position: int) -> Any:
    """Return a rail as one integer for each household, bit ``k`` for its slot ``k``, as one household's own rails have it."""
    slots = frame.slots[PLAN.program.nodes[position].domain]
    assert slots < 63
    cells = unpacked(np.broadcast_to(rail, (slots, frame.words)).copy())
    lanes = np.zeros(frame.households, np.int64)
    for slot in range(slots):
        lanes |= cells[slot].astype(np.int64) << slot
    return lanes


def _figures(rails: WordRails, frame: Frame, position: int) -> list[int | None]:
    """Return the numbers of a node, household by household, each household's in slot order."""
    domain = PLAN.program.nodes[position].domain
    shape = (frame.slots[domain], frame.households)
    values, known = (np.broadcast_to(part, shape) for part in (rails.first[position], rails.second[position]))
    there = unpacked(frame.present[domain]).T
    return np.where(known.T[there], values.T[there].astype(object), None).tolist()


def _listed(column: Any) -> Sequence[int | None]:
    return column if isinstance(column, list | tuple) else (column,)


# --- one household at a time ----------------------------------------------------------------------


class _Alone:
    """The cases of a county, as `Taken.case` makes them, but all columns at once: that is ten times as quick."""

    def __init__(self, taken: Taken, county: Case) -> None:
        self._taken = taken
        self._county = county
        self._own = list(_rows(taken.columns))
        self._rows = {domain: list(_rows(each.columns)) for domain, each in taken.elements.items()}
        self._offsets = {domain: each.offsets.tolist() for domain, each in taken.elements.items()}
        self._complete = {domain: each.complete.tolist() for domain, each in taken.elements.items()}
        self._links = {
            relation: _linked(taken, relation)
            for relation in county.links
            if relation.child in taken.elements
        }

    def case(self, household: int) -> Case:
        tables = dict(self._county.tables)
        tables[self._taken.subject] = Table(self._taken.subject, ("",), (self._own[household],))
        links = dict(self._county.links)
        bounds = {domain: (at[household], at[household + 1]) for domain, at in self._offsets.items()}
        for domain, (first, last) in bounds.items():
            rows = tuple(self._rows[domain][first:last])
            tables[domain] = Table(domain, ("",) * len(rows), rows, self._complete[domain][household])
        for relation, known in self._links.items():
            first, last = bounds[relation.child]
            links[relation] = tuple(known[first:last])
        return Case(as_of=self._county.as_of, tables=tables, links=links)

    def assert_as_taken(self) -> None:
        """Check the short cut itself; it leaves out what only names elements, and what refers to them, which is in the links."""
        referring = {fact for each in self._taken.elements.values() for fact in each.references}
        for household in range(0, HOUSEHOLDS, HOUSEHOLDS // 50):
            found, expected = self.case(household), self._taken.case(household, self._county)
            assert found.as_of == expected.as_of
            assert found.links == expected.links
            assert found.tables.keys() == expected.tables.keys()
            for domain, table in expected.tables.items():
                rows = tuple({fact: row[fact] for fact in row if fact not in referring} for row in table.rows)
                assert found.tables[domain].rows == rows
                assert found.tables[domain].complete == table.complete


def _rows(columns: Mapping[str, Column]) -> Iterator[dict[str, Any]]:
    """Yield what is stated of each element of a domain."""
    for row in zip(*map(_cells, columns.values()), strict=True):
        yield {fact: cell for fact, cell in zip(columns, row, strict=True) if cell is not None}


def _cells(column: Column) -> list[Any]:
    if isinstance(column, Coded):
        values = (*column.values, None)  # the code of what is missing is -1
        return [values[code] for code in column.codes.tolist()]
    return np.where(column.known, column.values.astype(object), None).tolist()


def _linked(taken: Taken, relation: Any) -> list[int | None]:
    elements = taken.elements[relation.child]
    known = elements.links.get((relation.child, relation.parent, relation.reference))
    if known is None:
        return [0] * len(elements.owners)
    return np.where(known < 0, None, known.astype(object)).tolist()
