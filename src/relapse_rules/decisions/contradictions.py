"""Derived facts that were supplied differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from relapse_rules.decisions.model import Contradiction, Target
from relapse_rules.decisions.names import positions
from relapse_rules.decisions.stated import stated_text
from relapse_rules.decisions.targets import targets_of
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.program import FactEntry, Program
from relapse_rules.ir.rails import Rails


def contradictions(program: Program, rails: Rails, case: Case) -> Iterator[Contradiction]:
    """Yield each derived fact and element where what was supplied is not what the rule gives, in program order."""
    for position, lanes in sorted(rails.conflicts):
        node = program.nodes[position]
        assert isinstance(node, nodes.Merge | nodes.MergeNumber)
        entity = node.fact.partition(".")[0]
        targets = targets_of(case, entity, node.domain).elements
        for lane in positions(lanes):
            yield _contradiction(node, program.facts, rails, lane, targets[lane])


def _contradiction(
    node: nodes.Merge | nodes.MergeNumber,
    facts: Mapping[str, FactEntry],
    rails: Rails,
    lane: int,
    target: Target,
) -> Contradiction:
    value = rails.truth if isinstance(node, nodes.Merge) else rails.number
    supplied, derived = value(node.supplied, lane), value(node.rule, lane)
    assert supplied is not None
    assert derived is not None
    kind = facts[node.fact].type
    return Contradiction(node.fact, target, stated_text(kind, supplied), stated_text(kind, derived))
