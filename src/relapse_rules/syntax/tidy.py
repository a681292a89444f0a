"""Writes a policy file in one form and keeps what its author laid out: every comment, and where lines break.

What becomes one: indentation, blanks between words, full-width signs and digits, spellings of operators, quotes, corner brackets
around names that need none, the form of dates, and blank lines (never two in a row; one before and after each rule).
What `relapse_rules.syntax.format` writes is in this form already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from relapse_rules.diagnostics import Checked
from relapse_rules.source import SourceText, cells
from relapse_rules.syntax.layout import columns
from relapse_rules.syntax.normalise import comments
from relapse_rules.syntax.parse import Piece, parse, pieces
from relapse_rules.syntax.tidy_line import GAP, written_comment, written_line

_DEEPER: Final = 2
_CONTINUED: Final = 4
_OPENERS: Final = frozenset({"STEP", "GIVEN", "EXPECTED"})
_CLOSE: Final = frozenset({"导入", "单位", "参数", "设定", "采用", "不适用"})
"""Kinds of declarations that may stand close together; the others have a blank line before and after them."""


def tidy(source: SourceText) -> Checked[str]:
    r"""Return the text of ``source`` in one form, with what `parse` finds; None when any of that is an error.

    Lines end as the first one of ``source`` does. The result says the same, and is its own form.

    >>> tidy(SourceText("a.policy", "定义　甲\n 对象  农户\n 当 乙≥３　　＃ 三\n")).value
    '定义 甲\n  对象 农户\n  当 乙 ≥ 3  # 三\n'
    """
    checked = parse(source)
    if checked.has_errors:
        return Checked(None, checked.diagnostics)
    lines = _spaced(_aligned(_Page(source).lines()))
    end = "\r\n" if source.text[: source.line_starts[-1]].partition("\n")[0].endswith("\r") else "\n"
    return Checked("".join(f"{line}{end}" for line in lines), checked.diagnostics)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line of the result. ``keyword``: that of the declaration which begins with it.

    ``comment`` follows ``text`` on the line; in the source it began ``comment_at`` cells from the left.
    """

    text: str
    keyword: str = ""
    comment: str = ""
    comment_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Lines that begin in one column: where that was, and where it is now. ``opener``: where the line above them begins now."""

    old: int
    new: int
    opener: int


@dataclass(slots=True, kw_only=True)
class _Row:
    """The words on line ``number`` of the source, the layout before the first of them, and how many blocks end among them."""

    number: int
    layout: list[str]
    words: list[Piece] = field(default_factory=list[Piece])
    closes: int = 0


_LEFT: Final = _Block(old=0, new=0, opener=0)


class _Page:
    """Goes through the lines of one file."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.comments = {source.line_column(start)[0]: (start, end) for start, end in comments(source.text)}
        self.blocks = [_LEFT]
        self.keyword = ""
        self.done = 0
        """The number of the last line with words."""
        self.column = 0
        """Where it now begins; an item of a list, where its words begin after the dash."""
        self.opens_two = False
        """Whether it may have a block of its own after the list that it opens."""

    def lines(self) -> Iterator[_Line]:
        """Yield the lines of the result, blank ones as they are."""
        for declaration in pieces(self.source):
            rows = list(_rows(self.source, declaration))
            yield from self._head(rows[0])
            for row in rows[1:]:
                yield from self._below(row)
        yield from self._between(len(self.source.line_starts) + 1, ())

    def _head(self, row: _Row) -> Iterator[_Line]:
        yield from self._between(row.number, ())
        self.blocks = [_LEFT]
        self.keyword = row.words[0].text
        yield self._written(row, 0, is_head=True)

    def _below(self, row: _Row) -> Iterator[_Line]:
        before = tuple(self.blocks)
        closed = _LEFT
        for kind in row.layout:
            match kind:
                case "INDENT":
                    deeper = 2 * _DEEPER if self.opens_two else _DEEPER
                    new = self.column + deeper
                    self.blocks.append(_Block(old=self._old_column(row), new=new, opener=self.column))
                case "DEDENT":
                    closed = self.blocks.pop()
                    self.column, self.opens_two = closed.opener, False
                case _:
                    pass
        yield from self._between(row.number, before)
        yield self._written(row, self._column(row, closed))

    def _column(self, row: _Row, closed: _Block) -> int:
        """Return where a line below the first begins. ``closed``: the last block that ends before it, if any does."""
        own = self.blocks[-1].new
        match row.layout[-1:]:
            case ["INDENT" | "NEWLINE"]:
                return own
            case ["DEDENT"]:
                # INVARIANT: it stands left of the list that a bracket encloses, or it would go on with the last item.
                return closed.new - _DEEPER
            case _ if row.words[0].kind == "CLOSE" and own:
                return own
            case _:
                return own + _CONTINUED

    def _written(self, row: _Row, column: int, *, is_head: bool = False) -> _Line:
        is_item = bool(row.layout) and row.words[0].kind == "MINUS"
        self.column = column + _DEEPER * is_item
        self.opens_two = row.words[-1].kind == "COLON" and (is_head or row.words[0].kind in _OPENERS)
        self.done = row.number
        for _ in range(row.closes):
            self.column = self.blocks.pop().opener
        text = written_line(row.words, self.source.text, declaration=self.keyword, is_item=is_item)
        line = _Line(text=f"{' ' * column}{text}", keyword=self.keyword if is_head else "")
        if row.number not in self.comments:
            return line
        before = self.source.text[self.source.line_starts[row.number - 1] : self.comments[row.number][0]]
        return replace(line, comment=self._comment(row.number), comment_at=cells(before))

    def _between(self, number: int, before: tuple[_Block, ...]) -> Iterator[_Line]:
        """Yield the lines before line ``number`` that have no words: a comment keeps to the block in whose column it began."""
        blocks = (*before, *self.blocks)
        for each in range(self.done + 1, number):
            if each in self.comments:
                at = columns(self.source.line(each)[: self.source.line_column(self.comments[each][0])[1] - 1])
                block = max((block for block in blocks if block.old <= at), key=lambda block: block.old)
                # One that is indented belongs below the line above it, though nothing else may.
                column = max(block.new, _DEEPER) if at else 0
                yield _Line(text=f"{' ' * column}{self._comment(each)}")
            else:
                yield _Line(text="")

    def _comment(self, number: int) -> str:
        start, end = self.comments[number]
        return written_comment(self.source.text[start:end])

    def _old_column(self, row: _Row) -> int:
        start = self.source.line_starts[row.number - 1]
        return columns(self.source.text[start : row.words[0].start])


