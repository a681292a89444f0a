"""Exact numbers: a stated number becomes whole steps of its type, or is refused. Nothing is ever rounded."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

LARGEST: Final = 10**15
"""No stated number has more steps: sums over any list then stay within 64 bits in every engine."""

_MAX_DIGITS: Final = 80


class NumberError(Exception):
    """The number cannot be taken. The message completes “…，这里是…”; it never holds the value."""


def steps(stated: object, scale: int) -> int | None:
    """Return ``stated * scale`` as an exact integer, or None when ``stated`` is no number (a bool is none).

    Raises:
        NumberError: it is not a whole number of steps, not finite, or too large.

    >>> steps(Decimal("12.5"), 100)
    1250
    """
    if type(stated) is int:
        if -LARGEST < stated < LARGEST and -LARGEST < (exact := stated * scale) < LARGEST:
            return exact
        message = "数过大"
        raise NumberError(message)
    if isinstance(stated, float):
        # A float only reaches us from Python callers; its shortest text is the decimal that they wrote.
        return _from_decimal(Decimal(repr(stated)), scale)
    if isinstance(stated, Decimal):
        return _from_decimal(stated, scale)
    return None


def _from_decimal(stated: Decimal, scale: int) -> int:
    sign, digits, exponent = stated.as_tuple()
    if not isinstance(exponent, int):
        message = "不是一个数"
        raise NumberError(message)
    if not any(digits):
        return 0
    # INVARIANT: powers of ten stay small, so that 1e999999999 costs nothing.
    if stated.adjusted() > len(str(LARGEST)):
        message = "数过大"
        raise NumberError(message)
    if len(digits) > _MAX_DIGITS or exponent < -_MAX_DIGITS:
        message = "小数位数过多"
        raise NumberError(message)
    exact = Fraction(int("".join(map(str, digits))) * scale) * Fraction(10) ** exponent
    if exact.denominator != 1:
        message = "小数位数过多"
        raise NumberError(message)
    if exact >= LARGEST:
        message = "数过大"
        raise NumberError(message)
    return -exact.numerator if sign else exact.numerator
