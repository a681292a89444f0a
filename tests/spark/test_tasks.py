"""What Spark's workers do gives, put together again, what one machine decides; without Spark."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pa = pytest.importorskip("pyarrow", reason="extra batch is not installed")

from tests.batch.counties import AS_OF, PLAN, SHARED, SUBJECT, random_county  # noqa: E402 - after the packages were looked for
from tests.batch.dirt import dirtied  # noqa: E402
from tests.spark.laid_out import same_rows, without_rows  # noqa: E402

from relapse_rules.batch.mapping import NO_NAMES  # noqa: E402
from relapse_rules.spark.tasks import REJECTS, Job, Sending, decide, lay_out, plain, send  # noqa: E402

IDENTIFIER = PLAN.vocabulary.by_english[SUBJECT].identifier


@dataclass(frozen=True)
class Broadcast:
    value: Job


def sent(entity: str, table: pa.Table, parts: int, rows: int) -> list[pa.RecordBatch]:
    """Return the rows of a table sent from two partitions, in batches of a few rows."""
    sending = Sending(entity=entity, key="household_id", spec=IDENTIFIER, renamed={}, parts=parts)
    half = len(table) // 2
    halves = (table.slice(0, half), table.slice(half))
    return [
        batch
        for partition, some in enumerate(halves)
        for batch in send(iter(some.to_batches(max_chunksize=rows)), sending, partition)
    ]


@pytest.mark.usefixtures("untraced")
@settings(max_examples=8)
@given(seed=st.integers(0, 2**32), parts=st.integers(1, 4), tasks=st.integers(1, 2))
def test_workers_decide_what_one_machine_decides(seed, parts, tasks):
    rng = Random(seed)
    county = random_county(rng, 25)
    if rng.random() < 0.5:
        county = dirtied(county, rng)
    tables = county.tables()
    shared = {name: table for name, table in tables.items() if name in {"context", *SHARED}}
    under = {name: table for name, table in tables.items() if name not in shared}
    job = Job(
        policy=pickle.dumps(PLAN),
        shared=shared,
        empty={name: table.schema.empty_table() for name, table in under.items()},
        names=NO_NAMES,
        as_of=AS_OF,
        subject=SUBJECT,
    )

    batches = [batch for name, table in under.items() for batch in sent(name, table, parts, 7)]
    rng.shuffle(batches)  # an exchange keeps no order
    by_task = [
        [batch for batch in batches if batch.column("part")[0].as_py() % tasks == task]
        for task in range(tasks)
    ]
    found = [batch for own in by_task for batch in decide(iter(own), Broadcast(job))]

    local = PLAN.decide_batch(tables, as_of=AS_OF)
    expected = {SUBJECT: local.households, **local.elements}
    for name, table in expected.items():
        mine = [batch for batch in found if batch.column("table")[0].as_py() == name]
        laid = pa.Table.from_batches(lay_out(iter(mine)), plain(table).schema)
        same_rows(laid, plain(table))
    rejects = [batch for batch in found if batch.column("table")[0].as_py() == REJECTS]
    own = without_rows(plain(local.rejects.filter(_under(local.rejects))))
    same_rows(pa.Table.from_batches(lay_out(iter(rejects)), own.schema), own)


def _under(rejects: pa.Table) -> pa.Array:
    county = {PLAN.vocabulary.by_english[name].name for name in ("context", *SHARED)}
    return pa.array([name not in county for name in rejects.column("entity").to_pylist()], pa.bool_())
