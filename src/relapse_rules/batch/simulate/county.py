"""Makes a synthetic county: block after block of households, each with all that is under it, written before the next is drawn."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import Final

import pyarrow as pa

from relapse_rules.batch.simulate.chance import WHOLE, Chance, Stage
from relapse_rules.batch.simulate.columns import Rows, arrow
from relapse_rules.batch.simulate.dirt import HOUSEHOLD, Defect, Dirt, soiled_columns
from relapse_rules.batch.simulate.files import Format, Tables, whole_folder
from relapse_rules.batch.simulate.harm import harm_of, housings, impacts, productions, waters
from relapse_rules.batch.simulate.hiding import Hiding
from relapse_rules.batch.simulate.homes import Homes, homes_of
from relapse_rules.batch.simulate.money import finances, insurances, loans
from relapse_rules.batch.simulate.people import employments, household_numbers, members, people_of
from relapse_rules.batch.simulate.places import COUNTY, Places, settle
from relapse_rules.batch.simulate.relief import assistances, households, procedure_events
from relapse_rules.batch.simulate.shared import Record, shared_tables
from relapse_rules.values.vocabulary import EntitySpec, Vocabulary

MOST_HOUSEHOLDS: Final = 99_999_999
NOTICE: Final = (
    f"合成数据：县（{COUNTY}）、乡镇、村、人、户、收入、灾害都是程序编的，不对应任何真实的地方和人；"
    "比例是为试用和测速设的，不是统计数字，不能用来推断实际情况，不能当作真实数据上报。"
)
"""What must be said wherever such a county is shown."""
DIRT_HEADER: Final = ("表", "行", "户编号", "列", "写的值", "毛病")
README: Final = "README.txt"
DIRT: Final = "dirt.csv"

_BLOCK: Final = 1 << 16
_MOST_SEED: Final = (1 << 63) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What was written. ``rows``: by the name of the table; ``defects``: how many lines the list of mistakes has."""

    folder: Path
    rows: Mapping[str, int]
    defects: int


class UnfitError(ValueError):
    """A county that cannot be made: too many households, or a share that is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What county is wanted. The same wish gives the same bytes, as long as this library, numpy and pyarrow stay the same.

    ``dirt``: how many households in ten thousand get a mistake, 0 for none. ``chinese``: names of tables and columns as people say them.

    Raises:
        UnfitError: a number is out of bounds.
    """

    households: int
    seed: int = 0
    form: Format = Format.PARQUET
    dirt: int = 0
    chinese: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.households <= MOST_HOUSEHOLDS:
            message = f"户数要在 1 到 {MOST_HOUSEHOLDS} 之间，这里是 {self.households}"
            raise UnfitError(message)
        if not 0 <= self.seed <= _MOST_SEED:
            message = f"种子要是 0 到 {_MOST_SEED} 的整数，这里是 {self.seed}"
            raise UnfitError(message)
        if not 0 <= self.dirt <= WHOLE:
            message = "出错的户所占的比例要在 0 到 1 之间"
            raise UnfitError(message)


def simulate(
    wish: Wish,
    folder: str | PathLike[str],
    vocabulary: Vocabulary,
    *,
    progress: Callable[[int], object] = lambda done: done,
) -> Simulated:
    """Write a county into ``folder``, which must be empty or not there. ``progress`` is told how many households are written.

    Memory does not depend on the number of households: a block of 65,536 is held at a time.

    Raises:
        OSError: the folder has something in it, or cannot be written; nothing is left behind then.
    """
    target = Path(folder)
    with whole_folder(target) as staging:
        writing = _Writing(wish, staging, vocabulary)
        with writing.tables:
            writing.shared()
            for first in range(0, wish.households, _BLOCK):
                writing.block(first, min(_BLOCK, wish.households - first))
                progress(min(first + _BLOCK, wish.households))
        (staging / README).write_text(_readme(wish, writing), encoding="utf-8-sig", newline="\r\n")
    return Simulated(folder=target, rows=writing.tables.rows, defects=writing.defects)


