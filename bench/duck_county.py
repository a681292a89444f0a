"""A county in DuckDB: its validated tables as tables there, a program's outcomes by SQL (`duck_sql`), and what our own engine says of the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import Enum, auto
from time import process_time
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from duck_sql import Answered, Given, Way, Writer
from duck_words import SUBJECT, Constant, complete_column, county_table, link_column, result_table

from relapse_rules.batch.taken import Coded, Column, Taken
from relapse_rules.engines.lanes.blocks import MISSING
from relapse_rules.engines.lanes.frame import NOBODY
from relapse_rules.engines.lanes.settings import Settings, settings_on
from relapse_rules.facts.case import Case, Value
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of
from relapse_rules.values.truth import all_of, any_of, negate
from relapse_rules.values.types import Kind


class Layout(Enum):
    """How an enumeration is kept: as small integers, as DuckDB's own ENUM, or as texts."""

    CODES = auto()
    ENUMS = auto()
    TEXTS = auto()


class DuckCounty:
    """The tables of one county in one thread of DuckDB, and the outcomes of ``wanted`` nodes."""

    def __init__(
        self, program: Program, shared: frozenset[str], case: Case, rails: Rails, taken: Taken
    ) -> None:
        self._program = program
        self._shared = shared
        self._case = case
        self._rails = rails
        self._taken = taken
        self.connection = duckdb.connect(config={"threads": 1})
        self._given: Given | None = None

    def load(self, layout: Layout) -> None:
        """Make the tables anew in a layout, each with the columns of the facts that are stated."""
        taken = self._taken
        count = len(taken)
        tables = {SUBJECT: _columns(taken.columns, layout)}
        tables[SUBJECT]["id"] = pa.array(np.arange(count))
        for domain, elements in taken.elements.items():
            columns = _columns(elements.columns, layout)
            columns["id"] = pa.array(np.arange(len(elements.owners)))
            columns["h"] = pa.array(elements.owners.astype(np.int64))
            for relation in self._program.relations:
                links = elements.links.get((relation.child, relation.parent, relation.reference))
                if relation.child == domain and links is not None:
                    columns[link_column(relation).strip('"')] = pa.array(links, mask=links == NOBODY)
            tables[domain] = columns
            tables[SUBJECT][complete_column(domain).strip('"')] = pa.array(elements.complete)
        for domain, columns in tables.items():
            self._store(domain, pa.table(columns), layout)
        for domain in sorted(self._shared):
            self._store(county_table(domain), self._county(domain), layout)
        self._given = self._settled(layout)

    def run(self, wanted: Iterable[int], way: Way) -> float:
        """Make the `result_table` of each domain; return the seconds of processor time that DuckDB took."""
        assert self._given is not None
        steps = Writer(self._program, self._shared, wanted, self._given, way).steps()
        for step in steps:
            self.connection.execute(f"DROP TABLE IF EXISTS {step.table}")
        started = process_time()
        for step in steps:
            self.connection.execute(f"CREATE TEMP TABLE {step.table} AS {step.query}")
        return process_time() - started

    def outcomes(self, domain: str) -> Mapping[str, pa.ChunkedArray]:
        """Return the columns of a domain's `result_table`, in the order of `Taken`."""
        table = self.connection.sql(f"SELECT * FROM {result_table(domain)} ORDER BY id").to_arrow_table()
        return dict(zip(table.column_names, table.columns, strict=True))

    def _store(self, name: str, table: pa.Table, layout: Layout) -> None:
        self.connection.register("arriving", table)
        selected = []
        for column, field in zip(table.columns, table.schema, strict=True):
            selected.append(f'"{field.name}"')
            if layout is Layout.ENUMS and field.type == pa.string():
                kind = f"enum {name} {field.name}"
                values = ", ".join(
                    map(_quoted, sorted({each for each in column.unique().to_pylist() if each is not None}))
                )
                self.connection.execute(
                    f'DROP TYPE IF EXISTS "{kind}" CASCADE; CREATE TYPE "{kind}" AS ENUM ({values})'
                )
                selected[-1] = f'"{field.name}"::"{kind}" AS "{field.name}"'
        self.connection.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT {', '.join(selected)} FROM arriving"
        )
        self.connection.unregister("arriving")

    def _county(self, domain: str) -> pa.Table:
        lanes = len(self._case.tables[domain].rows)
        columns: dict[str, Any] = {"id": pa.array(np.arange(lanes))}
        for position, node in enumerate(self._program.nodes):
            if node.domain == domain:
                values = [self._of_county(position, lane) for lane in range(lanes)]
                kind = pa.int64() if isinstance(node, nodes.NumberNode) else pa.bool_()
                columns[f"n{position}"] = pa.array(values, kind)
        return pa.table(columns)

    def _of_county(self, position: int, lane: int) -> Constant:
        if isinstance(self._program.nodes[position], nodes.NumberNode):
            number = self._rails.number(position, lane)
            return None if number is None else int(number)
        return self._rails.truth(position, lane)

    def _settled(self, layout: Layout) -> Given:
        """Return what is known without looking at any household."""
        settings = settings_on(self._program, day_of(self._case.as_of))
        columns: dict[str, Column] = dict(self._taken.columns)
        for elements in self._taken.elements.values():
            columns.update(elements.columns)
        constants: dict[int, Constant] = {}
        tests: dict[int, Answered] = {}
        moments: dict[int, int] = {}
        for position, node in enumerate(self._program.nodes):
            match node:
                case nodes.Test(fact=fact) if node.domain not in self._shared and fact in columns:
                    column = columns[fact]
                    if isinstance(column, Coded):
                        tests[position] = _answered(settings, position, column, layout)
                    else:
                        moments[position] = self._moment(fact)
                case nodes.FieldNumber(fact=fact) if fact in columns:
                    pass
                case _ if (constant := self._constant(node, settings, constants)) is not ...:
                    constants[position] = constant
                case _:
                    pass
        linked = frozenset(
            relation
            for relation in self._program.relations
            if relation.child in self._taken.elements
            and (relation.child, relation.parent, relation.reference)
            in self._taken.elements[relation.child].links
        )
        today = date.fromordinal(day_of(self._case.as_of))
        return Given(
            constants=constants,
            tests=tests,
            moments=moments,
            stated=frozenset(columns),
            linked=linked,
            today=(today.year, today.month, today.day),
        )

    def _moment(self, fact: str) -> int:
        as_of = self._case.as_of
        return day_of(as_of) if self._program.facts[fact].type.kind is Kind.DATE else as_of

    def _constant(self, node: nodes.AnyNode, settings: Settings, constants: Mapping[int, Constant]) -> Any:  # noqa: ANN401 - `...` where there is none
        if node.domain in self._shared:
            return ...
        match node:
            case nodes.Test() | nodes.FieldNumber():
                return None
            case nodes.Constant(value=value) | nodes.Number(value=value):
                return value
            case nodes.Reading(reading=reading, option=option):
                taken = {entry.name: entry.taken for entry in self._program.readings}
                return taken[reading] == option
            case nodes.Parameter(name=name):
                return settings.numbers[name]
            case nodes.And(operands=used) if any(constants.get(each) is False for each in used):
                return False
            case nodes.Or(operands=used) if any(constants.get(each) is True for each in used):
                return True
            case nodes.And(operands=used) | nodes.Or(operands=used) if all(
                each in constants for each in used
            ):
                merged = all_of if isinstance(node, nodes.And) else any_of
                return merged(constants[each] for each in used)
            case nodes.Not(operand=used) if used in constants:
                return negate(constants[used])
            case nodes.Lift() | nodes.LiftNumber() if node.relation.reference is None:
                if node.relation.parent in self._shared:
                    return self._of_county(node.operand, 0)
                return constants.get(node.operand, ...)
            case _:
                return ...


