"""The nodes that durable_rules does not chain, as generated code over the bits of integers (the `lanes` engine's)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, Final

from relapse_rules.engines.lanes import runtime
from relapse_rules.engines.lanes.generate import PART_SIZE, Names
from relapse_rules.engines.lanes.integers import IntegerEmitter
from relapse_rules.engines.lanes.shape import Layout
from relapse_rules.ir.nodes import AnyNode
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program
from relapse_rules.values.truth import Comparison

Part = Callable[[list[Any], list[Any], tuple[Any, ...], list[tuple[int, int]]], None]
"""Takes the rails so far (first, second), the shape of the lanes and the list of contradictions; fills in its nodes."""

_NAMESPACE: Final[dict[str, Any]] = {
    "Comparison": Comparison,
    **{name: getattr(operator, name) for name in ("lt", "le", "gt", "ge", "eq", "ne")},
    **{name: function for name, function in vars(runtime).items() if callable(function)},
}


def compile_between(
    program: Program, layout: Layout, groups: Sequence[tuple[int, ...]]
) -> list[tuple[Part, ...]]:
    """Return for each group of nodes the functions that fill them in, to be called in order."""
    emitter = IntegerEmitter(layout, program.nodes)
    sources: list[str] = []
    counts: list[int] = []
    for positions in groups:
        pieces = [positions[start : start + PART_SIZE] for start in range(0, len(positions), PART_SIZE)]
        for piece in pieces:
            sources.append(_source(f"part_{len(sources)}", program.nodes, piece, emitter))
        counts.append(len(pieces))
    namespace = dict(_NAMESPACE)
    code = compile("".join(sources), f"<{program.policy} between stages>", "exec")
    exec(code, namespace)  # noqa: S102 - our own generated code, from a program and never from text
    parts = iter([namespace[f"part_{number}"] for number in range(len(sources))])
    return [tuple(next(parts) for _ in range(count)) for count in counts]


def _source(
    name: str, all_nodes: Sequence[AnyNode], positions: Sequence[int], emitter: IntegerEmitter
) -> str:
    own = set(positions)
    names: dict[int, Names] = {}
    lines = [f"def {name}(F,S,shape,conflicts):"]
    lines.extend(f" {line}" for line in emitter.prologue([all_nodes[position] for position in positions]))
    for used in sorted({used for position in positions for used in operands(all_nodes[position])} - own):
        names[used] = (f"a{used}", f"b{used}")
        lines.append(f" a{used}=F[{used}];b{used}=S[{used}]")
    for position in positions:
        body, names[position] = emitter.node(position, all_nodes[position], names)
        lines.extend(f" {line}" for line in body)
        lines.append(f" F[{position}]={names[position][0]};S[{position}]={names[position][1]}")
    return "\n".join(lines) + "\n"
