"""What one step of a proof shows below it: for a yes or no what forces it, for an unknown what leaves it open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, assert_never

from relapse_rules.decisions.trace import Step, Trace
from relapse_rules.explain.premises import FactAt, Key, ListOf, ParameterOf
from relapse_rules.explain.support import Need, Support, Way
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.values.relations import Relation


class Grounds(NamedTuple):
    """Premises that a step has itself, and the steps below it."""

    keys: tuple[Key, ...]
    steps: tuple[Step, ...]


class Chooser:
    """Chooses, for every step, the part of a proof that rests on given premises alone.

    ``unset``: 参数 that have no value at 判定时点.
    """

    def __init__(
        self, program: Program, rails: Rails, case: Case, support: Support, unset: frozenset[str]
    ) -> None:
        self._program = program
        self._case = case
        self._trace = Trace(program, rails, case)
        self._support = support
        self._unset = unset

    def known(self, step: Step) -> bool:
        """Whether a condition is yes or no, or a number known."""
        return self._trace.truth(*step) is not None

    def below(self, step: Step, premises: int) -> Grounds:
        """Return what forces a known ``step``, using ``premises`` (bits) only; or what leaves it open."""
        return self._forcing(step, premises) if self.known(step) else self._open(step)

    def _forcing(self, step: Step, premises: int) -> Grounds:
        if not self._support.enough(step, premises):
            # Below an unknown that rests on a contradiction, or that cannot be computed, stand proofs of their own.
            premises = self._support.sets(step)[0]
        plan = next(
            plan for plan in self._support.plans(step) if all(self._had(need, premises) for need in plan)
        )
        ways = tuple(way for need in plan for way in self._had(need, premises))
        own = 0
        for way in ways:
            own |= way.own
        return Grounds(
            self._support.among(own), tuple(dict.fromkeys(part for way in ways for part in way.steps))
        )

    def _had(self, need: Need, premises: int) -> tuple[Way, ...]:
        """Return the ways to choose: those on the fewest premises, in written order; none when they are not enough."""
        possible = [way for way in need.ways if self._support.within(way, premises)]
        if len(possible) < need.number:
            return ()
        chosen = sorted(possible, key=self._support.size)[: need.number]
        return tuple(way for way in need.ways if way in chosen)

    def missing(self, step: Step) -> tuple[Key, ...]:
        """Return what an unknown step waits for, each once, in the order in which a proof meets it."""
        found: dict[Key, None] = {}
        seen: set[Step] = set()
        waiting = [step]
        while waiting:
            current = waiting.pop()
            if current not in seen and not self.known(current):
                seen.add(current)
                grounds = self._open(current)
                found.update(dict.fromkeys(grounds.keys))
                waiting.extend(reversed(grounds.steps))
        return tuple(found)

    # --- what is open -----------------------------------------------------------------------------

    def _open(self, step: Step) -> Grounds:
        position, lane = step
        node = self._program.nodes[position]
        match node:
            case nodes.Test() | nodes.FieldNumber() | nodes.Parameter():
                return Grounds(tuple(self._unknown_leaf(node, lane)), ())
            case nodes.Merge() | nodes.MergeNumber():
                return Grounds((), self._trace.forcing(position, lane))
            case nodes.Exists() | nodes.Every() | nodes.Count() | nodes.CompareCount() | nodes.Aggregate():
                return self._open_fold(node, lane)
            case nodes.Lift(relation=relation) | nodes.LiftNumber(relation=relation):
                parent = self._case.links[relation][lane]
                if parent is None:
                    return Grounds((self._reference(relation, lane),), ())
                return Grounds((), ((node.operand, parent),))
            case (
                nodes.Constant()
                | nodes.Reading()
                | nodes.Number()
                | nodes.And()
                | nodes.Or()
                | nodes.AtLeast()
                | nodes.Not()
                | nodes.Compare()
                | nodes.CompareRatio()
                | nodes.Calculate()
                | nodes.Age()
                | nodes.DateOf()
                | nodes.Apart()
            ):
                used = tuple((operand, lane) for operand in operands(node))
                # Where nothing is unknown, a number cannot be computed: a division by zero, arithmetic with 未发生.
                return Grounds((), tuple(each for each in used if not self.known(each)) or used)
            case _:
                assert_never(node)

    def _unknown_leaf(
        self, node: nodes.Test | nodes.FieldNumber | nodes.Parameter, lane: int
    ) -> Iterator[Key]:
        if isinstance(node, nodes.Parameter):
            yield ParameterOf(node.name)
            return
        parameter = node.parameter if isinstance(node, nodes.Test) else None
        unset = parameter is not None and parameter in self._unset
        stated = node.fact in self._case.tables[node.domain].rows[lane]
        if not (unset and stated):
            yield FactAt(node.domain, lane, node.fact)
        if unset and parameter is not None:
            yield ParameterOf(parameter)

    def _open_fold(
        self,
        node: nodes.Exists | nodes.Every | nodes.Count | nodes.CompareCount | nodes.Aggregate,
        lane: int,
    ) -> Grounds:
        relation = node.relation
        keys: list[Key] = [] if self._case.tables[relation.child].complete else [ListOf(relation.child)]
        steps: list[Step] = []
        for child, parent in enumerate(self._case.links[relation]):
            if parent is not None and parent != lane:
                continue
            waiting = self._open_element(node, child)
            if waiting is not None:
                steps.extend(waiting)
                keys.extend([self._reference(relation, child)] if parent is None else [])
        if isinstance(node, nodes.CompareCount) and not self.known((node.limit, lane)):
            steps.append((node.limit, lane))
        return Grounds(tuple(keys), tuple(steps))

    def _open_element(
        self,
        node: nodes.Exists | nodes.Every | nodes.Count | nodes.CompareCount | nodes.Aggregate,
        child: int,
    ) -> tuple[Step, ...] | None:
        """Return what one element waits for; None when it cannot matter, whether it belongs here or not."""
        steps: list[Step] = []
        if node.condition is not None:
            condition = (node.condition, child)
            truth = self._trace.truth(*condition)
            if truth is isinstance(node, nodes.Every):
                return None
            steps.extend([condition] if truth is None else [])
        if isinstance(node, nodes.Aggregate) and not self.known((node.value, child)):
            steps.append((node.value, child))
        return tuple(steps)

    def _reference(self, relation: Relation, child: int) -> Key:
        return FactAt(relation.child, child, f"{relation.child}.{relation.reference}")
