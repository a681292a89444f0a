"""The one canonical text of a JSON value, after RFC 8785 (JCS): equal values have equal bytes, so a text can be signed.

JCS knows only numbers that an IEEE 754 double holds. A decimal or a whole number that a double cannot give back exactly is
refused, never rounded; every number that a fact may hold has at most 15 digits and passes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any, Final

from relapse_rules.audit.errors import AuditError

Json = Any
"""None, bool, int, Decimal, float, text, list or tuple of these, dictionary from text to these."""

_quoted: Final[Callable[[str], str]] = json.encoder.encode_basestring
_PLAIN_DIGITS: Final = 21
"""ECMAScript writes numbers below 10^21 without an exponent …"""
_PLAIN_ZEROS: Final = -6
"""… and those from 10^-6 on."""
_DEEPEST: Final = 200
_EXACT_DIGITS: Final = 800
"""A double has at most 767 digits that count."""


def canonical(value: Json) -> str:
    r"""Return the canonical text of ``value``.

    Raises:
        AuditError: it holds something that JSON, or JCS, has no exact form for.

    >>> canonical({"b": Decimal("3.50"), "a": [True, None, "\n是"]})
    '{"a":[true,null,"\\n是"],"b":3.5}'
    """
    parts: list[str] = []
    _write(value, parts.append, 0)
    text = "".join(parts)
    try:
        text.encode()
    except UnicodeEncodeError:
        message = "文本里有残缺的字符（半个代理对）"
        raise AuditError(message) from None
    return text


def digest(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def parsed(text: str) -> Json:
    """Return the value of a text that must be canonical, byte for byte. Numbers with a point or an exponent are decimals.

    Raises:
        AuditError: it is no JSON, or another spelling of the value than the canonical one.
    """
    try:
        value = json.loads(text, parse_float=Decimal)
        same = canonical(value) == text
    except (ValueError, RecursionError, ArithmeticError):
        same, value = False, None
    if not same:
        message = "不是规范的 JSON 文本（RFC 8785）"
        raise AuditError(message)
    return value


def _write(value: Json, put: Callable[[str], None], depth: int) -> None:
    if depth > _DEEPEST:
        message = f"嵌套超过 {_DEEPEST} 层"
        raise AuditError(message)
    match value:
        case str():
            put(_quoted(value))
        case None | bool():
            put("null" if value is None else "true" if value else "false")
        case int() | Decimal() | float():
            put(_number(value))
        case dict():
            _write_object(value, put, depth)
        case list() | tuple():
            put("[")
            for place, each in enumerate(value):
                if place:
                    put(",")
                _write(each, put, depth + 1)
            put("]")
        case _:
            message = f"不能写成 JSON 的值：{type(value).__name__}"
            raise AuditError(message)


def _write_object(value: dict[Any, Json], put: Callable[[str], None], depth: int) -> None:
    if not all(isinstance(key, str) for key in value):
        message = "对象的键要是文本"
        raise AuditError(message)
    separator = "{"
    for key in sorted(value, key=_utf16):
        put(separator + _quoted(key) + ":")
        _write(value[key], put, depth + 1)
        separator = ","
    put("}" if value else "{}")


def _utf16(key: str) -> bytes:
    # Big-endian bytes sort as code units do.
    return key.encode("utf-16-be", "surrogatepass")


def _number(value: float | Decimal) -> str:
    if isinstance(value, float):
        nearest = value
    else:
        try:
            nearest = float(value)
        except (OverflowError, ValueError):
            nearest = float("inf")
    if nearest - nearest != 0:
        message = "无穷大和非数不能写成 JSON"
        raise AuditError(message)
    text = _ecmascript(nearest)
    if not isinstance(value, float):
        with localcontext(prec=_EXACT_DIGITS):
            if Decimal(text) != value:
                message = "数的位数过多，不能精确地写成规范的 JSON"
                raise AuditError(message)
    return text


def _ecmascript(number: float) -> str:
    """Return a finite double as ECMAScript's Number::toString writes it: the shortest digits that give it back."""
    if number == 0:
        return "0"
    sign, figures, exponent = Decimal(repr(number)).normalize().as_tuple()
    assert isinstance(exponent, int), "a finite number"
    digits = "".join(map(str, figures))
    point = len(digits) + exponent
    if len(digits) <= point <= _PLAIN_DIGITS:
        text = digits + "0" * (point - len(digits))
    elif 0 < point <= _PLAIN_DIGITS:
        text = f"{digits[:point]}.{digits[point:]}"
    elif _PLAIN_ZEROS < point <= 0:
        text = f"0.{'0' * -point}{digits}"
    else:
        fraction = f".{digits[1:]}" if digits[1:] else ""
        text = f"{digits[0]}{fraction}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return f"-{text}" if sign else text
