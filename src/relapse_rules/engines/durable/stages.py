"""Where a program is cut: what our own code works out, and what durable_rules then chains.

A *stage* has two halves. First come, in program order, the nodes that look across lanes or at numbers: folds, lifts,
comparisons, arithmetic (`Stage.between`). Then come the gates (`Stage.regions`), domain by domain: a gate uses only nodes of
its own domain and lane, so the gates of one domain in one stage are a region of their own that is run once for each lane.

Every node stands in the earliest stage possible. A gate may follow gates of its own stage, which is what the engine chains;
anything else that uses a gate waits for the next stage. So does whoever uses a `Merge`: a contradiction clears both of its rails,
which no positive rule can say, so it is cleared between the stages.
"""

from __future__ import annotations

from dataclasses import dataclass

from relapse_rules.engines.durable.claims import GATES
from relapse_rules.ir import nodes
from relapse_rules.ir.order import LEAVES, operands
from relapse_rules.ir.program import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The gates of one domain in one stage, in program order."""

    domain: str
    gates: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Nodes without gates, then the gates that follow from them; both in program order."""

    between: tuple[int, ...]
    regions: tuple[Region, ...]


def stages_of(program: Program) -> tuple[Stage, ...]:
    """Return the stages of ``program``, in the order in which they run. Leaves belong to none: they are known before."""
    numbers = _stage_numbers(program)
    found = []
    for number in range(max(numbers, default=-1) + 1):
        between: list[int] = []
        gates: dict[str, list[int]] = {}
        for position, node in enumerate(program.nodes):
            if numbers[position] != number or isinstance(node, LEAVES):
                continue
            if isinstance(node, GATES):
                gates.setdefault(node.domain, []).append(position)
            else:
                between.append(position)
        regions = tuple(Region(domain=domain, gates=tuple(own)) for domain, own in gates.items())
        found.append(Stage(between=tuple(between), regions=regions))
    return tuple(found)


def _stage_numbers(program: Program) -> list[int]:
    numbers: list[int] = []
    for node in program.nodes:
        is_gate = isinstance(node, GATES)
        earliest = 0
        for used in operands(node):
            below = program.nodes[used]
            is_chained = is_gate and not isinstance(below, nodes.Merge)
            waits = isinstance(below, GATES) and not is_chained
            earliest = max(earliest, numbers[used] + waits)
        numbers.append(earliest)
    return numbers
