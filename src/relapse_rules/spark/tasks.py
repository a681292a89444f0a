"""What Spark's workers do: rows are sent where their household is decided, decided there, and laid out again.

Tables travel as Arrow streams in one column of bytes, so that one exchange carries every entity, a column at a time.
"""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import pyarrow as pa

from relapse_rules.batch.cells import FieldCells
from relapse_rules.batch.deciding import CountyDecider, carried_facts
from relapse_rules.batch.intake import take_in
from relapse_rules.batch.mapping import OwnNames
from relapse_rules.batch.rejects import without_places
from relapse_rules.batch.spool import part_of
from relapse_rules.batch.together import chunks
from relapse_rules.values.vocabulary import FieldSpec

if TYPE_CHECKING:
    from relapse_rules.policy import Policy

SENT: Final = pa.schema(
    [("part", pa.int32()), ("entity", pa.string()), ("place", pa.int64()), ("payload", pa.binary())]
)
"""Rows of one entity that belong to households of one part. ``place``: where they stood, to be put in order again."""

FOUND: Final = pa.schema([("table", pa.string()), ("payload", pa.binary())])
"""Rows of one table of the result."""

REJECTED: Final = pa.schema(
    [(name, pa.string()) for name in ("entity", "household_id", "field", "reason", "remedy")]
)
"""See `relapse_rules.batch.rejects.REJECTS`; rows of a DataFrame have no numbers."""

REJECTS: Final = "rejects"

_HELD_BYTES: Final = 128 << 20
_PLACES: Final = 1 << 32
_ALL: Final = 1 << 62


class Held(Protocol):
    """What Spark hands to workers once."""

    @property
    def value(self) -> Job: ...  # noqa: D102 - Spark's own name


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How the rows of one entity are sent. ``key``: the column that names the household, read as ``spec`` is; ``parts``: how many parts there are."""

    entity: str
    key: str
    spec: FieldSpec
    renamed: Mapping[str, str]
    parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What decides. ``policy``: pickled. ``shared``: the county's own tables. ``empty``: by entity under households, a table without rows."""

    policy: bytes
    shared: Mapping[str, pa.Table]
    empty: Mapping[str, pa.Table]
    names: OwnNames
    as_of: str | None
    subject: str


def send(batches: Iterator[pa.RecordBatch], sending: Sending, partition: int) -> Iterator[pa.RecordBatch]:
    """Yield the rows of some batches, those of each part together. ``partition``: their place among those of the entity."""
    cells = FieldCells(sending.spec, sending.renamed)
    held: list[pa.RecordBatch] = []
    place = partition * _PLACES
    for batch in batches:
        held.append(batch)
        if sum(each.nbytes for each in held) > _HELD_BYTES:
            yield from _split(held, cells, sending, place)
            held, place = [], place + 1
    if held:
        yield from _split(held, cells, sending, place)


def _split(
    held: list[pa.RecordBatch], cells: FieldCells, sending: Sending, place: int
) -> Iterator[pa.RecordBatch]:
    rows = pa.Table.from_batches(held).combine_chunks()
    if not rows.num_rows:
        return
    names = cells.read(rows.column(sending.key).combine_chunks()).column
    part = part_of(names, sending.parts)
    ordered = rows.take(pa.array(np.argsort(part, kind="stable")))
    counts = np.bincount(part, minlength=sending.parts)
    starts = np.cumsum(counts) - counts
    for number in np.flatnonzero(counts).tolist():
        payload = _stream(ordered.slice(int(starts[number]), int(counts[number])))
        yield pa.RecordBatch.from_pylist(
            [{"part": number, "entity": sending.entity, "place": place, "payload": payload}], schema=SENT
        )


def decide(batches: Iterator[pa.RecordBatch], held: Held) -> Iterator[pa.RecordBatch]:
    """Yield what is decided of all parts in ``batches``, which hold each of them whole."""
    sent: dict[int, list[tuple[str, int, bytes]]] = defaultdict(list)
    for batch in batches:
        for row in batch.to_pylist():
            sent[row["part"]].append((row["entity"], row["place"], row["payload"]))
    job = held.value
    policy = _policy(job.policy)
    for part in sorted(sent):
        tables = {entity: [empty] for entity, empty in job.empty.items()}
        for entity, _, payload in sorted(sent.pop(part), key=lambda each: each[:2]):
            tables[entity].append(_table(payload))
        yield from _decided(
            policy, job, {entity: pa.concat_tables(found) for entity, found in tables.items()}
        )


def _decided(policy: Policy, job: Job, tables: Mapping[str, pa.Table]) -> Iterator[pa.RecordBatch]:
    with take_in(
        policy,
        {**job.shared, **tables},
        as_of=job.as_of,
        mapping=job.names,
        carry=carried_facts(policy),
        most_bytes=_ALL,
    ) as county:
        decider = CountyDecider(policy, county)
        own = {policy.vocabulary.by_english[name].name for name in job.empty}
        # Every task reads the county's own tables; the driver tells what is wrong with them.
        yield from _found(REJECTS, plain(_of(county.rejects, own)))
        for taken in county.parts():
            yield from _found(REJECTS, plain(taken.rejects))
            for first, last in chunks(taken):
                decided = decider.decide(taken, first, last)
                yield from _found(job.subject, plain(decided.households))
                for domain, table in decided.elements.items():
                    yield from _found(domain, plain(table))


def _of(rejects: pa.Table, entities: set[str]) -> pa.Table:
    chosen = [name in entities for name in rejects.column("entity").to_pylist()]
    return rejects.filter(pa.array(chosen, pa.bool_()))


def _found(name: str, table: pa.Table) -> Iterator[pa.RecordBatch]:
    if table.num_rows:
        if name == REJECTS:
            table = _without_rows(table)
        yield pa.RecordBatch.from_pylist([{"table": name, "payload": _stream(table)}], schema=FOUND)


def _without_rows(rejects: pa.Table) -> pa.Table:
    """Return rejects as `REJECTED` has them; where a row stood in a task tells nobody anything."""
    table = rejects.select(REJECTED.names)
    return table.set_column(
        table.column_names.index("reason"), "reason", without_places(table.column("reason"))
    )


def lay_out(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the rows that are in payloads."""
    for batch in batches:
        for payload in batch.column("payload").to_pylist():
            yield from _table(payload).to_batches()


def plain(table: pa.Table) -> pa.Table:
    """Return a table in the types that Spark has: no dictionaries, times to the microsecond."""
    schema = plain_schema(table.schema)
    columns = [
        column.combine_chunks().cast(field.type) for column, field in zip(table.columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """Return the schema of `plain`."""
    return pa.schema([(field.name, _plain_type(field.type)) for field in schema])


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_list(kind):
        return pa.list_(_plain_type(kind.value_type))
    return pa.timestamp("us", tz="UTC") if pa.types.is_timestamp(kind) else kind


def _stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _table(payload: bytes) -> pa.Table:
    return pa.ipc.open_stream(payload).read_all()


@lru_cache(maxsize=4)
def _policy(pickled: bytes) -> Policy:
    """Return the policy; a worker compiles it once."""
    policy: Policy = pickle.loads(pickled)  # noqa: S301 - made by this job's own driver
    return policy
