"""Compares what two versions decide of the households of a county, column by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from relapse_rules.analysis.difference.model import Comparison, Difference
from relapse_rules.analysis.difference.roster_model import Effect, Load, RosterDifference, Touched, Town
from relapse_rules.analysis.difference.version import Declaration, DeclarationKind
from relapse_rules.batch.deciding import DONE, ELEMENT, ID, TOWNSHIP
from relapse_rules.batch.result import BatchResult
from relapse_rules.batch.workload import UNKNOWN, YES, three_valued

_WORK: Final = frozenset({DeclarationKind.MEASURE, DeclarationKind.STEP, DeclarationKind.DUTY})
_MOST_TOUCHED: Final = 1000

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class _Rows(NamedTuple):
    """The rows of one domain that both versions have: their places in each, and the household that each is of (a place among the common ones)."""

    old: Ints
    new: Ints
    owners: Ints


def roster_difference(
    old: BatchResult[Any],
    new: BatchResult[Any],
    difference: Difference,
    *,
    subject: str,
    name: str,
    eligibility: str | None,
) -> RosterDifference:
    """Return what changes for the households of a county. ``old`` and ``new``: the same tables, decided by the two versions of ``difference``.

    ``subject``: the entity of households, ``name``: what it is called in Chinese; ``eligibility``: the 定义 of the new version by which a household is helped at all.
    """
    return _County(old, new, subject, name).compare(difference, eligibility)


class _County:
    """The two results, row by row."""

    def __init__(self, old: BatchResult[Any], new: BatchResult[Any], subject: str, name: str) -> None:
        self._old = {subject: old.households, **old.elements}
        self._new = {subject: new.households, **new.elements}
        self._subject = subject
        self._notes = tuple(dict.fromkeys((*old.notes, *new.notes)))
        places = _matched(_column(old.households, ID), _column(new.households, ID))
        self._ids = _column(new.households, ID).take(pa.array(places[1]))
        self._counts = (len(old.households), len(new.households))
        self._count = len(places[0])
        self._read = next((each.read for each in new.counts if each.entity == name), sum(self._counts))
        self._rows: dict[str, _Rows | None] = {
            subject: _Rows(places[0], places[1], np.arange(self._count, dtype=np.int64))
        }

    def compare(self, difference: Difference, eligibility: str | None) -> RosterDifference:
        """Compare everything that is listed."""
        gaining, losing = (np.zeros(self._count, np.bool_) for _ in range(2))
        effects: list[Effect] = []
        touched: list[tuple[str, Flags, Flags]] = []
        for told in difference.declarations:
            named = told.name == eligibility
            if told.kind not in _WORK and not named:
                continue
            flags = self._flags(told)
            effects.append(_effect(told, flags))
            if told.kind is DeclarationKind.MEASURE or named:
                gained, lost = flags.gained, flags.lost
                gaining |= gained
                losing |= lost
                touched.append((told.name, gained, lost))
        return RosterDifference(
            households=self._count,
            only_old=self._counts[0] - self._count,
            only_new=self._counts[1] - self._count,
            rejected=self._read - sum(self._counts) + self._count,
            gaining=int(gaining.sum()),
            losing=int(losing.sum()),
            effects=tuple(effects),
            towns=tuple(self._by_town(gaining, losing)),
            loads=tuple(self._by_unit(difference)),
            touched=tuple(self._households(gaining | losing, touched)),
            notes=self._notes,
        )

    # --- outcomes ---------------------------------------------------------------------------------

    def _flags(self, told: Comparison) -> _Flags:
        """Return of which households a declaration is yes, or open, before and after."""
        before = self._answered(told.old, self._old, is_new=False)
        after = self._answered(told.new, self._new, is_new=True)
        return _Flags(*before, *after)

    def _answered(
        self, declared: Declaration | None, tables: Mapping[str, pa.Table], *, is_new: bool
    ) -> tuple[Flags, Flags]:
        yes, unknown = (np.zeros(self._count, np.bool_) for _ in range(2))
        rows = None if declared is None else self._rows_of(declared.domain)
        if (
            declared is not None
            and rows is not None
            and declared.name in tables[declared.domain].column_names
        ):
            outcome = three_valued(tables[declared.domain], declared.name)[rows.new if is_new else rows.old]
            yes[rows.owners[outcome == YES]] = True
            unknown[rows.owners[outcome == UNKNOWN]] = True
        return yes, unknown

    def _rows_of(self, domain: str) -> _Rows | None:
        """Return the rows of a domain; None when nothing is listed for it in either version."""
        if domain not in self._rows:
            self._rows[domain] = self._matched_rows(domain)
        return self._rows[domain]

    def _matched_rows(self, domain: str) -> _Rows | None:
        old, new = self._old.get(domain), self._new.get(domain)
        if old is None and new is None:
            return None
        # Where one version lists nothing of a domain, its elements are those of the other.
        old, new = (new if old is None else old), (old if new is None else new)
        places = _matched(_element_keys(old), _element_keys(new))
        owners = pc.index_in(_column(new, ID).take(pa.array(places[1])), value_set=self._ids)
        kept = np.asarray(pc.fill_null(owners, -1)).astype(np.int64)
        return _Rows(places[0][kept >= 0], places[1][kept >= 0], kept[kept >= 0])

    # --- sums -------------------------------------------------------------------------------------

    def _by_town(self, gaining: Flags, losing: Flags) -> Iterator[Town]:
        households = self._new[self._subject]
        if TOWNSHIP not in households.column_names:
            return
        rows = self._rows[self._subject]
        assert rows is not None
        codes = [code or "" for code in _column(households, TOWNSHIP).take(pa.array(rows.new)).to_pylist()]
        names, which = np.unique(np.array(codes, dtype=object).astype(str), return_inverse=True)
        size = len(names)
        counts = [np.bincount(which[flags], minlength=size) for flags in (slice(None), gaining, losing)]
        for place, name in enumerate(names.tolist()):
            total, gained, lost = (int(count[place]) for count in counts)
            yield Town(code=name, households=total, gaining=gained, losing=lost)

    def _by_unit(self, difference: Difference) -> Iterator[Load]:
        before: dict[str, int] = {}
        after: dict[str, int] = {}
        for told in difference.declarations:
            if told.kind in _WORK:
                _add(before, told.old, self._old)
                _add(after, told.new, self._new)
        for unit in dict.fromkeys((*after, *before)):
            yield Load(unit=unit, before=before.get(unit, 0), after=after.get(unit, 0))

    def _households(self, chosen: Flags, touched: list[tuple[str, Flags, Flags]]) -> Iterator[Touched]:
        places = np.flatnonzero(chosen)[:_MOST_TOUCHED]
        households = self._new[self._subject]
        rows = self._rows[self._subject]
        assert rows is not None
        has_towns = TOWNSHIP in households.column_names
        towns = _column(households, TOWNSHIP).take(pa.array(rows.new)) if has_towns else None
        for place in places.tolist():
            yield Touched(
                id=self._ids[place].as_py(),
                town="" if towns is None else towns[place].as_py() or "",
                gained=tuple(name for name, gained, _ in touched if gained[place]),
                lost=tuple(name for name, _, lost in touched if lost[place]),
            )


class _Flags(NamedTuple):
    """Of which households something is yes, or open, for some element, before and after."""

    before: Flags
    was_open: Flags
    after: Flags
    is_open: Flags

    @property
    def gained(self) -> Flags:
        return self.after & ~self.before

    @property
    def lost(self) -> Flags:
        return self.before & ~self.after


def _effect(told: Comparison, flags: _Flags) -> Effect:
    neither = ~flags.before & ~flags.after
    return Effect(
        kind=told.kind.value,
        name=told.name,
        before=int(flags.before.sum()),
        after=int(flags.after.sum()),
        gained=int(flags.gained.sum()),
        lost=int(flags.lost.sum()),
        opened=int((neither & ~flags.was_open & flags.is_open).sum()),
        settled=int((neither & flags.was_open & ~flags.is_open).sum()),
    )


def _add(loads: dict[str, int], declared: Declaration | None, tables: Mapping[str, pa.Table]) -> None:
    """Add what a measure or task gives its units to do."""
    table = None if declared is None else tables.get(declared.domain)
    if (
        declared is None
        or declared.listing is None
        or table is None
        or declared.name not in table.column_names
    ):
        return
    open_ = three_valued(table, declared.name) == YES
    if f"{declared.name}{DONE}" in table.column_names:
        open_ &= three_valued(table, f"{declared.name}{DONE}") != YES
    count = int(open_.sum())
    for unit in declared.listing.units:
        loads[unit] = loads.get(unit, 0) + count


def _column(table: pa.Table, name: str) -> pa.Array:
    return table.column(name).combine_chunks()


def _element_keys(table: pa.Table) -> pa.Array:
    """Return what names each row: its household, and itself where it is an element."""
    household = _column(table, ID)
    if ELEMENT not in table.column_names:
        return household
    return pc.binary_join_element_wise(household, _column(table, ELEMENT), "\0")


def _matched(old: pa.Array, new: pa.Array) -> tuple[Ints, Ints]:
    """Return the places of what is in both, in the order of ``new``."""
    found = np.asarray(pc.fill_null(pc.index_in(new, value_set=old), -1)).astype(np.int64)
    there = np.flatnonzero(found >= 0)
    return found[there], there
