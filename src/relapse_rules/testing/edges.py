"""At which values of a fact a comparison of the policy may turn, read off the program without deciding anything.

A side of a comparison that is a sum of facts and known numbers (constants, 参数, 判定时点) is a straight line; where one fact is left, the
line says where both sides are equal. An age tells on which days of birth it turns. What bends otherwise (products of facts, sums over
lists) has no edges here: `building` meets it when it looks for a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Final

from relapse_rules.facts.shape import AS_OF
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.values.moments import EPOCH_ORDINAL, day_of
from relapse_rules.values.types import SECONDS_PER_DAY, UTC_OFFSET_SECONDS, Kind

_MOST: Final = 64
"""So many alternatives of one side are looked at: a 参数 has as many as it has dated values."""


@dataclass(frozen=True, slots=True)
class _Line:
    """``offset`` and so many times each fact. ``dated``: facts that stand for the date of their time, ``aged`` for the age since their date."""

    offset: Fraction = Fraction(0)
    slopes: Mapping[str, Fraction] = field(default_factory=dict[str, Fraction])
    dated: bool = False
    aged: bool = False

    def times(self, factor: Fraction) -> _Line:
        """Return the line with everything ``factor`` times as large."""
        slopes = {fact: slope * factor for fact, slope in self.slopes.items()}
        return _Line(self.offset * factor, slopes, self.dated, self.aged)

    def plus(self, other: _Line) -> _Line:
        """Return the sum of two lines."""
        slopes = dict(self.slopes)
        for fact, slope in other.slopes.items():
            slopes[fact] = slopes.get(fact, Fraction(0)) + slope
        kept = {fact: slope for fact, slope in slopes.items() if slope}
        return _Line(self.offset + other.offset, kept, self.dated or other.dated, self.aged or other.aged)


class Edges:
    """Where comparisons turn, for each fact."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._settings = {
            entry.name: tuple(
                dict.fromkeys(each.value for each in entry.values if isinstance(each.value, int))
            )
            for entry in program.parameters
        }
        root = next(domain for domain, above in program.domains if above is None)
        self._now = f"{root}.{AS_OF}"
        self._found: dict[str, list[_Line]] = {}
        """By fact, lines that are 0 where some comparison turns."""
        self._happening = {
            node.fact for node in program.nodes if isinstance(node, nodes.Test) and node.kind == "happened"
        }
        for line in self._differences():
            for fact in line.slopes:
                if fact != self._now and set(line.slopes) <= {fact, self._now}:
                    self._found.setdefault(fact, []).append(line)

    def of(self, fact: str, kind: Kind, as_of: int) -> tuple[int, ...]:
        """Return the values of a fact at which something turns at ``as_of`` (seconds), ascending."""
        found: set[int] = set()
        for line in self._found.get(fact, ()):
            now = line.slopes.get(self._now, Fraction(0)) * as_of
            edge = -(line.offset + now) / line.slopes[fact]
            found.update(_placed(line, edge, day_of(as_of)))
        if fact in self._happening:
            found.add(day_of(as_of) if kind is Kind.DATE else as_of)
        return tuple(sorted(found))

    def _differences(self) -> Iterator[_Line]:
        for node in self._program.nodes:
            match node:
                case nodes.Compare(left=left, right=right):
                    yield from self._apart(left, right, Fraction(1))
                case nodes.CompareRatio():
                    tops = product(self._lines(node.left_top), self._lines(node.right_bottom))
                    others = product(self._lines(node.right_top), self._lines(node.left_bottom))
                    sides = (tuple(_products(tops)), tuple(_products(others)))
                    yield from (one.plus(other.times(Fraction(-1))) for one, other in product(*sides))
                case _:
                    pass
        for listing in self._program.listings:
            limit = listing.limit
            if limit is not None and limit.start is not None:
                yield from self._limits(limit.start, limit.within, is_date=limit.start_is_date)

    def _apart(self, left: int, right: int, factor: Fraction) -> Iterator[_Line]:
        for one, other in product(self._lines(left), self._lines(right)):
            yield one.plus(other.times(-factor))

    def _limits(self, start: int, within: int | str | None, *, is_date: bool) -> Iterator[_Line]:
        """Yield when a time limit in seconds ends just at 判定时点."""
        periods = self._settings.get(within, ()) if isinstance(within, str) else (within or 0,)
        if not is_date:
            now = _Line(slopes={self._now: Fraction(-1)})
            for line, period in product(self._lines(start), periods):
                yield line.plus(_Line(Fraction(period))).plus(now)

    def _lines(self, position: int) -> tuple[_Line, ...]:
        """Return what a number may be as a line, one for each value of its 参数; nothing when it is none."""
        return tuple(self._line(position))[:_MOST]

    def _line(self, position: int) -> Iterator[_Line]:
        node = self._program.nodes[position]
        match node:
            case nodes.Number(value=value):
                yield _Line(Fraction(value))
            case nodes.Parameter(name=name):
                yield from (_Line(Fraction(value)) for value in self._settings[name])
            case nodes.FieldNumber(fact=fact):
                yield _Line(slopes={fact: Fraction(1)})
            case nodes.LiftNumber(operand=operand):
                yield from self._lines(operand)
            case nodes.MergeNumber(fact=fact):
                yield _Line(slopes={fact: Fraction(1)})
            case nodes.Age(birth=birth):
                yield from (_Line(slopes=line.slopes, aged=True) for line in self._plain(birth))
            case nodes.DateOf(time=time):
                yield from (_Line(slopes=line.slopes, dated=True) for line in self._plain(time))
            case nodes.Apart(left=left, right=right, step=step):
                for line in self._apart(left, right, Fraction(1)):
                    yield from (line.times(Fraction(step)), line.times(Fraction(-step)))
            case nodes.Calculate():
                yield from self._calculated(node)
            case _:
                pass

    def _plain(self, position: int) -> Iterable[_Line]:
        """Return the lines of a number that are one fact and nothing else."""
        return (line for line in self._lines(position) if len(line.slopes) == 1 and not line.offset)

    def _calculated(self, node: nodes.Calculate) -> Iterator[_Line]:
        for one, other in product(self._lines(node.left), self._lines(node.right)):
            match node.operation:
                case "+":
                    yield one.plus(other)
                case "-":
                    yield one.plus(other.times(Fraction(-1)))
                case "*" if not one.slopes or not other.slopes:
                    straight, factor = (other, one) if not one.slopes else (one, other)
                    yield straight.times(factor.offset / node.scale)
                case "/" if not other.slopes and other.offset:
                    yield one.times(node.scale / other.offset)
                case _:
                    pass


