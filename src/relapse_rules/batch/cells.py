"""Cells of one field to validated values, a column at a time; the same cells are taken and refused as `facts.stated` does one by one.

An empty cell is *not stated*. What is spelt in a usual way goes through whole arrays; everything else goes text by text through the
field's own converter, once for each different text, so that it is the converter that takes it or words what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from relapse_rules.batch.spelling import cell_of, remedy_of, texts_of
from relapse_rules.engines.lanes.blocks import MISSING
from relapse_rules.facts.case import Value
from relapse_rules.facts.moments import FIRST_YEAR, LAST_YEAR
from relapse_rules.facts.stated import MismatchError, converter, number_scale, plain, show
from relapse_rules.ir.ranges import LARGEST
from relapse_rules.tables.times import times_of
from relapse_rules.values.literals import text_of
from relapse_rules.values.moments import EPOCH_ORDINAL
from relapse_rules.values.types import NEVER, NUMERIC, SECONDS_PER_DAY, UTC_OFFSET_SECONDS, Kind
from relapse_rules.values.vocabulary import FieldSpec

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]
Positions = npt.NDArray[np.int32]

_COUNTED: Final = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.RATIO, Kind.DURATION})
_DECIMAL_SCALES: Final = frozenset({1, 100, 10_000})
_USUAL_NUMBER: Final = r"^[+-]?[0-9]{1,15}(\.[0-9]{1,14})?$"
_EXACT_DIGITS: Final = 16
"""A sign or a point, and 15 digits: so many a float gives back as they were written."""
_EXACT: Final = 10.0**15
_MOST_REMEMBERED: Final = 1 << 20
_FIRST_DAY: Final = np.datetime64(f"{FIRST_YEAR}-01-01").astype(np.int64).item()
_LAST_DAY: Final = np.datetime64(f"{LAST_YEAR}-12-31").astype(np.int64).item()
_ZONE: Final = r"(?:Z|[+-][0-9]{2}:?[0-9]{2})$"
_DELETE: Final = 127
_STEPS: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


class Complaint(NamedTuple):
    """What is wrong with a cell, and what to write instead (may be empty)."""

    reason: str
    remedy: str = ""


class Wrong(NamedTuple):
    """Cells that their field does not take: ``rows[i]`` has the complaint ``said[which[i]]``."""

    rows: Rows
    which: Positions
    said: tuple[Complaint, ...]


NOTHING_WRONG: Final = Wrong(np.zeros(0, np.intp), np.zeros(0, np.int32), ())


class Cells(NamedTuple):
    """A validated column: ``int64`` with nulls, ``int32`` positions among the field's values (`MISSING`), or texts with nulls.

    ``zoneless``: how many times had no time zone written.
    """

    column: pa.Array
    wrong: Wrong = NOTHING_WRONG
    zoneless: int = 0


class FieldCells:
    """Reads the cells of one field. ``values``: the different values met so far, to which positions point; it only ever grows.

    ``renamed``: a county's own codes → what they mean.
    """

    def __init__(self, spec: FieldSpec, renamed: Mapping[str, str]) -> None:
        self.spec = spec
        self.values: dict[Value, int] = {False: 0, True: 1} if spec.type.kind is Kind.CONDITION else {}
        self._take = converter(spec)
        self._cell = cell_of(spec.type.kind)
        self._renamed = {plain(code): meant for code, meant in renamed.items()}
        self._remembered: dict[object, Value | Complaint | None] = {}
        largest = LARGEST.get(spec.type.kind, 0)
        self._low = -largest if spec.low is None else spec.low
        self._high = largest if spec.high is None else spec.high

    def read(self, stated: pa.Array) -> Cells:
        """Return the validated column of an Arrow array of any type."""
        kind = self.spec.type.kind
        try:
            if kind is Kind.TIME:
                return self._times(stated)
            if kind in {Kind.TEXT, Kind.REFERENCE}:
                return self._texts(stated)
            if kind in _COUNTED:
                return self._numbers(stated)
            if kind is Kind.DATE and (pa.types.is_date(stated.type) or pa.types.is_timestamp(stated.type)):
                return self._dates(stated)
            if kind is Kind.CONDITION and pa.types.is_boolean(stated.type) and not self._renamed:
                return Cells(pc.cast(stated, pa.int32()).fill_null(MISSING))
            return self._each(stated)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            rows = np.flatnonzero(np.asarray(stated.is_valid()))
            said = (Complaint(f"“{self.spec.name}”这一列是 {stated.type} 类型，读不了", "改为文本列"),)
            return Cells(self.nothing(len(stated)), Wrong(rows, np.zeros(len(rows), np.int32), said))

    def nothing(self, count: int) -> pa.Array:
        """Return a column that nobody states."""
        kind = self.spec.type.kind
        if kind in NUMERIC:
            return pa.nulls(count, pa.int64())
        if kind in {Kind.TEXT, Kind.REFERENCE}:
            return pa.nulls(count, pa.string())
        return pa.array(np.full(count, MISSING, np.int32))

    # --- one by one -------------------------------------------------------------------------------

    def _taken(self, stated: object) -> Value | Complaint | None:
        """Return what one cell means, None when it is not stated."""
        key = (type(stated), stated)
        if key in self._remembered:
            return self._remembered[key]
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        found = self._remembered[key] = self._convert(stated)
        return found

    def _convert(self, stated: object) -> Value | Complaint | None:
        cell = stated
        if isinstance(stated, str):
            text = stated.strip()
            if not text:
                return None
            cell = self._cell(self._renamed.get(plain(text), text))
        try:
            value = self._take(cell)
        except MismatchError as error:
            return Complaint(f"“{self.spec.name}”{error.message}", remedy_of(self.spec, stated, error.remedy))
        if (
            self.spec.type.kind in _COUNTED
            and isinstance(value, int)
            and not self._low <= value <= self._high
        ):
            limit = text_of(self._high, self.spec.type)
            message = (
                f"“{self.spec.name}”超出成批计算的范围（不超过 {limit}），这里是{show(self.spec, stated)}"
            )
            return Complaint(message, "核对单位和位数")
        return value

    def _each(self, stated: pa.Array) -> Cells:
        codes, texts = texts_of(stated)
        found = [self._taken(text) for text in texts.to_pylist()]
        wrong = _wrong(codes, found)
        if self.spec.type.kind in NUMERIC:
            return Cells(_numbers_at(codes, found), wrong)
        places = np.full(len(found) + 1, MISSING, np.int32)
        for position, value in enumerate(found):
            if value is not None and not isinstance(value, Complaint):
                places[position] = self.values.setdefault(value, len(self.values))
        return Cells(pa.array(places[codes]), wrong)

    # --- whole arrays -----------------------------------------------------------------------------

    def _numbers(self, stated: pa.Array) -> Cells:
        scale = number_scale(self.spec)
        known = np.asarray(stated.is_valid())
        if pa.types.is_integer(stated.type) and not self._renamed:
            whole = np.asarray(pc.cast(stated, pa.int64()).fill_null(0))
            # What is beyond the bounds anyway is not multiplied, lest it leave 64 bits.
            room = max(abs(self._low), abs(self._high)) // scale
            right = (whole >= -room) & (whole <= room)
            values = np.where(right, whole, 0) * scale
            right &= self._within(values)
        elif pa.types.is_decimal128(stated.type) and not self._renamed:
            values, right = self._decimals(stated, scale)
        elif pa.types.is_floating(stated.type) and not self._renamed:
            values, right = self._steps(np.asarray(stated.fill_null(0), np.float64), scale)
        else:
            return self._number_texts(stated, scale)
        return self._rest(stated, known, known & right, values)

    def _number_texts(self, stated: pa.Array, scale: int) -> Cells:
        codes, texts = texts_of(stated)
        usual = pc.and_(
            pc.match_substring_regex(texts, _USUAL_NUMBER),
            pc.less_equal(pc.binary_length(texts), _EXACT_DIGITS),
        )
        if self._renamed:
            usual = pc.and_(usual, pc.invert(pc.is_in(texts, pa.array(list(self._renamed), pa.string()))))
        floats = pc.cast(pc.if_else(usual, texts, "0"), pa.float64())
        values, right = self._steps(np.asarray(floats), scale)
        right &= np.asarray(usual)
        found: list[Value | Complaint | None] = values.tolist()
        for position in np.flatnonzero(~right).tolist():
            found[position] = self._taken(texts[position].as_py())
        return Cells(_numbers_at(codes, found), _wrong(codes, found))

    def _steps(self, numbers: npt.NDArray[np.float64], scale: int) -> tuple[Ints, Bools]:
        """Return decimals as whole steps, and which of them certainly are: with 15 digits at most, a float has one spelling."""
        if scale not in _DECIMAL_SCALES:
            return np.zeros(len(numbers), np.int64), np.zeros(len(numbers), np.bool_)
        small = np.isfinite(numbers) & (np.abs(numbers) < _EXACT / scale)
        whole = np.rint(np.where(small, numbers, 0) * scale)
        right = small & (whole / scale == numbers)
        values = whole.astype(np.int64)
        return values, right & self._within(values)

    def _decimals(self, stated: pa.Array, scale: int) -> tuple[Ints, Bools]:
        """Return Arrow's decimals as whole steps, and which of them are."""
        halves = np.frombuffer(stated.buffers()[1], np.int64).reshape(-1, 2)
        low, high = halves[stated.offset : stated.offset + len(stated)].T
        right = high == low >> 63
        ratio = Fraction(scale, 10**stated.type.scale) if stated.type.scale >= 0 else Fraction(0)
        if ratio.denominator == 1 and ratio:
            room = max(abs(self._low), abs(self._high)) // int(ratio)
            right &= (low >= -room) & (low <= room)
            values = np.where(right, low, 0) * int(ratio)
        elif ratio.numerator == 1:
            values = low // ratio.denominator
            right &= values * ratio.denominator == low
        else:
            return np.zeros(len(stated), np.int64), np.zeros(len(stated), np.bool_)
        return values, right & self._within(values)

    def _within(self, values: Ints) -> Bools:
        return (values >= self._low) & (values <= self._high)

    def _dates(self, stated: pa.Array) -> Cells:
        known = np.asarray(stated.is_valid())
        if pa.types.is_timestamp(stated.type):
            ticks = np.asarray(pc.cast(stated, pa.int64()).fill_null(0))
            day = SECONDS_PER_DAY * _STEPS[stated.type.unit]
            local = ticks if stated.type.tz is None else ticks + UTC_OFFSET_SECONDS * (day // SECONDS_PER_DAY)
            days, right = local // day, local % day == 0
        else:
            days = np.asarray(pc.cast(pc.cast(stated, pa.date32()), pa.int32()).fill_null(0), np.int64)
            right = np.ones(len(days), np.bool_)
        right &= (days >= _FIRST_DAY) & (days <= _LAST_DAY)
        return self._rest(stated, known, known & right, days + EPOCH_ORDINAL)

    def _rest(self, stated: pa.Array, known: Bools, right: Bools, values: Ints) -> Cells:
        """Return a column of which some cells are done: the others go one by one."""
        left = np.flatnonzero(known & ~right)
        if not len(left):
            return Cells(pa.array(values, mask=~known))
        rest = stated.take(pa.array(left))
        cells = (
            rest.to_pylist() if self.spec.type.kind in _COUNTED else pc.cast(rest, pa.string()).to_pylist()
        )
        found = [self._taken(cell) for cell in cells]
        stays = right.copy()
        for row, value in zip(left.tolist(), found, strict=True):
            if isinstance(value, int):
                values[row], stays[row] = value, True
        wrong = _wrong(np.arange(len(left), dtype=np.int32), found)
        return Cells(pa.array(values, mask=~stays), wrong._replace(rows=left[wrong.rows]))

    def _times(self, stated: pa.Array) -> Cells:
        if pa.types.is_dictionary(stated.type):
            return self._coded_times(stated)
        if not pa.types.is_timestamp(stated.type):
            stated = pc.cast(stated, pa.string())
        times = times_of(self.spec, stated)
        known = times.known
        rows = np.array(sorted(times.wrong), np.intp)
        said = {reason: place for place, reason in enumerate(dict.fromkeys(times.wrong[row] for row in rows))}
        which = np.array([said[times.wrong[row]] for row in rows.tolist()], np.int32)
        remedy = "写作 2023-08-01T20:00:00+08:00，不写时区即北京时间"
        known[rows] = False
        return Cells(
            pa.array(times.seconds, mask=~known),
            Wrong(rows, which, tuple(Complaint(reason, remedy) for reason in said)),
            times.zoneless,
        )

    def _coded_times(self, stated: pa.Array) -> Cells:
        """Return the times of a dictionary array: few different texts stand for many cells."""
        codes = np.asarray(pc.cast(stated.indices, pa.int32()).fill_null(MISSING), np.int32)
        different = self._times(stated.dictionary)
        column = different.column.take(pa.array(codes, mask=codes == MISSING))
        place = np.full(len(stated.dictionary) + 1, MISSING, np.int32)
        place[different.wrong.rows] = different.wrong.which
        rows = np.flatnonzero(place[codes] != MISSING)
        zoneless = 0
        if different.zoneless:
            texts = pc.utf8_trim_whitespace(pc.cast(stated.dictionary, pa.string()))
            zoned = pc.match_substring_regex(texts, _ZONE).fill_null(True)  # noqa: FBT003 - Arrow's own signature
            times = pc.not_equal(different.column, NEVER).fill_null(False)  # noqa: FBT003
            local = np.append(np.asarray(pc.and_not(times, zoned)), False)
            zoneless = int(np.count_nonzero(local[codes]))
        return Cells(column, Wrong(rows, place[codes][rows], different.wrong.said), zoneless)

    def _texts(self, stated: pa.Array) -> Cells:
        if pa.types.is_dictionary(stated.type):
            stated = stated.dictionary_decode()
        if pa.types.is_string(stated.type) and _is_plain(stated):
            return Cells(stated)
        texts = pc.utf8_trim_whitespace(pc.cast(stated, pa.string()))
        texts = pc.if_else(pc.equal(pc.binary_length(texts), 0), pa.scalar(None, pa.string()), texts)
        odd = np.flatnonzero(~np.asarray(pc.utf8_is_printable(texts).fill_null(True)))  # noqa: FBT003 - Arrow's own signature
        if not len(odd):
            return Cells(texts)
        found = [self._taken(text) for text in texts.take(pa.array(odd)).to_pylist()]
        wrong = _wrong(np.arange(len(odd), dtype=np.int32), found)
        return Cells(texts, wrong._replace(rows=odd[wrong.rows]))


def _is_plain(texts: pa.Array) -> bool:
    """Whether all characters are printed ASCII and none is a blank, and no text is empty: then nothing is to be trimmed or refused."""
    if pc.min(pc.binary_length(texts)).as_py() == 0:
        return False
    body = texts.buffers()[2]
    if body is None:
        return True
    data = np.frombuffer(body, np.uint8)
    return bool(((data > ord(" ")) & (data < _DELETE)).all())


def _numbers_at(codes: Positions, found: list[Value | Complaint | None]) -> pa.Array:
    known = np.array([*(isinstance(value, int) for value in found), False], np.bool_)
    values = np.array([*(value if isinstance(value, int) else 0 for value in found), 0], np.int64)
    return pa.array(values[codes], mask=~known[codes])


def _wrong(codes: Positions, found: list[Any]) -> Wrong:
    """Return the rows whose code stands for a complaint."""
    bad = [position for position, value in enumerate(found) if isinstance(value, Complaint)]
    if not bad:
        return NOTHING_WRONG
    place = np.full(len(found) + 1, -1, np.int32)
    place[bad] = np.arange(len(bad), dtype=np.int32)
    rows = np.flatnonzero(place[codes] >= 0)
    return Wrong(rows, place[codes][rows], tuple(found[position] for position in bad))