def _columns(columns: Mapping[str, Column], layout: Layout) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for fact, column in columns.items():
        if not isinstance(column, Coded):
            found[fact] = pa.array(column.values, mask=~column.known)
            continue
        missing = column.codes == MISSING
        if _is_condition(column):
            truths = np.array([*column.values, False], np.bool_)[column.codes]
            found[fact] = pa.array(truths, mask=missing)
        elif layout is Layout.CODES:
            found[fact] = pa.array(column.codes, mask=missing)
        else:
            texts = pa.array([_spelt(value) for value in column.values], pa.string())
            places = pa.array(column.codes.astype(np.int32), mask=missing)
            found[fact] = pa.DictionaryArray.from_arrays(places, texts).cast(pa.string())
    return found


def _is_condition(column: Coded) -> bool:
    return bool(column.values) and all(isinstance(value, bool) for value in column.values)


def _answered(settings: Settings, position: int, column: Coded, layout: Layout) -> Answered:
    by_answer: dict[tuple[int, int], list[str]] = {(1, 0): [], (0, 1): [], (0, 0): []}
    for code, value in enumerate(column.values):
        literal = str(code) if layout is Layout.CODES else _quoted(_spelt(value))
        by_answer[settings.tables[position][value]].append(
            str(value).lower() if isinstance(value, bool) else literal
        )
    holds, fails, unclear = map(tuple, by_answer.values())
    is_condition = _is_condition(column) and ("true" in holds or "false" in fails)
    return Answered(holds=holds, fails=fails, open=unclear, is_condition=is_condition and not unclear)


def _spelt(value: Value) -> str:
    return "、".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def differing(
    theirs: Mapping[str, pa.ChunkedArray], ours: Mapping[int, npt.NDArray[np.int8]], wanted: Sequence[int]
) -> dict[int, int]:
    """Return by node how many outcomes are not the same: 1 yes, 0 no, -1 unknown."""
    found: dict[int, int] = {}
    for node in wanted:
        told = (
            theirs[f"n{node}"].combine_chunks().cast(pa.int8()).fill_null(-1).to_numpy(zero_copy_only=False)
        )
        wrong = int(np.count_nonzero(told != ours[node])) if len(told) == len(ours[node]) else len(ours[node])
        if wrong:
            found[node] = wrong
    return found
