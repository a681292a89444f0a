"""How cells of a county's tables are spelt: the texts of an Arrow column, and what spreadsheets make of dates, months and lists."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from relapse_rules.tables.texts import CellReader, cell_reader
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import FieldSpec

LIST_MARK: Final = "\x02"
"""Stands between the items of a list that came as a list, which may hold any other separator."""

_NOT_STATED: Final = -1
_DAY: Final = re.compile(
    r"([0-9]{4})(?:[-/.年])([0-9]{1,2})(?:[-/.月])([0-9]{1,2})日?(?:[T ]0?0:00(?::00(?:\.0+)?)?(?:Z|[+-][0-9:]+)?)?"
)
_RUN_TOGETHER: Final = re.compile(r"((?:19|20|21)[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])")
_MONTH: Final = re.compile(r"([0-9]{4})(?:[-/.年])([0-9]{1,2})月?")
_SERIAL: Final = re.compile(r"[1-6][0-9]{4}(?:\.[0-9]+)?")


def texts_of(stated: pa.Array) -> tuple[npt.NDArray[np.int32], pa.Array]:
    """Return the different texts of an Arrow array, and for each cell its position among them, -1 where there is none.

    Raises:
        pa.ArrowInvalid, pa.ArrowNotImplementedError: its type has no spelling.
    """
    if pa.types.is_dictionary(stated.type):
        codes, texts = stated.indices, _as_text(stated.dictionary)
    else:
        encoded = _as_text(stated).dictionary_encode()
        codes, texts = encoded.indices, encoded.dictionary
    return np.asarray(pc.cast(codes, pa.int32()).fill_null(_NOT_STATED), np.int32), texts.fill_null("")


def _as_text(stated: pa.Array) -> pa.Array:
    kind = stated.type
    if pa.types.is_string(kind):
        return stated
    if pa.types.is_boolean(kind):
        return pc.if_else(stated, "是", "否")
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        items = pc.cast(stated, pa.list_(pa.string()))
        # A mark at the front tells an empty list, which says that there is none, from an empty cell.
        return pc.binary_join_element_wise(LIST_MARK, pc.binary_join(items, LIST_MARK), "")
    return pc.cast(stated, pa.string())


def cell_of(kind: Kind) -> CellReader:
    """Return what a cell's text stands for, before the converter of a field of ``kind`` takes it."""
    return _OWN.get(kind) or cell_reader(kind)


def remedy_of(spec: FieldSpec, stated: object, remedy: str) -> str:
    """Return what to write in a table instead; remedies that speak of JSON are worded anew."""
    if spec.type.kind is Kind.DATE and isinstance(stated, str) and _SERIAL.fullmatch(stated.strip()):
        return "像是 Excel 的日期序号，把这一列的单元格格式设为日期"
    if spec.type.kind is Kind.CONDITION:
        return "填“是”或“否”"
    return "" if "JSON" in remedy or "引号" in remedy or "[" in remedy else remedy


def _date(text: str) -> object:
    found = _DAY.fullmatch(text) or _RUN_TOGETHER.fullmatch(text)
    if found is None:
        return text
    year, month, day = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}"


def _month(text: str) -> object:
    found = _MONTH.fullmatch(text)
    return text if found is None else f"{found[1]}{found[2]:0>2}"


def _list(text: str) -> object:
    if text.startswith(LIST_MARK):
        return [each for each in text.split(LIST_MARK) if each]
    return cell_reader(Kind.SET)(text)


_OWN: Final[dict[Kind, CellReader]] = {Kind.DATE: _date, Kind.YEAR_MONTH: _month, Kind.SET: _list}
