"""Decides blocks of a county: for each household and each of its elements what is listed, what is missing and why, as Arrow columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from relapse_rules.batch.blocks import CountyBlock, block_of, shares
from relapse_rules.batch.decider import Running
from relapse_rules.batch.fitting import require_fit, require_in_force
from relapse_rules.batch.intake import County
from relapse_rules.batch.outcomes import (
    MOMENT,
    Column,
    Places,
    carried_out,
    columns_of,
    contradicting,
    derived_facts,
    due_moments,
    entities_with_outcomes,
    listed_columns,
    names_of_households,
    outcomes,
    places_of,
)
from relapse_rules.batch.reasons import Questions
from relapse_rules.batch.taken import Ints, Taken
from relapse_rules.batch.waiting import missing_facts
from relapse_rules.decisions import Concluder
from relapse_rules.decisions.missing import Search, Waiting
from relapse_rules.decisions.model import Decision
from relapse_rules.decisions.names import FactNames
from relapse_rules.decisions.standing import Standing
from relapse_rules.engines.lanes.blocks import BlockEvaluator, WordRails
from relapse_rules.engines.lanes.settings import settings_on
from relapse_rules.facts.case import Case
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of

DONE: Final = "|done"
DUE: Final = "|due"

ID: Final = "household_id"
ELEMENT: Final = "id"
MISSING: Final = "missing"
CONTRADICTIONS: Final = "contradictions"
REASONS: Final = "reasons"

TOWNSHIP: Final = "township_code"
VILLAGE: Final = "village_code"
PLACE_FACTS: Final = (f"household.{TOWNSHIP}", f"household.{VILLAGE}")
"""Facts of a household that are handed on beside what is decided, where the vocabulary has them: a ledger is sorted by them."""

NAMES: Final = pa.list_(pa.dictionary(pa.int32(), pa.string()))

JsonObject = dict[str, Any]


def carried_facts(policy: Running) -> tuple[str, ...]:
    """Return the facts of households that `take_in` is to carry for `CountyDecider`."""
    known = {spec.fact for entity in policy.vocabulary.entities for spec in entity.fields}
    return tuple(fact for fact in PLACE_FACTS if fact in known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Households, decided. ``elements``: by domain, for those of which anything is listed; rows by household, in the order of its list."""

    households: pa.Table
    elements: Mapping[str, pa.Table]


