"""The whole generated source of a program, for lanes that are the bits of Python integers."""

from __future__ import annotations

from collections.abc import Sequence

from relapse_rules.engines.lanes.encode import encoder_source, leaf_count
from relapse_rules.engines.lanes.generate import kernel_source, reading_source
from relapse_rules.engines.lanes.integers import IntegerEmitter
from relapse_rules.engines.lanes.shape import Layout
from relapse_rules.ir import nodes
from relapse_rules.ir.order import resting_on
from relapse_rules.ir.program import Program


def program_source(program: Program) -> str:
    """Return the source of ``encode``, of the parts of the kernel, and of one function for each 解读 that matters."""
    layout = Layout(program)
    emitter = IntegerEmitter(layout, program.nodes)
    kernel, parts = kernel_source(program.nodes, leaf_count(program), emitter)
    sources = [
        encoder_source(program, layout),
        kernel,
        f"PARTS=[{','.join(f'part_{part}' for part in range(parts))}]\n",
    ]
    for number, entry in enumerate(program.readings):
        affected = _affected(program, entry.name)
        wanted = _listed(program, affected)
        if wanted:
            sources.append(
                reading_source(f"flip_{number}", program.nodes, entry.name, affected, wanted, emitter)
            )
    return "".join(sources)


def _affected(program: Program, reading: str) -> list[int]:
    """Return the inner nodes that depend on a 解读, in order."""
    touched = {
        position
        for position, node in enumerate(program.nodes)
        if isinstance(node, nodes.Reading) and node.reading == reading
    }
    return sorted(resting_on(program, touched) - touched)


def _listed(program: Program, affected: Sequence[int]) -> list[int]:
    """Return those of ``affected`` whose outcome a decision lists, in order."""
    listed = {entry.node for entry in (*program.conclusions, *program.judgements)}
    listed.update(entry.node for entry in program.listings)
    return [position for position in affected if position in listed]
