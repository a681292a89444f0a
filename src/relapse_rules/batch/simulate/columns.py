"""Columns of a synthetic county before they are written, and the Arrow arrays that they become."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Final, NamedTuple, assert_never

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from relapse_rules.batch.simulate.chance import Bools, Ints
from relapse_rules.facts.stated import NEVER_TEXT

Bytes = npt.NDArray[np.uint8]

AS_OF_DAY: Final = date(2023, 8, 12)
AS_OF_TEXT: Final = "2023-08-12T09:00:00+08:00"
FIRST_DAY: Final = date(2023, 7, 25)
"""Times are minutes since the beginning of this day, Beijing time."""
NEVER: Final = -1
"""Stands among times and days for 未发生."""
EPOCH: Final = date(1970, 1, 1)
AS_OF: Final = (AS_OF_DAY - FIRST_DAY).days * 1440 + 9 * 60

_GRAIN: Final = 10
_PRECISION: Final = 14
_DAY_ZERO: Final = date(2020, 1, 1)
_DIGIT: Final = ord("0")


class Words(NamedTuple):
    """Texts: ``spell`` says what each code, 0 or more, stands for. ``stated``: None when every row states something."""

    codes: Ints
    spell: Callable[[int], str]
    stated: Bools | None = None


class Truths(NamedTuple):
    """Yes or no."""

    values: Bools
    stated: Bools | None = None


class Numbers(NamedTuple):
    """Numbers in steps of which ``digits`` stand behind the point: money in 分 has two."""

    values: Ints
    digits: int = 0
    stated: Bools | None = None


class Days(NamedTuple):
    """Dates in days since 1970-01-01."""

    values: Ints
    stated: Bools | None = None


class Names(NamedTuple):
    """Texts of one length, in ASCII: a row of bytes each."""

    letters: Bytes
    stated: Bools | None = None


Column = Words | Truths | Numbers | Days | Names


class Rows(NamedTuple):
    """Rows of one entity. ``owners``: the position of the household of each in its block; ``columns`` by English names of fields."""

    owners: Ints
    columns: Mapping[str, Column]


def one_of(words: tuple[str, ...], codes: Ints, stated: Bools | None = None) -> Words:
    """Return a column of values of an enumeration by their positions."""
    return Words(codes, words.__getitem__, stated)


def some_of(words: tuple[str, ...], held: Mapping[str, Bools], stated: Bools | None = None) -> Words:
    """Return a column of lists: ``held`` says of each word in which rows it stands."""
    count = len(next(iter(held.values())))
    codes = np.zeros(count, np.int64)
    for word, rows in held.items():
        codes |= rows.astype(np.int64) << words.index(word)

    def spell(code: int) -> str:
        return "、".join(word for place, word in enumerate(words) if code >> place & 1) or "[]"

    return Words(codes, spell, stated)


def times(minutes: Ints, stated: Bools | None = None) -> Words:
    """Return a column of times, in minutes since `FIRST_DAY`, `NEVER` for what has not happened; cut to ten minutes."""
    return Words(np.where(minutes == NEVER, 0, minutes // _GRAIN + 1), _time_text, stated)


def days_or_never(days: Ints, stated: Bools | None = None) -> Words:
    """Return a column of days since 1970-01-01, none before 2020, `NEVER` for what has not happened."""
    first = (_DAY_ZERO - EPOCH).days
    return Words(np.where(days == NEVER, 0, days - first + 1), _day_text, stated)


def numbered(prefix: str, numbers: Ints, width: int) -> Names:
    """Return names that end in a number of ``width`` digits."""
    letters = np.empty((len(numbers), len(prefix) + width), np.uint8)
    letters[:, : len(prefix)] = np.frombuffer(prefix.encode("ascii"), np.uint8)
    rest = numbers.copy()
    for place in range(letters.shape[1] - 1, len(prefix) - 1, -1):
        letters[:, place] = rest % 10 + _DIGIT
        rest //= 10
    return Names(letters)


@cache
def time_text(minute: int) -> str:
    """Return a time as it is written in tables."""
    day = FIRST_DAY + timedelta(days=minute // 1440)
    return f"{day.isoformat()}T{minute % 1440 // 60:02}:{minute % 60:02}:00+08:00"


def _time_text(code: int) -> str:
    return time_text((code - 1) * _GRAIN) if code else NEVER_TEXT


@cache
def _day_text(code: int) -> str:
    return (_DAY_ZERO + timedelta(days=code - 1)).isoformat() if code else NEVER_TEXT


def arrow(column: Column, hidden: Bools | None) -> pa.Array:
    """Return a column as Arrow, without the rows that are ``hidden``."""
    absent = None if column.stated is None else ~column.stated
    if hidden is not None:
        absent = hidden if absent is None else absent | hidden
    match column:
        case Words(codes=codes, spell=spell):
            return _dictionary(codes, spell, absent)
        case Truths(values=values):
            return pa.array(values, mask=absent)
        case Numbers(values=values, digits=0):
            return pa.array(values.astype(np.int32), mask=absent)
        case Numbers(values=values, digits=digits):
            return _decimals(values, digits, absent)
        case Days(values=values):
            return pa.array(values.astype(np.int32), pa.int32(), mask=absent).cast(pa.date32())
        case Names(letters=letters):
            return _texts(letters, absent)
        case _:
            assert_never(column)


def _dictionary(codes: Ints, spell: Callable[[int], str], absent: Bools | None) -> pa.Array:
    used = np.flatnonzero(np.bincount(codes if absent is None else codes[~absent]))
    spelt = [spell(code) for code in used.tolist()]
    # Parquet pads a dictionary in which a text stands twice with whatever the memory holds.
    texts = {text: number for number, text in enumerate(dict.fromkeys(spelt))}
    place = np.zeros(int(codes.max(initial=0)) + 1, np.int32)
    place[used] = [texts[text] for text in spelt]
    return pa.DictionaryArray.from_arrays(
        pa.array(place[codes], mask=absent), pa.array(list(texts), pa.string())
    )


def _decimals(values: Ints, digits: int, absent: Bools | None) -> pa.Array:
    # A decimal of Arrow is a whole number of 128 bits, the lower half first.
    halves = np.empty((len(values), 2), np.int64)
    halves[:, 0] = values
    halves[:, 1] = values >> 63
    valid = None if absent is None else pa.array(~absent).buffers()[1]
    return pa.Array.from_buffers(
        pa.decimal128(_PRECISION, digits), len(values), [valid, pa.py_buffer(halves)]
    )


def _texts(letters: Bytes, absent: Bools | None) -> pa.Array:
    count, width = letters.shape
    ends = np.arange(count + 1, dtype=np.int32) * np.int32(width)
    valid = None if absent is None else pa.array(~absent).buffers()[1]
    letters = np.ascontiguousarray(letters)
    return pa.Array.from_buffers(pa.string(), count, [valid, pa.py_buffer(ends), pa.py_buffer(letters)])
