"""Workbooks made to be sent and printed: tables under a title, on A4 paper, with filters, and texts that stay texts."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from relapse_rules.source import cells
from relapse_rules.values.types import SECONDS_PER_DAY, UTC_OFFSET_SECONDS

HEAD_ROWS: Final = 3
"""Title, note and header; they stay in sight."""

EXCEL_ROWS: Final = 1_048_576

Format = Any
Page = Any
"""A format and a worksheet of xlsxwriter, which has no types."""

Cell = str | int | None
"""A text, a whole number or, in a column of moments, seconds since 1970; None is an empty cell."""

_LINE_POINTS: Final = 13
_HIGHEST_ROW: Final = 409
_LONGEST_TEXT: Final = 32_700
_EPOCH_SERIAL: Final = 25_569
"""1970-01-01 as Excel counts days."""
_A4: Final = 9
_CHINESE: Final = "宋体"
_GRID: Final = "#A6A6A6"
_HEADING: Final = "#DDEBF7"
_ALERT: Final = "#C00000"


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column. ``width`` in digits, as Excel has it: a Chinese character takes two."""

    title: str
    width: int
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet, or several when there are more ``rows`` than one holds. ``count``: how many rows will come.

    ``alerts``: texts that a reader must not overlook. ``frozen``: columns that stay in sight.
    """

    name: str
    title: str
    note: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    count: int
    alerts: tuple[str, ...] = ()
    frozen: int = 2
    nothing: str = "（没有）"


class Book:
    """A workbook that is being written. Rows are written as they come and never kept."""

    def __init__(self, book: xlsxwriter.Workbook, most_rows: int) -> None:
        self.book = book
        self._most = most_rows - HEAD_ROWS
        self._formats: dict[str, Any] = {}

    def format(self, name: str, **properties: object) -> Format:
        """Return the format called ``name``, made with ``properties`` when first asked for."""
        found = self._formats.get(name)
        if found is None:
            base = {"font_name": _CHINESE, "font_size": 10, "valign": "vcenter"}
            found = self._formats[name] = self.book.add_format({**base, **properties})
        return found

    def page(
        self, name: str, title: str, note: str, widths: Sequence[int], *, landscape: bool = True
    ) -> Page:
        """Return a new sheet, ready to be printed, with title and note in its first two rows."""
        page = self.book.add_worksheet(name)
        page.set_paper(_A4)
        if landscape:
            page.set_landscape()
        page.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.6)
        page.set_header(f'&L&9&"{_CHINESE}"{_escaped(title)}&R&9&"{_CHINESE}"{_escaped(name)}')
        page.set_footer(f'&C&9&"{_CHINESE}"第 &P 页，共 &N 页')
        page.fit_to_pages(1, 0)
        for place, width in enumerate(widths):
            page.set_column(place, place, width)
        page.set_row(0, 24)
        page.write_string(0, 0, title, self.format("title", bold=True, font_size=15, font_name="黑体"))
        style = self.format("note", font_color="#404040", text_wrap=True)
        page.set_row(1, max(16, _lines(note, sum(widths)) * _LINE_POINTS + 3))
        if len(widths) > 1:
            page.merge_range(1, 0, 1, len(widths) - 1, note, style)
        else:
            page.write_string(1, 0, note, style)
        return page

    def write(self, table: Table) -> tuple[str, ...]:
        """Write a table and return the names of its sheets."""
        pages = max(1, -(-table.count // self._most))
        rows = iter(table.rows)
        names: list[str] = []
        for number in range(1, pages + 1):
            name = table.name if pages == 1 else f"{table.name}（{number}）"
            note = table.note
            if pages > 1:
                note += f"；共 {table.count} 行，一张表放不下，分为 {pages} 张，这是第 {number} 张"
            self._sheet(table, name, note, islice(rows, self._most))
            names.append(name)
        return tuple(names)

    def _sheet(self, table: Table, name: str, note: str, rows: Iterable[Sequence[Cell]]) -> None:
        columns = table.columns
        page = self.page(name, table.title, note, [column.width for column in columns])
        header = HEAD_ROWS - 1
        page.freeze_panes(HEAD_ROWS, table.frozen)
        page.repeat_rows(header)
        heading = self.format(
            "heading",
            bold=True,
            bg_color=_HEADING,
            border=1,
            text_wrap=True,
            align="center",
            valign="vcenter",
        )
        lines = max(_lines(column.title, column.width) for column in columns)
        page.set_row(header, lines * _LINE_POINTS + 4)
        for place, column in enumerate(columns):
            page.write_string(header, place, column.title, heading)
        last = self.rows(page, HEAD_ROWS, columns, rows) - 1
        if last < HEAD_ROWS:
            page.write_string(HEAD_ROWS, 0, table.nothing, self.format("note"))
        page.autofilter(header, 0, max(last, HEAD_ROWS), len(columns) - 1)
        alert = self.format("alert", bold=True, font_color=_ALERT)
        for text in table.alerts:
            page.conditional_format(
                HEAD_ROWS,
                0,
                max(last, HEAD_ROWS),
                len(columns) - 1,
                {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": alert},
            )

    def rows(self, page: Page, first: int, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> int:
        """Write rows from the row ``first`` (from 0) on, and return the row after the last."""
        text = self.format("text", text_wrap=True, border=1, border_color=_GRID, num_format="@")
        number = self.format("number", border=1, border_color=_GRID, num_format="#,##0", align="center")
        moment = self.format(
            "moment", border=1, border_color=_GRID, num_format="yyyy-mm-dd hh:mm", align="left"
        )
        widths = [column.width for column in columns]
        following = first
        for row, stated in enumerate(rows, start=first):
            lines = max(map(_lines, stated, widths))
            if lines > 1:
                # Not every program makes room for broken texts by itself.
                page.set_row(row, min(lines * _LINE_POINTS + 2, _HIGHEST_ROW))
            for place, (column, cell) in enumerate(zip(columns, stated, strict=True)):
                if cell is None or cell == "":
                    page.write_blank(row, place, None, text)
                elif isinstance(cell, str):
                    # Never `write`: an id that begins with "=" or "@" is no formula, one of digits no number.
                    page.write_string(row, place, _fitting(cell), text)
                elif column.kind is Kind.MOMENT:
                    page.write_number(row, place, _serial(cell), moment)
                else:
                    page.write_number(row, place, cell, number)
            following = row + 1
        return following


@contextmanager
def workbook(
    path: Path, *, title: str, made: int, most_rows: int = EXCEL_ROWS, streamed: bool = True
) -> Generator[Book, None, None]:
    """Give a workbook that is at ``path`` when the block ends without an error. ``made``: its stated time, in seconds since 1970.

    ``streamed``: rows must be written from top to bottom and need no memory, but files beside the workbook while it is written.

    Raises:
        OSError: it cannot be written.
    """
    options = {
        "constant_memory": streamed,
        "in_memory": not streamed,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    }
    book = xlsxwriter.Workbook(str(path), options)
    book.use_zip64()
    # The run's own time, so that the same run gives the same bytes.
    stamp = datetime.fromtimestamp(made + UTC_OFFSET_SECONDS, UTC).replace(tzinfo=None)
    book.set_properties({"title": title, "created": stamp})
    yield Book(book, most_rows)
    try:
        book.close()
    except FileCreateError as error:
        cause = error.args[0]
        raise cause if isinstance(cause, OSError) else OSError(str(error)) from None


def _lines(cell: Cell, width: int) -> int:
    """Return how many lines a cell takes in a column of a width."""
    return 1 if not isinstance(cell, str) or len(cell) * 2 <= width else _broken(cell, width)


@lru_cache(maxsize=65_536)
def _broken(text: str, width: int) -> int:
    return sum(max(1, -(-cells(line) // max(width - 1, 1))) for line in text.split("\n"))


def _serial(seconds: int) -> float:
    # Excel keeps moments as days in binary floating point; nothing is computed with them here.
    return _EPOCH_SERIAL + (seconds + UTC_OFFSET_SECONDS) / SECONDS_PER_DAY


def _fitting(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…（太长，未全部列出）"


def _escaped(text: str) -> str:
    """Return a text as a header takes it: ``&`` begins a code there, and 255 characters are all that fit."""
    return text[:60].replace("&", "&&")
