"""From the exact values that engines read back to what a facts file states."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from relapse_rules.facts.case import Value
from relapse_rules.facts.stated import NEVER_TEXT, number_scale
from relapse_rules.values.literals import iso_time
from relapse_rules.values.types import NEVER, Kind
from relapse_rules.values.vocabulary import FieldSpec

_MONTHS = 12

Json = bool | int | float | str | list[str]
"""A stated value as ``json.dumps`` takes it."""


def stated(spec: FieldSpec, value: Value) -> Json:
    """Return how a facts file states ``value`` of the field ``spec``."""
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, frozenset):
        return sorted(value)
    if value == NEVER:
        return NEVER_TEXT
    match spec.type.kind:
        case Kind.DATE:
            return date.fromordinal(value).isoformat()
        case Kind.TIME:
            return iso_time(value)
        case Kind.YEAR_MONTH:
            return f"{value // _MONTHS:04}{value % _MONTHS + 1:02}"
        case Kind.INTEGER | Kind.DECIMAL | Kind.MONEY | Kind.RATIO | Kind.DURATION:
            scale = number_scale(spec)
            # A float, for JSON has no other fraction. No stated number has more than fifteen digits, so its text is exact.
            return value // scale if value % scale == 0 else value / scale
        case Kind.CONDITION | Kind.ENUM | Kind.SET | Kind.TEXT | Kind.REFERENCE | Kind.AREA_CODE:
            message = f"no number: {spec.fact}"
            raise AssertionError(message)
        case _:
            assert_never(spec.type.kind)
