"""When a completion condition came true: read off the times in the facts that prove it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from relapse_rules.decisions.moments import first_second, last_second
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.values.truth import Comparison
from relapse_rules.values.types import NEVER, Kind


class When(NamedTuple):
    """The first and the last second in which something may have happened: one and the same, or a day's when only the date is stated."""

    earliest: int
    latest: int


class Evidence:
    """The times that prove the conditions of one case."""

    def __init__(self, program: Program, rails: Rails, facts: Case) -> None:
        self._program = program
        self._rails = rails
        self._facts = facts

    def when(self, node: int, lane: int, since: int | None = None) -> When | None:
        """Return when a condition that is proved came true for the element in ``lane``; None when no time in the facts tells.

        ``since``: where one of several would do, the first not before it is taken, if there is one.
        """
        if self._rails.truth(node, lane) is not True:
            return None
        found = self._program.nodes[node]
        match found:
            case nodes.Test():
                return self._happened(found, lane)
            case nodes.And():
                return _all(self.when(each, lane, since) for each in found.operands)
            case nodes.Or():
                return _first((self.when(each, lane, since) for each in found.operands), since)
            case nodes.AtLeast(count=count):
                return _counted((self.when(each, lane, since) for each in found.operands), count)
            case nodes.Exists():
                return _first(self._children(found, lane, since), since)
            case nodes.Every():
                return _all(self._children(found, lane, since))
            case nodes.CompareCount():
                return self._enough(found, lane, since)
            case nodes.Lift(relation=relation, operand=operand):
                parent = self._facts.links[relation][lane]
                return None if parent is None else self.when(operand, parent, since)
            case nodes.Merge(rule=rule):
                return self.when(rule, lane, since)
            case _:
                return None

    def _happened(self, node: nodes.Test, lane: int) -> When | None:
        if node.kind != "happened":
            return None
        value = self._facts.tables[node.domain].rows[lane].get(node.fact)
        if not isinstance(value, int) or value == NEVER:
            return None
        if self._program.facts[node.fact].type.kind is Kind.DATE:
            return When(first_second(value), last_second(value))
        return When(value, value)

    def _children(
        self, node: nodes.Exists | nodes.Every | nodes.CompareCount, lane: int, since: int | None
    ) -> Iterator[When | None]:
        for child, parent in enumerate(self._facts.links[node.relation]):
            if parent == lane and self._rails.truth(node.condition, child) is True:
                yield self.when(node.condition, child, since)

    def _enough(self, node: nodes.CompareCount, lane: int, since: int | None) -> When | None:
        limit = self._rails.number(node.limit, lane)
        if limit is None or node.operator not in {Comparison.AT_LEAST, Comparison.MORE, Comparison.EQUAL}:
            return None
        return _counted(self._children(node, lane, since), limit + (node.operator is Comparison.MORE))


def tested(program: Program, node: int, fact: str) -> frozenset[str]:
    """Return the values of ``fact`` that a condition asks for, anywhere in it."""
    found: set[str] = set()
    seen: set[int] = set()
    waiting = [node]
    while waiting:
        position = waiting.pop()
        if position in seen:
            continue
        seen.add(position)
        each = program.nodes[position]
        if isinstance(each, nodes.Test) and each.fact == fact:
            found.update(each.values)
        waiting.extend(operands(each))
    return frozenset(found)


def _all(times: Iterable[When | None]) -> When | None:
    """Return when the last of those that have a time came true."""
    known = [when for when in times if when is not None]
    return max(known, default=None)


def _first(times: Iterable[When | None], since: int | None) -> When | None:
    known = [when for when in times if when is not None]
    later = [when for when in known if since is not None and when.latest >= since]
    return min(later or known, default=None)


def _counted(times: Iterable[When | None], count: int) -> When | None:
    """Return when the ``count``-th came true; None when fewer have a time."""
    known = sorted(when for when in times if when is not None)
    return known[count - 1] if 0 < count <= len(known) else None
