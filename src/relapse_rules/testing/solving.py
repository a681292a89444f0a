"""Gives a number of a policy a wanted value, by going back through its arithmetic to one of the facts that it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Final

from relapse_rules.facts.stated import number_scale
from relapse_rules.ir import nodes
from relapse_rules.testing.site import Site
from relapse_rules.values.moments import EPOCH_ORDINAL, day_of
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Truth
from relapse_rules.values.types import NEVER, SECONDS_PER_DAY, UTC_OFFSET_SECONDS, Kind

Meet = Callable[[int, int, Truth], bool]
"""Makes a condition hold, fail or stay open for an element; False when that cannot be."""

_MOST_ELEMENTS: Final = 12
_DECIMALS: Final = 10_000
_LEAP_DAY: Final = (2, 29)


class Numbers:
    """``meet``: how a condition on the way (of a count, of a sum) is seen to."""

    def __init__(self, site: Site, meet: Meet) -> None:
        self._site = site
        self._meet = meet

    # --- a known number ---------------------------------------------------------------------------------------

    def known(self, node: int, lane: int) -> int | None:
        """See to it that a number is known, and return it; None when that cannot be, or when it is 未发生."""
        if self._site.number(node, lane) is None and not self._state(node, lane):
            return None
        value = self._site.number(node, lane)
        return None if value == NEVER else value

    def _state(self, position: int, lane: int) -> bool:
        """State what a number is made of."""
        node = self._site.program.nodes[position]
        match node:
            case nodes.FieldNumber(domain=domain, fact=fact):
                spec = self._site.blueprint.specs[fact]
                values = [
                    v for v in self._site.blueprint.candidates.of(spec, self._site.draft.as_of) if v != NEVER
                ]
                return self._site.settle(domain, lane, fact, self._site.choose(values))
            case nodes.LiftNumber(relation=relation, operand=operand):
                return self._lifted(relation, lane, lambda parent: self.known(operand, parent) is not None)
            case nodes.MergeNumber(rule=rule):
                return self.known(rule, lane) is not None
            case nodes.Age(birth=inner) | nodes.DateOf(time=inner):
                return self.known(inner, lane) is not None
            case nodes.Calculate(left=left, right=right) | nodes.Apart(left=left, right=right):
                return self.known(left, lane) is not None and self.known(right, lane) is not None
            case nodes.Aggregate(relation=relation, value=value, condition=condition):
                return self._site.supply(relation.child) and all(
                    (
                        condition is None
                        or self._site.truth(condition, child) is not None
                        or self._meet(condition, child, True)  # noqa: FBT003 - the truth that is wanted
                    )
                    and self.known(value, child) is not None
                    for child in tuple(self._site.children(relation, lane))
                )
            case nodes.Count(relation=relation, condition=condition):
                return self.count(relation, condition, lane, 0)
            case _:
                return False

    # --- an unknown number ------------------------------------------------------------------------------------

    def unknown(self, position: int, lane: int) -> bool:
        """See to it that a number is not known."""
        node = self._site.program.nodes[position]
        match node:
            case nodes.FieldNumber(domain=domain, fact=fact):
                return self._site.settle(domain, lane, fact, None)
            case nodes.LiftNumber(relation=relation, operand=operand):
                return self._lifted(relation, lane, lambda parent: self.unknown(operand, parent))
            case nodes.MergeNumber(rule=rule, supplied=supplied):
                return self.unknown(supplied, lane) and self.unknown(rule, lane)
            case nodes.Age(birth=inner) | nodes.DateOf(time=inner):
                return self.unknown(inner, lane)
            case nodes.Calculate(left=left, right=right) | nodes.Apart(left=left, right=right):
                return self._site.first_of((left, right), lambda side: self.unknown(side, lane))
            case nodes.Aggregate(relation=relation) | nodes.Count(relation=relation):
                return self._site.leave_out(relation.child)
            case _:
                return self._site.number(position, lane) is None

    # --- a wanted number --------------------------------------------------------------------------------------

    def solve(self, position: int, lane: int, wanted: int) -> bool:
        """See to it that a number is ``wanted``."""
        node = self._site.program.nodes[position]
        match node:
            case nodes.FieldNumber(domain=domain, fact=fact):
                return self._takes(fact, wanted) and self._site.settle(domain, lane, fact, wanted)
            case nodes.LiftNumber(relation=relation, operand=operand):
                return self._lifted(relation, lane, lambda parent: self.solve(operand, parent, wanted))
            case nodes.MergeNumber(rule=rule, supplied=supplied):
                ways = ((rule, supplied), (supplied, rule))
                return self._site.first_of(
                    ways, lambda way: self.unknown(way[1], lane) and self.solve(way[0], lane, wanted)
                )
            case nodes.Age(birth=birth):
                return self._site.first_of(
                    tuple(self._births(wanted)), lambda day: self.solve(birth, lane, day)
                )
            case nodes.DateOf(time=time):
                start = (wanted - EPOCH_ORDINAL) * SECONDS_PER_DAY - UTC_OFFSET_SECONDS
                seconds = (start, start + SECONDS_PER_DAY - 1)
                return self._site.first_of(seconds, lambda second: self.solve(time, lane, second))
            case nodes.Calculate() | nodes.Apart():
                return self._sides(node, lane, wanted)
            case nodes.Aggregate():
                return self._aggregated(node, lane, wanted)
            case nodes.Count(relation=relation, condition=condition):
                return 0 <= wanted <= _MOST_ELEMENTS and self.count(relation, condition, lane, wanted)
            case _:
                return self._site.number(position, lane) == wanted

    def _takes(self, fact: str, wanted: int) -> bool:
        """Whether a field can state a number: within its bounds, with at most four decimal places."""
        spec = self._site.blueprint.specs[fact]
        low, high = self._site.blueprint.candidates.limits(spec)
        if not low <= wanted <= high:
            return False
        exact = spec.type.kind in {Kind.DATE, Kind.TIME, Kind.YEAR_MONTH}
        return exact or wanted * _DECIMALS % number_scale(spec) == 0

    def _births(self, years: int) -> Iterator[int]:
        """Yield days of birth of someone ``years`` old: today is the birthday, or tomorrow is the next one."""
        today = date.fromordinal(day_of(self._site.draft.as_of))
        for older in (years, years + 1):
            year = today.year - older
            if date.min.year <= year <= date.max.year:
                is_leap_day = (today.month, today.day) == _LEAP_DAY
                born = date(year, 3, 1) if is_leap_day else today.replace(year=year)
                yield born.toordinal() + (older > years)

    def _sides(self, node: nodes.Calculate | nodes.Apart, lane: int, wanted: int) -> bool:
        """Make one side known, and give the other the value that is left."""

        def works(way: tuple[int, int, bool]) -> bool:
            moved, kept, is_left = way
            other = self.known(kept, lane)
            if other is None:
                return False
            rests = tuple(_rests(node, wanted, other, is_left=is_left))
            return self._site.first_of(rests, lambda rest: self.solve(moved, lane, rest))

        return self._site.first_of(((node.left, node.right, True), (node.right, node.left, False)), works)

    def _aggregated(self, node: nodes.Aggregate, lane: int, wanted: int) -> bool:
        """Give one element the whole value; of the others each counts nothing, or as much as that is the same."""
        site, relation = self._site, node.relation
        children = list(site.children(relation, lane))
        if not children:
            added = site.add(relation.child, relation, lane)
            children = [] if added is None else [added]
        if not children or not site.supply(relation.child):
            return False
        first, *others = children
        for child in others:
            apart = node.condition is not None and self._meet(node.condition, child, False)  # noqa: FBT003
            same = 0 if node.kind == "sum" else wanted
            if not apart and not self.solve(node.value, child, same):
                return False
        if not site.belongs(relation, first, lane):
            return False
        taken = node.condition is None or self._meet(node.condition, first, True)  # noqa: FBT003
        return taken and self.solve(node.value, first, wanted)

    def count(self, relation: Relation, condition: int, lane: int, wanted: int) -> bool:
        """See to it that just so many elements meet a condition, of a list that is complete."""
        site = self._site
        if not site.supply(relation.child):
            return False
        met = 0
        for child in tuple(site.children(relation, lane)):
            ways = (True, False) if met < wanted else (False,)
            if not site.first_of(ways, partial(self._counts, relation, condition, lane, child)):
                return False
            met += site.truth(condition, child) is True
        while met < wanted:
            added = site.add(relation.child, relation, lane)
            if added is None or not self._meet(condition, added, True):  # noqa: FBT003
                return False
            met += 1
        return True

    def _counts(self, relation: Relation, condition: int, lane: int, child: int, way: bool) -> bool:  # noqa: FBT001
        belongs = self._site.belongs(relation, child, lane) if way else True
        return belongs and self._meet(condition, child, way)

    def _lifted(self, relation: Relation, lane: int, works: Callable[[int], bool]) -> bool:
        """See to the number of the element above, which may have to be chosen or made."""
        site = self._site

        def through(parent: int | None) -> bool:
            found = site.add(relation.parent) if parent is None else parent
            return found is not None and site.belongs(relation, lane, found) and works(found)

        return site.first_of(site.parents(relation, lane), through)


def _rests(node: nodes.Calculate | nodes.Apart, wanted: int, other: int, *, is_left: bool) -> Iterator[int]:
    """Yield values of one side of a calculation that give ``wanted``, when the other side is ``other``; near ones where it is rounded."""
    match node:
        case nodes.Apart(step=step):
            if wanted % step == 0:
                yield from (other + wanted // step, other - wanted // step)
        case nodes.Calculate(operation="+"):
            yield wanted - other
        case nodes.Calculate(operation="-"):
            yield wanted + other if is_left else other - wanted
        case nodes.Calculate(operation="*", scale=scale) if other:
            nearest = wanted * scale // other
            yield from (nearest, nearest + 1, nearest - 1)
        case nodes.Calculate(operation="/", scale=scale) if is_left:
            nearest = wanted * other // scale
            yield from (nearest, nearest + 1, nearest - 1)
        case nodes.Calculate(operation="/", scale=scale) if wanted:
            nearest = other * scale // wanted
            yield from (nearest, nearest + 1, nearest - 1)
        case _:
            pass
