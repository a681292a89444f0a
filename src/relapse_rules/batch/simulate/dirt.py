"""Mistakes put into the tables on purpose, and a list of them: what a county's tables have, and what must be rejected."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from relapse_rules.batch.simulate.chance import WHOLE, Chance, Ints


class Mistake(NamedTuple):
    """A kind of mistake in the cells of one column. ``wrong``: what is written instead."""

    kind: str
    entity: str
    field: str
    wrong: str


CELLS: Final = (
    Mistake("代码不对", "household", "village_code", "5199-石桥村"),
    Mistake("数里有文字", "finance", "wage_income", "约两万元"),
    Mistake("数超出范围", "household", "population", "0"),
    Mistake("数超出范围", "water", "outage_days_per_year", "400"),
    Mistake("没有这个取值", "household", "household_type", "贫困户"),
    Mistake("没有这个取值", "housing", "damage_degree", "全倒"),
    Mistake("没有这个灾害事件", "impact", "event_id", "E9"),
    Mistake("没有这个人", "employment", "person_id", "H000000000-0"),
    Mistake("日期不对", "member", "birth_date", "2023-02-30"),
)
DUPLICATE: Final = "户编号重复"
ORPHAN: Final = "没有这一户"
NOBODY: Final = "H000000000"
HOUSEHOLD: Final = "household_id"
_KINDS: Final = len(CELLS) + 2


class Defect(NamedTuple):
    """A mistake in the tables. ``row``: its position in the table, from 0; ``household``: as it stands there."""

    entity: str
    row: int
    household: str
    field: str
    wrong: str
    kind: str


def soiled_columns(entity: str) -> frozenset[str]:
    """Return the columns that have to be texts, since a mistake may be written there."""
    return frozenset(mistake.field for mistake in CELLS if mistake.entity == entity)


class Dirt:
    """The mistakes of one block. Each of the households that get one gets one; ``households``: how many there are."""

    def __init__(self, chance: Chance, parts: int, households: int) -> None:
        self.defects: list[Defect] = []
        self._kinds = np.where(
            chance.happens(min(parts, WHOLE), households), chance.below(_KINDS, households), _KINDS
        )

    def spoil(self, entity: str, table: pa.Table, owners: Ints, before: int) -> pa.Table:
        """Return a table with its mistakes. ``owners``: the household of each row; ``before``: how many rows earlier blocks wrote."""
        for kind, mistake in enumerate(CELLS):
            if mistake.entity == entity:
                table = self._spoil_cells(mistake, table, self._firsts(owners, kind), before)
        if entity == "household":
            table = self._repeat(table, self._firsts(owners, len(CELLS)), before)
        elif entity == "member":
            table = self._forsake(table, self._firsts(owners, len(CELLS) + 1), before)
        return table

    def _firsts(self, owners: Ints, kind: int) -> Ints:
        """Return the first row of each household that gets a mistake of ``kind``."""
        rows = np.flatnonzero(self._kinds[owners] == kind)
        return rows[np.unique(owners[rows], return_index=True)[1]]

    def _spoil_cells(self, mistake: Mistake, table: pa.Table, rows: Ints, before: int) -> pa.Table:
        place = table.schema.get_field_index(mistake.field)
        mask = np.zeros(table.num_rows, np.bool_)
        mask[rows] = True
        wrong = pa.array([mistake.wrong] * len(rows), pa.string())
        column = pc.replace_with_mask(table.column(place).combine_chunks(), pa.array(mask), wrong)
        self._list(mistake.entity, table, rows, before + rows, mistake)
        return table.set_column(place, table.schema.field(place), column)

    def _repeat(self, table: pa.Table, rows: Ints, before: int) -> pa.Table:
        again = before + table.num_rows + np.arange(len(rows))
        mistake = Mistake(DUPLICATE, "household", HOUSEHOLD, "")
        self._list("household", table, rows, before + rows, mistake)
        self._list("household", table, rows, again, mistake)
        return pa.concat_tables((table, table.take(pa.array(rows))))

    def _forsake(self, table: pa.Table, rows: Ints, before: int) -> pa.Table:
        """Add members who belong to no household."""
        lost = table.take(pa.array(rows))
        place = lost.schema.get_field_index(HOUSEHOLD)
        lost = lost.set_column(place, lost.schema.field(place), pa.array([NOBODY] * len(rows), pa.string()))
        at = before + table.num_rows + np.arange(len(rows))
        self._list("member", lost, np.arange(len(rows)), at, Mistake(ORPHAN, "member", HOUSEHOLD, NOBODY))
        return pa.concat_tables((table, lost))

    def _list(self, entity: str, table: pa.Table, rows: Ints, numbers: Ints, mistake: Mistake) -> None:
        names = table.column(HOUSEHOLD).take(pa.array(rows)).to_pylist()
        for name, number in zip(names, numbers.tolist(), strict=True):
            wrong = mistake.wrong or name
            self.defects.append(Defect(entity, number, name, mistake.field, wrong, mistake.kind))
