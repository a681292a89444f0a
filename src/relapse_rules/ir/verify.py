"""Named invariants of a program. Run in tests after every pass; a violation is a bug of ours, never of a policy."""

from __future__ import annotations

from relapse_rules.ir import nodes
from relapse_rules.ir.nodes import AnyNode
from relapse_rules.ir.order import LEAVES, operands
from relapse_rules.ir.program import Program

_NUMBERS = (
    nodes.Number,
    nodes.FieldNumber,
    nodes.Parameter,
    nodes.Calculate,
    nodes.Age,
    nodes.DateOf,
    nodes.Apart,
    nodes.Aggregate,
    nodes.Count,
    nodes.LiftNumber,
    nodes.MergeNumber,
)


def verify(program: Program) -> tuple[str, ...]:
    """Return what is wrong with ``program``, one line each; nothing when all invariants hold."""
    return (*_order(program), *_leaves(program), *_sharing(program), *_domains(program))


def is_number(node: AnyNode) -> bool:
    """Whether ``node`` carries a number rather than two rails."""
    return isinstance(node, _NUMBERS)


def _order(program: Program) -> list[str]:
    return [
        f"operands-first: node {position} uses {used}"
        for position, node in enumerate(program.nodes)
        for used in operands(node)
        if used >= position
    ]


def _leaves(program: Program) -> list[str]:
    inner = [position for position, node in enumerate(program.nodes) if not isinstance(node, LEAVES)]
    first = inner[0] if inner else len(program.nodes)
    late = (
        position
        for position, node in enumerate(program.nodes)
        if isinstance(node, LEAVES) and position > first
    )
    return [f"leaves-first: leaf {position} comes after node {first}" for position in late]


def _sharing(program: Program) -> list[str]:
    return [] if len(set(program.nodes)) == len(program.nodes) else ["hash-consed: a node occurs twice"]


def _domains(program: Program) -> list[str]:
    found: list[str] = []
    for position, node in enumerate(program.nodes):
        relation = getattr(node, "relation", None)
        for used in operands(node):
            expected = node.domain
            if isinstance(node, (nodes.Lift, nodes.LiftNumber)):
                expected = node.relation.parent
            elif relation is not None and not (isinstance(node, nodes.CompareCount) and used == node.limit):
                expected = relation.child
            if program.nodes[used].domain != expected:
                found.append(
                    f"one-domain: node {position} in {expected} uses {used} of {program.nodes[used].domain}"
                )
    return found
