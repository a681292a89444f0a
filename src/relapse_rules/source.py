"""Text of a policy or facts file, and places in it.

Everything that counts characters lives here and nowhere else: code points (spans), UTF-16 units
(editors) and terminal cells (carets under wide characters).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

_LINE_END = re.compile(r"\r\n|\n|\r")
_WIDE = frozenset("WF")
_NO_WIDTH = frozenset({"Mn", "Me"})  # printed over the character before; variation selectors too


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points in one file."""

    file: str
    start: int
    end: int


NOWHERE = Span("", 0, 0)
"""The place of something that no file holds (built in, or made by a test)."""


def cells(text: str) -> int:
    """Return how many terminal columns ``text`` takes: two for an East Asian wide character, one otherwise.

    >>> cells("当 A")
    4
    """
    return sum(
        2
        if unicodedata.east_asian_width(char) in _WIDE
        else 0
        if unicodedata.category(char) in _NO_WIDTH
        else 1
        for char in text
    )


@dataclass(frozen=True)
class SourceText:
    r"""A named text with its line starts. Only ``\r\n``, ``\n`` and ``\r`` end a line."""

    name: str
    text: str = field(repr=False)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offsets at which lines begin, in code points; the first is 0."""
        return (0, *(end.end() for end in _LINE_END.finditer(self.text)))

    def line_column(self, offset: int) -> tuple[int, int]:
        r"""Return the one-based line and column of ``offset``, in code points.

        >>> SourceText("a.policy", "规则\n当").line_column(3)
        (2, 1)
        """
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        r"""Return line ``number`` (from 1) without its line end.

        >>> SourceText("a", "甲\r\n乙").line(1)
        '甲'
        """
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def column_utf16(self, offset: int) -> int:
        """Return the zero-based column of ``offset`` in UTF-16 units, as editors count."""
        line, column = self.line_column(offset)
        return len(self.line(line)[: column - 1].encode("utf-16-le", "surrogatepass")) // 2

    def slice(self, span: Span) -> str:
        """Return the text that ``span`` covers."""
        return self.text[span.start : span.end]
