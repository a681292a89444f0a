"""The last step of `joining`: the good households with everything under them, laid out entity by entity in several threads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from relapse_rules.batch.named import UNNAMED
from relapse_rules.batch.opening import Rows, whole
from relapse_rules.batch.plan import ROW, SOURCE, EntityPlan, Plan
from relapse_rules.batch.spool import HOUSEHOLD
from relapse_rules.batch.taken import Bools, Column, Elements, Ints, Positions, Taken
from relapse_rules.batch.workers import workers_beside
from relapse_rules.engines.lanes.frame import NOBODY


def laid_out(plan: Plan, own: Rows, under: Mapping[str, Rows], lost: Bools, rejects: pa.Table) -> Taken:
    """Return the households that are not ``lost``, and count each row as decided or rejected. ``own``: their rows; ``under``: by entity."""
    good = ~np.append(lost, True)
    kept = np.flatnonzero(good[own.lanes] & ~own.bad)
    household = np.full(len(lost) + 1, UNNAMED, np.int32)
    household[own.lanes[kept]] = np.arange(len(kept), dtype=np.int32)
    subject = plan.entities[plan.subject]
    with workers_beside(pa.cpu_count()) as pool:
        owners = (household[rows.lanes] for rows in under.values())
        placed = dict(zip(under, pool.map(partial(_placed, households=len(kept)), owners), strict=True))
        single = [
            pool.submit(_spread, plan, under[entity.english], placed[entity.english], len(kept))
            for entity in plan.under
            if entity.single and entity.english in under
        ]
        several = {
            english: pool.submit(_elements, plan, rows, placed, len(kept))
            for english, rows in under.items()
            if not rows.plan.single
        }
        chosen = _chosen(own.table, kept)
        columns = {fact: plan.column(fact, chosen.column(fact)) for fact in subject.deciding}
        for each in single:
            columns.update(each.result())
        elements: dict[str, Elements] = {}
        for entity in plan.under:
            if entity.english in several:
                elements[entity.english] = several[entity.english].result()
            elif not entity.single:
                elements[entity.english] = _absent(entity, len(kept), elements.get(entity.host or ""))
    _count(plan, own, len(kept))
    for english, rows in under.items():
        _count(plan, rows, len(placed[english].rows))
    return Taken(
        subject=plan.subject,
        ids=whole(chosen.column(HOUSEHOLD)),
        rows=np.asarray(chosen.column(ROW)),
        sources=plan.source_names(np.asarray(chosen.column(SOURCE))),
        columns=columns,
        elements=elements,
        carried={fact: plan.stated(fact, chosen.column(fact)) for fact in subject.carried},
        rejects=rejects,
    )


def _count(plan: Plan, rows: Rows, decided: int) -> None:
    count = plan.counts[rows.plan.english]
    count.decided += decided
    count.rejected += rows.table.num_rows - decided


class _Placed(NamedTuple):
    """The good ``rows`` of an entity, by household; of each its household (``owners``) and its place there (``slots``).

    ``offsets``: where each household's begin. ``slot_of``: by row of the table its place, `NOBODY` for those that are not good.
    """

    rows: npt.NDArray[np.intp]
    owners: Positions
    offsets: Ints
    slots: Positions
    slot_of: Positions


def _placed(owner: Positions, *, households: int) -> _Placed:
    kept = np.flatnonzero(owner >= 0)
    owners = owner[kept]
    if len(owners) and (np.diff(owners) < 0).any():
        order = np.argsort(owners, kind="stable")
        kept, owners = kept[order], owners[order]
    offsets = np.zeros(households + 1, np.int64)
    np.cumsum(np.bincount(owners, minlength=households), out=offsets[1:])
    slots = (np.arange(len(owners)) - offsets[owners]).astype(np.int32)
    slot_of = np.full(len(owner) + 1, NOBODY, np.int32)
    slot_of[kept] = slots
    return _Placed(kept, owners, offsets, slots, slot_of)


def _elements(plan: Plan, rows: Rows, placed: Mapping[str, _Placed], households: int) -> Elements:
    own = placed[rows.plan.english]
    table = _chosen(rows.table, own.rows)
    identifier = rows.plan.identifier
    given = [each for each in rows.plan.references if each.spec.fact in rows.plan.facts]
    return Elements(
        domain=rows.plan.english,
        owners=own.owners,
        slots=own.slots,
        offsets=own.offsets,
        stated_names=pa.nulls(len(own.rows), pa.string())
        if identifier is None
        else whole(table.column(identifier.fact)),
        columns={fact: plan.column(fact, table.column(fact)) for fact in rows.plan.deciding},
        references={reference.spec.fact: whole(table.column(reference.spec.fact)) for reference in given},
        links={
            told: placed[told[1]].slot_of[matched[own.rows]] if told[1] in placed else matched[own.rows]
            for told, matched in rows.matches.items()
        },
        complete=np.ones(households, np.bool_),
    )


def _spread(plan: Plan, rows: Rows, placed: _Placed, households: int) -> dict[str, Column]:
    """Return the columns of a single child as columns of its households."""
    place = np.full(households, UNNAMED, np.int64)
    place[placed.owners] = placed.rows
    indices = pa.array(place, mask=place < 0)
    return {fact: plan.column(fact, rows.table.column(fact).take(indices)) for fact in rows.plan.deciding}


def _absent(entity: EntityPlan, households: int, host: Elements | None) -> Elements:
    """Return the elements of an entity that has no table."""
    nobody = np.zeros(0, np.int32)
    return Elements(
        domain=entity.english,
        owners=nobody,
        slots=nobody,
        offsets=np.zeros(households + 1, np.int64),
        stated_names=pa.array([], pa.string()),
        columns={},
        references={},
        links={reference.told: nobody for reference in entity.references},
        # Who has no members has nobody in work: what stands under none of them is then known to be nothing.
        complete=np.zeros(households, np.bool_)
        if host is None
        else host.complete & (np.diff(host.offsets) == 0),
    )


def _chosen(table: pa.Table, rows: npt.NDArray[np.intp]) -> pa.Table:
    """Return rows of a table, in the order of ``rows``; the table itself when they are all there are."""
    every = len(rows) == table.num_rows and bool((np.diff(rows) == 1).all())
    return table if every else table.take(pa.array(rows))
