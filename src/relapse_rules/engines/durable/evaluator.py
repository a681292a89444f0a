"""The evaluator: stages in order, and in each stage one engine run for each ruleset and lane."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from relapse_rules.engines import lanes
from relapse_rules.engines.durable.between import Part, compile_between
from relapse_rules.engines.durable.driver import Handle
from relapse_rules.engines.durable.limits import LIMITS, Limits
from relapse_rules.engines.durable.literals import Literal
from relapse_rules.engines.durable.rulesets import Maker, Ruleset
from relapse_rules.engines.durable.stages import Region, stages_of
from relapse_rules.engines.durable.trace import Firing, Trace
from relapse_rules.engines.lanes.shape import Layout
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails

PREFERRED_RULES: Final = 60
"""Rules in a ruleset unless told otherwise: a state costs memory and time for each rule of its ruleset, whether it fires or not."""

Arrange = Callable[[Sequence[Literal]], Sequence[Literal]]
"""Puts the literals of one run into the order in which they are asserted."""


def compile_program(
    program: Program, *, limits: Limits = LIMITS, preferred_rules: int = PREFERRED_RULES
) -> DurableEvaluator:
    """Return the evaluator of ``program`` for one household at a time, over durable_rules.

    Raises:
        ProgramRefusedError: the program needs more than durable_rules can bear (RR0702).
    """
    return DurableEvaluator(program, limits, preferred_rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A region made ready; ``inputs`` are the literals from outside that its rules use."""

    domain: int
    inputs: tuple[Literal, ...]
    gates: frozenset[int]
    rulesets: tuple[tuple[Ruleset, Handle], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A stage made ready."""

    between: tuple[Part, ...]
    runs: tuple[_Run, ...]
    swapped: tuple[tuple[int, int], ...]
    """Each `Not` and its operand."""
    merged: tuple[int, ...]


class DurableEvaluator:
    """Runs a program. Safe to share between threads, which then wait for each other; use processes to be quicker.

    It holds no case between two calls. `close` it (or let it go) to free its rulesets.
    """

    def __init__(
        self, program: Program, limits: Limits = LIMITS, preferred_rules: int = PREFERRED_RULES
    ) -> None:
        self.program = program
        self._limits = limits
        self._preferred_rules = preferred_rules
        self._layout = Layout(program)
        self._steps = self._prepared()
        self._lanes = lanes.compile_program(program)

    def __reduce__(self) -> tuple[type[DurableEvaluator], tuple[Program, Limits, int]]:
        return DurableEvaluator, (self.program, self._limits, self._preferred_rules)

    @property
    def rulesets(self) -> tuple[Ruleset, ...]:
        """All rulesets, in the order in which they run."""
        return tuple(ruleset for step in self._steps for run in step.runs for ruleset, _ in run.rulesets)

    def close(self) -> None:
        """Free the rulesets. The evaluator is of no use afterwards."""
        for step in self._steps:
            for run in step.runs:
                for _, handle in run.rulesets:
                    handle.close()

    def run(
        self, case: Case, readings: Mapping[str, str] | None = None, *, arrange: Arrange | None = None
    ) -> Rails:
        """Return the rails of every node for ``case``; ``readings`` takes some 解读 otherwise than the policy does.

        ``arrange`` changes the order in which literals are asserted, never the rails.
        """
        return self._run(case, readings, arrange, None)

    def trace(
        self, case: Case, readings: Mapping[str, str] | None = None, *, arrange: Arrange | None = None
    ) -> Trace:
        """Return all firings for ``case`` in their order, with the rails."""
        firings: list[Firing] = []
        rails = self._run(case, readings, arrange, firings)
        return Trace(firings=tuple(firings), rails=rails)

    def changed_by_readings(self, case: Case, rails: Rails) -> dict[str, frozenset[int]]:
        """Return for each 解读 the listed nodes whose outcome, for any element, another of its options would change."""
        return self._lanes.changed_by_readings(case, rails)

    def _prepared(self) -> tuple[_Step, ...]:
        stages = stages_of(self.program)
        maker = Maker(self.program, self._limits, self._preferred_rules)
        # All rulesets are made before any is given to the engine: a program may still be refused.
        made = [[(region, maker.rulesets(region)) for region in stage.regions] for stage in stages]
        parts = compile_between(self.program, self._layout, [stage.between for stage in stages])
        return tuple(
            _Step(
                between=own,
                runs=tuple(self._ready(region, rulesets) for region, rulesets in regions),
                swapped=tuple(
                    (position, node.operand)
                    for position, node in self._gates(regions)
                    if isinstance(node, nodes.Not)
                ),
                merged=tuple(
                    position for position, node in self._gates(regions) if isinstance(node, nodes.Merge)
                ),
            )
            for own, regions in zip(parts, made, strict=True)
        )

    def _gates(self, regions: Sequence[tuple[Region, Any]]) -> list[tuple[int, nodes.AnyNode]]:
        return [
            (position, self.program.nodes[position]) for region, _ in regions for position in region.gates
        ]

    def _ready(self, region: Region, rulesets: tuple[Ruleset, ...]) -> _Run:
        own = set(region.gates)
        used = {literal for ruleset in rulesets for literal in ruleset.facts}
        return _Run(
            domain=self._layout.number[region.domain],
            inputs=tuple(sorted(literal for literal in used if literal.node not in own)),
            gates=frozenset(own),
            rulesets=tuple((ruleset, Handle(ruleset)) for ruleset in rulesets),
        )

    def _run(
        self,
        case: Case,
        readings: Mapping[str, str] | None,
        arrange: Arrange | None,
        firings: list[Firing] | None,
    ) -> Rails:
        first, second, shape = self._lanes.encode(case, readings)
        inner = len(self.program.nodes) - len(first)
        first, second = [*first, *[0] * inner], [*second, *[0] * inner]
        conflicts: list[tuple[int, int]] = []
        for step in self._steps:
            for part in step.between:
                part(first, second, shape, conflicts)
            for run in step.runs:
                for lane in range(shape[0][run.domain]):
                    _run_lane(run, first, second, lane, arrange, firings)
            for position, operand in step.swapped:
                first[position], second[position] = second[operand], first[operand]
            for position in step.merged:
                clash = first[position] & second[position]
                first[position] ^= clash
                second[position] ^= clash
                conflicts.append((position, clash))
        return Rails(first, second, tuple(sorted(clash for clash in conflicts if clash[1])))


def _run_lane(
    run: _Run,
    first: list[Any],
    second: list[int],
    lane: int,
    arrange: Arrange | None,
    firings: list[Firing] | None,
) -> None:
    """Chain the gates of one region for one element, and set the bits that were proved."""
    known = {
        literal: None
        for literal in run.inputs
        if (first if literal.rail else second)[literal.node] >> lane & 1
    }
    for ruleset, handle in run.rulesets:
        told: Sequence[Literal] = [literal for literal in known if literal in ruleset.facts]
        if told:
            told = told if arrange is None else arrange(told)
            on_firing = _listener(ruleset, known, lane, firings)
            handle.run([ruleset.facts[literal] for literal in told], on_firing)
    for literal in known:
        if literal.node in run.gates and literal.part == 0:
            (first if literal.rail else second)[literal.node] |= 1 << lane


def _listener(
    ruleset: Ruleset, known: dict[Literal, None], lane: int, firings: list[Firing] | None
) -> Callable[[str, str], str | None]:
    rules, facts = ruleset.rules, ruleset.facts

    def on_firing(name: str, fired: str) -> str | None:
        rule = rules[name]
        if firings is not None:
            firings.append(
                Firing(
                    node=rule.conclusion.node,
                    rail=rule.conclusion.rail,
                    part=rule.conclusion.part,
                    lane=lane,
                    claim=rule.claim,
                    # What the engine says that it fired on, not what the rule asks for.
                    antecedents=tuple(
                        ruleset.literals[fact["id"]] for fact in json.loads(fired)[name].values()
                    ),
                )
            )
        if rule.conclusion in known:
            return None
        known[rule.conclusion] = None
        return facts.get(rule.conclusion)

    return on_firing
