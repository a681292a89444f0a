"""Times of a whole column at once: seconds since 1970-01-01T00:00:00Z, Asia/Shanghai where no time zone is written.

The usual spellings (``2023-08-01T20:00:00+08:00``, with a blank for the T, without seconds, without zone, with Z) are read digit by
digit over all rows; what is spelt otherwise goes one by one through `facts.moments`, which also words what is wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from relapse_rules.facts.moments import FIRST_YEAR, LAST_YEAR, MomentError, time_seconds
from relapse_rules.facts.stated import NEVER_TEXT, UNKNOWN_TEXT, show, takes_never
from relapse_rules.values.types import NEVER, SECONDS_PER_DAY, UTC_OFFSET_SECONDS
from relapse_rules.values.vocabulary import FieldSpec

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

_BLOCK: Final = 1 << 16
_EPOCH: Final = date(1970, 1, 1).toordinal()
_MONTHS: Final = np.array(
    [
        date(year, month, 1).toordinal() - _EPOCH
        for year in range(FIRST_YEAR, LAST_YEAR + 2)
        for month in range(1, 13)
    ],
    dtype=np.int64,
)
"""The first day of each month, in days since 1970-01-01; one year more than is taken, so that each month has an end."""

_WITH_MINUTES: Final = len("2023-08-01 20:00")
_WITH_SECONDS: Final = len("2023-08-01 20:00:00")
_UTC: Final = len("2023-08-01 20:00:00Z")
_WITH_OFFSET: Final = len("2023-08-01 20:00:00+08:00")
_FURTHEST_HOURS: Final = 14
_MONTHS_PER_YEAR: Final = 12
_HOURS_PER_DAY: Final = 24
_SIXTY: Final = 60
_LAST_DIGIT: Final = 9

_ZONE: Final = re.compile(r"(?:Z|[+-][0-9]{2}:?[0-9]{2})\Z")
_SLASHES: Final = re.compile(r"([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})[ T]+([0-9]{1,2}):([0-9]{2})(.*)")


@dataclass(slots=True, kw_only=True)
class Times:
    """Times by row; ``wrong``: position → what is wrong with the cell; ``zoneless``: how many were taken as Asia/Shanghai."""

    seconds: Ints
    known: Bools
    wrong: dict[int, str] = field(default_factory=dict)
    zoneless: int = 0


def times_of(spec: FieldSpec, stated: pa.Array) -> Times:
    """Return the times of an Arrow array of texts or timestamps."""
    if isinstance(stated, pa.ChunkedArray):
        stated = stated.combine_chunks()
    if pa.types.is_dictionary(stated.type):
        stated = stated.dictionary_decode()
    if pa.types.is_timestamp(stated.type):
        return _timestamps(spec, stated)
    return _texts(spec, stated if pa.types.is_string(stated.type) else pc.cast(stated, pa.string()))


def _timestamps(spec: FieldSpec, stated: pa.Array) -> Times:
    known = np.asarray(stated.is_valid())
    steps = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[stated.type.unit]
    ticks = np.asarray(pc.cast(stated, pa.int64()).fill_null(0), dtype=np.int64)
    seconds, rest = ticks // steps, ticks % steps
    reason = f"“{spec.name}”有不足一秒的部分"
    wrong = dict.fromkeys(np.flatnonzero(rest).tolist(), reason)
    zoneless = 0
    if stated.type.tz is None:
        seconds = seconds - UTC_OFFSET_SECONDS
        zoneless = int(known.sum())
    return Times(seconds=seconds, known=known, wrong=wrong, zoneless=zoneless)


def _texts(spec: FieldSpec, stated: pa.Array) -> Times:
    count = len(stated)
    offsets = np.frombuffer(stated.buffers()[1], dtype=np.int32)[stated.offset : stated.offset + count + 1]
    body = stated.buffers()[2]
    data = np.frombuffer(body, dtype=np.uint8) if body is not None else np.zeros(0, dtype=np.uint8)
    starts, lengths = offsets[:-1].astype(np.int64), np.diff(offsets)
    present = np.asarray(stated.is_valid()) & (lengths > 0)
    seconds, known = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.bool_)
    times = Times(seconds=seconds, known=known)
    for length in (_WITH_OFFSET, _WITH_SECONDS, _WITH_MINUTES, _UTC):
        rows = np.flatnonzero(present & (lengths == length))
        for first in range(0, len(rows), _BLOCK):
            block = rows[first : first + _BLOCK]
            read, right = _usual(_matrix(data, starts[block], length))
            seconds[block], known[block] = read, right
            if length in {_WITH_SECONDS, _WITH_MINUTES}:
                times.zoneless += int(right.sum())
    _the_long_way(spec, stated, np.flatnonzero(present & ~known), times)
    return times


def _matrix(data: Bytes, starts: Ints, length: int) -> Bytes:
    """Return the bytes of texts of one length as rows; without copying where they follow each other."""
    if len(starts) and int(starts[-1]) - int(starts[0]) == length * (len(starts) - 1):
        first = int(starts[0])
        rows: Bytes = data[first : first + length * len(starts)].reshape(len(starts), length)
        return rows
    picked: Bytes = data[starts[:, None] + np.arange(length)]
    return picked


def _usual(rows: Bytes) -> tuple[Ints, Bools]:
    """Return seconds of texts in a usual spelling, and which of them are one that exists."""
    length = rows.shape[1]
    right = (rows[:, 4] == ord("-")) & (rows[:, 7] == ord("-")) & (rows[:, 13] == ord(":"))
    right &= (rows[:, 10] == ord("T")) | (rows[:, 10] == ord(" "))
    year = _digits(rows, 0, 4, right)
    month = _digits(rows, 5, 2, right)
    day = _digits(rows, 8, 2, right)
    hour = _digits(rows, 11, 2, right)
    minute = _digits(rows, 14, 2, right)
    clock = hour * 3600 + minute * 60
    right &= (
        (year >= FIRST_YEAR)
        & (year <= LAST_YEAR)
        & (month >= 1)
        & (month <= _MONTHS_PER_YEAR)
        & (hour < _HOURS_PER_DAY)
        & (minute < _SIXTY)
    )
    if length >= _WITH_SECONDS:
        second = _digits(rows, 17, 2, right)
        right &= (rows[:, 16] == ord(":")) & (second < _SIXTY)
        clock = clock + second
    offset: Ints | int = UTC_OFFSET_SECONDS
    if length == _UTC:
        right &= rows[:, 19] == ord("Z")
        offset = 0
    elif length == _WITH_OFFSET:
        offset = _offset(rows, right)
    place = np.zeros(len(rows), dtype=np.int64)
    np.copyto(place, (year - FIRST_YEAR) * _MONTHS_PER_YEAR + month - 1, where=right)
    first: Ints = _MONTHS[place]
    right &= (day >= 1) & (day <= _MONTHS[place + 1] - first)
    seconds: Ints = np.asarray((first + day - 1) * SECONDS_PER_DAY + clock - offset, dtype=np.int64)
    return seconds, right


def _offset(rows: Bytes, right: Bools) -> Ints:
    sign = rows[:, 19]
    hours, minutes = _digits(rows, 20, 2, right), _digits(rows, 23, 2, right)
    right &= ((sign == ord("+")) | (sign == ord("-"))) & (rows[:, 22] == ord(":")) & (minutes < _SIXTY)
    right &= hours * 60 + minutes <= _FURTHEST_HOURS * 60
    offset: Ints = np.where(sign == ord("-"), -1, 1) * (hours * 3600 + minutes * 60)
    return offset


def _digits(rows: Bytes, start: int, count: int, right: Bools) -> Ints:
    """Return a number of ``count`` digits; rows with anything else there are no longer ``right``."""
    number = np.zeros(len(rows), dtype=np.int64)
    for place in range(start, start + count):
        digit = rows[:, place] - np.uint8(ord("0"))  # wraps round, so that anything but a digit is above 9
        right &= digit <= _LAST_DIGIT
        number = number * 10 + digit
    return number


def _the_long_way(spec: FieldSpec, stated: pa.Array, rows: npt.NDArray[np.intp], times: Times) -> None:
    read: dict[str, tuple[int | None, str]] = {}
    for row, text in zip(rows.tolist(), stated.take(pa.array(rows)).to_pylist(), strict=True):
        if text not in read:
            read[text] = _one(spec, text.strip())
        value, reason = read[text]
        if reason:
            times.wrong[row] = reason
        elif value is not None:
            times.seconds[row], times.known[row] = value, True
            times.zoneless += value != NEVER and _ZONE.search(text.strip()) is None


def _one(spec: FieldSpec, text: str) -> tuple[int | None, str]:
    if not text or text == UNKNOWN_TEXT:
        return None, ""
    if text == NEVER_TEXT and takes_never(spec):
        return NEVER, ""
    try:
        return time_seconds(_with_dashes(text)), ""
    except MomentError as error:
        return None, f"“{spec.name}”要填时间，这里是{show(spec, text)}：{error}"


def _with_dashes(text: str) -> str:
    """Return ``2023/8/1 9:00``, as spreadsheets write it, in the spelling of ISO 8601; anything else as it is."""
    found = _SLASHES.fullmatch(text)
    if found is None:
        return text
    year, month, day, hour, minute, rest = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute}{rest}"
