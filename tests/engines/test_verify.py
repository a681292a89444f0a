"""Each invariant of a program is told by name when it is broken, and a program that is in order breaks none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.strategies.policies import random_policy, seeded

from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.ir.verify import verify
from relapse_rules.lowering import lower

ORDERLY = lower(random_policy(seeded(3)))
LAST = len(ORDERLY.nodes)


def ending(*more: nodes.AnyNode) -> Program:
    """Return the orderly program with more nodes."""
    return replace(ORDERLY, nodes=(*ORDERLY.nodes, *more))


def test_what_is_lowered_is_in_order():
    assert verify(ORDERLY) == ()


@pytest.mark.parametrize("used", [LAST, LAST + 1])
def test_a_node_that_uses_itself_or_what_comes_later(used):
    """Whatever else is wrong with it, that is said first."""
    found = verify(
        ending(nodes.Not(domain="household", operand=used), nodes.Not(domain="household", operand=0))
    )

    assert found[0] == f"operands-first: node {LAST} uses {used}"


def test_a_leaf_after_other_nodes():
    first = next(
        place
        for place, node in enumerate(ORDERLY.nodes)
        if not isinstance(
            node,
            nodes.Test | nodes.Constant | nodes.Reading | nodes.Number | nodes.FieldNumber | nodes.Parameter,
        )
    )

    found = verify(ending(nodes.Test(domain="household", fact="household.dibao", kind="empty")))

    assert found == (f"leaves-first: leaf {LAST} comes after node {first}",)


def test_leaves_alone_are_in_order():
    leaf = nodes.Test(domain="household", fact="household.dibao", kind="true")

    assert verify(replace(ORDERLY, nodes=(leaf,))) == ()
    assert verify(replace(ORDERLY, nodes=(leaf, nodes.Not(domain="household", operand=0)))) == ()


def test_a_node_that_occurs_twice():
    again = next(node for node in ORDERLY.nodes if isinstance(node, nodes.And))

    assert verify(ending(again)) == ("hash-consed: a node occurs twice",)


def test_a_node_that_uses_one_of_another_domain():
    place, node = next(
        (place, node)
        for place, node in enumerate(ORDERLY.nodes)
        if node.domain == "household" and isinstance(node, nodes.And | nodes.Or)
    )

    found = verify(ending(nodes.Not(domain="context", operand=place)))

    assert node.domain == "household"
    assert found == (f"one-domain: node {LAST} in context uses {place} of household",)
