"""Which disasters are of the kinds that the policy covers, and by which of its statements."""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.decisions.model import Outcome, ScopeElement
from relapse_rules.decisions.trace import Trace
from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails

EVENT = "disaster_event"
CATEGORY = "disaster_event.category"


class Scope:
    """适用范围 of one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._entry = next((entry for entry in program.conclusions if entry.id == program.scope), None)
        self._cites = {entry.node: entry.cites for entry in program.conclusions}

    def elements(self, rails: Rails, case: Case) -> tuple[ScopeElement, ...]:
        """Return one element for each disaster; none for a policy that names no 适用范围."""
        if self._entry is None:
            return ()
        trace = Trace(self._program, rails, case)
        table = case.tables[EVENT]
        return tuple(
            self._element(trace, lane, event, table.rows[lane].get(CATEGORY))
            for lane, event in enumerate(table.ids)
        )

    def _element(self, trace: Trace, lane: int, event: str, category: object) -> ScopeElement:
        assert self._entry is not None
        node = self._entry.node
        outcome = {True: Outcome.YES, False: Outcome.NO, None: Outcome.UNKNOWN}[trace.truth(node, lane)]
        cites = dict.fromkeys(self._entry.cites)
        for below in self._definitions_below(trace, node, lane, {node}):
            cites.update(dict.fromkeys(self._cites[below]))
        return ScopeElement(event, category if isinstance(category, str) else None, outcome, tuple(cites))

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
