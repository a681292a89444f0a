"""Rows that stand twice: word for word, or under one id with different content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from relapse_rules.compliance.columns import MISSING, Codes, Column, Numbers

NO_ROWS: Final = np.zeros(0, dtype=np.intp)

_UNSTATED: Final = np.iinfo(np.int64).min
_MIXER: Final = np.uint64(0x9E3779B97F4A7C15)
"""Spreads the cells of a row over 64 bits; rows that come out alike are compared cell by cell."""


def repeats(codes: Codes) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the positions whose code stood before, and for each the position where it stood first."""
    used = int(codes.max(initial=MISSING)) + 1
    missing = int(np.count_nonzero(codes == MISSING))
    if used + missing == len(codes):  # as many different ones as there are
        return NO_ROWS, NO_ROWS
    first = np.full(used + 1, -1, dtype=np.intp)
    backwards = codes[::-1]
    first[backwards] = np.arange(
        len(codes) - 1, -1, -1, dtype=np.intp
    )  # the last assignment, the first row, stays
    later = np.flatnonzero((codes != MISSING) & (first[codes] != np.arange(len(codes))))
    return later, first[codes[later]]


def alike(
    columns: Sequence[Column], later: npt.NDArray[np.intp], first: npt.NDArray[np.intp]
) -> npt.NDArray[np.bool_]:
    """Return where two lists of rows have the same cells."""
    same = np.ones(len(later), dtype=np.bool_)
    for column in columns:
        cells = _cells(column)
        same &= cells[later] == cells[first]
    return same


def _cells(column: Column) -> npt.NDArray[np.int64]:
    if isinstance(column, Numbers):
        cells: npt.NDArray[np.int64] = np.where(column.known, column.values, np.int64(_UNSTATED))
        return cells
    codes: npt.NDArray[np.int64] = column.codes.astype(np.int64)
    return codes


def word_for_word(columns: Sequence[Column], rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return those of ``rows`` that repeat an earlier one of them in every cell."""
    if len(rows) < 2:  # noqa: PLR2004 - one row repeats none
        return NO_ROWS
    mixed = np.zeros(len(rows), dtype=np.uint64)
    for column in columns:
        mixed = (mixed ^ _cells(column)[rows].astype(np.uint64)) * _MIXER
        mixed ^= mixed >> np.uint64(29)
    order = np.argsort(mixed, kind="stable")
    ordered = mixed[order]
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    if len(begins) == len(rows):
        return NO_ROWS
    first = np.repeat(begins, np.diff(begins, append=len(rows)))
    later, earlier = rows[order], rows[order[first]]
    again = later != earlier
    later, earlier = later[again], earlier[again]
    found: npt.NDArray[np.intp] = later[alike(columns, later, earlier)]
    return found