def _rows(source: SourceText, declaration: tuple[Piece, ...]) -> Iterator[_Row]:
    """Yield the words of a declaration line by line."""
    row: _Row | None = None
    layout: list[str] = []
    for piece in declaration:
        if piece.kind in {"INDENT", "NEWLINE", "DEDENT"}:
            layout.append(piece.kind)
            continue
        number, _ = source.line_column(piece.start)
        if row is None or row.number != number:
            if row is not None:
                yield row
            row = _Row(number=number, layout=layout)
        else:
            row.closes += len(layout)
        row.words.append(piece)
        layout = []
    assert row is not None, "a declaration has a word"
    yield row


def _aligned(lines: Iterable[_Line]) -> Iterator[_Line]:
    """Yield the lines with their comments: those of neighbouring lines stay below one another where they were, else close up."""
    for _, neighbours in groupby(lines, key=lambda line: line.comment_at):
        group = list(neighbours)
        width = max(cells(line.text) for line in group) if len(group) > 1 else 0
        for line in group:
            gap = " " * max(width - cells(line.text), 0) + GAP
            yield replace(line, text=f"{line.text}{gap}{line.comment}") if line.comment else line


def _spaced(lines: Iterable[_Line]) -> Iterator[str]:
    """Yield the lines with blank ones where they belong: none at either end, none twice, one around each rule."""
    written: list[_Line] = []
    after_blank: set[int] = set()
    keyword = ""
    for line in lines:
        if not line.text:
            after_blank.add(len(written))
            continue
        if line.keyword:
            if keyword and not _CLOSE.issuperset((keyword, line.keyword)):
                after_blank.add(_first_of_comment(written, after_blank))
            keyword = line.keyword
        written.append(line)
    for place, line in enumerate(written):
        if place and place in after_blank:
            yield ""
        yield line.text


def _first_of_comment(written: list[_Line], after_blank: set[int]) -> int:
    """Return where the comment begins that stands right above the line to come, in the first column; else where that line is."""
    place = len(written)
    while place not in after_blank and place and written[place - 1].text.startswith("#"):
        place -= 1
    return place
