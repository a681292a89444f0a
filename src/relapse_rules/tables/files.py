"""Reads what a county has: CSV (UTF-8 or GB18030), Excel, Parquet. Every table comes out as Arrow columns, unchecked.

Only this module knows pyarrow's readers and calamine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet
from python_calamine import CalamineError, CalamineWorkbook

from relapse_rules.facts.shown import shorten
from relapse_rules.facts.stated import plain
from relapse_rules.tables.errors import InputError, Rejected

SHEETS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
_PARQUET: Final = {".parquet", ".pq"}
_WHOLE: Final = 64 << 20
"""Bytes up to which a cell may hold a line break; above, rows are found in parallel by their line breaks alone."""
_LONGEST: Final = 200
_Range = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of cells that were merged, both included: row and column, from 0."""
FIRST_ROW: Final = 2
"""The number of the first row under the header, when no title stands above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table as it came. ``title``: of the worksheet, empty for a file that is one table. ``broken``: rows that do not fit the header.

    Rows are numbered as a spreadsheet shows them: the header is row 1, unless a title stands above it. ``first``: the number of the
    first row under the header.
    """

    source: str
    title: str
    table: pa.Table
    broken: tuple[Rejected, ...] = ()
    first: int = FIRST_ROW

    def numbers(self, positions: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """Return the numbers of rows by their positions in the table, counting the broken rows before them."""
        broken = np.array([row.row for row in self.broken], dtype=np.intp)  # in ascending order
        return (
            positions
            + self.first
            + np.searchsorted(broken - np.arange(len(broken)), positions + self.first, side="right")
        )


def read(path: Path) -> tuple[Sheet, ...]:
    """Return the tables of a file, by its suffix; anything but Excel and Parquet is taken as CSV.

    Raises:
        InputError: the file is not what its name says, or has no header.
        OSError: it cannot be opened.
    """
    path.open("rb").close()
    suffix = path.suffix.lower()
    try:
        if suffix in SHEETS:
            return tuple(_workbook(path))
        if suffix in _PARQUET:
            return (Sheet(source=str(path), title="", table=pa_parquet.read_table(path)),)
        return (_csv(path),)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, CalamineError, UnicodeDecodeError) as error:
        message = f"“{path}”读不了：{shorten(str(error))}"
        raise InputError(message) from None


def _csv(path: Path) -> Sheet:
    try:
        return _read_csv(path, "utf8")
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        if (
            not isinstance(error, UnicodeDecodeError)
            and "UTF8" not in str(error)
            and "codec" not in str(error)
        ):
            raise
        return _read_csv(path, "gb18030")  # what Excel writes on a Chinese Windows


def _read_csv(path: Path, encoding: str) -> Sheet:
    """Read a CSV file; when rows are broken, once more in one thread, which alone knows their numbers."""
    with path.open("rb") as file:
        head = file.readline().decode(encoding).removeprefix("\ufeff")
    names = [name.strip().strip('"') for name in head.rstrip("\r\n").split(",")]
    if not any(names):
        message = f"“{path}”是空的，第一行要写列名"
        raise InputError(message)
    sheet = _parsed(path, encoding, names, threads=True)
    return _parsed(path, encoding, names, threads=False) if sheet.broken else sheet


def _parsed(path: Path, encoding: str, names: Sequence[str], *, threads: bool) -> Sheet:
    broken: list[Rejected] = []

    def left_out(row: pa_csv.InvalidRow) -> str:
        reason = f"应有 {row.expected_columns} 列，这里有 {row.actual_columns} 列"
        content = "" if row.text is None else str(row.text)[:_LONGEST]
        broken.append(Rejected(source=str(path), row=row.number or 0, reason=reason, content=content))
        return "skip"

    table = pa_csv.read_csv(
        path,
        read_options=pa_csv.ReadOptions(encoding=encoding, use_threads=threads),
        parse_options=pa_csv.ParseOptions(
            newlines_in_values=path.stat().st_size < _WHOLE, invalid_row_handler=left_out
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    return Sheet(source=str(path), title="", table=table, broken=tuple(broken))


def _workbook(path: Path) -> list[Sheet]:
    workbook = CalamineWorkbook.from_path(path)
    sheets = []
    for title in workbook.sheet_names:
        worksheet = workbook.get_sheet_by_name(title)
        rows: list[list[object]] = [[*row] for row in worksheet.to_python(skip_empty_area=False)]
        header = _header(rows)
        if rows and any(cell != "" for cell in rows[header]):
            _fill(rows, header, worksheet.merged_cell_ranges or ())
            table = table_of(rows[header], rows[header + 1 :])
            sheets.append(Sheet(source=f"{path}#{title}", title=title, table=table, first=header + FIRST_ROW))
    if not sheets:
        message = f"“{path}”里没有表，第一行要写列名"
        raise InputError(message)
    return sheets


def _header(rows: Sequence[Sequence[object]]) -> int:
    """Return the position of the header: the first row with more than one cell filled, since a title fills one; else the first row."""
    return next((place for place, row in enumerate(rows) if sum(cell != "" for cell in row) > 1), 0)


def _fill(rows: list[list[object]], header: int, merged: Iterable[_Range]) -> None:
    """Write what stands in cells that were merged downwards into each of their rows: it is meant for all of them."""
    for (top, left), (bottom, right) in merged:
        if top > header and left == right:
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]


def table_of(header: Sequence[object], rows: Sequence[Sequence[object]]) -> pa.Table:
    """Return an Arrow table of texts from rows of cells as a spreadsheet holds them; columns without a name are dropped."""
    names = [str(name).strip() for name in header]
    kept = [place for place, name in enumerate(names) if name]
    columns = [
        pa.array([_text(row[place]) if place < len(row) else "" for row in rows], pa.string())
        for place in kept
    ]
    return pa.Table.from_arrays(columns, names=[names[place] for place in kept])


def _text(cell: object) -> str:
    """Return a cell as it would stand in a table of text: whole numbers without a point, times without a zone."""
    match cell:
        case None:
            return ""
        case bool():
            return "是" if cell else "否"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            # Spreadsheets keep times as fractions of a day, which miss the second by some microseconds.
            return (cell + timedelta(microseconds=500_000)).replace(microsecond=0).isoformat()
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def named(table: pa.Table) -> Mapping[str, pa.ChunkedArray]:
    """Return the columns of an Arrow table by their plain names.

    Raises:
        InputError: two columns have one name.
    """
    names = [stated_name(name) for name in table.column_names]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"列名“{'”“'.join(twice)}”出现了两次"
        raise InputError(message)
    return {name: table.column(place) for place, name in enumerate(names)}


def stated_name(name: object) -> str:
    """Return the plain name of a column, without the mark that some programs put before the first one."""
    return plain(str(name).removeprefix("\ufeff"))
