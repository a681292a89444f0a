"""Rows of many tables put together by household; what does not fit together is set aside, and with it the household as a whole.

A household is decided only when every record that names it is good: a list from which a record was left out would look complete.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from relapse_rules.batch.cells import Complaint
from relapse_rules.batch.plan import BAD, ROW, SOURCE, EntityPlan, Plan, Reference
from relapse_rules.batch.rejects import Rejects
from relapse_rules.batch.spool import HOUSEHOLD
from relapse_rules.batch.taken import Bools, Column, Elements, Ints, Positions, Taken
from relapse_rules.engines.lanes.frame import NOBODY, Told
from relapse_rules.facts.case import Case
from relapse_rules.facts.stated import show
from relapse_rules.ir.ranges import MOST_ELEMENTS
from relapse_rules.values.vocabulary import FieldSpec

_UNNAMED: Final = -1
_NOBODYS: Final = -1
"""The household of a row that names none, or none that there is."""


def join(part: Mapping[str, pa.Table], plan: Plan, county: Case) -> Taken:
    """Return the good households of a part, and count each row of it as decided or rejected."""
    joining = _Joining(part, plan, county)
    joining.open()
    joining.households()
    for entity in plan.under:
        joining.belonging(entity)
    for entity in plan.under:
        joining.referring(entity)
    joining.along()
    return joining.taken()


@dataclass(frozen=True, slots=True)
class _Named:
    """What rows are called: for each its place among the different ``names``, -1 where it has no name. ``alone``: no name stands twice."""

    codes: Positions
    names: pa.Array
    alone: bool

    @classmethod
    def of(cls, stated: pa.Array) -> _Named:
        encoded = stated.dictionary_encode()
        alone = len(encoded.dictionary) == len(stated) - stated.null_count
        return cls(np.asarray(encoded.indices.fill_null(_UNNAMED), np.int32), encoded.dictionary, alone)

    def keys(self, lanes: Positions, codes: Positions) -> Ints:
        """Return a number for each household and name together; -1 where either is missing."""
        keys: Ints = np.where(
            (lanes >= 0) & (codes >= 0), lanes.astype(np.int64) * (len(self.names) + 1) + codes, _UNNAMED
        )
        return keys


@dataclass(slots=True)
class _Rows:
    """The rows of one entity. ``lanes``: each row's household, a position among the different numbers; ``bad``: it has its own complaint."""

    plan: EntityPlan
    table: pa.Table
    lanes: Positions
    bad: Bools
    matches: dict[Told, Positions] = field(default_factory=dict)
    """By reference, the row (of a domain of the county, the lane) that each refers to, `NOBODY` where it is not known."""
    named: _Named = field(default_factory=lambda: _Named.of(pa.array([], pa.string())))
    slots: Positions = field(default_factory=lambda: np.zeros(0, np.int32))
    """The place of each good row in its household."""

    def texts(self, name: str) -> pa.Array:
        return _whole(self.table.column(name))


