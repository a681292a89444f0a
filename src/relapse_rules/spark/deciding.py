"""The driver's side: which DataFrame is which entity, what is sent to workers, and what comes back."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark import StorageLevel, TaskContext
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

from relapse_rules.batch.county import shared_domains
from relapse_rules.batch.deciding import CountyDecider, carried_facts
from relapse_rules.batch.headers import Headers
from relapse_rules.batch.intake import take_in
from relapse_rules.batch.mapping import Mapped, OwnNames, names_of
from relapse_rules.batch.sources import Sources
from relapse_rules.facts.shape import shape_of
from relapse_rules.spark.tasks import (
    FOUND,
    REJECTED,
    REJECTS,
    SENT,
    Held,
    Job,
    Sending,
    lay_out,
    plain_schema,
    send,
)
from relapse_rules.spark.tasks import (
    decide as decide_rows,
)
from relapse_rules.tables.errors import InputError
from relapse_rules.values.vocabulary import EntitySpec

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from relapse_rules.policy import Policy

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkDecisions:
    """The decisions, as `relapse_rules.batch.result.BatchResult` has them, in no order.

    ``households`` and ``elements``: DataFrames, worked out when they are first used and kept until `forget`. ``rejects``: what could not be used of
    households and what is under them; ``county_rejects``: of the county's own tables. ``county``: the outcomes at the county's own entities.
    ``notes``: what an officer should know.
    """

    households: DataFrame
    elements: Mapping[str, DataFrame]
    rejects: DataFrame
    county_rejects: pa.Table
    county: JsonObject
    notes: tuple[str, ...]
    _kept: DataFrame

    def forget(self) -> None:
        """Give back the memory and disk in which Spark keeps what was decided."""
        self._kept.unpersist()


def decide(
    policy: Policy,
    tables: Mapping[str, DataFrame],
    *,
    as_of: str | None = None,
    mapping: Mapped = None,
    parts: int | None = None,
) -> SparkDecisions:
    """Return the decisions about all households of ``tables``: one DataFrame an entity, by its Chinese or English name.

    ``as_of`` and ``mapping`` as for `relapse_rules.policy.Policy.decide_batch`. ``parts``: how many parts the households are decided in; one of
    fifty to two hundred thousand households is right, and needs about 1 GiB. Default: ``spark.sql.shuffle.partitions``.

    Elements keep the order in which the DataFrame has them, which is a file's or a table's when it was read from one and not
    shuffled; only where elements have no identifiers does it matter, for what they are called.

    Raises:
        InputError: nothing can be decided: no DataFrame of households, no 判定时点, a column that is there twice.
    """
    names = names_of(mapping, policy.vocabulary)
    found = _Tables(policy, tables, names)
    spark = found.session
    count = parts or int(spark.conf.get("spark.sql.shuffle.partitions") or "200")
    with take_in(
        policy,
        {**found.shared, **found.empty},
        as_of=as_of,
        mapping=names,
        carry=carried_facts(policy),
    ) as county:
        decider = CountyDecider(policy, county)
        schemas = decider.schemas
        own, rejects, notes = decider.county(), county.rejects, county.notes
    job = Job(
        policy=pickle.dumps(policy, protocol=pickle.HIGHEST_PROTOCOL),
        shared=found.shared,
        empty=found.empty,
        names=names,
        as_of=as_of,
        subject=found.subject,
    )
    sent = found.sent(count)
    decided = (
        sent.repartition(count, "part")
        .mapInArrow(partial(_decide, held=spark.sparkContext.broadcast(job)), from_arrow_schema(FOUND))
        .persist(StorageLevel.MEMORY_AND_DISK)
    )
    results = {domain: _laid_out(decided, domain, plain_schema(schema)) for domain, schema in schemas.items()}
    return SparkDecisions(
        households=results.pop(found.subject),
        elements=results,
        rejects=_laid_out(decided, REJECTS, REJECTED),
        county_rejects=rejects,
        county=own,
        notes=notes,
        _kept=decided,
    )


def _decide(batches: Iterator[pa.RecordBatch], held: Held) -> Iterator[pa.RecordBatch]:
    return decide_rows(batches, held)


def _send(batches: Iterator[pa.RecordBatch], sending: Sending) -> Iterator[pa.RecordBatch]:
    context = TaskContext.get()
    return send(batches, sending, 0 if context is None else context.partitionId())


def _laid_out(decided: DataFrame, table: str, schema: pa.Schema) -> DataFrame:
    return (
        decided.filter(decided["table"] == table)
        .select("payload")
        .mapInArrow(lay_out, from_arrow_schema(schema))
    )


class _Tables:
    """DataFrames by entity. ``shared``: the county's own, collected. ``empty``: for those under households, a table with their columns."""

    def __init__(self, policy: Policy, tables: Mapping[str, DataFrame], names: OwnNames) -> None:
        vocabulary = policy.vocabulary
        sources = Sources(vocabulary, names)
        self._names = names
        self._headers = Headers(vocabulary, names)
        self.subject = shape_of(vocabulary).subject
        shared = shared_domains(policy.program, shape_of(vocabulary))
        self.shared: dict[str, pa.Table] = {}
        self.empty: dict[str, pa.Table] = {}
        self._under: dict[str, tuple[EntitySpec, DataFrame]] = {}
        for name, frame in tables.items():
            entity = sources.entity(str(name))
            if entity.english in self.shared or entity.english in self._under:
                message = f"“{entity.name}”的表给了两次（先用 union 合起来）"
                raise InputError(message)
            if vocabulary.domain(entity.english) in shared:
                self.shared[entity.english] = frame.toArrow()
            else:
                self._under[entity.english] = entity, frame
                self.empty[entity.english] = to_arrow_schema(frame.schema).empty_table()
        if self.subject not in self._under:
            message = f"没有“{vocabulary.by_english[self.subject].name}”表，不知道要判定哪些户"
            raise InputError(message)

    @property
    def session(self) -> Any:  # noqa: ANN401 - Spark has two kinds of sessions
        return self._under[self.subject][1].sparkSession

    def sent(self, parts: int) -> DataFrame:
        """Return the rows of all entities under households, as `send` sends them."""
        whole: DataFrame | None = None
        for entity, frame in self._under.values():
            header = self._headers.read(entity, entity.name, frame.columns)
            spec = self._headers.key_of(entity)
            named = {found.fact: name for name, found in header.fields}
            sending = Sending(
                entity=entity.english,
                key=named.get(spec.fact) or header.key or "",
                spec=spec,
                renamed=self._names.values.get(spec.fact, {}),
                parts=parts,
            )
            rows = frame.mapInArrow(partial(_send, sending=sending), from_arrow_schema(SENT))
            whole = rows if whole is None else whole.unionByName(rows)
        assert whole is not None
        return whole
