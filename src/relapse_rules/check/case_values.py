"""The value of one fact in a 用例, as a facts file would state it."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from fractions import Fraction

from relapse_rules.check.wording import kind_text, not_a_number, number_problem, offer
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.codes_names import UNKNOWN_VALUE
from relapse_rules.diagnostics.codes_types import INEXACT_NUMBER, KIND_MISMATCH
from relapse_rules.source import Span
from relapse_rules.syntax import tree
from relapse_rules.syntax.declarations import GivenValue, Special
from relapse_rules.values.literals import Problem, decimal_text, iso_time, moment_value, number_value
from relapse_rules.values.types import SCALE, Kind
from relapse_rules.values.units import duration_steps
from relapse_rules.values.vocabulary import FieldSpec

_NUMBERS = frozenset({*SCALE, Kind.DURATION})
_WORDS = frozenset({Kind.TEXT, Kind.REFERENCE, Kind.AREA_CODE})
_MONTHS = 12


class Stated(Enum):
    """What is no value."""

    UNKNOWN = "unknown"
    """未知: the fact is left out."""
    WRONG = "wrong"
    """The field cannot have it; reported."""


def stated_value(given: GivenValue, spec: FieldSpec, found: list[Diagnostic]) -> object:
    """Return the value of ``given`` for the field ``spec``, or a `Stated`."""
    written = given.value
    kind = spec.type.kind
    match written:
        case Special.UNKNOWN:
            return Stated.UNKNOWN
        case Special.NEVER if kind in {Kind.DATE, Kind.TIME}:
            return str(Special.NEVER)
        case tree.Truth(value=truth) if kind is Kind.CONDITION:
            return truth
        case tree.Number() if kind in _NUMBERS:
            return _number(written, spec, found)
        case tree.Moment() if kind in {Kind.DATE, Kind.TIME, Kind.YEAR_MONTH}:
            return _moment(written, spec, found)
        case tree.Number(digits=digits, unit="") if (
            kind is Kind.YEAR_MONTH and moment_value(digits) is not None
        ):
            return digits
        case tree.Number(digits=digits, unit="") if kind in _WORDS:
            return digits
        case tree.Text(value=text) if kind in _WORDS:
            return text
        case tree.Path(parts=(name,)) if kind in _WORDS:
            return name.text
        case tree.Text(value=text):
            if kind is Kind.ENUM:
                return _choice(text, written.span, spec, found)
        case tree.Path(parts=(name,)) if kind is Kind.ENUM:
            return _choice(name.text, name.span, spec, found)
        case tree.Truth(value=truth) if kind is Kind.ENUM:
            return _choice("是" if truth else "否", written.span, spec, found)
        case tuple() if kind is Kind.SET:
            return _choices(written, spec, found)
        case tree.Path(parts=(name,)) if kind is Kind.SET:
            return _choices((name,), spec, found)
        case _:
            pass
    found.append(_mismatch(given, spec))
    return Stated.WRONG


def _mismatch(given: GivenValue, spec: FieldSpec) -> Diagnostic:
    written = given.value
    if isinstance(written, tree.Path) and spec.type.kind in _NUMBERS:
        problem = not_a_number(written.text)
        if problem is not None:
            return KIND_MISMATCH.at(written.span, problem, help="写出数；不知道的写“未知”")
    return KIND_MISMATCH.at(
        given.span, f"“{spec.name}”是{kind_text(spec.type)}，这里写的不是", help=_example(spec)
    )


def _example(spec: FieldSpec) -> str:
    match spec.type.kind:
        case Kind.CONDITION:
            return "写“是”“否”或“未知”"
        case Kind.SET:
            return "写成“{A、B}”，没有的写“{}”"
        case Kind.TIME:
            return "写成时间，例如 2023-08-01 20:00"
        case Kind.DATE:
            return "写成日期，例如 2023-08-01"
        case Kind.YEAR_MONTH:
            return "写成年月，例如 202308"
        case Kind.ENUM:
            return f"取值：{'、'.join(value.name for value in spec.type.values)}"
        case _:
            return f"单位写成“{spec.type.unit}”" if spec.type.unit else ""


def _number(written: tree.Number, spec: FieldSpec, found: list[Diagnostic]) -> object:
    """Return a number in the field's own unit, as facts files write it."""
    steps = number_value(written.digits, written.unit, spec.type)
    if isinstance(steps, Problem):
        found.append(number_problem(steps, written, spec.type))
        return Stated.WRONG
    if spec.type.kind is not Kind.DURATION:
        text = decimal_text(steps, SCALE[spec.type.kind])
        return int(text) if "." not in text else Decimal(text)
    amount = Fraction(steps, duration_steps(spec.type.unit))
    if amount.denominator == 1:
        return amount.numerator
    found.append(
        INEXACT_NUMBER.at(
            written.span,
            f"“{written.digits}{written.unit}”不是整数个{spec.type.unit}",
            help=f"单位写成“{spec.type.unit}”",
        )
    )
    return Stated.WRONG


def _moment(written: tree.Moment, spec: FieldSpec, found: list[Diagnostic]) -> object:
    instant = moment_value(written.text)
    if instant is None or instant.kind is not spec.type.kind:
        found.append(
            KIND_MISMATCH.at(
                written.span, f"“{spec.name}”是{spec.type.kind}，写的是“{written.text}”", help=_example(spec)
            )
        )
        return Stated.WRONG
    match instant.kind:
        case Kind.TIME:
            return iso_time(instant.value)
        case Kind.YEAR_MONTH:
            return f"{instant.value // _MONTHS:04}{instant.value % _MONTHS + 1:02}"
        case _:
            return written.text


def _choice(text: str, span: Span, spec: FieldSpec, found: list[Diagnostic]) -> object:
    known = [value.name for value in spec.type.values]
    if spec.type.is_open or text in known:
        return text
    found.append(
        UNKNOWN_VALUE.at(
            span, f"“{spec.name}”没有“{text}”这个值", help=offer(text, known, f"取值：{'、'.join(known)}")
        )
    )
    return Stated.WRONG


def _choices(written: tuple[tree.Name | tree.Truth, ...], spec: FieldSpec, found: list[Diagnostic]) -> object:
    values: list[object] = []
    for value in written:
        text = value.text if isinstance(value, tree.Name) else "是" if value.value else "否"
        stated = text if spec.type.item is not None else _choice(text, value.span, spec, found)
        values.append(stated)
    return Stated.WRONG if Stated.WRONG in values else list(dict.fromkeys(values))
