"""When an outcome becomes another one by itself: nothing changes but time."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from relapse_rules.decisions.moments import day_text, last_second
from relapse_rules.explain.cone import Cone
from relapse_rules.explain.turning import (
    Runner,
    TooManyMomentsError,
    dated,
    moving,
    turning_points,
)
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of

HORIZON_DAYS: Final = 366


class ByItself(NamedTuple):
    """``on``: the first day on which the outcome is the wanted one; None when there is none up to ``horizon``. Both None: not worked out."""

    on: str | None
    horizon: str | None


class _Part:
    """An engine that speaks only of the nodes of a cone: what else changes over time does not matter."""

    def __init__(self, engine: Runner, cone: Cone) -> None:
        self._engine = engine
        whole = engine.program
        names = {
            name for position in cone.positions if (name := _parameter(whole.nodes[position])) is not None
        }
        self.program: Program = replace(
            whole,
            nodes=tuple(
                node if position in cone.positions else nodes.Constant(domain=node.domain, value=False)
                for position, node in enumerate(whole.nodes)
            ),
            parameters=tuple(entry for entry in whole.parameters if entry.name in names),
            units=(),
        )

    def run(self, case: Case) -> Rails:
        """Return the rails of all nodes."""
        return self._engine.run(case)


def by_itself(engine: Runner, cone: Cone, case: Case, step: tuple[int, int], wanted: bool) -> ByItself:  # noqa: FBT001 - an outcome
    """Return when ``step`` becomes ``wanted`` within `HORIZON_DAYS` after 判定时点, or as long as the policy is in force."""
    until = engine.program.valid_until
    last = day_of(case.as_of) + HORIZON_DAYS
    end = last if until is None else min(last, until)
    horizon = day_text(end)
    if not _moves(engine.program, cone, case):
        return ByItself(None, horizon)
    try:
        points = turning_points(_Part(engine, cone), case, case.as_of, last_second(end))
    except TooManyMomentsError:
        return ByItself(None, None)
    for moment in points:
        if moment > case.as_of and engine.run(dated(engine.program, case, moment)).truth(*step) is wanted:
            return ByItself(day_text(day_of(moment)), horizon)
    return ByItself(None, horizon)


def _moves(program: Program, cone: Cone, case: Case) -> bool:
    """Whether time can change anything below the top of a cone."""
    if not moving(program).all.isdisjoint(cone.positions):
        return True
    today = day_of(case.as_of)
    changing = {
        entry.name for entry in program.parameters if any(setting.since > today for setting in entry.values)
    }
    for position, lane in cone.steps:
        node = program.nodes[position]
        if _parameter(node) in changing:
            return True
        if (
            isinstance(node, nodes.Test)
            and node.kind == "happened"
            and node.fact in case.tables[node.domain].rows[lane]
        ):
            return True
    return False


def _parameter(node: nodes.AnyNode) -> str | None:
    match node:
        case nodes.Parameter(name=name):
            return name
        case nodes.Test(parameter=parameter):
            return parameter
        case _:
            return None
