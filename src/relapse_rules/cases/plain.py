"""Stated values as plain JSON values, and their one canonical text: what a log stores and compares."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from typing import Final

from relapse_rules.facts.json_text import MAX_DEPTH, RepeatedKeys
from relapse_rules.facts.shown import BadNumber, shorten, shown

_quoted: Final = json.encoder.encode_basestring


class PlainError(Exception):
    """A value has no JSON form. The message is ready for a problem."""


def plain(value: object, depth: int = 0) -> object:
    """Return ``value`` as dictionaries, lists, texts, whole numbers, decimals, booleans and None.

    Raises:
        PlainError: something in it has no JSON form, or it is nested too deeply.
    """
    if depth > MAX_DEPTH:
        message = f"嵌套超过 {MAX_DEPTH} 层"
        raise PlainError(message)
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case Decimal() | float():
            return _number(value)
        case RepeatedKeys():
            message = f"键“{shorten(value.repeated[0])}”写了两次"
            raise PlainError(message)
        case Mapping():
            return {_key(key): plain(each, depth + 1) for key, each in value.items()}
        case list() | tuple():
            return [plain(each, depth + 1) for each in value]
        case AbstractSet():
            return sorted((plain(each, depth + 1) for each in value), key=text_of)
        case date():
            return value.isoformat()
        case BadNumber(reason=reason):
            raise PlainError(reason)
        case _:
            message = f"不能写成 JSON：{shown(value)}"
            raise PlainError(message)


def text_of(value: object) -> str:
    """Return the canonical JSON text of a plain value: keys sorted, no blanks, decimals exact; equal values have equal texts.

    >>> text_of({"b": Decimal("3.50"), "a": [True, None, "是"]})
    '{"a":[true,null,"是"],"b":3.5}'
    """
    match value:
        case dict():
            return "{" + ",".join(f"{_quoted(key)}:{text_of(value[key])}" for key in sorted(value)) + "}"
        case list() | tuple():
            return "[" + ",".join(map(text_of, value)) + "]"
        case str():
            return _quoted(value)
        case Decimal():
            return format(value.normalize(), "f")
        case _:
            return json.dumps(value)


def _key(key: object) -> str:
    if not isinstance(key, str):
        message = f"键要是文本，这里是{shown(key)}"
        raise PlainError(message)
    return key


def _number(value: Decimal | float) -> Decimal | int:
    """Return the exact decimal that ``value`` prints as; a whole number as an int."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not exact.is_finite() or abs(exact.adjusted()) > MAX_DEPTH:
        message = f"不是能用的数：{shown(value)}"
        raise PlainError(message)
    whole = exact.to_integral_value()
    return int(whole) if whole == exact else exact
