"""Which operands of a node force its outcome, element by element: the steps of every proof."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.ir.verify import is_number
from relapse_rules.values.truth import Truth

Step = tuple[int, int]
"""A node, and the lane of an element in its domain."""


class Trace:
    """The rails of one case as a graph of reasons."""

    def __init__(self, program: Program, rails: Rails, case: Case) -> None:
        self._nodes = program.nodes
        self._rails = rails
        self._case = case

    def truth(self, node: int, lane: int) -> Truth:
        """Return the outcome of a condition; for a number, yes when it is known."""
        if is_number(self._nodes[node]):
            return None if self._rails.number(node, lane) is None else True
        return self._rails.truth(node, lane)

    def forcing(self, node: int, lane: int) -> tuple[Step, ...]:
        """Return the steps that together force the outcome of ``node`` in ``lane``.

        For a yes or no: the operands that prove it, all of those that would each do so alone. For an unknown: the unknown operands.
        """
        found = self._nodes[node]
        outcome = self.truth(node, lane)
        match found:
            case nodes.And() | nodes.Or():
                decisive = isinstance(found, nodes.Or)
                return self._with(
                    found.operands, lane, outcome if outcome in (None, decisive) else not decisive
                )
            case nodes.AtLeast():
                return self._with(found.operands, lane, outcome)
            case nodes.Merge() | nodes.MergeNumber():
                return self._merged(found, lane, outcome)
            case nodes.Exists() | nodes.Every():
                return tuple(self._folded(found, lane, outcome))
            case nodes.Count() | nodes.CompareCount() | nodes.Aggregate():
                return tuple(self._summed(found, lane, outcome))
            case (
                nodes.Lift(relation=relation, operand=operand)
                | nodes.LiftNumber(relation=relation, operand=operand)
            ):
                parent = self._case.links[relation][lane]
                return () if parent is None else ((operand, parent),)
            case (
                nodes.Constant()
                | nodes.Test()
                | nodes.Reading()
                | nodes.Not()
                | nodes.Compare()
                | nodes.CompareRatio()
                | nodes.Number()
                | nodes.FieldNumber()
                | nodes.Parameter()
                | nodes.Calculate()
                | nodes.Age()
                | nodes.DateOf()
                | nodes.Apart()
            ):
                used = tuple((operand, lane) for operand in operands(found))
                unknown = tuple(step for step in used if self.truth(*step) is None)
                return unknown if outcome is None and unknown else used
            case _:
                assert_never(found)

    def _with(self, used: tuple[int, ...], lane: int, outcome: Truth) -> tuple[Step, ...]:
        return tuple((operand, lane) for operand in used if self.truth(operand, lane) is outcome)

    def _merged(self, node: nodes.Merge | nodes.MergeNumber, lane: int, outcome: Truth) -> tuple[Step, ...]:
        """Return the rule, what was supplied, or both: those that give the outcome, and both when they contradict each other."""
        known = tuple(
            step for step in ((node.rule, lane), (node.supplied, lane)) if self.truth(*step) is not None
        )
        contradicted = len(known) > 1
        return known if outcome is not None or contradicted else ((node.rule, lane),)

    def _folded(self, node: nodes.Exists | nodes.Every, lane: int, outcome: Truth) -> Iterator[Step]:
        one_suffices = outcome is isinstance(node, nodes.Exists)
        for child, parent in enumerate(self._case.links[node.relation]):
            belongs = parent == lane or (parent is None and not one_suffices)
            if belongs and self.truth(node.condition, child) is outcome:
                yield node.condition, child

    def _summed(
        self, node: nodes.Count | nodes.CompareCount | nodes.Aggregate, lane: int, outcome: Truth
    ) -> Iterator[Step]:
        for child, parent in enumerate(self._case.links[node.relation]):
            if parent is not None and parent != lane:
                continue
            chosen = True if node.condition is None else self.truth(node.condition, child)
            if node.condition is not None and (outcome is not None or chosen is None):
                yield node.condition, child
            if isinstance(node, nodes.Aggregate) and chosen is True:
                yield node.value, child
        if isinstance(node, nodes.CompareCount):
            yield node.limit, lane
