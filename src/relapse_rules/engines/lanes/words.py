"""Source of the kernel for many households: the same gates over NumPy words, 64 households to a word.

Every domain of a household has *slots*: the household itself one, its members as many as the largest household of the block has. Rails
of a domain are an array (slots, words), so that an element's household keeps its place in every domain: a fold over members is an Or
of slots, a household's condition seen from its members is the same array, spread over the slots. What belongs to the county as a whole
(政策上下文, 灾害事件 and the rest) is not here: it is worked out once, over integers, and looked up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import assert_never

from relapse_rules.engines.lanes.encode import leaf_count
from relapse_rules.engines.lanes.generate import PART_SIZE, Names, body_source
from relapse_rules.ir import nodes
from relapse_rules.ir.nodes import AnyNode
from relapse_rules.ir.program import Program
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Comparison
from relapse_rules.values.types import Kind

Lines = tuple[list[str], Names]

_UFUNC = {
    Comparison.LESS: "np.less",
    Comparison.AT_MOST: "np.less_equal",
    Comparison.MORE: "np.greater",
    Comparison.AT_LEAST: "np.greater_equal",
    Comparison.EQUAL: "np.equal",
    Comparison.UNEQUAL: "np.not_equal",
}


def words_source(program: Program, shared: frozenset[str], needed: Collection[int]) -> tuple[str, int]:
    """Return the source of ``part_0``, ``part_1`` … over the inner nodes among ``needed`` of all domains but ``shared``, and how many parts there are.

    Each part takes ``(F, S, block)``: the rails so far by node, in which it puts its own, and the `word_runtime.Frame` of the block. A
    number has its values in ``F`` and in ``S`` which of them are known.
    """
    emitter = WordEmitter(shared, _may_be_never(program))
    inner = [
        position
        for position in range(leaf_count(program), len(program.nodes))
        if program.nodes[position].domain not in shared and position in needed
    ]
    sources: list[str] = []
    for number, start in enumerate(range(0, len(inner), PART_SIZE)):
        positions = inner[start : start + PART_SIZE]
        names: dict[int, Names] = {}
        lines = body_source(program.nodes, positions, names, emitter)
        lines += [f" F[{place}]={names[place][0]};S[{place}]={names[place][1]}" for place in positions]
        sources.append(
            "\n".join([f"def part_{number}(F,S,block):", " conflicts=block.conflicts", *lines]) + "\n"
        )
    return "".join(sources), len(sources)


class WordEmitter:
    """Writes folds, lifts, comparisons and numbers over words in slots."""

    def __init__(self, shared: frozenset[str], never: frozenset[int]) -> None:
        self._shared = shared
        self._never = never

    def prologue(self, used: Sequence[AnyNode]) -> list[str]:
        """Return nothing: what a block holds is asked of it by name."""
        del used
        return []

    def node(self, position: int, node: AnyNode, names: dict[int, Names]) -> Lines:
        """Return the lines of any node that is no gate."""
        own = (f"a{position}", f"b{position}")
        return [f"{own[0]},{own[1]}={self._call(position, node, names)}"], own

    def reading(self, names: Names, node: nodes.Reading) -> list[str]:
        """Return nothing: a batch takes every 解读 as the policy does."""
        raise NotImplementedError

    def differ(self, one: str, other: str) -> str:
        """Return an expression that is true when two rails differ in any lane."""
        return f"({one}!={other}).any()"

    def _call(self, position: int, node: AnyNode, names: dict[int, Names]) -> str:
        match node:
            case nodes.Calculate() | nodes.Age() | nodes.DateOf() | nodes.Apart() | nodes.MergeNumber():
                return _number(position, node, names, self._never)
            case nodes.Compare(operator=operator, left=left, right=right):
                return f"block.compare({_UFUNC[operator]},{_of(names, left)},{_of(names, right)},{node.domain!r})"
            case nodes.CompareRatio(operator=operator):
                parts = (node.left_top, node.left_bottom, node.right_top, node.right_bottom)
                return f"block.compare_ratio({_UFUNC[operator]},{node.domain!r},{','.join(_of(names, part) for part in parts)})"
            case nodes.Exists(condition=condition):
                return f"block.exists({_of(names, condition)},{_told(node.relation)})"
            case nodes.Every(condition=condition):
                return f"block.every({_of(names, condition)},{_told(node.relation)})"
            case nodes.Lift(relation=relation, operand=operand):
                way = "lift_shared" if relation.parent in self._shared else "lift"
                return f"block.{way}({_of(names, operand)},{_told(relation)})"
            case nodes.LiftNumber(relation=relation, operand=operand):
                way = "lift_shared_number" if relation.parent in self._shared else "lift_number"
                return f"block.{way}({_of(names, operand)},{_told(relation)})"
            case nodes.CompareCount(operator=operator, limit=limit, condition=condition):
                return f"block.compare_count({operator.name!r},{_of(names, condition)},{_of(names, limit)},{_told(node.relation)})"
            case nodes.Count(condition=condition):
                return f"block.count({_of(names, condition)},{_told(node.relation)})"
            case nodes.Aggregate(kind=kind, value=value, condition=condition):
                chosen = "None,None" if condition is None else _of(names, condition)
                return f"block.aggregate({kind!r},{_of(names, value)},{chosen},{_told(node.relation)})"
            case nodes.And() | nodes.Or() | nodes.Not() | nodes.AtLeast() | nodes.Merge():
                message = f"gates are not emitted here: {node}"
                raise AssertionError(message)
            case (
                nodes.Constant()
                | nodes.Test()
                | nodes.Reading()
                | nodes.Number()
                | nodes.FieldNumber()
                | nodes.Parameter()
            ):
                message = f"leaves are filled by the encoder: {node}"
                raise AssertionError(message)
            case _:
                assert_never(node)


def _number(
    position: int,
    node: nodes.Calculate | nodes.Age | nodes.DateOf | nodes.Apart | nodes.MergeNumber,
    names: dict[int, Names],
    never: frozenset[int],
) -> str:
    match node:
        case nodes.Calculate(operation=operation, left=left, right=right, rounding=rounding, scale=scale):
            sides = ",".join(
                f"*block.without_never({_of(names, side)})" if side in never else _of(names, side)
                for side in (left, right)
            )
            return f"block.calculate({operation!r},{sides},{rounding!r},{scale})"
        case nodes.Age(birth=birth):
            return f"block.age({_of(names, birth)})"
        case nodes.DateOf(time=time):
            return f"block.date_of({_of(names, time)})"
        case nodes.Apart(left=left, right=right, step=step):
            return f"block.apart({_of(names, left)},{_of(names, right)},{step})"
        case nodes.MergeNumber(rule=rule, supplied=supplied):
            return f"block.merge_number({position},{_of(names, rule)},{_of(names, supplied)},{node.domain!r})"
        case _:
            assert_never(node)


def _of(names: dict[int, Names], node: int) -> str:
    return ",".join(names[node])


def _told(relation: Relation) -> str:
    return f"({relation.child!r},{relation.parent!r},{relation.reference!r})"


def _may_be_never(program: Program) -> frozenset[int]:
    """Return the numbers that can be 未发生: stated dates and times, and what only passes one of them on."""
    found: set[int] = set()
    for position, node in enumerate(program.nodes):
        match node:
            case nodes.FieldNumber(fact=fact):
                passes = program.facts[fact].type.kind in {Kind.DATE, Kind.TIME}
            case nodes.LiftNumber(operand=operand) | nodes.DateOf(time=operand):
                passes = operand in found
            case nodes.MergeNumber(rule=rule, supplied=supplied):
                passes = rule in found or supplied in found
            case nodes.Aggregate(value=value):
                passes = value in found
            case _:
                passes = False
        if passes:
            found.add(position)
    return frozenset(found)
