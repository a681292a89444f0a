"""What the two rails of a gate claim of its operands' rails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from relapse_rules.engines.durable.literals import CLASH, Claim, Literal
from relapse_rules.ir import nodes
from relapse_rules.ir.nodes import AnyNode

Gate = nodes.And | nodes.Or | nodes.AtLeast | nodes.Not | nodes.Merge
GATES: Final = (nodes.And, nodes.Or, nodes.AtLeast, nodes.Not, nodes.Merge)
"""Nodes whose rails follow from the rails of operands in the same lane, and from nothing else."""


def resolved(program_nodes: Sequence[AnyNode], literal: Literal) -> Literal:
    """Return the literal of the node below all `Not`: they swap rails and need no rule."""
    position, rail = literal.node, literal.rail
    while isinstance(node := program_nodes[position], nodes.Not):
        position, rail = node.operand, not rail
    return Literal(position, rail)


def claims(program_nodes: Sequence[AnyNode], position: int) -> Iterable[tuple[Literal, Claim]]:
    """Return the literals of the gate at ``position``, each with what it claims; none for a `Not`."""
    node = program_nodes[position]
    yes, no = Literal(position, rail=True), Literal(position, rail=False)
    match node:
        case nodes.And(operands=used):
            return ((yes, _of(program_nodes, used, yes, None)), (no, _of(program_nodes, used, no, 1)))
        case nodes.Or(operands=used):
            return ((yes, _of(program_nodes, used, yes, 1)), (no, _of(program_nodes, used, no, None)))
        case nodes.AtLeast(count=count, operands=used):
            refuted = len(used) - count + 1
            return ((yes, _of(program_nodes, used, yes, count)), (no, _of(program_nodes, used, no, refuted)))
        case nodes.Merge(rule=rule, supplied=supplied):
            # Rails as proved, before a contradiction clears them; whoever uses the node comes a stage later.
            used = (rule, supplied)
            both = Claim(count=2, terms=((yes, 1), (no, 1)))
            return (
                (yes, _of(program_nodes, used, yes, 1)),
                (no, _of(program_nodes, used, no, 1)),
                (Literal(position, rail=True, part=CLASH), both),
            )
        case _:
            return ()


def _of(program_nodes: Sequence[AnyNode], used: Sequence[int], like: Literal, count: int | None) -> Claim:
    """Return the claim that at least ``count`` (None: all) of the nodes ``used`` have the rail of ``like``."""
    weights: dict[Literal, int] = {}
    for operand in used:
        literal = resolved(program_nodes, Literal(operand, like.rail))
        weights[literal] = weights.get(literal, 0) + 1
    return Claim(count=len(used) if count is None else count, terms=tuple(weights.items()))
