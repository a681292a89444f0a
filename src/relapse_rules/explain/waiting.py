"""What is open in a decision, and which unknown facts of which elements each of it waits for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from relapse_rules.decisions.model import Outcome, Target
from relapse_rules.decisions.names import PARAMETER_PREFIX, FactNames
from relapse_rules.decisions.targets import Targets, targets_of
from relapse_rules.decisions.trace import Step
from relapse_rules.explain.grounds import Chooser, Grounds
from relapse_rules.explain.listed import Asked, Listed
from relapse_rules.explain.model import OutcomeName, StepKind
from relapse_rules.explain.premises import FactAt, Key, ListOf, ParameterOf
from relapse_rules.explain.support import Support
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program, in_force
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of


class Element(NamedTuple):
    """One outcome of a decision. No lane: it stands for the elements of a list that are not known."""

    asked: Asked
    target: Target
    lane: int | None

    @property
    def name(self) -> OutcomeName:
        """Return how an answer speaks of it."""
        return OutcomeName(kind=self.asked.kind, id=self.asked.id, target=self.target)

    def outcome(self, case: Case, rails: Rails) -> Outcome:
        """Return what it is, by the rails of ``case``."""
        if self.lane is None:
            return Outcome.NO if case.tables[self.asked.domain].complete else Outcome.UNKNOWN
        yes = rails.first[self.asked.node]
        assert isinstance(yes, int)
        if yes >> self.lane & 1:
            return Outcome.YES
        return Outcome.NO if rails.second[self.asked.node] >> self.lane & 1 else Outcome.UNKNOWN


def elements(listed: Listed, case: Case) -> Iterator[Element]:
    """Yield everything that a decision lists, in its order."""
    known: dict[str, Targets] = {}
    for asked in listed:
        targets = known.get(asked.entity)
        if targets is None:
            targets = known[asked.entity] = targets_of(case, asked.entity, asked.domain)
        for lane, target in enumerate(targets.elements):
            yield Element(asked, target, lane)
        if targets.unlisted is not None:
            yield Element(asked, targets.nobody, None)


def open_elements(listed: Listed, case: Case, rails: Rails) -> tuple[Element, ...]:
    """Return what is undecided. A 裁量 that nobody has made yet is a fact to ask for, not an outcome."""
    return tuple(
        element
        for element in elements(listed, case)
        if element.asked.kind is not StepKind.JUDGEMENT and element.outcome(case, rails) is Outcome.UNKNOWN
    )


def unset_parameters(program: Program, case: Case) -> frozenset[str]:
    """Return the 参数 that have no value at 判定时点."""
    today = day_of(case.as_of)
    held = {entry.name: in_force(entry, today) for entry in program.parameters}
    return frozenset(name for name, setting in held.items() if setting is None or setting.value is None)


class Cones:
    """``keys``: what can be asked for, in the vocabulary's order. ``masks``: for each element, what it waits for, as bits of ``keys``."""

    def __init__(
        self,
        program: Program,
        names: FactNames,
        case: Case,
        rails: Rails,
        waiting: tuple[Element, ...],
    ) -> None:
        self._chooser = Chooser(
            program, rails, case, Support(program, rails, case), unset_parameters(program, case)
        )
        self._nodes = program.nodes
        self._case = case
        self._found: dict[Step, frozenset[Key]] = {}
        cones = [
            frozenset((ListOf(element.asked.domain),))
            if element.lane is None
            else self._of((element.asked.node, element.lane))
            for element in waiting
        ]
        everything: frozenset[Key] = frozenset().union(*cones)
        self.keys = tuple(sorted(everything, key=lambda key: _rank(names, key)))
        bit = {key: 1 << place for place, key in enumerate(self.keys)}
        self.masks = tuple(sum(bit[key] for key in cone) for cone in cones)

    def _of(self, step: Step) -> frozenset[Key]:
        """Return what an unknown step waits for. Definitions may rest on one another for thousands of levels."""
        stack = [step]
        grounds: dict[Step, Grounds] = {}
        while stack:
            current = stack[-1]
            if current in self._found:
                stack.pop()
                continue
            below = grounds.get(current)
            if below is None:
                below = self._chooser.below(current, 0)
                # What is known here is a number that cannot be computed, or a contradiction: nothing to wait for.
                parts = (*below.steps, *self._above(current))
                waiting = tuple(part for part in parts if not self._chooser.known(part))
                grounds[current] = below._replace(steps=waiting)
                stack.extend(part for part in waiting if part not in self._found)
                continue
            self._found[current] = frozenset(below.keys).union(*(self._found[part] for part in below.steps))
            stack.pop()
        return self._found[step]

    def _above(self, step: Step) -> tuple[Step, ...]:
        """Return what an element will see of its parent when it is known which one that is: any may turn out to be it."""
        node = self._nodes[step[0]]
        if not isinstance(node, nodes.Lift | nodes.LiftNumber):
            return ()
        if self._case.links[node.relation][step[1]] is not None:
            return ()
        return tuple(
            (node.operand, lane) for lane in range(len(self._case.tables[node.relation.parent].rows))
        )


def fact_name(names: FactNames, key: Key) -> str:
    """Return what a decision calls what can be asked for."""
    match key:
        case FactAt(fact=fact):
            return fact
        case ListOf(domain=domain):
            return names.list_names[domain]
        case ParameterOf(name=name):
            return PARAMETER_PREFIX + name
        case _:
            message = f"nobody can be asked for {key}"
            raise AssertionError(message)


def _rank(names: FactNames, key: Key) -> tuple[int, int]:
    return names.bit[fact_name(names, key)], key.lane if isinstance(key, FactAt) else 0
