"""Which facts an undecided condition waits for.

From an unknown node the search goes on to its unknown operands only: what is known cannot be missing. It ends at facts that are not
stated, lists that were not supplied, references that point nowhere yet, and 参数 that are not set. When all of these are filled in,
the condition is decided, unless facts contradict each other or a number cannot be computed: a division by zero, or arithmetic with
a moment that is stated as 未发生. Such facts are stated, hence not missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, assert_never

from relapse_rules.decisions.names import PARAMETER_PREFIX, FactNames
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.ir.verify import is_number
from relapse_rules.values.relations import Relation

Walker = Callable[["Search", int], int]
"""From the unknown element in a lane of one node to the missing facts, as bits of `FactNames`."""


_RUNG = 100
"""So many levels of operands are searched without a stop; each takes two calls, and Python allows about a thousand."""


class Waiting:
    """What the nodes of a program can wait for.

    ``at_once``: by node, the bits of what it waits for whenever it is unknown; 0 when that has to be looked up (``walkers``).
    ``ladder``: nodes at which a search stops, ascending, with their domain and whether they are numbers; see `Search.of`.
    """

    def __init__(self, program: Program, names: FactNames) -> None:
        self.at_once = tuple(_at_once(node, names) for node in program.nodes)
        self.walkers = tuple(_walker(program, names, node) for node in program.nodes)
        self.ladder = tuple(
            (position, program.nodes[position].domain, is_number(program.nodes[position]))
            for position in _rungs(program)
        )


def _rungs(program: Program) -> Iterator[int]:
    """Yield nodes, ascending, such that no way down from a node passes more than `_RUNG` others before it meets one or ends."""
    below: list[int] = []
    for position, node in enumerate(program.nodes):
        levels = 1 + max((below[operand] for operand in operands(node)), default=0)
        if levels == _RUNG:
            yield position
        below.append(levels % _RUNG)


class Search:
    """The missing facts of one case, found on demand and remembered."""

    __slots__ = ("_found", "_ladder", "_size", "_walkers", "at_once", "case", "first", "second", "unset")

    def __init__(self, waiting: Waiting, rails: Rails, case: Case, unset: frozenset[str]) -> None:
        self.first: Sequence[Any] = rails.first
        self.second = rails.second
        self.case = case
        self.unset = unset
        """参数 that have no value at 判定时点."""
        self.at_once = waiting.at_once
        self._walkers = waiting.walkers
        self._size = len(waiting.walkers)
        self._found: dict[int, int] = {}
        self._ladder = waiting.ladder

    def of(self, node: int, lane: int) -> int:
        """Return what the unknown ``node`` waits for in ``lane``.

        Definitions may rest on one another for thousands of levels. Then the rungs of the ladder are searched first, from below,
        so that no search goes deeper than to the next of them.
        """
        if self._ladder:
            ladder, self._ladder = self._ladder, ()
            for rung, domain, number in ladder:
                unknown = self.unknown_number if number else self.undecided
                for place in range(len(self.case.tables[domain].rows)):
                    if unknown(rung, place):
                        self.of(rung, place)
        place = node + lane * self._size
        found = self._found.get(place)
        if found is None:
            found = self._found[place] = self.at_once[node] or self._walkers[node](self, lane)
        return found

    def undecided(self, node: int, lane: int) -> bool:
        """Whether a condition is unknown."""
        return not (self.first[node] | self.second[node]) >> lane & 1

    def unknown_number(self, node: int, lane: int) -> bool:
        """Whether a number is unknown."""
        column = self.first[node]
        return column is None or (not isinstance(column, int) and column[lane] is None)


def _at_once(node: nodes.AnyNode, names: FactNames) -> int:
    match node:
        case nodes.FieldNumber(fact=fact) | nodes.Test(fact=fact, parameter=None):
            return names.bit[fact]
        case nodes.Parameter(name=name):
            return names.bit[PARAMETER_PREFIX + name]
        case _:
            return 0


def _walker(program: Program, names: FactNames, node: nodes.AnyNode) -> Walker:
    match node:
        case nodes.Constant() | nodes.Reading() | nodes.Number() | nodes.FieldNumber() | nodes.Parameter():
            return _nothing
        case nodes.Test(parameter=parameter):
            return _nothing if parameter is None else _test(node, parameter, names)
        case nodes.And() | nodes.Or() | nodes.AtLeast() | nodes.Not():
            return _gate(operands(node))
        case nodes.Merge(rule=rule):
            return _gate((rule,))
        case nodes.MergeNumber(rule=rule):
            return _numbers((rule,))
        case (
            nodes.Compare()
            | nodes.CompareRatio()
            | nodes.Calculate()
            | nodes.Age()
            | nodes.DateOf()
            | nodes.Apart()
        ):
            return _numbers(operands(node))
        case nodes.Exists() | nodes.Every() | nodes.Count():
            harmless = isinstance(node, nodes.Every)
            return _children(node.relation, names, _condition(node.condition, harmless=harmless))
        case nodes.CompareCount(relation=relation, condition=condition, limit=limit):
            counted = _children(relation, names, _condition(condition, harmless=False))
            return _both(counted, _numbers((limit,)))
        case nodes.Aggregate(relation=relation, condition=condition, value=value):
            return _children(relation, names, _summand(condition, value))
        case (
            nodes.Lift(relation=relation, operand=operand)
            | nodes.LiftNumber(relation=relation, operand=operand)
        ):
            return _lift(relation, names, operand, number=is_number(program.nodes[operand]))
        case _:
            assert_never(node)


# --- leaves and gates -----------------------------------------------------------------------------


def _nothing(search: Search, lane: int) -> int:
    """Never called for more: the node is always known, or what it waits for is known at once."""
    del search, lane
    return 0


def _test(node: nodes.Test, parameter: str, names: FactNames) -> Walker:
    """The fact, unless it is stated and only the 参数 is not set. (A stated fact alone is too broad: 水旱灾害 where 洪涝 is asked.)"""
    domain, fact = node.domain, node.fact
    fact_bit, parameter_bit = names.bit[fact], names.bit[PARAMETER_PREFIX + parameter]

    def walk(search: Search, lane: int) -> int:
        if parameter not in search.unset:
            return fact_bit
        stated = fact in search.case.tables[domain].rows[lane]
        return parameter_bit if stated else fact_bit | parameter_bit

    return walk


def _gate(conditions: tuple[int, ...]) -> Walker:
    def walk(search: Search, lane: int) -> int:
        first, second, at_once = search.first, search.second, search.at_once
        found = 0
        for operand in conditions:
            if not (first[operand] | second[operand]) >> lane & 1:
                found |= at_once[operand] or search.of(operand, lane)
        return found

    return walk


def _numbers(numbers: tuple[int, ...]) -> Walker:
    def walk(search: Search, lane: int) -> int:
        found = 0
        for operand in numbers:
            if search.unknown_number(operand, lane):
                found |= search.of(operand, lane)
        return found

    return walk


def _both(one: Walker, other: Walker) -> Walker:
    return lambda search, lane: one(search, lane) | other(search, lane)


# --- between domains ------------------------------------------------------------------------------

Element = Callable[["Search", int], int | None]
"""What one related element waits for; None when it cannot matter, whether it belongs here or not."""


def _children(relation: Relation, names: FactNames, element: Element) -> Walker:
    """The list when it is not complete, and what its elements wait for, also those of which it is not known where they belong."""
    child = relation.child
    list_bit = names.list_bit[child]
    reference_bit = _reference_bit(relation, names)

    def walk(search: Search, lane: int) -> int:
        found = 0 if search.case.tables[child].complete else list_bit
        for position, parent in enumerate(search.case.links[relation]):
            if parent is not None and parent != lane:
                continue
            waits = element(search, position)
            if waits is not None:
                found |= waits if parent == lane else waits | reference_bit
        return found

    return walk


def _reference_bit(relation: Relation, names: FactNames) -> int:
    return 0 if relation.reference is None else names.bit[f"{relation.child}.{relation.reference}"]


def _condition(node: int, *, harmless: bool) -> Element:
    """An element's condition. With the outcome ``harmless`` it cannot sway the fold, so it does not matter where it belongs."""

    def waits(search: Search, lane: int) -> int | None:
        if search.undecided(node, lane):
            return search.of(node, lane)
        rails = search.first if harmless else search.second
        return None if rails[node] >> lane & 1 else 0

    return waits


def _summand(condition: int | None, value: int) -> Element:
    """An element of a sum: its condition, and its value unless the condition is no."""
    chosen = None if condition is None else _condition(condition, harmless=False)

    def waits(search: Search, lane: int) -> int | None:
        found = 0 if chosen is None else chosen(search, lane)
        if found is None or not search.unknown_number(value, lane):
            return found
        return found | search.of(value, lane)

    return waits


def _lift(relation: Relation, names: FactNames, operand: int, *, number: bool) -> Walker:
    reference_bit = _reference_bit(relation, names)

    def walk(search: Search, lane: int) -> int:
        parent = search.case.links[relation][lane]
        if parent is None:
            return reference_bit
        unknown = search.unknown_number if number else search.undecided
        return search.of(operand, parent) if unknown(operand, parent) else 0

    return walk
