"""Answers of single stated values: enumerations with broader values, sets, and moments."""

from __future__ import annotations

from datetime import date
from typing import Final, assert_never

from relapse_rules.check.typed import TestKind
from relapse_rules.facts.case import Value
from relapse_rules.values.truth import Truth, all_of, any_of
from relapse_rules.values.types import SECONDS_PER_DAY, UTC_OFFSET_SECONDS, Kind, Type

_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()


def shanghai_date(seconds: int) -> int:
    """Return the ordinal of the calendar date in Asia/Shanghai at ``seconds`` since 1970-01-01T00:00:00Z."""
    return _EPOCH_ORDINAL + (seconds + UTC_OFFSET_SECONDS) // SECONDS_PER_DAY


def is_value(kind: Type, stated: str, asked: str) -> Truth:
    """Return whether ``stated`` is ``asked``: yes for a narrower value too, unknown for a broader one."""
    if asked in kind.ancestors(stated):
        return True
    return None if stated in kind.ancestors(asked) else False


def answer(test: TestKind, kind: Type, stated: Value, asked: tuple[str, ...], as_of: int) -> Truth:
    """Return what a field of type ``kind`` that states ``stated`` answers. ``as_of``: 判定时点 in seconds."""
    match test:
        case TestKind.TRUE:
            return stated is True
        case TestKind.IS:
            assert isinstance(stated, str)
            return any_of(is_value(kind, stated, value) for value in asked)
        case TestKind.CONTAINS_ANY:
            return any_of(_contains(kind, stated, value) for value in asked)
        case TestKind.CONTAINS_ALL:
            return all_of(_contains(kind, stated, value) for value in asked)
        case TestKind.EMPTY:
            return stated == frozenset()
        case TestKind.HAPPENED:
            assert isinstance(stated, int)
            return stated <= (shanghai_date(as_of) if kind.kind is Kind.DATE else as_of)
        case _:
            assert_never(test)


def _contains(kind: Type, stated: Value, asked: str) -> Truth:
    """Return whether a set holds ``asked`` or a narrower value."""
    assert isinstance(stated, frozenset)
    return any_of(is_value(kind, element, asked) for element in stated)