class _Writing:
    """A county on its way into a folder."""

    def __init__(self, wish: Wish, folder: Path, vocabulary: Vocabulary) -> None:
        self._wish = wish
        self._folder = folder
        self._vocabulary = vocabulary
        self._places: Places = settle(wish.households, wish.seed)
        self._hiding = Hiding(wish.seed, len(self._places.township_codes))
        self._numbers = {entity.english: number for number, entity in enumerate(vocabulary.entities)}
        self._subject = vocabulary.by_english["household"]
        self.tables = Tables(folder, wish.form)
        self.defects = 0
        if wish.dirt:
            with (folder / DIRT).open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerow(DIRT_HEADER)

    def shared(self) -> None:
        """Write the tables of the county as a whole."""
        for name, records in shared_tables(self._places, self._wish.seed).items():
            entity = self._vocabulary.by_english[name]
            self.tables.write(self._table_name(entity), self._of_records(entity, records))

    def block(self, first: int, count: int) -> None:
        """Write so many households, and what is under them."""
        number = first // _BLOCK
        chance = Chance(self._wish.seed, Stage.TRUTH, number)
        homes = homes_of(self._places, first, count, chance)
        dirt = Dirt(Chance(self._wish.seed, Stage.DIRT, number), self._wish.dirt, count)
        for name, rows in tables_of(homes, self._places, chance):
            entity = self._vocabulary.by_english[name]
            table = self._of_rows(entity, number, homes, rows)
            written = self.tables.rows.get(self._table_name(entity), 0)
            if self._wish.dirt:
                table = dirt.spoil(name, table, rows.owners, written)
            self.tables.write(
                self._table_name(entity), table.rename_columns(self._column_names(entity, table))
            )
        self._list(dirt.defects)

    def _of_rows(self, entity: EntitySpec, block: int, homes: Homes, rows: Rows) -> pa.Table:
        hidden = self._hiding.hidden(
            entity, self._numbers[entity.english], block, rows, homes.townships[rows.owners]
        )
        arrays = {name: arrow(column, hidden[name]) for name, column in rows.columns.items()}
        if HOUSEHOLD not in arrays:
            arrays = {HOUSEHOLD: arrow(household_numbers(homes, rows.owners), None), **arrays}
        if self._wish.dirt:
            for name in soiled_columns(entity.english):
                arrays[name] = arrays[name].cast(pa.string())
        return pa.table(arrays)

    def _of_records(self, entity: EntitySpec, records: tuple[Record, ...]) -> pa.Table:
        names = [spec.english for spec in entity.fields if any(spec.english in each for each in records)]
        table = pa.table(
            {name: pa.array([each.get(name) for each in records], pa.string()) for name in names}
        )
        return table.rename_columns(self._column_names(entity, table))

    def _column_names(self, entity: EntitySpec, table: pa.Table) -> list[str]:
        return [self._column_name(entity, name) for name in table.column_names]

    def _column_name(self, entity: EntitySpec, name: str) -> str:
        spec = entity.by_english.get(name) or self._subject.by_english[name]
        return spec.name if self._wish.chinese else spec.english

    def _table_name(self, entity: EntitySpec) -> str:
        # A stroke in a name, as in 部门预警/推送, would be a folder.
        names = (name for name in (entity.name, *entity.aliases) if "/" not in name)
        return next(names) if self._wish.chinese else entity.english

    def _list(self, defects: list[Defect]) -> None:
        if not defects:
            return
        first = 2 if self._wish.form is Format.CSV else 1
        with (self._folder / DIRT).open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            for each in defects:
                entity = self._vocabulary.by_english[each.entity]
                row = each.row + first
                column = self._column_name(entity, each.field)
                writer.writerow(
                    (self._table_name(entity), row, each.household, column, each.wrong, each.kind)
                )
        self.defects += len(defects)


def tables_of(homes: Homes, places: Places, chance: Chance) -> tuple[tuple[str, Rows], ...]:
    """Return the rows of a block of households by entity, in the order in which they are drawn."""
    people = people_of(homes, chance)
    harm = harm_of(homes, chance)
    idle = ~people.any_in(homes, people.working)
    return (
        ("household", households(homes, harm, places, idle, chance)),
        ("member", members(homes, people, chance)),
        ("housing", housings(homes, harm, chance)),
        ("water", waters(homes, harm, chance)),
        ("finance", finances(homes, harm, people.any_in(homes, people.grave), chance)),
        ("production", productions(homes, harm, chance)),
        ("employment", employments(homes, people, chance)),
        ("loan", loans(homes, chance)),
        ("insurance", insurances(homes, harm, chance)),
        ("impact", impacts(homes, harm, people.any_in(homes, people.in_school), chance)),
        ("assistance", assistances(homes, harm, people.any_in(homes, people.disabled), chance)),
        ("procedure_event", procedure_events(homes, harm, chance)),
    )


def _readme(wish: Wish, writing: _Writing) -> str:
    dirt = (
        f"其中约 {_share(wish.dirt)} 的户故意写错了一处，写错的 {writing.defects} 行列在 {DIRT}（行号：CSV 按表格软件显示的，Parquet 从 1 起）。"
        if wish.dirt
        else "没有故意写错的地方。"
    )
    rows = "\n".join(f"  {name}  {count} 行" for name, count in writing.tables.rows.items())
    return (
        f"{NOTICE}\n\n"
        f"由 {_command(wish)} 写出，判定时点写在政策上下文表里。\n"
        f"户数 {wish.households}，种子 {wish.seed}。{dirt}\n"
        "空格子是没有登记，即未知，不是“否”，也不是零。\n\n"
        f"{rows}\n"
    )


def _command(wish: Wish) -> str:
    words = f"relapse-rules simulate {wish.households} --seed {wish.seed} --format {wish.form.value}"
    headers = " --headers zh" if wish.chinese else ""
    dirt = f" --dirt {Decimal(wish.dirt).scaleb(-4).normalize()}" if wish.dirt else ""
    return words + headers + dirt


def _share(parts: int) -> str:
    return f"{parts // 100}.{parts % 100:02}%"