def _products(pairs: Iterable[tuple[_Line, _Line]]) -> Iterator[_Line]:
    for one, other in pairs:
        if not one.slopes:
            yield other.times(one.offset)
        elif not other.slopes:
            yield one.times(other.offset)


def _placed(line: _Line, edge: Fraction, today: int) -> Iterator[int]:
    """Yield the whole values of the fact where a line is 0: of a date by its age, of a time by its date."""
    nearest = edge.numerator // edge.denominator
    if line.aged:
        yield from _birthdays(nearest, today)
    elif line.dated:
        start = (nearest - EPOCH_ORDINAL) * SECONDS_PER_DAY - UTC_OFFSET_SECONDS
        yield from (start, start + SECONDS_PER_DAY)
    else:
        yield nearest


def _birthdays(years: int, today: int) -> Iterator[int]:
    """Yield on which day someone was born who is ``years`` old today, and who will be a year older tomorrow."""
    day = date.fromordinal(today)
    for older in (years, years + 1):
        if day.year - older >= date.min.year:
            # Nobody has a birthday on 29 February of a common year; the day after is close enough to look at both sides.
            is_leap_day = (day.month, day.day) == (2, 29)
            born = date(day.year - older, 3, 1) if is_leap_day else day.replace(year=day.year - older)
            yield born.toordinal()
