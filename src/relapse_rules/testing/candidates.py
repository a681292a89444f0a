"""The values worth trying for each field, the simplest first: shrinking moves towards the front.

Numbers, dates and times: on, just below and just above every value at which a comparison turns (`edges`). Enumerations, sets and texts:
what the policy's tests ask for, what is broader and narrower, and something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from typing import Final

from relapse_rules.facts.case import Value
from relapse_rules.facts.moments import FIRST_YEAR, LAST_YEAR
from relapse_rules.facts.stated import number_scale, takes_never
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program, is_valid_on
from relapse_rules.testing.edges import Edges
from relapse_rules.values.moments import EPOCH_ORDINAL, day_of
from relapse_rules.values.types import NEVER, NUMERIC, SECONDS_PER_DAY, UTC_OFFSET_SECONDS, Kind
from relapse_rules.values.vocabulary import FieldSpec, Vocabulary

_SOME_TEXT: Final = "甲"
_SOME_CODE: Final = "100000"
_FIRST_DAY: Final = date(FIRST_YEAR, 1, 2).toordinal()
_LAST_DAY: Final = date(LAST_YEAR, 12, 30).toordinal()
_PLAIN_DAY: Final = date(2000, 1, 1).toordinal()
_MONTHS: Final = 12
_MOST_NAMES: Final = 12
"""Of a longer enumeration only the values that tests ask for are tried, those around them, and the first others."""
_OTHERS: Final = 2
_MOST_PAIRS: Final = 15
_LARGEST: Final = {
    Kind.INTEGER: 1_000,
    Kind.DECIMAL: 10_000_000,
    Kind.MONEY: 100_000_000,
    Kind.RATIO: 10_000,
    Kind.DURATION: 366 * SECONDS_PER_DAY,
}
"""In steps: how large a number gets when any will do and the vocabulary sets no bound; 一百万元 for money."""
_DECIMALS: Final = 10_000
"""A stated number has at most four decimal places."""
_KEPT: Final = 256


class Candidates:
    """The values of each field of a vocabulary, at any 判定时点. Without a program, plain values alone."""

    def __init__(self, vocabulary: Vocabulary, program: Program | None) -> None:
        self._vocabulary = vocabulary
        self._program = program
        self._edges = None if program is None else Edges(program)
        self._asked = {} if program is None else _asked(program)
        self._codes = (
            ()
            if program is None
            else tuple(sorted({entry.code for entry in program.units if entry.code is not None}))
        )
        self._kept: dict[tuple[str, int], tuple[Value, ...]] = {}
        self.moments = _moments(program)
        """判定时点 worth trying, where the policy begins and ends and a 参数 changes: the first at which every 参数 is set, then later, then earlier ones."""

    def of(self, spec: FieldSpec, as_of: int) -> tuple[Value, ...]:
        """Return the values worth trying, at least one; a reference has none of its own."""
        moving = spec.type.kind in {Kind.DATE, Kind.TIME, Kind.YEAR_MONTH}
        key = (spec.fact, as_of if moving else 0)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= _KEPT * len(self._vocabulary.entities):
                self._kept.clear()
            found = self._kept[key] = tuple(dict.fromkeys(self._of(spec, as_of)))
        return found

    def bounds(self, spec: FieldSpec) -> tuple[int, int]:
        """Return between which numbers any will do, both included."""
        low = 0 if spec.low is None else spec.low
        high = low + _LARGEST.get(spec.type.kind, 0) if spec.high is None else spec.high
        return low, high

    def limits(self, spec: FieldSpec) -> tuple[int, int]:
        """Return between which numbers a field may state any at all, both included."""
        return _range(spec)

    def unit(self, spec: FieldSpec) -> int:
        """Return how many steps one of the field's unit is."""
        return number_scale(spec)

    def takes_any_number(self, spec: FieldSpec) -> bool:
        """Whether a number that nothing in the policy speaks of is worth trying too."""
        return spec.type.kind in _LARGEST

    def _of(self, spec: FieldSpec, as_of: int) -> Iterable[Value]:
        kind = spec.type.kind
        if kind in NUMERIC:
            return self._numbers(spec, as_of)
        if kind is Kind.CONDITION:
            return (False, True)
        if kind is Kind.SET:
            return self._sets(spec)
        return self._names(spec)

    # --- numbers ----------------------------------------------------------------------------------------------

    def _numbers(self, spec: FieldSpec, as_of: int) -> Iterator[Value]:
        kind = spec.type.kind
        edges = () if self._edges is None else self._edges.of(spec.fact, kind, as_of)
        # Seconds of a 时长 in days are no short decimal, so its neighbours are a whole unit away.
        step = number_scale(spec) if kind is Kind.DURATION else 1
        near = {edge + away for edge in edges for away in (-step, 0, step)}
        low, high = _range(spec)
        values = (value for value in (*near, *_plain(spec, as_of)) if low <= value <= high)
        found = {
            value for value in values if kind not in _LARGEST or value * _DECIMALS % number_scale(spec) == 0
        }
        # A moment is the simpler the earlier it is, a number the fewer digits it has.
        early = kind in {Kind.DATE, Kind.TIME, Kind.YEAR_MONTH}
        yield from sorted(found) if early else sorted(found, key=_plainness)
        if takes_never(spec):
            yield NEVER

    # --- names ------------------------------------------------------------------------------------------------

    def _names(self, spec: FieldSpec) -> Iterator[str]:
        asked = self._asked.get(spec.fact, ())
        kind = spec.type
        declared = [value.name for value in kind.values]
        if len(declared) <= _MOST_NAMES:
            yield from declared
        else:
            around = {name for each in asked for name in (*kind.ancestors(each), *kind.descendants(each))}
            yield from (name for name in declared if name in around)
            yield from [name for name in declared if name not in around][:_OTHERS]
        yield from asked
        if kind.kind is Kind.AREA_CODE or kind.item is Kind.AREA_CODE:
            yield from (*self._codes, _SOME_CODE)
        elif kind.is_open or not declared:
            yield _SOME_TEXT

    def _sets(self, spec: FieldSpec) -> Iterator[frozenset[str]]:
        names = tuple(dict.fromkeys(self._names(spec)))
        asked = self._asked.get(spec.fact, ())
        yield frozenset()
        yield from (frozenset({name}) for name in names)
        yield from map(frozenset, list(combinations(asked, 2))[:_MOST_PAIRS])
        yield frozenset(asked)


