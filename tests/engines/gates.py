"""Programs of gates over yes-or-no facts of one household, written as nodes: larger than any policy would be."""

from __future__ import annotations

from collections.abc import Sequence

from relapse_rules.facts.case import Case, Table
from relapse_rules.ir.nodes import AnyNode, Test
from relapse_rules.ir.program import FactEntry, Program
from relapse_rules.values.types import Kind, Type

HOUSEHOLD = "household"


def leaves(count: int) -> tuple[Test, ...]:
    """Return ``count`` questions to as many facts; they stand at the positions from 0 on."""
    return tuple(Test(domain=HOUSEHOLD, fact=f"household.f{number}", kind="true") for number in range(count))


def program_of(own: Sequence[AnyNode]) -> Program:
    """Return the program of these nodes, leaves first."""
    facts = {
        node.fact: FactEntry(
            fact=node.fact, domain=HOUSEHOLD, supplier="农户", type=Type(kind=Kind.CONDITION)
        )
        for node in own
        if isinstance(node, Test)
    }
    return Program(
        policy="门",
        digest="sha256:0",
        nodes=tuple(own),
        origins=(),
        named={},
        expressions={},
        domains=((HOUSEHOLD, None),),
        singular=frozenset({HOUSEHOLD}),
        relations=(),
        facts=facts,
        derived={},
    )


def case_of(truths: Sequence[bool | None]) -> Case:
    """Return the household whose facts answer the leaves like this; None is not stated."""
    row = {f"household.f{number}": truth for number, truth in enumerate(truths) if truth is not None}
    return Case(as_of=0, tables={HOUSEHOLD: Table(entity=HOUSEHOLD, ids=("甲",), rows=(row,))}, links={})
