"""A fact that rules ask for and that nobody supplies: whatever asks for it stays unknown.

A field without 提供 counts, unless a rule derives it. (A field of kind 推导 that no rule derives is RR0410.)
"""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.findings.desk import Desk
from relapse_rules.analysis.findings.model import Finding
from relapse_rules.diagnostics.codes_findings import FACT_NOT_SUPPLIED
from relapse_rules.ir import nodes
from relapse_rules.ir.order import leading_to

_MOST_NAMED = 3


def find(desk: Desk) -> Iterator[Finding]:
    """Yield the facts that nobody supplies, in the order of the vocabulary."""
    asked = {
        node.fact: position
        for position, node in enumerate(desk.program.nodes)
        if isinstance(node, nodes.Test | nodes.FieldNumber)
    }
    cones = {entry.name: leading_to(desk.program, [entry.node]) for entry in desk.entries}
    for entity in desk.vocabulary.entities:
        for spec in entity.fields:
            if spec.fact not in asked or spec.supplier or spec.required or spec.fact in desk.program.derived:
                continue
            waiting = [name for name, cone in cones.items() if asked[spec.fact] in cone]
            told = "、".join(f"“{name}”" for name in waiting[:_MOST_NAMED])
            more = f"等 {len(waiting)} 条规则" if len(waiting) > _MOST_NAMED else ""
            yield desk.finding(
                FACT_NOT_SUPPLIED,
                (f"{entity.name}.{spec.name}",),
                f"没有人提供“{entity.name}.{spec.name}”，{told}{more}总是未知",
                "在字段上写明由谁“提供”，或写一个定义、指标推导它",
                labels=tuple((name, "这里要用它") for name in waiting[:_MOST_NAMED]),
            )