def _asked(program: Program) -> dict[str, tuple[str, ...]]:
    """Return for each fact the values that tests ask for, by themselves or through any dated value of a 参数."""
    settings = {entry.name: tuple(each.value for each in entry.values) for entry in program.parameters}
    found: dict[str, dict[str, None]] = {}
    for node in program.nodes:
        if isinstance(node, nodes.Test):
            own = found.setdefault(node.fact, {})
            own.update(dict.fromkeys(node.values))
            for value in settings.get(node.parameter or "", ()):
                own.update(dict.fromkeys(value if isinstance(value, tuple) else ()))
    return {fact: tuple(names) for fact, names in found.items()}


def _moments(program: Program | None) -> tuple[int, ...]:
    days = {date(2024, 1, 1).toordinal()}
    whole = 0
    if program is not None:
        started = [entry.values[0].since for entry in program.parameters if entry.values]
        days.update(each.since for entry in program.parameters for each in entry.values)
        days.update(day for day in (program.valid_from, program.valid_until) if day is not None)
        whole = max([*started, program.valid_from or 0])
    found: dict[int, None] = {}
    for day in sorted(days, key=lambda day: (day < whole, day)):
        start = (day - EPOCH_ORDINAL) * SECONDS_PER_DAY - UTC_OFFSET_SECONDS
        if _FIRST_DAY < day < _LAST_DAY:
            found.update(
                dict.fromkeys((start, start + SECONDS_PER_DAY // 2, start - 1, start + SECONDS_PER_DAY - 1))
            )
    return tuple(moment for moment in found if program is None or is_valid_on(program, day_of(moment)))


def _range(spec: FieldSpec) -> tuple[int, int]:
    match spec.type.kind:
        case Kind.DATE:
            low, high = _FIRST_DAY, _LAST_DAY
        case Kind.TIME:
            low, high = _seconds(_FIRST_DAY), _seconds(_LAST_DAY)
        case Kind.YEAR_MONTH:
            low, high = FIRST_YEAR * _MONTHS, LAST_YEAR * _MONTHS
        case _:
            low, high = -(10**14), 10**14
    return low if spec.low is None else spec.low, high if spec.high is None else spec.high


def _plain(spec: FieldSpec, as_of: int) -> tuple[int, ...]:
    """Return simple values of a kind, and those around 判定时点."""
    today = day_of(as_of)
    match spec.type.kind:
        case Kind.DATE:
            return (_PLAIN_DAY, today - 1, today, today + 1)
        case Kind.TIME:
            day = SECONDS_PER_DAY
            return (as_of - 30 * day, as_of - day, as_of - 1, as_of, as_of + 1)
        case Kind.YEAR_MONTH:
            day_ = date.fromordinal(today)
            month = day_.year * _MONTHS + day_.month - 1
            return (month - 1, month, month + 1)
        case _:
            unit = number_scale(spec)
            ends = (spec.low, spec.high)
            return (*(unit * number for number in (0, 1, 2, 10)), *(end for end in ends if end is not None))


def _plainness(number: int) -> tuple[int, int, int]:
    return len(str(abs(number)).rstrip("0")), abs(number), -number


def _seconds(day: int) -> int:
    return (day - EPOCH_ORDINAL) * SECONDS_PER_DAY - UTC_OFFSET_SECONDS
