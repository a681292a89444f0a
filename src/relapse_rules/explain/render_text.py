"""A page as plain text for a terminal: headings, tables and trees with lines, no wider than the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import Final, NamedTuple, assert_never

from relapse_rules.explain.page import (
    Block,
    Fields,
    Fold,
    Heading,
    Items,
    Node,
    Page,
    Paragraph,
    Table,
    Text,
    Tone,
    Tree,
    Words,
    plain,
    statements,
    text_of,
)
from relapse_rules.source import cells
from relapse_rules.wrapping import wrap

PRINTED: Final = 100
_INDENT: Final = 2
_GAP: Final = 2
_PART: Final = 2
_LEAST: Final = 20
"""Room for words that is kept however deep a tree goes."""
_NARROW: Final = 64
"""Below so many cells the rows of a table are shown as lists."""
_WIDEST: Final = 22
"""A column that is not a wide one takes at most so many cells."""

Paint = Callable[[str, Tone], str]
"""Returns some words with their colour put on; they take as many cells as before."""


class _Lines(NamedTuple):
    """What the branches of a tree are drawn with; all four take three cells."""

    branch: str
    last: str
    along: str
    under: str


_DRAWN: Final = _Lines("├─ ", "└─ ", "│  ", "   ")
_TYPED: Final = _Lines("|- ", "`- ", "|  ", "   ")


def render_text(page: Page, *, width: int = PRINTED, drawn: bool = True, paint: Paint | None = None) -> str:
    """Return ``page`` as lines of at most ``width`` cells, ending with a line break.

    ``drawn``: the terminal has ``├─``. ``paint`` colours the outcome at the beginning of a line.
    """
    return "".join(f"{line}\n" for line in _Layout(width, _DRAWN if drawn else _TYPED, paint).page(page))


class _Layout:
    """Lays out blocks in one width."""

    def __init__(self, width: int, lines: _Lines, paint: Paint | None) -> None:
        self._width = width
        self._lines = lines
        self._paint = paint

    def page(self, page: Page) -> Iterator[str]:
        yield from self._told(plain(page.title), "")
        yield from self._blocks(page.blocks)
        cited = statements(page)
        if cited:
            yield ""
            yield "依据的条文"
            for cite in cited:
                yield from self._hanging(f"{_shown(cite.id)}  ", cite.gist, _INDENT)

    def _blocks(self, blocks: Sequence[Block], indent: int = 0) -> Iterator[str]:
        for block in blocks:
            yield from self._block(block, indent)

    def _block(self, block: Block, indent: int) -> Iterator[str]:
        match block:
            case Heading(level=level, text=text):
                if level == _PART:
                    yield ""
                yield from self._told(plain(text if level == _PART else f"【{text}】"), " " * indent)
            case Paragraph(text=text):
                yield from self._told(text, " " * (indent + _INDENT))
            case Items(items=items, numbered=numbered):
                for number, text in enumerate(items, start=1):
                    yield from self._hanging(
                        f"{number}. " if numbered else "- ", text_of(text), indent + _INDENT
                    )
            case Fields(pairs=pairs):
                for name, text in pairs:
                    yield from self._told((Words(f"{name}："), *text), " " * indent)
            case Table():
                yield from self._table(block, indent + _INDENT)
            case Tree(nodes=nodes):
                for node in nodes:
                    yield from self._node(node, " " * (indent + _INDENT), "", "")
            case Fold(text=text, blocks=inner):
                yield ""
                yield from self._told(text, " " * indent)
                yield from self._blocks(inner, indent + _INDENT)
            case _:
                assert_never(block)

    def _told(self, text: Text, first: str, rest: str | None = None) -> Iterator[str]:
        """Yield a line with ``first`` before it, broken where it is too long; ``rest`` (the same, if None) stands before the others."""
        rest = first if rest is None else rest
        # Deep down there is no room left for both the lines and the words: the words then go beyond the width.
        room = max(self._width - max(cells(first), cells(rest)), _LEAST)
        for place, line in enumerate(wrap(_shown(text_of(text)), room)):
            yield rest + line if place else first + self._painted(text, line)

    def _painted(self, text: Text, line: str) -> str:
        match text:
            case (Words(text=lead, tone=tone), *_) if self._paint is not None and line.startswith(lead):
                return self._paint(lead, tone) + line.removeprefix(lead)
            case _:
                return line

    def _hanging(self, mark: str, text: str, indent: int) -> Iterator[str]:
        """Yield ``text`` with ``mark`` before its first line and as much room before the others."""
        yield from self._told(plain(text), " " * indent + mark, " " * (indent + cells(mark)))

    # --- trees ------------------------------------------------------------------------------------

    def _node(self, node: Node, indent: str, first: str, rest: str) -> Iterator[str]:
        """Yield a node and what stands under it. ``first`` stands before its first line, ``rest`` before all others."""
        below = rest + (self._lines.along if node.nodes else self._lines.under)
        yield from self._told(node.text, indent + first, indent + below)
        for note in node.notes:
            yield from self._told((Words("· "), *note), indent + below, indent + below + "  ")
        for place, each in enumerate(node.nodes, start=1):
            last = place == len(node.nodes)
            mark, along = (
                (self._lines.last, self._lines.under) if last else (self._lines.branch, self._lines.along)
            )
            yield from self._node(each, indent, rest + mark, rest + along)

    # --- tables -----------------------------------------------------------------------------------

    def _table(self, table: Table, indent: int) -> Iterator[str]:
        columns = tuple(_shown(column) for column in table.columns)
        rows = [tuple(_shown(text_of(cell)) for cell in row) for row in table.rows]
        groups = dict(table.groups)
        if table.caption:
            yield from self._told(plain(f"【{table.caption}】"), " " * (indent - _INDENT))
        if self._width < _NARROW:
            for place, row in enumerate(rows):
                yield from self._group(groups.get(place), indent)
                yield from self._hanging("- ", row[0], indent)
                for column, cell in zip(columns[1:], row[1:], strict=True):
                    if cell:
                        yield from self._told(plain(f"{column}：{cell}"), " " * (indent + _INDENT))
            return
        widths = _widths(table.wide, columns, rows, self._width - indent)
        yield from _row(columns, widths, indent)
        yield " " * indent + ("─" if self._lines is _DRAWN else "-") * (
            sum(widths) + _GAP * (len(widths) - 1)
        )
        for place, row in enumerate(rows):
            yield from self._group(groups.get(place), indent)
            yield from _row(row, widths, indent)

    def _group(self, title: str | None, indent: int) -> Iterator[str]:
        if title is not None:
            yield from self._told(plain(f"【{title}】"), " " * (indent - _INDENT))


def _widths(
    wide: Sequence[int], columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], room: int
) -> list[int]:
    """Return the width of each column: the narrow ones as wide as they need, the wide ones share what is left."""
    needed = [
        max(cells(line) for row in (columns, *rows) for line in row[place].split("\n"))
        for place in range(len(columns))
    ]
    widths = [need if place in wide else min(need, _WIDEST) for place, need in enumerate(needed)]
    fixed = sum(width for place, width in enumerate(widths) if place not in wide)
    left = room - _GAP * (len(widths) - 1) - fixed
    # The one that needs least comes first: what it leaves goes to the others.
    waiting = sorted(wide, key=lambda place: needed[place])
    for before, place in enumerate(waiting):
        share = left // (len(waiting) - before)
        widths[place] = max(min(needed[place], share), cells(columns[place]))
        left -= widths[place]
    return widths


def _row(texts: Sequence[str], widths: Sequence[int], indent: int) -> Iterator[str]:
    wrapped = [wrap(text, width) for text, width in zip(texts, widths, strict=True)]
    for line in zip_longest(*wrapped, fillvalue=""):
        padded = (text + " " * (width - cells(text)) for text, width in zip(line, widths, strict=True))
        yield " " * indent + (" " * _GAP).join(padded).rstrip()


def _shown(text: str) -> str:
    """Return ``text`` with everything that could steer a terminal escaped; its line breaks stay."""
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or character == "\n"
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )
