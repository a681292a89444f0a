"""Rows of many tables put together by household; what does not fit together is set aside, and with it the household as a whole.

A household is decided only when every record that names it is good: a list from which a record was left out would look complete.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from relapse_rules.batch.cells import Complaint
from relapse_rules.batch.laying import laid_out
from relapse_rules.batch.named import UNNAMED
from relapse_rules.batch.opening import Rows, opened, whole
from relapse_rules.batch.plan import ROW, SOURCE, EntityPlan, Plan, Reference
from relapse_rules.batch.rejects import Rejects
from relapse_rules.batch.spool import HOUSEHOLD
from relapse_rules.batch.taken import Ints, Positions, Taken
from relapse_rules.engines.lanes.frame import NOBODY
from relapse_rules.facts.case import Case
from relapse_rules.facts.stated import show
from relapse_rules.ir.ranges import MOST_ELEMENTS
from relapse_rules.values.vocabulary import FieldSpec


def join(part: Mapping[str, pa.Table], plan: Plan, county: Case) -> Taken:
    """Return the good households of a part, and count each row of it as decided or rejected."""
    joining = _Joining(part, plan, county)
    joining.households()
    for entity in plan.under:
        joining.belonging(entity)
    for entity in plan.under:
        joining.referring(entity)
    joining.along()
    return joining.taken()


class _Joining:
    def __init__(self, part: Mapping[str, pa.Table], plan: Plan, county: Case) -> None:
        self._plan = plan
        self._county = county
        self._rejects = Rejects()
        self._numbers, self._own, self._rows = opened(part, plan)
        self._lost = np.zeros(len(self._numbers), np.bool_)
        """The households that cannot be decided."""

    def _complain(
        self, rows: Rows, places: npt.NDArray[np.intp], complaint: Complaint, spec: FieldSpec | None = None
    ) -> None:
        self._complain_each(rows, places, np.zeros(len(places), np.int32), (complaint,), spec)
        rows.bad[places] = True

    def _complain_each(
        self,
        rows: Rows,
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
                whole(chosen.column(HOUSEHOLD)),
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

    def _repeated(self, rows: Rows, spec: FieldSpec) -> None:
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

    def _matched(self, rows: Rows, reference: Reference, stated: pa.Array) -> tuple[Positions, bool]:
        """Return where each row points to, and whether all that can be pointed to is known."""
        target = reference.told[1]
        if target in self._plan.shared:
            table = self._county.tables[target]
            found = pc.index_in(stated, value_set=pa.array(table.ids, pa.string()))
            return np.asarray(found.fill_null(NOBODY), np.int32), table.complete
        others = self._rows.get(target)
        if others is None:
            return np.full(rows.table.num_rows, NOBODY, np.int32), False
        named, codes = others.named, others.named.referred[reference.told]
        if not named.alone:
            return _lookup(named.keys(rows.lanes, codes), named.keys(others.lanes, named.codes)), True
        # No name stands twice: it leads to one row, which is the one meant if it is of the same household.
        row = np.full(named.count + 1, NOBODY, np.int32)
        row[named.codes[named.codes >= 0]] = np.flatnonzero(named.codes >= 0)
        there = row[codes]
        own = (there >= 0) & (np.append(others.lanes, np.int32(UNNAMED))[there] == rows.lanes)
        return np.where(own, there, np.int32(NOBODY)), True

    def _dangling(
        self, rows: Rows, places: npt.NDArray[np.intp], reference: Reference, stated: pa.Array
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

    def _go_along(self, rows: Rows, told: str, cause: Positions, causes: Sequence[str]) -> None:
        """Reject the good rows of households that have a ``cause``, a position in ``causes``."""
        places = np.flatnonzero(~rows.bad & (rows.lanes >= 0) & (cause[rows.lanes] >= 0))
        used, which = np.unique(cause[rows.lanes[places]], return_inverse=True)
        said = [Complaint(told.format(causes[each]), "改正那一行后重新判定") for each in used.tolist()]
        self._complain_each(rows, places, which.astype(np.int32), said)

    def taken(self) -> Taken:
        """Return the good households."""
        return laid_out(self._plan, self._own, self._rows, self._lost, self._rejects.take())


def _lookup(keys: Ints, among: Ints) -> Positions:
    """Return where each key stands in ``among``, `NOBODY` where it does not."""
    order = np.argsort(among, kind="stable")
    ordered = among[order]
    place = np.minimum(np.searchsorted(ordered, keys), max(len(ordered) - 1, 0))
    if not len(ordered):
        return np.full(len(keys), NOBODY, np.int32)
    found: Positions = np.where((keys >= 0) & (ordered[place] == keys), order[place], NOBODY).astype(np.int32)
    return found
