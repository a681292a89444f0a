"""How large every number of a program can become, so that an engine with fixed width knows that nothing overflows.

Interval arithmetic (R. E. Moore, Interval Analysis, 1966) over integers, from the bounds that the vocabulary gives each field; where it
gives none, from `LARGEST`. A batch refuses facts beyond these bounds, and a policy of which a step could leave 64 bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple, assert_never

from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.values.types import SECONDS_PER_DAY, Kind

LARGEST: Final[Mapping[Kind, int]] = {
    Kind.INTEGER: 10**9,
    Kind.DECIMAL: 10**12,
    Kind.MONEY: 10**13,
    Kind.RATIO: 10**9,
    Kind.DURATION: 10**11,
    Kind.DATE: date.max.toordinal(),
    Kind.TIME: date.max.toordinal() * SECONDS_PER_DAY,
    Kind.YEAR_MONTH: 120_000,
}
"""The largest magnitude of a value, in the steps of its kind, where the vocabulary gives no bound: 一千亿元, 十亿 for whole numbers."""

MOST_ELEMENTS: Final = 100_000
"""So many elements a household may have in one list."""

INT64: Final = 2**62
"""What a step may reach; 未发生 has its own value just there (`values.types.NEVER`)."""

_OLDEST: Final = 10_000


class Range(NamedTuple):
    """The smallest and the largest value that a number can have, both included."""

    low: int
    high: int


class Overflow(NamedTuple):
    """A node of which a step can leave the width, and how far."""

    node: int
    reach: int


Bounds = Mapping[str, tuple[int | None, int | None]]
"""By fact, what the vocabulary allows; None: no bound on that side."""


def largest_steps(program: Program, bounds: Bounds) -> tuple[Overflow, ...]:
    """Return the nodes whose value, or a step on the way to it, may not fit into 64 bits; nothing for a policy that is safe."""
    found: list[Overflow] = []
    known: list[Range] = []
    for position, node in enumerate(program.nodes):
        reach, own = _of(program, node, known, bounds)
        known.append(own)
        if reach >= INT64:
            found.append(Overflow(position, reach))
            # What rests on it is judged as if it were safe: one mistake is told once.
            known[-1] = Range(-LARGEST[Kind.MONEY], LARGEST[Kind.MONEY])
    return tuple(found)


def ranges_of(program: Program, bounds: Bounds) -> tuple[Range, ...]:
    """Return the range of every number by node; a condition's means nothing."""
    known: list[Range] = []
    for node in program.nodes:
        known.append(_of(program, node, known, bounds)[1])
    return tuple(known)


def range_of(program: Program, fact: str, bounds: Bounds) -> Range:
    """Return the values that a fact may state."""
    largest = LARGEST.get(program.facts[fact].type.kind, 0)
    low, high = bounds.get(fact, (None, None))
    return Range(-largest if low is None else low, largest if high is None else high)


def _of(program: Program, node: nodes.AnyNode, known: list[Range], bounds: Bounds) -> tuple[int, Range]:
    """Return how far the steps of a node reach, and its own range; a condition has none."""
    match node:
        case nodes.Number(value=value):
            return _plain(Range(value, value))
        case nodes.FieldNumber(fact=fact):
            return _plain(range_of(program, fact, bounds))
        case nodes.Parameter(name=name):
            entry = next(entry for entry in program.parameters if entry.name == name)
            values = [held.value for held in entry.values if isinstance(held.value, int)]
            return _plain(Range(min(values, default=0), max(values, default=0)))
        case nodes.Calculate():
            return _calculated(node, known[node.left], known[node.right])
        case nodes.Age():
            return _plain(Range(-_OLDEST, _OLDEST))
        case nodes.DateOf():
            return _plain(Range(0, date.max.toordinal() + 1))
        case nodes.Apart(left=left, right=right, step=step):
            far = max(known[left].high - known[right].low, known[right].high - known[left].low, 0) * step
            return _plain(Range(0, far))
        case nodes.Aggregate(kind=kind, value=value):
            own = known[value]
            many = MOST_ELEMENTS if kind == "sum" else 1
            return _plain(Range(min(own.low, 0) * many, max(own.high, 0) * many))
        case nodes.Count():
            return _plain(Range(0, MOST_ELEMENTS))
        case nodes.LiftNumber(operand=operand):
            return _plain(known[operand])
        case nodes.MergeNumber(rule=rule, supplied=supplied):
            one, other = known[rule], known[supplied]
            return _plain(Range(min(one.low, other.low), max(one.high, other.high)))
        case nodes.CompareRatio():
            parts = (node.left_top, node.left_bottom, node.right_top, node.right_bottom)
            sizes = [_size(known[part]) for part in parts]
            return max(sizes[0] * sizes[3], sizes[2] * sizes[1]), Range(0, 0)
        case (
            nodes.Constant()
            | nodes.Test()
            | nodes.Reading()
            | nodes.And()
            | nodes.Or()
            | nodes.AtLeast()
            | nodes.Not()
            | nodes.Merge()
            | nodes.Compare()
            | nodes.CompareCount()
            | nodes.Exists()
            | nodes.Every()
            | nodes.Lift()
        ):
            return 0, Range(0, 0)
        case _:
            assert_never(node)


def _plain(own: Range) -> tuple[int, Range]:
    return _size(own), own


def _size(own: Range) -> int:
    return max(abs(own.low), abs(own.high))


def _calculated(node: nodes.Calculate, left: Range, right: Range) -> tuple[int, Range]:
    match node.operation:
        case "+":
            return _plain(Range(left.low + right.low, left.high + right.high))
        case "-":
            return _plain(Range(left.low - right.high, left.high - right.low))
        case "*":
            corners = [one * other for one in left for other in right]
            whole = Range(min(corners), max(corners))
            return _size(whole), Range(whole.low // node.scale - 1, whole.high // node.scale + 1)
        case _:
            far = _size(left) * node.scale
            if right.low <= 0 <= right.high:
                # The smallest divisor is one step; its sign is not known.
                return far, Range(-far, far)
            quotients = [one * node.scale // other for one in left for other in right]
            return far, Range(min(quotients) - 1, max(quotients) + 1)