class CountyDecider:
    """Decides the blocks of one county at its 判定时点.

    ``schemas``: by domain, what the rows look like; first the household's. Safe to share between threads: nothing changes after it is made.

    Raises:
        InputError: the policy cannot be run on many households (`fitting`), or is not in force.
    """

    def __init__(self, policy: Running, county: County) -> None:
        program, as_of = policy.program, county.case.as_of
        require_fit(policy, county.shared)
        require_in_force(policy, as_of)
        day = day_of(as_of)
        self._program = program
        self._shared = county.shared
        self._subject = county.subject
        self._case = county.case
        self._names = FactNames(program)
        self._rails = policy.evaluator.run(county.case)
        self._evaluator = BlockEvaluator(program, county.shared, as_of)
        self.questions = Questions(program, county.shared)
        self._standing = Standing(program, self._names, day)
        self._derived = derived_facts(program)
        self._waiting = Waiting(program, self._names)
        self._numbers = settings_on(program, day).numbers
        self._readings = {entry.name: entry.taken for entry in program.readings}
        listed = tuple(column for column in listed_columns(program) if column.domain not in county.shared)
        # The household's own table is there even when nothing is listed for it.
        domains = dict.fromkeys((county.subject, *entities_with_outcomes(listed)))
        self._columns = {domain: columns_of(listed, domain) for domain in domains}
        self._open = tuple(
            listing.node
            for listing in program.listings
            if listing.kind != "exception" and listing.domain not in county.shared
        )
        eligible = [entry.node for entry in program.conclusions if entry.id == program.eligibility]
        self._open += tuple(node for node in eligible if program.nodes[node].domain not in county.shared)
        self._carried = carried_facts(policy)
        self.schemas: Mapping[str, pa.Schema] = {
            domain: self._schema(domain, columns) for domain, columns in self._columns.items()
        }

    def county(self) -> JsonObject:
        """Return what is listed for the county's own entities, as in a decision, and ``missing``: what those of it that are open wait for."""
        decision: Decision = Concluder(self._program).conclude(self._rails, self._case, reading_changes={})
        found = decision.model_dump()
        lists = ("conclusions", "judgements", "measures", "tasks", "exceptions")
        told: JsonObject = {
            name: [each for each in found[name] if each["target"]["entity"] in self._shared] for name in lists
        }
        waited = {fact for name in ("measures", "tasks") for each in told[name] for fact in each["missing"]}
        told["missing"] = [name for name in self._names.names if name in waited]
        return told

    def decide(self, taken: Taken, first: int = 0, last: int | None = None) -> Decided:
        """Return what is decided of the households of ``taken`` from ``first`` to before ``last``, in their order."""
        found: dict[str, list[pa.RecordBatch]] = {domain: [] for domain in self._columns}
        orders: dict[str, list[Ints]] = {domain: [] for domain in self._columns}
        for households in shares(taken, first=first, last=last):
            block = block_of(taken, self._case, households)
            rails = self._evaluator.run(block.block, self._rails)
            for domain in self._columns:
                is_subject = domain == self._subject
                found[domain].append(
                    (self._households if is_subject else self._elements)(block, rails, domain)
                )
                orders[domain].append(households if is_subject else block.elements[domain])
        tables = {
            domain: _in_order(pa.Table.from_batches(batches, self.schemas[domain]), orders[domain])
            for domain, batches in found.items()
        }
        return Decided(households=tables.pop(self._subject), elements=tables)

    def _households(self, block: CountyBlock, rails: WordRails, domain: str) -> pa.RecordBatch:
        count, frame = len(block), block.block.frame
        missing = missing_facts(
            self._program,
            self._names,
            block.block,
            rails,
            self._open,
            shared=self._shared,
            unset=self._standing.unset,
            # Of its own for each block: it remembers what it has found.
            county=_CountySearch(self._waiting, self._rails, self._case, self._standing, self._names).of,
        )
        clashes = contradicting(self._program, rails, frame)
        arrays = [
            block.ids(),
            *(block.carried(fact) for fact in self._carried),
            *self._listed(block, rails, domain, places_of(frame, domain)),
            names_of_households(missing, count, self._names.names),
            names_of_households(clashes, count, self._derived),
            self.questions.of_block(rails, frame, count),
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schemas[domain])

    def _elements(self, block: CountyBlock, rails: WordRails, domain: str) -> pa.RecordBatch:
        places = places_of(block.block.frame, domain)
        ids = block.ids().take(pa.array(places.households))
        arrays = [ids, block.names(domain), *self._listed(block, rails, domain, places)]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schemas[domain])

    def _listed(self, block: CountyBlock, rails: WordRails, domain: str, places: Places) -> list[pa.Array]:
        frame = block.block.frame
        arrays: list[pa.Array] = []
        for column in self._columns[domain]:
            arrays.append(outcomes(rails, frame, column, places))
            if column.done is not None:
                arrays.append(carried_out(rails, frame, column, places))
            if _has_due(column):
                arrays.append(
                    due_moments(rails, frame, column, places, settings=self._numbers, readings=self._readings)
                )
        return arrays

    def _schema(self, domain: str, columns: tuple[Column, ...]) -> pa.Schema:
        is_subject = domain == self._subject
        fields: list[tuple[str, pa.DataType]] = [(ID, pa.string())]
        if is_subject:
            fields += [(fact.partition(".")[2], pa.string()) for fact in self._carried]
        else:
            fields.append((ELEMENT, pa.string()))
        for column in columns:
            fields.append((column.id, pa.bool_()))
            if column.done is not None:
                fields.append((f"{column.id}{DONE}", pa.bool_()))
            if _has_due(column):
                fields.append((f"{column.id}{DUE}", MOMENT))
        if is_subject:
            fields += [(MISSING, NAMES), (CONTRADICTIONS, NAMES), (REASONS, pa.binary())]
        return pa.schema(fields)


def _in_order(table: pa.Table, orders: list[Ints]) -> pa.Table:
    """Return rows of several blocks in the order of the positions that they stand for."""
    places = np.concatenate(orders) if orders else np.zeros(0, np.int64)
    if (np.diff(places) > 0).all():
        return table
    order = np.argsort(places)
    rows = pa.array(order)
    columns = [
        _chosen_bits(column, order)
        if pa.types.is_boolean(column.type)
        else column.combine_chunks().take(rows)
        for column in table.columns
    ]
    return pa.Table.from_arrays(columns, schema=table.schema)


def _chosen_bits(column: pa.ChunkedArray, order: Ints) -> pa.Array:
    """Return cells of a column of booleans in ``order``: four times as quick as Arrow does it, for most columns are such."""
    sides: list[list[npt.NDArray[np.uint8]]] = [[], []]
    for chunk in column.chunks:
        for side, buffer in zip(sides, chunk.buffers(), strict=True):
            end = chunk.offset + len(chunk)
            bits = (
                np.ones(end, np.uint8)
                if buffer is None
                else np.unpackbits(np.frombuffer(buffer, np.uint8), count=end, bitorder="little")
            )
            side.append(bits[chunk.offset :])
    packed = (np.packbits(np.concatenate(side)[order], bitorder="little") for side in sides)
    return pa.Array.from_buffers(pa.bool_(), len(order), [pa.py_buffer(bits) for bits in packed])


def _has_due(column: Column) -> bool:
    return column.limit is not None and column.limit.start is not None


class _CountySearch:
    """What unknown conditions of the county's own entities wait for."""

    def __init__(
        self, waiting: Waiting, rails: Rails, case: Case, standing: Standing, names: FactNames
    ) -> None:
        self._search = Search(waiting, rails, case, standing.unset)
        self._names = names

    def of(self, node: int, lane: int) -> tuple[str, ...]:
        return self._names.listed(self._search.of(node, lane)).names