class _Joining:
    def __init__(self, part: Mapping[str, pa.Table], plan: Plan, county: Case) -> None:
        self._plan = plan
        self._county = county
        self._rejects = Rejects()
        self._part = part
        encoded = _whole(part[plan.subject].column(HOUSEHOLD)).dictionary_encode()
        self._numbers = encoded.dictionary
        lanes = np.asarray(encoded.indices.fill_null(_NOBODYS), np.int32)
        self._own = self._opened(plan.entities[plan.subject], lanes)
        self._rows: dict[str, _Rows] = {}
        self._lost = np.zeros(len(self._numbers), np.bool_)
        """The households that cannot be decided."""

    def open(self) -> None:
        """Find the household of each row and what it is called, of several entities at a time."""
        found = [entity for entity in self._plan.under if entity.english in self._part]
        with ThreadPoolExecutor(
            pa.cpu_count()
        ) as pool:  # Arrow lets go of the interpreter while it looks names up
            opened = pool.map(self._open, found)
            self._rows.update(zip((entity.english for entity in found), opened, strict=True))

    def _open(self, entity: EntityPlan) -> _Rows:
        rows = self._opened(entity, self._lanes_of(_whole(self._part[entity.english].column(HOUSEHOLD))))
        if entity.identifier is not None:
            rows.named = _Named.of(rows.texts(entity.identifier.fact))
        return rows

    def _opened(self, entity: EntityPlan, lanes: Positions) -> _Rows:
        table = self._part[entity.english]
        return _Rows(entity, table, lanes, np.array(table.column(BAD), np.bool_))

    # --- what is wrong ----------------------------------------------------------------------------

    def _complain(
        self, rows: _Rows, places: npt.NDArray[np.intp], complaint: Complaint, spec: FieldSpec | None = None
    ) -> None:
        self._complain_each(rows, places, np.zeros(len(places), np.int32), (complaint,), spec)
        rows.bad[places] = True

    def _complain_each(
        self,
        rows: _Rows,
        places: npt.NDArray[np.intp],
        which: Positions,
        said: Sequence[Complaint],
        spec: FieldSpec | None = None,
    ) -> None:
        if len(places):
            chosen = rows.table.select([ROW, SOURCE, HOUSEHOLD]).take(pa.array(places))
            self._rejects.add(
                rows.plan.name,
                None if spec is None else spec.name,
                np.asarray(chosen.column(ROW)),
                self._plan.source_names(np.asarray(chosen.column(SOURCE))),
                _whole(chosen.column(HOUSEHOLD)),
                which,
                said,
            )

    def households(self) -> None:
        """Find numbers that stand for several rows: nobody knows which is right."""
        times = np.bincount(self._own.lanes[self._own.lanes >= 0], minlength=len(self._numbers))
        twice = np.flatnonzero((self._own.lanes >= 0) & (times > 1)[self._own.lanes])
        name = self._plan.identifier.name
        self._complain(
            self._own,
            twice,
            Complaint(f"“{name}”重复，有几行都是这一户", "每户只留一行"),
            self._plan.identifier,
        )

    def belonging(self, entity: EntityPlan) -> None:
        """Find the household of each row, rows without one, and rows that stand twice in one."""
        rows = self._rows.get(entity.english)
        if rows is None:
            return
        astray = np.flatnonzero((rows.lanes < 0) & np.asarray(rows.texts(HOUSEHOLD).is_valid()))
        subject = self._plan.entities[self._plan.subject].name
        self._complain(
            rows,
            astray,
            Complaint(f"“{subject}”表中没有这一户", f"在“{subject}”表补上这一户，或改正编号"),
            entity.key,
        )
        times = np.bincount(rows.lanes[rows.lanes >= 0], minlength=len(self._numbers))
        if entity.single:
            twice = np.flatnonzero((rows.lanes >= 0) & (times > 1)[rows.lanes])
            self._complain(rows, twice, Complaint(f"一户只有一条{entity.name}，这一户有几条", "每户只留一行"))
            return
        many = np.flatnonzero((rows.lanes >= 0) & (times > MOST_ELEMENTS)[rows.lanes])
        self._complain(rows, many, Complaint(f"一户的{entity.name}超过 {MOST_ELEMENTS} 条", "核对户编号"))
        if entity.identifier is not None:
            self._repeated(rows, entity.identifier)

    def _lanes_of(self, names: pa.Array) -> Positions:
        """Return the household of each row by its number."""
        if names.equals(
            _whole(self._own.table.column(HOUSEHOLD))
        ):  # as of single children, kept beside the households
            return self._own.lanes
        # Rows of one household mostly stand together: each number is looked for once.
        runs = pc.run_end_encode(names)
        found = pc.index_in(runs.values, value_set=self._numbers).fill_null(_NOBODYS)
        lanes: Positions = np.repeat(
            np.asarray(found, np.int32), np.diff(np.asarray(runs.run_ends), prepend=0)
        )
        return lanes

    def _repeated(self, rows: _Rows, spec: FieldSpec) -> None:
        if rows.named.alone:
            return
        keys = rows.named.keys(rows.lanes, rows.named.codes)
        _, inverse, times = np.unique(keys, return_inverse=True, return_counts=True)
        twice = np.flatnonzero((times[inverse] > 1) & (keys >= 0))
        self._complain(
            rows, twice, Complaint(f"“{spec.name}”重复，这一户有几条是这个编号", "每条一个编号"), spec
        )

    def referring(self, entity: EntityPlan) -> None:
        """Find what each row refers to, and references to what there is not."""
        rows = self._rows.get(entity.english)
        for reference in () if rows is None else entity.references:
            assert rows is not None
            stated = rows.texts(reference.spec.fact)
            matched, known = self._matched(rows, reference, stated)
            rows.matches[reference.told] = matched
            if not known:
                continue
            dangling = np.flatnonzero((matched == NOBODY) & np.asarray(stated.is_valid()) & (rows.lanes >= 0))
            self._dangling(rows, dangling, reference, stated)

    def _matched(self, rows: _Rows, reference: Reference, stated: pa.Array) -> tuple[Positions, bool]:
        """Return where each row points to, and whether all that can be pointed to is known."""
        target = reference.told[1]
        if target in self._plan.shared:
            table = self._county.tables[target]
            found = pc.index_in(stated, value_set=pa.array(table.ids, pa.string()))
            return np.asarray(found.fill_null(NOBODY), np.int32), table.complete
        others = self._rows.get(target)
        if others is None:
            return np.full(len(stated), NOBODY, np.int32), False
        named = others.named
        codes = np.asarray(pc.index_in(stated, value_set=named.names).fill_null(_UNNAMED), np.int32)
        if not named.alone:
            return _lookup(named.keys(rows.lanes, codes), named.keys(others.lanes, named.codes)), True
        # No name stands twice: it leads to one row, which is the one meant if it is of the same household.
        row = np.full(len(named.names) + 1, NOBODY, np.int32)
        row[named.codes[named.codes >= 0]] = np.flatnonzero(named.codes >= 0)
        there = row[codes]
        own = (there >= 0) & (np.append(others.lanes, np.int32(_NOBODYS))[there] == rows.lanes)
        return np.where(own, there, np.int32(NOBODY)), True

    def _dangling(
        self, rows: _Rows, places: npt.NDArray[np.intp], reference: Reference, stated: pa.Array
    ) -> None:
        target = self._plan.names[reference.told[1]]
        encoded = stated.take(pa.array(places)).dictionary_encode()
        said = [
            Complaint(
                f"“{reference.spec.name}”是{show(reference.spec, value)}，“{target}”中没有这一条",
                f"补上这一条{target}，或改正编号",
            )
            for value in encoded.dictionary.to_pylist()
        ]
        self._complain_each(rows, places, np.asarray(encoded.indices, np.int32), said, reference.spec)
        rows.bad[places] = True

    def along(self) -> None:
        """Set households aside of which any record is bad, and all their other records with them."""
        cause = np.full(len(self._numbers) + 1, -1, np.int32)
        causes: list[str] = []
        for rows in (self._own, *self._rows.values()):
            places = np.flatnonzero(rows.bad & (rows.lanes >= 0) & (cause[rows.lanes] < 0))
            lanes, first = np.unique(rows.lanes[places], return_index=True)
            cause[lanes] = np.arange(len(causes), len(causes) + len(lanes))
            where = rows.table.select([ROW, SOURCE]).take(pa.array(places[first]))
            for number, source in zip(*(column.to_pylist() for column in where.columns), strict=True):
                causes.append(f"{rows.plan.name}（{self._plan.sources[source]} 第 {number} 行）有误")
        self._lost = cause[:-1] >= 0
        self._go_along(self._own, "名下的{}，整户没有判定", cause, causes)
        for rows in self._rows.values():
            self._go_along(rows, "同一户的{}，整户没有判定", cause, causes)

    def _go_along(self, rows: _Rows, told: str, cause: Positions, causes: Sequence[str]) -> None:
        """Reject the good rows of households that have a ``cause``, a position in ``causes``."""
        places = np.flatnonzero(~rows.bad & (rows.lanes >= 0) & (cause[rows.lanes] >= 0))
        used, which = np.unique(cause[rows.lanes[places]], return_inverse=True)
        said = [Complaint(told.format(causes[each]), "改正那一行后重新判定") for each in used.tolist()]
        self._complain_each(rows, places, which.astype(np.int32), said)

    # --- what is right ----------------------------------------------------------------------------

    def taken(self) -> Taken:
        """Return the good households."""
        plan, good = self._plan, ~np.append(self._lost, True)
        kept = np.flatnonzero(good[self._own.lanes] & ~self._own.bad)
        position = np.full(len(self._numbers) + 1, _NOBODYS, np.int32)
        position[self._own.lanes[kept]] = np.arange(len(kept), dtype=np.int32)
        self._count(self._own, len(kept))
        own = _chosen(self._own.table, kept)
        subject = plan.entities[plan.subject]
        columns = {fact: plan.column(fact, own.column(fact)) for fact in subject.deciding}
        elements: dict[str, Elements] = {}
        for entity in plan.under:
            rows = self._rows.get(entity.english)
            if rows is None:
                if not entity.single:
                    elements[entity.english] = _absent(entity, len(kept), elements.get(entity.host or ""))
                continue
            owners = position[rows.lanes]
            self._count(rows, int(np.count_nonzero(owners >= 0)))
            if entity.single:
                columns.update(_spread(plan, rows, owners, len(kept)))
            else:
                elements[entity.english] = self._elements(rows, owners, len(kept))
        return Taken(
            subject=plan.subject,
            ids=_whole(own.column(HOUSEHOLD)),
            rows=np.asarray(own.column(ROW)),
            sources=plan.source_names(np.asarray(own.column(SOURCE))),
            columns=columns,
            elements=elements,
            carried={fact: plan.stated(fact, own.column(fact)) for fact in subject.carried},
            rejects=self._rejects.take(),
        )

    def _count(self, rows: _Rows, decided: int) -> None:
        count = self._plan.counts[rows.plan.english]
        count.decided += decided
        count.rejected += rows.table.num_rows - decided

    def _elements(self, rows: _Rows, owners: Positions, households: int) -> Elements:
        kept = np.flatnonzero(owners >= 0)
        owners = owners[kept]
        if len(owners) and (np.diff(owners) < 0).any():
            order = np.argsort(owners, kind="stable")
            kept, owners = kept[order], owners[order]
        offsets = np.zeros(households + 1, np.int64)
        np.cumsum(np.bincount(owners, minlength=households), out=offsets[1:])
        slots = (np.arange(len(owners)) - offsets[owners]).astype(np.int32)
        rows.slots = np.full(rows.table.num_rows, NOBODY, np.int32)
        rows.slots[kept] = slots
        table = _chosen(rows.table, kept)
        identifier = rows.plan.identifier
        given = [each for each in rows.plan.references if each.spec.fact in rows.plan.facts]
        names = (
            pa.nulls(len(kept), pa.string()) if identifier is None else _whole(table.column(identifier.fact))
        )
        return Elements(
            domain=rows.plan.english,
            owners=owners,
            slots=slots,
            offsets=offsets,
            stated_names=names,
            columns={fact: self._plan.column(fact, table.column(fact)) for fact in rows.plan.deciding},
            references={
                reference.spec.fact: _whole(table.column(reference.spec.fact)) for reference in given
            },
            links={told: self._slots_of(told, matched[kept]) for told, matched in rows.matches.items()},
            complete=np.ones(households, np.bool_),
        )

    def _slots_of(self, told: Told, matched: Positions) -> Positions:
        # What is referred to comes first in `Plan.under`, so that its places are known.
        target = self._rows.get(told[1])
        return matched if target is None else np.append(target.slots, np.int32(NOBODY))[matched]


def _spread(plan: Plan, rows: _Rows, owners: Positions, households: int) -> dict[str, Column]:
    """Return the columns of a single child as columns of its households."""
    place = np.full(households, _NOBODYS, np.int64)
    kept = np.flatnonzero(owners >= 0)
    place[owners[kept]] = kept
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


def _lookup(keys: Ints, among: Ints) -> Positions:
    """Return where each key stands in ``among``, `NOBODY` where it does not."""
    order = np.argsort(among, kind="stable")
    ordered = among[order]
    place = np.minimum(np.searchsorted(ordered, keys), max(len(ordered) - 1, 0))
    if not len(ordered):
        return np.full(len(keys), NOBODY, np.int32)
    found: Positions = np.where((keys >= 0) & (ordered[place] == keys), order[place], NOBODY).astype(np.int32)
    return found


def _chosen(table: pa.Table, rows: npt.NDArray[np.intp]) -> pa.Table:
    """Return rows of a table, in the order of ``rows``; the table itself when they are all there are."""
    every = len(rows) == table.num_rows and bool((np.diff(rows) == 1).all())
    return table if every else table.take(pa.array(rows))


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    joined = column.combine_chunks()
    return joined if isinstance(joined, pa.Array) else pa.concat_arrays(joined.chunks)
