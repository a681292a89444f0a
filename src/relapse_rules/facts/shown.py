"""How a stated value may stand in a message: short, on one line, printable, and never a person's data."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

PERSONAL: Final = "（个人信息）"
"""Stands in messages for any value of a field marked 个人信息."""

_LONGEST: Final = 40
_LARGEST_BITS: Final = 128


@dataclass(frozen=True, slots=True)
class BadNumber:
    """A number of a JSON text that is not one (NaN, Infinity) or too long to be meant. ``reason``: as a message says it."""

    reason: str


def shorten(text: str) -> str:
    r"""Return ``text`` on one line, at most 40 characters, with everything unprintable escaped.

    >>> shorten("甲\n乙")
    '甲\\n乙'
    """
    cut = text[:_LONGEST]
    printable = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in cut
    )
    return printable + ("…" if len(text) > _LONGEST else "")


def shown(value: object) -> str:
    """Return how ``value`` stands in a message. Containers are named, never walked: they may be of any depth.

    >>> shown("是的")
    '“是的”'
    >>> shown([1, 2])
    '一个列表'
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f"“{shorten(value)}”"
        case int():
            return "一个过大的数" if value.bit_length() > _LARGEST_BITS else str(value)
        case Decimal() | float():
            return shorten(str(value))
        case BadNumber(reason=reason):
            return reason
        case date():
            return value.isoformat()
        case Mapping():
            return "一个对象"
        case list() | tuple() | AbstractSet():
            return "一个列表"
        case _:
            return f"一个 {type(value).__name__} 值"


def personal(value: object) -> str:
    """Return what stands for the value of a field marked 个人信息; whether it is null or a container may be said."""
    return shown(value) if value is None or isinstance(value, (Mapping, list, tuple, BadNumber)) else PERSONAL
