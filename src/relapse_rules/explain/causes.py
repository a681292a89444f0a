"""What brings a change about at one moment: followed from a changed outcome down to what moved by itself.

Nothing is told of a fact but its name: that its moment has come says enough, and may be all that may be said of a personal one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from relapse_rules.decisions.model import Outcome, Target
from relapse_rules.decisions.moments import day_text
from relapse_rules.decisions.targets import targets_of
from relapse_rules.decisions.words import Words
from relapse_rules.explain.turning import Moving
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.details import Details
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.ir.verify import is_number
from relapse_rules.values.moments import day_of
from relapse_rules.values.truth import Truth

_TOLD = {True: "是", False: "否", None: "未知"}

Place = tuple[int, int]
"""A node, and the lane of an element in its domain."""


class Change(NamedTuple):
    """The rails of a case at a moment and one second before. ``case`` is as of the moment."""

    case: Case
    before: Rails
    after: Rails


class Causes:
    """Names causes for one program."""

    def __init__(self, program: Program, words: Words, details: Details, found: Moving) -> None:
        self._program = program
        self._words = words
        self._details = details
        self._moving = found
        self._parameters = {entry.name: entry for entry in program.parameters}

    def of(self, change: Change, places: tuple[Place, ...]) -> Iterator[str]:
        """Yield what made the nodes at ``places`` change, each cause perhaps more than once."""
        seen = set(places)
        pending = list(reversed(places))
        while pending:
            position, lane = pending.pop()
            if not self._differs(change, position, lane):
                continue
            yield from self._at(change, position, lane)
            below = [place for place in self._below(change.case, position, lane) if place not in seen]
            seen.update(below)
            pending.extend(reversed(below))

    def parameter(self, name: str, day: int) -> Iterator[str]:
        """Yield that a 参数 changes on ``day`` (ordinal), if it does."""
        if any(setting.since == day for setting in self._parameters[name].values):
            yield f"参数“{name}”换用 {day_text(day)} 起的值"

    def units(self, names: tuple[str, ...], day: int) -> Iterator[str]:
        """Yield which of the units called ``names`` are merged on ``day`` (ordinal)."""
        for unit in self._program.units:
            for successor, since in unit.successions:
                if since == day and unit.name in names:
                    yield f"“{unit.name}”自 {day_text(day)} 起并入“{successor}”"

    def _differs(self, change: Change, position: int, lane: int) -> bool:
        if is_number(self._program.nodes[position]):
            return change.before.number(position, lane) != change.after.number(position, lane)
        return change.before.truth(position, lane) is not change.after.truth(position, lane)

    def _at(self, change: Change, position: int, lane: int) -> Iterator[str]:
        """Yield what a node that changes says of the cause by itself."""
        node, today = self._program.nodes[position], day_of(change.case.as_of)
        match node:
            case nodes.Parameter(name=name):
                yield from self.parameter(name, today)
            case nodes.Test(parameter=str(name)):
                yield from self.parameter(name, today)
            case nodes.Test(fact=fact):
                yield f"{self._target(change.case, node.domain, lane)}：“{self._field(fact)}”的时间到了"
            case nodes.Age():
                years = change.after.number(position, lane)
                yield f"{self._target(change.case, node.domain, lane)} 满 {years} 周岁"
            case nodes.Compare() | nodes.CompareRatio() if position in self._moving.now:
                yield self._passed(change, position, lane)
            case _:
                pass

    def _passed(self, change: Change, position: int, lane: int) -> str:
        """Return what an officer is told of a comparison that 判定时点 has passed."""
        target = self._target(change.case, self._program.nodes[position].domain, lane)
        words = self._details.words(position)
        if not words:
            return f"{target}：到了规定的时间"
        before: Truth = change.before.truth(position, lane)
        return f"{target}：“{words}”由{_TOLD[before]}变为{_TOLD[change.after.truth(position, lane)]}"

    def _below(self, case: Case, position: int, lane: int) -> Iterator[Place]:
        node = self._program.nodes[position]
        match node:
            case nodes.Lift(relation=relation) | nodes.LiftNumber(relation=relation):
                parent = case.links[relation][lane]
                if parent is not None:
                    yield node.operand, parent
            case nodes.Exists() | nodes.Every() | nodes.Count() | nodes.CompareCount() | nodes.Aggregate():
                own = (node.limit,) if isinstance(node, nodes.CompareCount) else ()
                yield from ((operand, lane) for operand in own)
                for child, parent in enumerate(case.links[node.relation]):
                    if parent is None or parent == lane:
                        yield from ((operand, child) for operand in operands(node) if operand not in own)
            case _:
                yield from ((operand, lane) for operand in operands(node))

    def _target(self, case: Case, domain: str, lane: int) -> str:
        target: Target = targets_of(case, domain, domain).elements[lane]
        return self._words.target(target, Outcome.YES)

    def _field(self, fact: str) -> str:
        return self._words.fact(fact).rpartition("：")[2]
