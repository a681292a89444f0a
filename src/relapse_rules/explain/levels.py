"""At which values of a number something that is asked of it becomes otherwise.

From every comparison the search goes down to the facts and 参数 that it is made from: ``x - y < 100`` with ``y`` known to be 30 is about
130 for ``x``. Every level is tried with its neighbours on both sides, so rounding needs no more than a generous guess here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Final

from relapse_rules.decisions.moments import first_second
from relapse_rules.decisions.trace import Step
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.values.moments import day_of
from relapse_rules.values.types import NEVER, Kind

Known = Callable[[int, int], int | None]
"""The number of a node for an element, or None."""

_ABOUT: Final = (Fraction(-1), Fraction(-1, 2), Fraction(0), Fraction(1, 2), Fraction(1))
"""However a result is rounded, it changes at one of these distances from a whole number."""


class Levels:
    """The levels of the numbers among ``touched`` nodes.

    ``known``: what is known of other numbers. ``supposed``: the same, with a guess for every number that is not. A number whose levels rest
    on a guess, or cannot be told, is *vague*.
    """

    def __init__(
        self, program: Program, case: Case, touched: Collection[int], known: Known, supposed: Known
    ) -> None:
        self._program = program
        self._case = case
        self._touched = frozenset(touched)
        self._known = known
        self._supposed = supposed
        self._today = day_of(case.as_of)
        self._levels: dict[Step, set[int]] = {}
        self._vague: set[Step] = set()
        for position in sorted(touched, reverse=True):
            node = program.nodes[position]
            for lane in range(len(case.tables[node.domain].rows)):
                self._down(position, node, lane)

    def at(self, node: int, lane: int) -> tuple[int, ...]:
        """Return the levels of a number, ascending."""
        return tuple(sorted(self._levels.get((node, lane), ())))

    def vague(self, node: int, lane: int) -> bool:
        """Whether the levels of a number may not be all."""
        return (node, lane) in self._vague

    def of_test(self, node: nodes.Test) -> int:
        """Return the level of a moment about which it is asked whether it has come."""
        is_date = self._program.facts[node.fact].type.kind is Kind.DATE
        return self._today if is_date else self._case.as_of

    def _down(self, position: int, node: nodes.AnyNode, lane: int) -> None:
        match node:
            case nodes.Compare(left=left, right=right):
                self._from(left, lane, (right,), lambda other: [Fraction(other)])
                self._from(right, lane, (left,), lambda other: [Fraction(other)])
            case nodes.CompareRatio():
                self._ratio(node, lane)
            case nodes.CompareCount(relation=relation, limit=limit):
                size = len(self._case.links[relation])
                self._from(limit, lane, (), lambda: [Fraction(count) for count in range(size + 2)])
            case nodes.Calculate(left=left, right=right):
                self._calculated(position, node, lane, left, (right,))
                self._calculated(position, node, lane, right, (left,))
            case nodes.Age(birth=birth):
                self._pass(position, lane, birth, lane, self._births)
            case nodes.DateOf(time=time):
                self._pass(position, lane, time, lane, _starts)
            case nodes.Apart(left=left, right=right, step=step):
                for one, other in ((left, right), (right, left)):
                    self._apart(position, lane, one, other, step)
            case nodes.MergeNumber(rule=rule, supplied=supplied):
                self._pass(position, lane, rule, lane, _same)
                self._pass(position, lane, supplied, lane, _same)
            case nodes.LiftNumber(relation=relation, operand=operand):
                parent = self._case.links[relation][lane]
                if parent is not None:
                    self._pass(position, lane, operand, parent, _same)
            case nodes.Aggregate():
                self._aggregated(position, node, lane)
            case _:
                pass

    def _add(self, node: int, lane: int, levels: Collection[Fraction]) -> None:
        if node in self._touched:
            own = self._levels.setdefault((node, lane), set())
            for level in levels:
                own.update((floor(level), ceil(level)))

    def _from(
        self, node: int, lane: int, others: tuple[int, ...], solve: Callable[..., Collection[Fraction]]
    ) -> None:
        """Add the levels that follow for one operand from what the others are."""
        if node not in self._touched:
            return
        values = [self._supposed(other, lane) for other in others]
        if any(self._known(other, lane) is None for other in others):
            self._vague.add((node, lane))
        if None not in values and NEVER not in values:
            self._add(node, lane, solve(*values))

    def _pass(
        self, position: int, lane: int, node: int, below: int, turned: Callable[[int], Collection[Fraction]]
    ) -> None:
        """Hand the levels of a node down to one operand."""
        if node not in self._touched:
            return
        for level in self._levels.get((position, lane), ()):
            self._add(node, below, turned(level))
        if (position, lane) in self._vague:
            self._vague.add((node, below))

    def _ratio(self, node: nodes.CompareRatio, lane: int) -> None:
        a, b, c, d = node.left_top, node.left_bottom, node.right_top, node.right_bottom
        for one, above, also, below in ((a, b, c, d), (c, d, a, b), (b, a, d, c), (d, c, b, a)):

            def solved(first: int, second: int, divisor: int) -> Collection[Fraction]:
                return [Fraction(0), *([Fraction(first * second, divisor)] if divisor else [])]

            self._from(one, lane, (above, also, below), solved)

    def _calculated(
        self, position: int, node: nodes.Calculate, lane: int, operand: int, others: tuple[int, ...]
    ) -> None:
        is_left = operand == node.left
        for level in self._levels.get((position, lane), ()):
            self._from(
                operand, lane, others, lambda other, level=level: _undone(node, level, other, is_left=is_left)
            )
        if (position, lane) in self._vague:
            self._vague.add((operand, lane))

    def _apart(self, position: int, lane: int, one: int, other: int, step: int) -> None:
        for level in self._levels.get((position, lane), ()):
            away = Fraction(level, step)
            self._from(one, lane, (other,), lambda at, away=away: [at - away, Fraction(at), at + away])
        if (position, lane) in self._vague:
            self._vague.add((one, lane))

    def _aggregated(self, position: int, node: nodes.Aggregate, lane: int) -> None:
        levels = self._levels.get((position, lane), set())
        total = self._supposed(position, lane)
        for child, parent in enumerate(self._case.links[node.relation]):
            if parent not in (lane, None) or node.value not in self._touched:
                continue
            # Other elements may be unknown, or not chosen yet: what is found here is a part of it.
            self._vague.add((node.value, child))
            own = self._supposed(node.value, child)
            if node.kind != "sum":
                self._add(node.value, child, [Fraction(level) for level in levels])
            elif total is not None and own is not None and NEVER not in (total, own):
                self._add(node.value, child, [Fraction(level - total + own) for level in levels])

    def _births(self, age: int) -> Collection[Fraction]:
        today = date.fromordinal(self._today)
        years = (today.year - years for years in (age, age + 1))
        birthdays = (_birthday(today, year) for year in years if date.min.year <= year <= date.max.year)
        return [Fraction(born.toordinal()) for born in birthdays]


def _birthday(today: date, year: int) -> date:
    """Return the last day of ``year`` on which one can be born and have had one's birthday ``today``."""
    return date(year, 3, 1) if (today.month, today.day) == (2, 29) else today.replace(year=year)


def _same(level: int) -> Collection[Fraction]:
    return (Fraction(level),)


def _starts(day: int) -> Collection[Fraction]:
    """Return the first seconds of a day and of the next; of none that a calendar has not."""
    return tuple(Fraction(first_second(each)) for each in (day, day + 1)) if day != NEVER else ()


def _undone(node: nodes.Calculate, level: int, other: int, *, is_left: bool) -> Collection[Fraction]:
    """Return what an operand has to be about, for the result to be about ``level``."""
    match node.operation:
        case "+":
            return [Fraction(level - other)]
        case "-":
            return [Fraction(level + other if is_left else other - level)]
        case "*":
            return [(level + about) * node.scale / other for about in _ABOUT] if other else []
        case _ if is_left:
            return [(level + about) * other / node.scale for about in _ABOUT]
        case _:
            divisors = (level + about for about in _ABOUT)
            return [other * node.scale / divisor for divisor in divisors if divisor]
