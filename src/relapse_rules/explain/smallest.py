"""The smallest sets of changes that meet a demand, as far as each step by itself can tell.

Worked out from those of the steps below, from the bottom up: one that suffices for an Or that shall be yes, all for an And, and so on. Two
changes of one fact must be possible at once: their classes of values have to meet. No set contains another that allows at least as much.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from relapse_rules.explain.needs import Need, Needs, Plan, Way
from relapse_rules.explain.singles import Demand, Literals

_MOST_SETS: Final = 256
"""So many are kept for a step, the smallest."""

Sets = tuple[Literals, ...]
"""Smallest first."""

NOTHING: Final[Sets] = ((),)
"""Nothing has to change."""
NEVER: Final[Sets] = ()
"""No change helps."""


class Smallest:
    """The smallest sets for the steps of one case. ``most``: larger sets are left out."""

    def __init__(self, needs: Needs, most: int) -> None:
        self._needs = needs
        self._most = most
        self._found: dict[Demand, Sets] = {}
        self.exact = True
        """Whether no set of at most ``most`` changes was dropped for want of room."""

    def sets(self, demand: Demand) -> Sets:
        """Return the smallest sets for ``demand``."""
        # What a step rests on is worked out before it, so no chain of definitions is too long.
        plans: dict[Demand, tuple[Plan, ...]] = {}
        waiting = [demand]
        while waiting:
            current = waiting[-1]
            if current in self._found:
                waiting.pop()
                continue
            if current not in plans:
                if self._needs.met(current):
                    self._found[current] = NOTHING
                    continue
                plans[current] = self._needs.plans(current)
                below = dict.fromkeys(_demands(plans[current]))
                waiting.extend(each for each in below if each not in self._found)
                continue
            self._found[current] = self._any(self._all(map(self._of, plan)) for plan in plans[current])
            waiting.pop()
        return self._found[demand]

    def _of(self, need: Need) -> Sets:
        """Return the smallest sets with which so many of the groups are had."""
        choices = [self._any(map(self._way, group)) for group in need.groups]
        if need.number == 1:
            return tuple(each for each in self._any(choices) if len(each) >= need.least)
        had: list[Sets] = [NOTHING, *(NEVER for _ in range(need.number))]
        for place, choice in enumerate(choices):
            for number in range(min(need.number, place + 1), 0, -1):
                had[number] = self._any((had[number], self._all((had[number - 1], choice))))
        return had[need.number]

    def _way(self, way: Way) -> Sets:
        return self._all(((way.changes,), *(self._found[demand] for demand in way.demands)))

    def _any(self, choices: Iterable[Sets]) -> Sets:
        listed = [choice for choice in choices if choice]
        if len(listed) == 1:
            return listed[0]
        return self._least({each for choice in listed for each in choice})

    def _all(self, parts: Iterable[Sets]) -> Sets:
        found: Sets = NOTHING
        for part in parts:
            if part == NOTHING:
                continue
            if found == NOTHING:
                found = part
                continue
            both = {joined for one in found for other in part if (joined := _joined(one, other)) is not None}
            found = self._least(each for each in both if len(each) <= self._most)
        return found

    def _least(self, sets: Iterable[Literals]) -> Sets:
        kept: list[tuple[int, Literals]] = []
        for each in sorted(sets, key=lambda found: (len(found), found)):
            own = dict(each)
            reads = 0
            for variable in own:
                reads |= 1 << variable
            if any(not smaller & ~reads and _allows(one, own) for smaller, one in kept):
                continue
            if len(kept) == _MOST_SETS:
                self.exact = False
                break
            kept.append((reads, each))
        return tuple(each for _, each in kept)


def _demands(plans: Iterable[Plan]) -> Iterable[Demand]:
    return (
        demand
        for plan in plans
        for need in plan
        for group in need.groups
        for way in group
        for demand in way.demands
    )


def _joined(one: Literals, other: Literals) -> Literals | None:
    """Return the changes of both; None when a fact would have to take two values."""
    if not one or not other:
        return one or other
    found = dict(one)
    for variable, classes in other:
        both = found.get(variable, classes) & classes
        if not both:
            return None
        found[variable] = both
    return tuple(sorted(found.items()))


def _allows(one: Literals, other: dict[int, int]) -> bool:
    """Whether all that ``other`` allows, ``one`` does too."""
    return all(not other[variable] & ~classes for variable, classes in one)
