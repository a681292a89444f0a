"""What a text in a cell stands for, before its field takes it: truth values, numbers and lists as spreadsheets spell them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final

from relapse_rules.facts.stated import plain
from relapse_rules.values.types import Kind

_SEPARATORS: Final = str.maketrans("，,;；|/ ", "、、、、、、、")
_TRUTHS: Final = {"true": True, "false": False, "1": True, "0": False}

CellReader = Callable[[str], object]
"""From a cell's text to what the converter of its field takes."""


def cell_reader(kind: Kind) -> CellReader:
    """Return how cells of fields of ``kind`` are spelt."""
    return _READERS.get(kind, _as_it_is)


def _as_it_is(text: str) -> object:
    return text


def _truth(text: str) -> object:
    return _TRUTHS.get(text.lower(), text)


def _number(text: str) -> object:
    try:
        return Decimal(plain(text).replace(",", ""))
    except InvalidOperation:
        return text


def _members(text: str) -> object:
    listed = text.strip("[]{}").replace('"', "").translate(_SEPARATORS).split("、")
    return [each for each in listed if each]


_READERS: Final[dict[Kind, CellReader]] = {
    Kind.CONDITION: _truth,
    Kind.SET: _members,
    Kind.INTEGER: _number,
    Kind.DECIMAL: _number,
    Kind.MONEY: _number,
    Kind.RATIO: _number,
    Kind.DURATION: _number,
}
