"""A whole county in memory: read, decided by several threads, and handed back as tables."""

from __future__ import annotations

from collections.abc import Iterator
from os import cpu_count
from typing import Final, TypeVar

import pyarrow as pa

from relapse_rules.batch.decider import Running
from relapse_rules.batch.deciding import CountyDecider, Decided, carried_facts
from relapse_rules.batch.intake import take_in
from relapse_rules.batch.mapping import Mapped
from relapse_rules.batch.result import BatchResult, Decide, Facts
from relapse_rules.batch.sources import Source
from relapse_rules.batch.taken import Taken
from relapse_rules.batch.workers import workers_beside
from relapse_rules.tables.errors import InputError

CHUNK: Final = 1 << 16
"""So many households are decided at a time by one thread."""

_ANY_SIZE: Final = 1 << 62

D = TypeVar("D")


def decide_together(
    policy: Running,
    source: Source,
    decide: Decide[D],
    *,
    as_of: str | None = None,
    mapping: Mapped = None,
    workers: int | None = None,
) -> BatchResult[D]:
    """Return the decisions about all households of ``source``; see `relapse_rules.policy.Policy.decide_batch`."""
    threads = workers_of(workers)
    with take_in(
        policy, source, as_of=as_of, mapping=mapping, carry=carried_facts(policy), most_bytes=_ANY_SIZE
    ) as county:
        decider = CountyDecider(policy, county)
        parts = tuple(county.parts())
        found = [decided for part in parts for decided in _decided(decider, part, threads)]
        tables = {
            domain: pa.concat_tables(
                [*(_table(each, domain, county.subject) for each in found), schema.empty_table()]
            )
            for domain, schema in decider.schemas.items()
        }
        return BatchResult(
            tables=tables,
            subject=county.subject,
            county=decider.county(),
            rejects=pa.concat_tables([county.rejects, *(part.rejects for part in parts)]),
            counts=county.counts,
            notes=county.notes,
            facts=Facts(parts, county.case, decider.questions, decide),
        )


def workers_of(workers: int | None) -> int:
    """Return how many threads are asked for: by default one a core.

    Raises:
        InputError: fewer than one.
    """
    if workers is None:
        return cpu_count() or 1
    if workers < 1:
        message = f"线程数至少是 1，这里是 {workers}"
        raise InputError(message)
    return workers


def use_cores(count: int) -> None:
    """Let Arrow, and with it the reading of tables, use so many cores, in the whole process."""
    pa.set_cpu_count(count)
    pa.set_io_thread_count(count)


def chunks(taken: Taken) -> Iterator[tuple[int, int]]:
    """Yield the bounds of the runs of households that are decided together, in order."""
    for first in range(0, len(taken), CHUNK):
        yield first, min(first + CHUNK, len(taken))


def _decided(decider: CountyDecider, part: Taken, threads: int) -> Iterator[Decided]:
    with workers_beside(threads) as workers:
        waiting = [workers.submit(decider.decide, part, first, last) for first, last in chunks(part)]
        yield from (future.result() for future in waiting)


def _table(decided: Decided, domain: str, subject: str) -> pa.Table:
    return decided.households if domain == subject else decided.elements[domain]
