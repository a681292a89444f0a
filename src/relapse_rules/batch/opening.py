"""The first step of `joining`: whose each row is, and what it is called, looked up in several threads; Arrow lets go of the interpreter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from relapse_rules.batch.named import UNNAMED, Named, places_among
from relapse_rules.batch.plan import BAD, EntityPlan, Plan
from relapse_rules.batch.spool import HOUSEHOLD
from relapse_rules.batch.taken import Bools, Positions
from relapse_rules.batch.workers import workers_beside
from relapse_rules.engines.lanes.frame import Told


@dataclass(slots=True)
class Rows:
    """The rows of one entity. ``lanes``: each row's household, a position among the different numbers; ``bad``: it has its own complaint."""

    plan: EntityPlan
    table: pa.Table
    lanes: Positions
    bad: Bools
    named: Named
    matches: dict[Told, Positions] = field(default_factory=dict)
    """By reference, the row (of a domain of the county, the lane) that each refers to, `NOBODY` where it is not known."""

    def texts(self, name: str) -> pa.Array:
        """Return a column in one piece."""
        return whole(self.table.column(name))


class Opened(NamedTuple):
    """``numbers``: the different numbers of households; ``own``: the households' rows; ``under``: those of each entity under them."""

    numbers: pa.Array
    own: Rows
    under: dict[str, Rows]


def opened(part: Mapping[str, pa.Table], plan: Plan) -> Opened:
    """Return the rows of a part with their households and names."""
    entities = {entity.english: entity for entity in plan.under if entity.english in part}
    threads = pa.cpu_count()
    with workers_beside(threads) as pool:
        naming = pool.map(partial(_named, part, plan), entities.values())
        stated = whole(part[plan.subject].column(HOUSEHOLD))
        encoded = stated.dictionary_encode()
        numbers = encoded.dictionary
        lanes = np.asarray(encoded.indices.fill_null(UNNAMED), np.int32)
        households = {english: whole(part[english].column(HOUSEHOLD)) for english in entities}
        # As of single children, kept beside the households.
        placed = {english: lanes for english, each in households.items() if each.equals(stated)}
        others = {english: each for english, each in households.items() if english not in placed}
        shares = _shares({english: len(each) for english, each in others.items()}, threads)
        finding = pool.map(
            partial(places_among, numbers), [[others[english] for english in share] for share in shares]
        )
        for share, found in zip(shares, finding, strict=True):
            placed.update(zip(share, found, strict=True))
        names = list(naming)
    under = {
        english: _rows(part, entity, placed[english], named)
        for (english, entity), named in zip(entities.items(), names, strict=True)
    }
    own = _rows(part, plan.entities[plan.subject], lanes, Named.of(pa.array([], pa.string()), {}))
    return Opened(numbers, own, under)


def _rows(part: Mapping[str, pa.Table], entity: EntityPlan, lanes: Positions, named: Named) -> Rows:
    table = part[entity.english]
    return Rows(entity, table, lanes, np.array(table.column(BAD), np.bool_), named)


def _named(part: Mapping[str, pa.Table], plan: Plan, entity: EntityPlan) -> Named:
    rows = part[entity.english]
    referring = {
        reference.told: whole(part[other.english].column(reference.spec.fact))
        for other in plan.under
        if other.english in part
        for reference in other.references
        if reference.told[1] == entity.english
    }
    spec = entity.identifier
    names = pa.nulls(rows.num_rows, pa.string()) if spec is None else whole(rows.column(spec.fact))
    return Named.of(names, referring)


def _shares(sizes: Mapping[str, int], count: int) -> Sequence[Sequence[str]]:
    """Return the names shared out into at most ``count`` groups of about the same size."""
    shares: list[list[str]] = [[] for _ in range(count)]
    held = [0] * count
    for name in sorted(sizes, key=lambda each: -sizes[each]):
        least = held.index(min(held))
        shares[least].append(name)
        held[least] += sizes[name]
    return [share for share in shares if share]


def whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return a column in one piece."""
    if isinstance(column, pa.Array):
        return column
    joined = column.combine_chunks()
    return joined if isinstance(joined, pa.Array) else pa.concat_arrays(joined.chunks)
