"""What an outcome can depend on: the steps below it, and the facts and lists of elements that they read.

Wider than what it rests on today: an element that belongs elsewhere could belong here, so references are followed to every element.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, assert_never

from relapse_rules.decisions.trace import Step
from relapse_rules.explain.premises import FactAt, ListOf
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program
from relapse_rules.values.relations import Relation

Place = FactAt | ListOf
"""What a change is about."""

Fold = nodes.Exists | nodes.Every | nodes.Count | nodes.CompareCount | nodes.Aggregate


class Below(NamedTuple):
    """What one step uses: other steps, and places that it reads itself."""

    steps: tuple[Step, ...]
    places: tuple[Place, ...] = ()


class Cone:
    """All steps below one step of a case. ``steps``: in the order of the program, so that what a step uses stands before it."""

    def __init__(self, program: Program, case: Case, top: Step) -> None:
        self.program = program
        self._case = case
        self.below: dict[Step, Below] = {}
        waiting = [top]
        while waiting:
            step = waiting.pop()
            if step not in self.below:
                self.below[step] = self._below(step)
                waiting.extend(self.below[step].steps)
        self.steps: tuple[Step, ...] = tuple(sorted(self.below))
        self.positions = frozenset(position for position, _ in self.steps)
        self.places: tuple[Place, ...] = tuple(
            dict.fromkeys(place for step in self.steps for place in self.below[step].places)
        )

    def reads(self, places: Iterable[Place]) -> dict[Step, int]:
        """Return for each step which of ``places`` it depends on, as bits in their order."""
        bits = {place: 1 << number for number, place in enumerate(places)}
        found: dict[Step, int] = {}
        for step in self.steps:
            below = self.below[step]
            own = 0
            for place in below.places:
                own |= bits.get(place, 0)
            for part in below.steps:
                own |= found[part]
            found[step] = own
        return found

    def reference(self, relation: Relation, child: int) -> FactAt | None:
        """Return the fact that says where an element belongs; None where that cannot be otherwise."""
        if relation.reference is None or relation.parent in self.program.singular:
            return None
        return FactAt(relation.child, child, f"{relation.child}.{relation.reference}")

    def _below(self, step: Step) -> Below:
        position, lane = step
        node = self.program.nodes[position]
        match node:
            case nodes.Test(domain=domain, fact=fact) | nodes.FieldNumber(domain=domain, fact=fact):
                return Below((), (FactAt(domain, lane, fact),))
            case nodes.Exists() | nodes.Every() | nodes.Count() | nodes.CompareCount() | nodes.Aggregate():
                return self._folded(node, lane)
            case (
                nodes.Lift(relation=relation, operand=operand)
                | nodes.LiftNumber(relation=relation, operand=operand)
            ):
                reference = self.reference(relation, lane)
                if reference is None:
                    parent = self._case.links[relation][lane]
                    return Below(() if parent is None else ((operand, parent),))
                parents = range(len(self._case.tables[relation.parent].rows))
                return Below(tuple((operand, parent) for parent in parents), (reference,))
            case (
                nodes.Constant()
                | nodes.Reading()
                | nodes.Number()
                | nodes.Parameter()
                | nodes.And()
                | nodes.Or()
                | nodes.AtLeast()
                | nodes.Not()
                | nodes.Merge()
                | nodes.MergeNumber()
                | nodes.Compare()
                | nodes.CompareRatio()
                | nodes.Calculate()
                | nodes.Age()
                | nodes.DateOf()
                | nodes.Apart()
            ):
                return Below(tuple((operand, lane) for operand in operands(node)))
            case _:
                assert_never(node)

    def _folded(self, node: Fold, lane: int) -> Below:
        relation = node.relation
        places: list[Place] = [ListOf(relation.child)]
        steps: list[Step] = []
        for child in self.children(relation, lane):
            reference = self.reference(relation, child)
            places.extend([] if reference is None else [reference])
            steps.extend((part, child) for part in _of_element(node))
        if isinstance(node, nodes.CompareCount):
            steps.append((node.limit, lane))
        return Below(tuple(steps), tuple(places))

    def children(self, relation: Relation, lane: int) -> Iterator[int]:
        """Yield the elements that belong to ``lane``, or could."""
        for child, parent in enumerate(self._case.links[relation]):
            if parent is None or parent == lane or self.reference(relation, child) is not None:
                yield child


def _of_element(node: Fold) -> tuple[int, ...]:
    if isinstance(node, nodes.Aggregate):
        return (node.value,) if node.condition is None else (node.condition, node.value)
    return (node.condition,)
