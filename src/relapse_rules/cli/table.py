"""Lays out a sheet for a terminal or a printer, with rich; without colour it is plain text."""

from __future__ import annotations

from typing import Final

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from relapse_rules.cli.sheet import Grid, Line, Section, Sheet, Tone
from relapse_rules.cli.wrapping import wrap
from relapse_rules.source import cells

_STYLES: Final = {
    Tone.PLAIN: "",
    Tone.YES: "green",
    Tone.NO: "dim",
    Tone.UNKNOWN: "yellow",
    Tone.ALERT: "bold red",
}
_GAP: Final = 2
_INDENT: Final = 2
_NARROW: Final = 64
"""Below so many cells a table would be all line breaks: each row is shown as lines with the columns' titles."""


def print_sheet(sheet: Sheet, console: Console) -> None:
    """Print ``sheet`` in the console's width."""
    _print(console, sheet.title, "bold")
    for line in sheet.lines:
        _print(console, line.text, "")
    for number, section in enumerate(sheet.sections, start=1):
        console.print()
        _print(console, f"{_chinese(number)}、{section.title}", "bold")
        _section(section, console)


def _section(section: Section, console: Console) -> None:
    for line in section.lines:
        _line(line, console)
    for grid in section.grids:
        if grid.heading:
            _print(console, f"【{grid.heading}】", "cyan")
        print_grid(grid, console)
    for line in section.closing:
        _line(line, console)


def print_grid(grid: Grid, console: Console) -> None:
    """Print a table; in a narrow console as one block of lines for each row."""
    if console.width < _NARROW:
        _blocks(grid, console)
        return
    widths = _widths(grid, console.width - _INDENT)
    table = Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold"
    )
    for column, width in zip(grid.columns, widths, strict=True):
        table.add_column(column.title, width=width, no_wrap=True)
    for row in grid.rows:
        style = _STYLES[row.tone]
        table.add_row(
            *(
                Text("\n".join(wrap(cell, width)), style=style)
                for cell, width in zip(row.cells, widths, strict=True)
            )
        )
    console.print(Padding(table, (0, 0, 0, _INDENT)))


def _widths(grid: Grid, room: int) -> list[int]:
    """Return the width of each column in cells: fixed ones as wide as their text, the rest shared out, none below its title."""
    columns = grid.columns
    needed = [
        max(cells(line) for text in _texts(grid, place) for line in text.split("\n"))
        for place in range(len(columns))
    ]
    rest = room - _GAP * (len(columns) - 1)
    rest -= sum(
        min(need, column.most) for need, column in zip(needed, columns, strict=True) if not column.share
    )
    shares = sum(column.share for column in columns)
    widths = []
    for need, column in zip(needed, columns, strict=True):
        if column.share:
            width = min(need, max(rest * column.share // shares, cells(column.title)))
            rest -= width
            shares -= column.share
        else:
            width = min(need, column.most)
        widths.append(width)
    return widths


def _texts(grid: Grid, place: int) -> list[str]:
    return [grid.columns[place].title, *(row.cells[place] for row in grid.rows)]


def _blocks(grid: Grid, console: Console) -> None:
    for row in grid.rows:
        style = _STYLES[row.tone]
        _print(console, f"- {row.cells[0]}", style, indent=_INDENT)
        for column, cell in zip(grid.columns[1:], row.cells[1:], strict=True):
            if cell:
                told = cell.replace("\n", "，")
                _print(console, f"{column.title}：{told}", style, indent=_INDENT * 2)


def _line(line: Line, console: Console) -> None:
    _print(console, line.text, _STYLES[line.tone], indent=_INDENT)


def _print(console: Console, text: str, style: str, indent: int = 0) -> None:
    for line in wrap(text, console.width - indent):
        console.print(Text(" " * indent + line, style=style), no_wrap=True, overflow="ignore", crop=False)


def _chinese(number: int) -> str:
    """Return a number from 1 to 19 in Chinese."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return digits[ones] if not tens else "十" + (digits[ones] if ones else "")
