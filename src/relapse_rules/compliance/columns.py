"""Columns of validated values, and how an Arrow column of a county's table becomes one.

A cell that is empty is *not stated*. A cell that its field does not take makes its whole row wrong; `Encoded.wrong` says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from relapse_rules.facts.case import Value
from relapse_rules.facts.stated import MismatchError, converter
from relapse_rules.tables.texts import cell_reader
from relapse_rules.tables.times import times_of
from relapse_rules.values.types import NUMERIC, Kind
from relapse_rules.values.vocabulary import FieldSpec

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]

MISSING: Final = -1
"""The code of a cell that is not stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """Few different values, each cell a position among them (`MISSING`: not stated)."""

    codes: Codes
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Names such as ids, as many as there are rows if need be: positions among ``texts``, an Arrow array of strings."""

    codes: Codes
    texts: pa.Array

    def text(self, code: int) -> str:
        """Return the name at a position."""
        return str(self.texts[code].as_py())


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Integers in the form of their type (`values.types`); what is not ``known`` means nothing."""

    values: Ints
    known: Bools


Column = Coded | Keys | Numbers


@dataclass(slots=True, kw_only=True)
class Encoded:
    """A column, the rows that it makes wrong (position → reason), and how many times had no time zone written."""

    column: Column
    wrong: dict[int, str] = field(default_factory=dict)
    zoneless: int = 0


def stated_in(column: Column) -> npt.NDArray[np.bool_]:
    """Return which cells are stated."""
    return column.known if isinstance(column, Numbers) else column.codes != MISSING


def chosen(column: Column, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> Column:
    """Return the cells of some rows (a mask, or positions)."""
    match column:
        case Numbers():
            return Numbers(values=column.values[rows], known=column.known[rows])
        case Keys():
            return Keys(codes=column.codes[rows], texts=column.texts)
        case Coded():
            return Coded(codes=column.codes[rows], values=column.values)


def encode(spec: FieldSpec, stated: pa.Array, renamed: Mapping[str, str]) -> Encoded:
    """Return the column of an Arrow array as ``spec`` reads it. ``renamed``: other names of values (aliases of units)."""
    if spec.type.kind is Kind.TIME:
        times = times_of(spec, stated)
        return Encoded(
            column=Numbers(values=times.seconds, known=times.known),
            wrong=times.wrong,
            zoneless=times.zoneless,
        )
    codes, texts = coded_texts(stated)
    if spec.type.kind in {Kind.TEXT, Kind.REFERENCE}:
        return _names(spec, codes, texts)
    return _values(spec, codes, texts, renamed)


def coded_texts(stated: pa.Array) -> tuple[Codes, pa.Array]:
    """Return positions and the different texts of an Arrow array; blank cells are `MISSING`."""
    encoded = pc.dictionary_encode(_as_text(stated))
    texts = pc.utf8_trim_whitespace(encoded.dictionary)
    codes = np.asarray(encoded.indices.fill_null(MISSING), dtype=np.int32)
    blank = np.flatnonzero(np.asarray(pc.equal(pc.utf8_length(texts), 0)))
    if len(blank):
        codes = np.where(np.isin(codes, blank), np.int32(MISSING), codes)
    return codes, texts


def _as_text(stated: pa.Array) -> pa.Array:
    """Return an Arrow array of any sort as strings, as they would be written in a table of text."""
    if isinstance(stated, pa.ChunkedArray):
        stated = stated.combine_chunks()
    kind = stated.type
    if pa.types.is_dictionary(kind):
        stated = stated.dictionary_decode()
        kind = stated.type
    if pa.types.is_string(kind):
        return stated
    if pa.types.is_boolean(kind):
        return pc.if_else(stated, "是", "否")
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pc.binary_join(pc.cast(stated, pa.list_(pa.string())), "、")
    return pc.cast(stated, pa.string())


def _names(spec: FieldSpec, codes: Codes, texts: pa.Array) -> Encoded:
    """Names are kept as Arrow holds them; only those that are not printable go the long way."""
    wrong: dict[int, str] = {}
    odd = np.flatnonzero(~np.asarray(pc.utf8_is_printable(texts)))
    take = converter(spec)
    for position in odd.tolist():
        try:
            take(texts[position].as_py())
        except MismatchError as error:
            wrong.update(
                dict.fromkeys(np.flatnonzero(codes == position).tolist(), f"“{spec.name}”{error.message}")
            )
    return Encoded(column=Keys(codes=codes, texts=texts), wrong=wrong)


def _values(spec: FieldSpec, codes: Codes, texts: pa.Array, renamed: Mapping[str, str]) -> Encoded:
    take = converter(spec)
    read = cell_reader(spec.type.kind)
    places: dict[Value, int] = {}
    bad: dict[int, str] = {}
    recoded = np.full(len(texts) + 1, MISSING, dtype=np.int32)
    for position, text in enumerate(texts.to_pylist()):
        try:
            value = take(read(renamed.get(text, text)))
        except MismatchError as error:
            bad[position] = f"“{spec.name}”{_reason(error)}"
            continue
        if value is not None:
            recoded[position] = places.setdefault(value, len(places))
    wrong: dict[int, str] = {}
    for position, reason in bad.items():
        wrong.update(dict.fromkeys(np.flatnonzero(codes == position).tolist(), reason))
    found = recoded[codes]  # the last place is MISSING, which -1 finds
    if spec.type.kind in NUMERIC:
        numbers = np.array([*places, 0], dtype=np.int64)
        return Encoded(column=Numbers(values=numbers[found], known=found != MISSING), wrong=wrong)
    return Encoded(column=Coded(codes=found, values=tuple(places)), wrong=wrong)


def _reason(error: MismatchError) -> str:
    remedy = error.remedy if "JSON" not in error.remedy and "引号" not in error.remedy else ""
    return f"{error.message}（{remedy}）" if remedy else error.message
