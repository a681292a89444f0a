"""One entity's tables to validated rows: values, what is wrong, and the household of each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from relapse_rules.batch.cells import Cells, Complaint, Wrong
from relapse_rules.batch.feeds import Batch, Broken, Feed
from relapse_rules.batch.headers import Header, Headers
from relapse_rules.batch.plan import BAD, ROW, SOURCE, Plan
from relapse_rules.batch.rejects import Rejects
from relapse_rules.batch.spool import HOUSEHOLD
from relapse_rules.batch.taken import Bools, Ints
from relapse_rules.engines.lanes.blocks import MISSING
from relapse_rules.tables.errors import InputError
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec


class TableReader:
    """Reads the tables of one entity: values, complaints, and the household of each row."""

    def __init__(
        self,
        plan: Plan,
        entity: EntitySpec,
        headers: Headers,
        rejects: Rejects,
        notes: list[str],
        pool: ThreadPoolExecutor,
    ) -> None:
        self._plan = plan
        self._entity = entity
        self._headers = headers
        self._rejects = rejects
        self._notes = notes
        self._pool = pool
        self._under = plan.entities.get(entity.english)
        self._count = plan.counts[entity.english]
        self._facts: tuple[str, ...] = ()
        self._zoneless = 0

    def read(self, feeds: Sequence[Feed]) -> Iterator[pa.Table]:
        """Yield the validated rows, with a column for each fact that is needed; at least one table."""
        headers = [self._headers.read(self._entity, feed.source, feed.names) for feed in feeds]
        self._facts = self._kept(headers)
        for feed, header in zip(feeds, headers, strict=True):
            self._notes.extend(header.notes)
            source = len(self._plan.sources)
            self._plan.sources.append(feed.source)
            self._zoneless = 0
            for batch in _ahead(feed.read(header.columns), self._pool):
                yield self._validated(batch, header, source)
            if self._zoneless:
                self._notes.append(f"{feed.source}：{self._zoneless} 个时间没有写时区，按北京时间处理")
            if feed.broken:
                yield self._broken(feed, header, source)
        yield self._table({}, pa.nulls(0, pa.string()), np.zeros(0, np.int64), 0, np.zeros(0, np.bool_))

    def _kept(self, headers: Sequence[Header]) -> tuple[str, ...]:
        """Return the facts to be kept of any of the tables; those that tie elements together are, even where nobody states them."""
        stated = dict.fromkeys(spec.fact for header in headers for _, spec in header.fields)
        for fact in stated:
            if fact in self._plan.facts_read:
                name = self._plan.vocabulary.field(fact).name
                message = f"“{name}”既是“{self._entity.name}”表的列，又在另一张表里（只留一处）"
                raise InputError(message)
        self._plan.facts_read.update(stated)
        if self._under is None:
            return tuple(stated)
        ties = [reference.spec for reference in self._under.references]
        if self._under.identifier is not None:
            ties.append(self._under.identifier)
        for spec in ties:
            self._plan.cells(spec)
        kept = dict.fromkeys(
            (*(fact for fact in stated if self._under.keeps(fact)), *(spec.fact for spec in ties))
        )
        self._under.facts = tuple(kept)
        return tuple(kept)

    def _validated(self, batch: Batch, header: Header, source: int) -> pa.Table:
        rows = batch.table
        self._count.read += rows.num_rows
        readers = [(name, self._plan.cells(spec)) for name, spec in header.fields]
        naming = self._under.key if self._under is not None else None
        if (
            naming is not None
            and header.key is not None
            and all(spec is not naming for _, spec in header.fields)
        ):
            readers.append((header.key, self._plan.cells(naming)))
        found = self._pool.map(lambda each: each[1].read(rows.column(each[0])), readers)
        cells = {reader.spec.fact: each for (_, reader), each in zip(readers, found, strict=True)}
        households = pa.nulls(rows.num_rows, pa.string()) if naming is None else cells[naming.fact].column
        bad = np.zeros(rows.num_rows, np.bool_)
        for fact, each in cells.items():
            self._zoneless += each.zoneless
            self._complain(
                batch.numbers, source, households, each.wrong, self._plan.vocabulary.field(fact), bad
            )
        for fact in header.required:
            self._unstated(batch, source, households, cells[fact], self._plan.vocabulary.field(fact), bad)
        columns = {fact: each.column for fact, each in cells.items()}
        return self._table(columns, households, batch.numbers, source, bad)

    def _complain(
        self,
        numbers: Ints,
        source: int,
        households: pa.Array,
        wrong: Wrong,
        spec: FieldSpec | None,
        bad: Bools,
    ) -> None:
        if len(wrong.rows):
            bad[wrong.rows] = True
            self._rejects.add(
                self._entity.name,
                None if spec is None else spec.name,
                numbers[wrong.rows],
                self._plan.source_names(np.full(len(wrong.rows), source, np.int32)),
                households.take(pa.array(wrong.rows)),
                wrong.which,
                wrong.said,
            )

    def _unstated(
        self,
        batch: Batch,
        source: int,
        households: pa.Array,
        cells: Cells,
        spec: FieldSpec,
        bad: Bools,
    ) -> None:
        coded = pa.types.is_int32(cells.column.type)
        unstated = np.array(pc.equal(cells.column, MISSING) if coded else cells.column.is_null(), np.bool_)
        unstated[cells.wrong.rows] = False
        rows = np.flatnonzero(unstated)
        said = (Complaint(f"没有填“{spec.name}”", "这一项必须填"),)
        self._complain(
            batch.numbers, source, households, Wrong(rows, np.zeros(len(rows), np.int32), said), spec, bad
        )

    def _broken(self, feed: Feed, header: Header, source: int) -> pa.Table:
        """Set rows aside that do not fit the header, and with them the household that they seem to name."""
        rows: Sequence[Broken] = feed.broken
        self._count.read += len(rows)
        numbers = np.array([row.number for row in rows], np.int64)
        place = len(feed.names) if header.key is None else feed.names.index(header.key)
        names = [row.cells[place].strip() or None if place < len(row.cells) else None for row in rows]
        households = pa.array(names, pa.string())
        said = tuple(Complaint(row.reason, "多半是少了或多了逗号；含逗号的内容加引号") for row in rows)
        bad = np.zeros(len(rows), np.bool_)
        every = np.arange(len(rows), dtype=np.int32)
        self._complain(numbers, source, households, Wrong(every.astype(np.intp), every, said), None, bad)
        self._notes.append(
            f"{feed.source}：{len(rows)} 行的列数与表头不同，拒收；认得出户编号的，整户没有判定"
        )
        return self._table({}, households, numbers, source, bad)

    def _table(
        self,
        columns: Mapping[str, pa.Array],
        households: pa.Array,
        numbers: Ints,
        source: int,
        bad: Bools,
    ) -> pa.Table:
        count = len(numbers)
        kept = [
            columns[fact]
            if fact in columns
            else self._plan.cells(self._plan.vocabulary.field(fact)).nothing(count)
            for fact in self._facts
        ]
        return pa.Table.from_arrays(
            [households, pa.array(numbers), pa.array(np.full(count, source, np.int32)), pa.array(bad), *kept],
            names=[HOUSEHOLD, ROW, SOURCE, BAD, *self._facts],
        )


def _ahead(batches: Iterator[Batch], pool: ThreadPoolExecutor) -> Iterator[Batch]:
    """Yield the batches while the next one is being read."""
    coming = pool.submit(next, batches, None)
    while (batch := coming.result()) is not None:
        coming = pool.submit(next, batches, None)
        yield batch
