"""Sentences that several passes say in the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.codes_types import (
    INEXACT_NUMBER,
    KIND_MISMATCH,
    UNIT_MISMATCH,
    UNKNOWN_MEASURE_UNIT,
)
from relapse_rules.diagnostics.suggest import closest
from relapse_rules.syntax.tree import Number
from relapse_rules.values.literals import Problem, number_type
from relapse_rules.values.types import SCALE, Kind, Type
from relapse_rules.values.units import SYMBOLS

_MOST_IN_A_CIRCLE = 9
_NO_NUMBER = re.compile(r"(nan|inf|infinity)(?![a-z0-9_])", re.IGNORECASE)


def offer(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return “是不是…？” with the one near name, or ``otherwise`` when nothing is near."""
    near = closest(word, known)
    return otherwise if near is None else f"是不是“{near}”？"


def some_of(known: Iterable[str], most: int = 8) -> str:
    """Return the first names of ``known``, and that there are more where there are."""
    names = tuple(dict.fromkeys(known))
    return "、".join(names[:most]) + ("等" if len(names) > most else "")


def around_text(circle: Sequence[str]) -> str:
    """Return a circle of names, shortened where it is long: ``“甲” → “乙” → “甲”``."""
    shown = [f"“{name}”" for name in circle]
    if len(shown) > _MOST_IN_A_CIRCLE:
        shown = [*shown[: _MOST_IN_A_CIRCLE - 1], f"…（共{len(circle) - 1}个）", shown[-1]]
    return " → ".join(shown)


def not_a_number(written: str) -> str | None:
    """Return the message for a NaN or an infinity, which is read as a name; None for anything else.

    >>> not_a_number("NaN天"), not_a_number("infrastructure")
    ('“NaN天”不是数', None)
    """
    return f"“{written}”不是数" if _NO_NUMBER.match(written) else None


def kind_text(type_: Type) -> str:
    """Return what a value of ``type_`` is, for a message: ``金额（元/人·月）``."""
    return f"{type_.kind}（{type_.unit}）" if type_.unit else str(type_.kind)


def number_problem(problem: Problem, number: Number, type_: Type) -> Diagnostic:
    """Return the finding for a written number that has no value in ``type_``."""
    written = f"{number.digits}{number.unit}"
    match Problem.NOT_A_NUMBER if _is_other_kind(number, type_) else problem:
        case Problem.UNKNOWN_UNIT:
            return UNKNOWN_MEASURE_UNIT.at(
                number.span,
                f"“{number.unit}”不是已知的计量单位",
                help=offer(number.unit, SYMBOLS, _expected(type_)),
            )
        case Problem.UNIT_MISMATCH:
            return UNIT_MISMATCH.at(
                number.span, f"此处要的是{kind_text(type_)}，写的是“{written}”", help=_expected(type_)
            )
        case Problem.INEXACT:
            return INEXACT_NUMBER.at(
                number.span, f"“{written}”不是{kind_text(type_)}能精确表示的数", help=_steps(type_)
            )
        case _:
            return KIND_MISMATCH.at(
                number.span, f"此处要的是{kind_text(type_)}，写的是“{written}”", help=_expected(type_)
            )


def _is_other_kind(number: Number, type_: Type) -> bool:
    """Return whether a number is another sort of thing than ``type_``, not the same sort in another unit."""
    own = number_type(number.digits, number.unit)
    if own is None or not number.unit:
        return False
    whole_or_not = {Kind.INTEGER, Kind.DECIMAL}
    return own.kind is not type_.kind and not (own.kind in whole_or_not and type_.kind in whole_or_not)


def _expected(type_: Type) -> str:
    match type_.kind:
        case Kind.RATIO:
            return "写成百分数，例如 30%"
        case Kind.DATE:
            return "写成日期，例如 2023-07-28"
        case Kind.TIME:
            return "写成时间，例如 2023-08-01 20:00"
        case Kind.YEAR_MONTH:
            return "写成年月，例如 2023-07"
        case _ if type_.unit:
            return f"单位写成“{type_.unit}”"
        case _:
            return "只写数，不写单位"


def _steps(type_: Type) -> str:
    match type_.kind:
        case Kind.INTEGER:
            return "写整数"
        case Kind.MONEY:
            return "金额最小到分，小数最多两位"
        case Kind.DURATION:
            return "换一个小一些的时间单位"
        case _:
            return f"小数最多{len(str(SCALE.get(type_.kind, 1))) - 1}位"
