"""What an outcome rests on: the smallest sets of stated facts that force it, whatever all other facts may be.

A *premise* is a stated fact of one element, the completeness of a list, a 参数 or a 解读; sets of them are the bits of an integer. For
every condition that is yes or no, and every number that is known, the minimal sets are worked out from those of its operands: one
that suffices for an Or that is yes, all for an And that is yes, and so on. (Minimal sets of causes; A. Darwiche, A. Hirth, On the Reasons
Behind Decisions, 2020, "sufficient reasons".) At most `_MOST_SETS` are kept for a step, the smallest, so that a long Or of long Ands stays
cheap; `Support.exact` tells whether any were dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, assert_never

from relapse_rules.decisions.trace import Step, Trace
from relapse_rules.explain.premises import FactAt, Key, ListOf, ParameterOf, ReadingOf
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Truth, compare_between

_MOST_SETS: Final = 12

Sets = tuple[int, ...]
"""Minimal sets of premises, smallest first; none contains another."""

NOTHING: Final[Sets] = (0,)
"""Needs no premise at all."""
NEVER: Final[Sets] = ()
"""Cannot be had."""


class Way(NamedTuple):
    """One way to have what is needed: other steps, together with premises of its own (as bits)."""

    steps: tuple[Step, ...]
    own: int = 0


class Need(NamedTuple):
    """``number`` of the ways are needed."""

    ways: tuple[Way, ...]
    number: int = 1


Plan = tuple[Need, ...]
"""All of these needs together force a step."""


class Support:
    """The premises of one case, found on demand and remembered."""

    def __init__(self, program: Program, rails: Rails, case: Case) -> None:
        self._program = program
        self._case = case
        self._trace = Trace(program, rails, case)
        self._rails = rails
        self._bits: dict[Key, int] = {}
        self._found: dict[Step, Sets] = {}
        self._keys: list[Key] = []
        self.exact = True
        """Whether no set was left out, for want of room or among the ways to rule an element out of a count."""

    def sets(self, step: Step) -> Sets:
        """Return the minimal sets that force the outcome of a condition that is not unknown, or the value of a known number."""
        # What a step rests on is worked out before it, so no chain of definitions is too long.
        waiting = [step]
        while waiting:
            current = waiting[-1]
            plans = () if current in self._found else self.plans(current)
            below = [
                part
                for plan in plans
                for need in plan
                for way in need.ways
                for part in way.steps
                if part not in self._found
            ]
            if below:
                waiting.extend(below)
                continue
            if current not in self._found:
                self._found[current] = self._any(self._all(map(self._of, plan)) for plan in plans)
            waiting.pop()
        return self._found[step]

    def truth(self, step: Step) -> Truth:
        """Return the outcome of a condition; for a number, yes when it is known."""
        return self._trace.truth(*step)

    def among(self, premises: int) -> tuple[Key, ...]:
        """Return premises (bits) in the order in which they were met."""
        return tuple(key for place, key in enumerate(self._keys) if premises >> place & 1)

    def enough(self, step: Step, premises: int) -> bool:
        """Whether ``premises`` (bits) force a known step."""
        return any(each & ~premises == 0 for each in self.sets(step))

    def within(self, way: Way, premises: int) -> bool:
        """Whether ``premises`` are enough for a way."""
        return any(each & ~premises == 0 for each in self._way(way))

    def size(self, way: Way) -> int:
        """Return how many premises the way rests on at least."""
        return min((each.bit_count() for each in self._way(way)), default=0)

    def plans(self, step: Step) -> tuple[Plan, ...]:
        """Return what can force a step: any of these plans does. They speak only of what is known in this case."""
        position, lane = step
        node = self._program.nodes[position]
        outcome = self._trace.truth(position, lane)
        match node:
            case nodes.And() | nodes.Or():
                ways = self._with(node.operands, lane, outcome)
                decisive = outcome is isinstance(node, nodes.Or)
                return ((Need(ways),) if decisive else tuple(Need((way,)) for way in ways),)
            case nodes.AtLeast(count=count):
                number = count if outcome else len(node.operands) - count + 1
                return ((Need(self._with(node.operands, lane, outcome), number),),)
            case nodes.Merge(rule=rule, supplied=supplied) | nodes.MergeNumber(rule=rule, supplied=supplied):
                known = (each for each in (supplied, rule) if self._trace.truth(each, lane) is not None)
                return ((Need(tuple(Way(((each, lane),)) for each in known)),),)
            case nodes.Exists() | nodes.Every():
                return (tuple(self._folded(node, lane, one=outcome is isinstance(node, nodes.Exists))),)
            case nodes.CompareCount():
                return tuple(self._counted(node, position, lane))
            case nodes.Aggregate() | nodes.Count():
                return (tuple(self._summed(node, lane)),)
            case nodes.Lift(relation=relation) | nodes.LiftNumber(relation=relation):
                parent = self._case.links[relation][lane]
                assert parent is not None
                return ((Need((Way(((node.operand, parent),), self._tie(relation, lane)),)),),)
            case nodes.Test() | nodes.FieldNumber() | nodes.Parameter() | nodes.Reading():
                return ((Need((Way((), self._leaf(node, lane)),)),),)
            case (
                nodes.Constant()
                | nodes.Number()
                | nodes.Not()
                | nodes.Compare()
                | nodes.CompareRatio()
                | nodes.Calculate()
                | nodes.Age()
                | nodes.DateOf()
                | nodes.Apart()
            ):
                return (tuple(Need((Way(((operand, lane),)),)) for operand in operands(node)),)
            case _:
                assert_never(node)

    def _leaf(self, node: nodes.Test | nodes.FieldNumber | nodes.Parameter | nodes.Reading, lane: int) -> int:
        match node:
            case nodes.Test(fact=fact, parameter=None) | nodes.FieldNumber(fact=fact):
                return self._bit(FactAt(node.domain, lane, fact))
            case nodes.Test(fact=fact, parameter=parameter):
                assert parameter is not None
                return self._bit(FactAt(node.domain, lane, fact)) | self._bit(ParameterOf(parameter))
            case nodes.Parameter(name=name):
                return self._bit(ParameterOf(name))
            case nodes.Reading(reading=reading):
                return self._bit(ReadingOf(reading))
            case _:
                assert_never(node)

    # --- related elements -------------------------------------------------------------------------

    def _folded(self, node: nodes.Exists | nodes.Every, lane: int, *, one: bool) -> Iterator[Need]:
        """Yield what an Exists or Every rests on. ``one``: a single element decides."""
        wanted = isinstance(node, nodes.Exists)
        links = self._case.links[node.relation]
        if one:
            yield Need(tuple(self._deciding(node.relation, node.condition, lane, wanted=wanted)))
            return
        yield self._complete(node.relation)
        for child in range(len(links)):
            yield Need(tuple(self._harmless(node.relation, node.condition, child, lane, harmless=not wanted)))

    def _deciding(self, relation: Relation, condition: int, lane: int, *, wanted: bool) -> Iterator[Way]:
        for child, parent in enumerate(self._case.links[relation]):
            if parent == lane and self._trace.truth(condition, child) is wanted:
                yield Way(((condition, child),), self._tie(relation, child))

    def _harmless(
        self, relation: Relation, condition: int, child: int, lane: int, *, harmless: bool
    ) -> Iterator[Way]:
        """Yield why an element does not count: it belongs elsewhere, or its condition."""
        parent = self._case.links[relation][child]
        if parent is not None and parent != lane:
            yield Way((), self._tie(relation, child))
        if self._trace.truth(condition, child) is harmless:
            yield Way(((condition, child),))

    def _counted(self, node: nodes.CompareCount, position: int, lane: int) -> Iterator[Plan]:
        """Yield what a count against a limit rests on: enough elements that count, or enough that do not, or both."""
        relation, condition = node.relation, node.condition
        size = len(self._case.links[relation])
        counting = tuple(self._deciding(relation, condition, lane, wanted=True))
        against = [
            tuple(self._harmless(relation, condition, child, lane, harmless=False)) for child in range(size)
        ]
        ruled_out = [ways for ways in against if ways]
        outcome = self._rails.truth(position, lane)
        limit = self._rails.number(node.limit, lane)
        assert limit is not None
        for yes, no in _bounds(node, outcome, limit, size, len(counting), len(ruled_out)):
            needs = [Need((Way(((node.limit, lane),)),))]
            if yes:
                needs.append(Need(counting, yes))
            if no is not None:
                # An element that can be ruled out in two ways is one: the cheaper way stands for it.
                cheapest = tuple(min(ways, key=self.size) for ways in ruled_out)
                self.exact = self.exact and all(len(ways) == 1 for ways in ruled_out)
                needs += [self._complete(relation), *([Need(cheapest, no)] if no else [])]
            yield tuple(needs)

    def _summed(self, node: nodes.Aggregate | nodes.Count, lane: int) -> Iterator[Need]:
        """Yield what a sum or an exact count rests on: every element, and that there are no others."""
        relation, condition = node.relation, node.condition
        yield self._complete(relation)
        for child, parent in enumerate(self._case.links[relation]):
            chosen = True if condition is None else self._trace.truth(condition, child)
            if parent == lane and chosen is True:
                steps = () if condition is None else ((condition, child),)
                values = ((node.value, child),) if isinstance(node, nodes.Aggregate) else ()
                yield Need((Way((*steps, *values), self._tie(relation, child)),))
            elif condition is None:
                yield Need((Way((), self._tie(relation, child)),))
            else:
                yield Need(tuple(self._harmless(relation, condition, child, lane, harmless=False)))

    def _complete(self, relation: Relation) -> Need:
        return Need((Way((), self._bit(ListOf(relation.child))),))

    def _tie(self, relation: Relation, child: int) -> int:
        """Return what tells where an element belongs: its reference, or nothing where it hangs."""
        if relation.reference is None:
            return 0
        return self._bit(FactAt(relation.child, child, f"{relation.child}.{relation.reference}"))

    # --- sets -------------------------------------------------------------------------------------

    def _with(self, used: tuple[int, ...], lane: int, outcome: Truth) -> tuple[Way, ...]:
        return tuple(Way(((each, lane),)) for each in used if self._trace.truth(each, lane) is outcome)

    def _bit(self, key: Key) -> int:
        found = self._bits.get(key)
        if found is None:
            found = self._bits[key] = 1 << len(self._keys)
            self._keys.append(key)
        return found

    def _way(self, way: Way) -> Sets:
        return self._all((*(self.sets(step) for step in way.steps), (way.own,)))

    def _of(self, need: Need) -> Sets:
        """Return the minimal sets with which so many of the ways are had."""
        choices = [self._way(way) for way in need.ways]
        if need.number == 1:
            return self._any(choices)
        had: list[Sets] = [NOTHING, *(NEVER for _ in range(need.number))]
        for place, choice in enumerate(choices):
            for number in range(min(need.number, place + 1), 0, -1):
                had[number] = self._any((had[number], self._all((had[number - 1], choice))))
        return had[need.number]

    def _any(self, choices: Iterable[Sets]) -> Sets:
        return self._least({each for choice in choices for each in choice})

    def _all(self, parts: Iterable[Sets]) -> Sets:
        found: Sets = NOTHING
        for part in parts:
            if part == NOTHING:
                continue
            found = (
                part if found == NOTHING else self._least({one | other for one in found for other in part})
            )
        return found

    def _least(self, sets: Iterable[int]) -> Sets:
        kept: list[int] = []
        for each in sorted(sets, key=lambda found: (found.bit_count(), found)):
            if any(smaller & ~each == 0 for smaller in kept):
                continue
            if len(kept) == _MOST_SETS:
                self.exact = False
                break
            kept.append(each)
        return tuple(kept)


def _bounds(
    node: nodes.CompareCount, outcome: Truth, limit: int, size: int, counting: int, against: int
) -> Iterator[tuple[int, int | None]]:
    """Yield the smallest pairs that force ``outcome``: how many must count, how many must not (None: the list may go on)."""
    for yes in range(counting + 1):
        if compare_between(node.operator, yes, None, limit) is outcome:
            yield yes, None
            break
    fewest: int | None = None
    for yes in range(counting + 1):
        for no in range(against + 1):
            if fewest is not None and no >= fewest:
                break
            if compare_between(node.operator, yes, size - no, limit) is outcome:
                fewest = no
                yield yes, no
                break
