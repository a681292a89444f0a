"""Breaks Chinese text into lines of a given number of terminal cells.

A list breaks between its items where that leaves no line half empty. A line never begins with a closing sign and never
ends with an opening one; numbers, dates and statement ids stay whole where they fit.
"""

from __future__ import annotations

import re
from typing import Final

from relapse_rules.source import cells

_NEVER_FIRST: Final = "、，。；：！？,;:.)]}）」』”’〕》…%"
_NEVER_LAST: Final = "([{（「『“‘〔《"
_PAUSES: Final = "、，；。"
_PIECES: Final = re.compile(r"[0-9A-Za-z+*/_.\[\]-]+| +|.", re.DOTALL)


def wrap(text: str, width: int) -> list[str]:
    """Return ``text`` in lines of at most ``width`` cells; its own line breaks are kept. Never empty.

    >>> wrap("县民政局、县财政局", 10)
    ['县民政局、', '县财政局']
    """
    return [line for paragraph in text.split("\n") for line in _paragraph(paragraph, max(width, 2))]


def _paragraph(text: str, width: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in _units(text, width):
        if line and cells((line + piece).rstrip()) > width:
            head, line = _broken(line, piece, width)
            lines.append(head)
            if line and cells((line + piece).rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
        line += piece if line else piece.lstrip(" ")
    return [*lines, line.rstrip()]


def _broken(line: str, piece: str, width: int) -> tuple[str, str]:
    """Return what stays on a full line and what goes to the next: after the last pause, if the line is then still half full."""
    if line[-1] in _PAUSES or piece[0] == " " or line[-1] == " ":
        return line.rstrip(), ""
    place = max(line.rfind(sign) for sign in _PAUSES) + 1
    if 2 * cells(line[:place]) < width:
        return line.rstrip(), ""
    return line[:place].rstrip(), line[place:].lstrip(" ")


def _units(text: str, width: int) -> list[str]:
    """Return the smallest parts between which a line may break."""
    units: list[str] = []
    for piece in _PIECES.findall(text):
        joined = bool(units) and (piece[0] in _NEVER_FIRST or units[-1][-1] in _NEVER_LAST)
        if joined and cells(units[-1] + piece) <= width:
            units[-1] += piece
        elif cells(piece) > width:
            units.extend(piece)
        else:
            units.append(piece)
    return units
