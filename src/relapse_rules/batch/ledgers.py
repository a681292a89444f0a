"""Ledgers: an Excel workbook for each township, each responsible unit and each village, made from a finished run.

Each measure and task that is to be carried out stands once in its township's workbook and once in that of every unit responsible for it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from relapse_rules.batch.assignment import NO_VILLAGE, Assignment, Level, Owner
from relapse_rules.batch.collected import Progress, collect
from relapse_rules.batch.county_work import CountyWork, county_rows, county_work, exceptions_that_apply
from relapse_rules.batch.decider import Decider
from relapse_rules.batch.file_names import FileNames
from relapse_rules.batch.finished import FinishedRun
from relapse_rules.batch.ledger_notes import notes
from relapse_rules.batch.ledger_rows import OVERDUE, PAST_DUE, Rows
from relapse_rules.batch.ledger_sheets import (
    COUNTY_COLUMNS,
    NOTES_COLUMNS,
    element_columns,
    household_columns,
    missing_columns,
    work_columns,
)
from relapse_rules.batch.ledger_sorting import Sorted
from relapse_rules.batch.workbook import EXCEL_ROWS, HEAD_ROWS, Cell, Column, Table, workbook
from relapse_rules.batch.workload import Listed
from relapse_rules.decisions.moments import moment_text
from relapse_rules.decisions.words import Words, moment
from relapse_rules.values.moments import day_of

FOLDER: Final = "ledgers"
_PARTIAL: Final = ".ledgers-partial"
_NOTES: Final = "说明"
_KEPT_ROWS: Final = 20_000
"""Workbooks with fewer rows are made in memory, which is quicker."""
_ALERTS: Final = (OVERDUE, PAST_DUE)


def write_ledgers(
    policy: Decider,
    folder: Path,
    *,
    show_personal: bool = False,
    progress: Progress | None = None,
    most_rows: int = EXCEL_ROWS,
) -> tuple[Path, ...]:
    """Write the ledgers of the finished run in ``folder`` to its subfolder ``ledgers``, in place of those that were there.

    Without ``show_personal`` households and people are numbered, in the order of the run. ``most_rows``: rows of a sheet.
    Returns the workbooks' paths: townships, units, villages.

    Raises:
        InputError: ``folder`` holds no finished run.
        OSError: they cannot be written; then none are, and the former ones stay.
    """
    run = FinishedRun(folder)
    maker = _Maker(policy, run, personal=show_personal, most_rows=most_rows)
    partial, final = folder / _PARTIAL, folder / FOLDER
    shutil.rmtree(partial, ignore_errors=True)
    try:
        written = maker.write_all(partial, progress or _nothing)
        if final.exists():
            shutil.rmtree(final)
        partial.rename(final)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return tuple(final / path for path in written)


def _nothing(done: int, total: int) -> None:
    """Report nothing."""


class _Maker:
    def __init__(self, policy: Decider, run: FinishedRun, *, personal: bool, most_rows: int) -> None:
        self._head = run.head
        self._most_rows = most_rows
        self._personal = personal
        day = day_of(run.head.as_of)
        county = run.county()
        listed = Listed(policy.program, county=exceptions_that_apply(county))
        suppliers = listed.facts.suppliers(day)
        self._assignment = Assignment(policy.program, day)
        self._run = collect(run, listed)
        self._words = Words(policy.vocabulary)
        self._sorted = Sorted(self._run, self._assignment, suppliers)
        self._rows = Rows(
            self._run,
            self._assignment,
            policy.vocabulary,
            suppliers=suppliers,
            as_of=run.head.as_of,
            personal=personal,
        )
        self._lacking = np.bincount(self._run.missing.households, minlength=self._run.households)
        self._county = county_work(county)

    def write_all(self, folder: Path, progress: Progress) -> tuple[Path, ...]:
        """Write all workbooks under ``folder`` and return their paths in it."""
        owners = self._owners()
        names = {level: FileNames() for level in Level}
        written: list[Path] = []
        folder.mkdir(parents=True)
        for owner in owners:
            progress(len(written), len(owners))
            path = Path(owner.level.value, f"{names[owner.level].of(owner.name)}.xlsx")
            (folder / path).parent.mkdir(exist_ok=True)
            self._write(folder / path, owner)
            written.append(path)
        progress(len(written), len(owners))
        return tuple(written)

    def _owners(self) -> Sequence[Owner]:
        """Return everybody with a ledger; units that are only responsible for the county's own work come after the others of their kind."""
        found = dict.fromkeys(self._sorted.owners())
        for each in self._county:
            for owner in self._assignment.owners_at_county(each.units):
                if owner.level is Level.UNIT:
                    found.setdefault(owner)
        levels = [*Level]
        return sorted(found, key=lambda owner: levels.index(owner.level))

    def _write(self, path: Path, owner: Owner) -> None:
        title = f"{owner.name} {self._head.policy}台账"
        told = f"判定时点 {moment(moment_text(self._head.as_of))}"
        tables = list(self._tables(owner, title, told))
        streamed = sum(table.count for table in tables) > _KEPT_ROWS
        made, most = self._head.as_of, self._most_rows
        with workbook(path, title=title, made=made, most_rows=most, streamed=streamed) as book:
            page = book.page(_NOTES, title, told, [column.width for column in NOTES_COLUMNS])
            sheets = [(table, book.write(table)) for table in tables]
            book.rows(
                page, HEAD_ROWS, NOTES_COLUMNS, notes(owner, self._head, sheets, personal=self._personal)
            )

    def _tables(self, owner: Owner, title: str, told: str) -> Iterable[Table]:
        township = owner.level is Level.UNIT or owner.name == NO_VILLAGE
        work = self._sorted.work(owner)
        households = self._sorted.households(owner, work)
        elements = self._sorted.elements(owner, work)
        lacking = self._sorted.lacking(owner)
        kinds = np.array([each.kind == "measure" for each in self._run.listed.listings], np.bool_)[
            work.listing
        ]
        rows = self._rows

        def table(
            name: str, columns: Sequence[Column], found: Iterable[Sequence[Cell]], count: int, note: str = ""
        ) -> Table:
            return Table(
                name=name,
                title=title,
                note=f"{told}{'；' if note else ''}{note}",
                columns=columns,
                rows=found,
                count=count,
                alerts=_ALERTS,
                frozen=1,
            )

        yield table(
            "农户",
            household_columns(township=township),
            rows.households(households, work, self._lacking, township=township),
            len(households),
        )
        for name, chosen, is_measure in (("措施", kinds, True), ("任务", ~kinds, False)):
            mine = work.at(np.flatnonzero(chosen))
            yield table(
                name,
                work_columns(township=township, category=is_measure),
                rows.work(mine, township=township, category=is_measure),
                len(mine.listing),
                "未完成的在前，按到期时间排列",
            )
        yield table(
            "成员和对象",
            element_columns(township=township),
            rows.elements(elements, township=township),
            len(elements),
        )
        yield table(
            "还缺的事实",
            missing_columns(township=township),
            rows.missing(lacking, township=township),
            len(lacking),
        )
        county = self._county_of(owner)
        if county:
            yield table("全县事项", COUNTY_COLUMNS, self._county_rows(county), len(county), "按到期时间排列")

    def _county_of(self, owner: Owner) -> Sequence[CountyWork]:
        return [
            each
            for each in self._county
            if any(self._matches(owner, its) for its in self._assignment.owners_at_county(each.units))
        ]

    def _matches(self, owner: Owner, its: Owner) -> bool:
        """Whether ``its``, an owner of the county's own work, is ``owner``: every township and village is, where no one is meant."""
        return owner == its if its.level is Level.UNIT else owner.level is its.level

    def _county_rows(self, county: Sequence[CountyWork]) -> Iterable[Sequence[Cell]]:
        return county_rows(county, self._words, self._assignment, self._rows.state)
