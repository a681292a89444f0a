"""Which disasters are of the kinds that the policy covers, and by which of its statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from relapse_rules.decisions.model import Outcome, ScopeElement
from relapse_rules.decisions.trace import Trace
from relapse_rules.facts.case import Case
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Concluded, Program
from relapse_rules.ir.rails import Rails
from relapse_rules.ir.verify import is_number

EVENT = "disaster_event"
CATEGORY = "disaster_event.category"

_MOST_KNOWN: Final = 4096
"""Patterns of rails that are kept; a batch must not fill the memory."""


class Scope:
    """适用范围 of one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._entry = next((entry for entry in program.conclusions if entry.id == program.scope), None)
        self._cites = {entry.node: entry.cites for entry in program.conclusions}
        self._below = self._reach()
        self._known: dict[tuple[int, ...], tuple[Outcome, tuple[str, ...]]] = {}

    def elements(self, rails: Rails, case: Case) -> tuple[ScopeElement, ...]:
        """Return one element for each disaster; none for a policy that names no 适用范围."""
        if self._entry is None:
            return ()
        table = case.tables[EVENT]
        found: list[ScopeElement] = []
        for lane, event in enumerate(table.ids):
            category = table.rows[lane].get(CATEGORY)
            outcome, cites = self._judged(self._entry, rails, case, lane)
            found.append(ScopeElement(event, category if isinstance(category, str) else None, outcome, cites))
        return tuple(found)

    def _judged(
        self, entry: Concluded, rails: Rails, case: Case, lane: int
    ) -> tuple[Outcome, tuple[str, ...]]:
        """Return the outcome for one disaster and the statements that it rests on.

        Disasters with the same rails rest on the same statements, and there are few different ones.
        """
        first: Sequence[Any] = rails.first
        key = tuple((first[node] >> lane & 1) | (rails.second[node] >> lane & 1) << 1 for node in self._below)
        known = self._known.get(key) if self._below else None
        if known is not None:
            return known
        trace = Trace(self._program, rails, case)
        node = entry.node
        outcome = {True: Outcome.YES, False: Outcome.NO, None: Outcome.UNKNOWN}[trace.truth(node, lane)]
        cites = dict.fromkeys(entry.cites)
        for below in self._definitions_below(trace, node, lane, {node}):
            cites.update(dict.fromkeys(self._cites[below]))
        if len(self._known) < _MOST_KNOWN:
            self._known[key] = outcome, tuple(cites)
        return outcome, tuple(cites)

    def _reach(self) -> tuple[int, ...]:
        """Return all conditions that the statements of an outcome hang on; none when they reach into another domain or a number."""
        if self._entry is None:
            return ()
        nodes, seen, pending = self._program.nodes, {self._entry.node}, [self._entry.node]
        while pending:
            node = pending.pop()
            if node != self._entry.node and node in self._cites:
                continue
            for below in operands(nodes[node]):
                if nodes[below].domain != self._entry.domain or is_number(nodes[below]):
                    return ()
                if below not in seen:
                    seen.add(below)
                    pending.append(below)
        return tuple(sorted(seen))

    def _definitions_below(self, trace: Trace, node: int, lane: int, seen: set[int]) -> Iterator[int]:
        """Yield the nearest 定义 that force the outcome; those are not entered."""
        for below, below_lane in trace.forcing(node, lane):
            if below in seen:
                continue
            seen.add(below)
            if below in self._cites:
                yield below
            else:
                yield from self._definitions_below(trace, below, below_lane, seen)
