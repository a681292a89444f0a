"""The sheet that an officer prints, as a value: sections of lines and small tables of text. Laid out elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from relapse_rules.decisions.model import Outcome


class Tone(StrEnum):
    """How a line or a row is coloured, where there is colour."""

    PLAIN = "plain"
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    ALERT = "alert"


TONES: Final = {Outcome.YES: Tone.YES, Outcome.NO: Tone.NO, Outcome.UNKNOWN: Tone.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of text."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column. ``share`` of the width that is left, in parts; 0: as wide as its widest cell, up to ``most`` terminal cells."""

    title: str
    share: int = 0
    most: int = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row, with as many cells as there are columns."""

    cells: tuple[str, ...]
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table with a heading of its own, or none."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A numbered part of the sheet."""

    title: str
    lines: tuple[Line, ...] = ()
    grids: tuple[Grid, ...] = ()
    closing: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The whole sheet: a title, lines under it, sections."""

    title: str
    lines: tuple[Line, ...]
    sections: tuple[Section, ...]
