"""A line of source as a terminal shows it, with the place that a mark goes under.

Tabs are expanded, control and format characters are written as escapes (they would move the cursor or turn the text
round), and a line wider than the terminal is cut down to the surroundings of the marked place.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from relapse_rules.source import cells

_TAB_STOP = 4
_ELLIPSIS = "…"
# Control, format (joiners, direction marks), surrogate, private use, unassigned, line and paragraph separators.
_ESCAPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LATIN_1 = 0x100
_BASIC_PLANE = 0x10000


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """What to print of one line, and the columns to mark, in cells from its left edge."""

    text: str
    indent: int
    marked: int


def visible(text: str) -> str:
    r"""Return ``text`` with each character that is no plain text written as an escape.

    >>> visible("甲\x1b乙\u202e")
    '甲\\x1b乙\\u202e'
    """
    return "".join(_glyph(character) for character in text)


def excerpt(line: str, start: int, end: int, *, width: int) -> Excerpt:
    r"""Return ``line`` with the characters from ``start`` to ``end`` (from 0, end excluded) marked.

    The text takes at most ``width`` cells as far as one character fits; the mark takes at least one cell, which may lie behind
    the end of the line.

    >>> excerpt("当\t收入", 2, 4, width=80)
    Excerpt(text='当  收入', indent=4, marked=4)
    """
    # Characters this far away cannot be shown, so a file without line ends costs no more than a normal one.
    first = max(0, start - 2 * width)
    last = max(start, 1) + 2 * width
    glyphs = _glyphs(line[first:last])
    start, end = start - first, min(end - first, len(glyphs))
    start = _base(glyphs, start)
    left, right = 0, len(glyphs)
    if first > 0 or last < len(line) or sum(size for _, size in glyphs) > width:
        left, right = _window(glyphs, start, end, room=width - 3)
    before = _ELLIPSIS if first > 0 or left > 0 else ""
    after = _ELLIPSIS if last < len(line) or right < len(glyphs) else ""
    return Excerpt(
        text=before + "".join(glyph for glyph, _ in glyphs[left:right]) + after,
        indent=len(before) + sum(size for _, size in glyphs[left:start]),
        marked=max(1, sum(size for _, size in glyphs[start : min(end, right)])),
    )


def _glyphs(text: str) -> list[tuple[str, int]]:
    """Return what is printed for each character and how many cells it takes."""
    glyphs: list[tuple[str, int]] = []
    column = 0
    for character in text:
        glyph = " " * (_TAB_STOP - column % _TAB_STOP) if character == "\t" else _glyph(character)
        size = cells(glyph)
        glyphs.append((glyph, size))
        column += size
    return glyphs


def _glyph(character: str) -> str:
    if unicodedata.category(character) not in _ESCAPED:
        return character
    number = ord(character)
    if number < _LATIN_1:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < _BASIC_PLANE else f"\\U{number:08x}"


def _base(glyphs: list[tuple[str, int]], start: int) -> int:
    """Return the character that the one at ``start`` is printed over: a combining mark has no cell of its own."""
    while 0 < start < len(glyphs) and glyphs[start][1] == 0:
        start -= 1
    return start


def _window(glyphs: list[tuple[str, int]], start: int, end: int, *, room: int) -> tuple[int, int]:
    """Return the characters to show: the marked ones from the left, then as many on either side as there is room for."""
    left = right = start
    while right < end and (right == start or glyphs[right][1] <= room):
        room -= glyphs[right][1]
        right += 1
    grown = True
    while grown:
        grown = False
        if left > 0 and glyphs[left - 1][1] <= room:
            left -= 1
            room -= glyphs[left][1]
            grown = True
        if end <= right < len(glyphs) and glyphs[right][1] <= room:
            room -= glyphs[right][1]
            right += 1
            grown = True
    return left, right
