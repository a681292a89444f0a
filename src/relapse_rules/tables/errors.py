"""What is wrong with tables: one that cannot be used at all, and a row that was left out."""

from __future__ import annotations

from dataclasses import dataclass


class InputError(ValueError):
    """Tables that cannot be used at all: unreadable, without a needed column, with a column that is there twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A row that was left out. ``row``: its number as a spreadsheet shows it, the header being row 1."""

    source: str
    row: int
    reason: str
    content: str
