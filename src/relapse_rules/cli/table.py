"""Lays out a sheet for a terminal or a printer, with rich; without colour it is plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final

from rich.console import Console
from rich.text import Text

from relapse_rules.cli import screen
from relapse_rules.decisions.sheet import Grid, Line, Section, Sheet, Tone
from relapse_rules.source import cells
from relapse_rules.wrapping import wrap

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
        print_section(section, console)


def print_section(section: Section, console: Console) -> None:
    """Print what stands under a section's title. Tables of the same columns share their widths and titles."""
    for line in section.lines:
        _line(line, console)
    titled = None
    for grid in section.grids:
        narrow = console.width < _NARROW
        alike = [each for each in section.grids if each.columns == grid.columns]
        widths = _widths(alike, console.width - _INDENT)
        if not narrow and grid.columns != titled:
            _titles(grid, widths, console)
            titled = grid.columns
        if grid.heading:
            _print(console, f"【{grid.heading}】", "bold cyan")
        if narrow:
            _blocks(grid, console)
        else:
            _rows(grid, widths, console)
    for line in section.closing:
        _line(line, console)


def _titles(grid: Grid, widths: Sequence[int], console: Console) -> None:
    total = sum(widths) + _GAP * (len(widths) - 1)
    for text in _row([column.title for column in grid.columns], widths):
        _put(console, text, "bold")
    _put(console, ("─" if screen.holds(console.file, "─") else "-") * total, "dim")


def _rows(grid: Grid, widths: Sequence[int], console: Console) -> None:
    for row in grid.rows:
        for text in _row(row.cells, widths):
            _put(console, text, _STYLES[row.tone])


def _row(texts: Iterable[str], widths: Sequence[int]) -> Iterator[str]:
    """Yield the lines of one row, each cell broken to its column's width."""
    wrapped = [wrap(text, width) for text, width in zip(texts, widths, strict=True)]
    for line in zip_longest(*wrapped, fillvalue=""):
        padded = (text + " " * (width - cells(text)) for text, width in zip(line, widths, strict=True))
        yield (" " * _GAP).join(padded).rstrip()


def _widths(grids: Sequence[Grid], room: int) -> list[int]:
    """Return the width of each column in cells.

    Columns without a share are as wide as their text, up to their limit; the others divide what is left, and none takes more
    than its text needs or less than its title.
    """
    columns = grids[0].columns
    needed = [_needed(grids, place) for place in range(len(columns))]
    widths = [min(need, column.most) for need, column in zip(needed, columns, strict=True)]
    rest = room - _GAP * (len(columns) - 1)
    rest -= sum(width for width, column in zip(widths, columns, strict=True) if not column.share)
    sharing = [place for place, column in enumerate(columns) if column.share]
    # Those that need least for their share first: what they leave goes to the others.
    for place in sorted(sharing, key=lambda place: needed[place] / columns[place].share):
        shares = sum(columns[each].share for each in sharing)
        fair = max(rest * columns[place].share // shares, cells(columns[place].title))
        widths[place] = min(needed[place], fair)
        rest -= widths[place]
        sharing = [each for each in sharing if each != place]
    return widths


def _needed(grids: Sequence[Grid], place: int) -> int:
    texts = [grids[0].columns[place].title, *(row.cells[place] for grid in grids for row in grid.rows)]
    return max(cells(line) for text in texts for line in text.split("\n"))


def _blocks(grid: Grid, console: Console) -> None:
    """Print each row as lines of their own. A row's number is written before its name."""
    for row in grid.rows:
        style = _STYLES[row.tone]
        names = 2 if row.cells[0].isdigit() else 1
        _print(console, f"- {' '.join(row.cells[:names])}", style, indent=_INDENT)
        for column, cell in zip(grid.columns[names:], row.cells[names:], strict=True):
            if cell:
                told = cell.replace("\n", "，")
                _print(console, f"{column.title}：{told}", style, indent=_INDENT * 2)


def _line(line: Line, console: Console) -> None:
    text = line.text.lstrip(" ")
    _print(console, text, _STYLES[line.tone], indent=_INDENT + len(line.text) - len(text))


def _print(console: Console, text: str, style: str, indent: int = 0) -> None:
    for line in wrap(text, console.width - indent):
        _put(console, line, style, indent=indent)


def _put(console: Console, line: str, style: str, indent: int = _INDENT) -> None:
    console.print(Text(" " * indent + line, style=style), no_wrap=True, overflow="ignore", crop=False)


def _chinese(number: int) -> str:
    """Return a number from 1 to 19 in Chinese."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return digits[ones] if not tens else "十" + (digits[ones] if ones else "")
