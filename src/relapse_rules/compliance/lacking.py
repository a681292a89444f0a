"""Why the tables cannot tell: which of them, or which columns, a condition would need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from relapse_rules.compliance.county import County
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program
from relapse_rules.values.vocabulary import Vocabulary

_MOST: Final = 4


def lacking(program: Program, vocabulary: Vocabulary, county: County, node: int) -> str:
    """Return what a condition would need and the tables do not have; or that the rows leave it open."""
    facts = dict.fromkeys(_facts(program, node))
    entities = {
        fact.partition(".")[0] for fact in facts if not any(_is_of(fact, known) for known in county.columns)
    }
    tables = [vocabulary.by_english[entity].name for entity in sorted(entities)]
    columns = [
        f"{vocabulary.by_english[fact.partition('.')[0]].name}的“{vocabulary.field(fact).name}”"
        for fact in facts
        if fact not in county.columns and fact.partition(".")[0] not in entities
    ]
    parts = []
    if tables:
        parts.append(f"没有提供{_listed(tables)}表")
    if columns:
        parts.append(f"表里没有{_listed(columns)}这{'一' if len(columns) == 1 else '几'}列")
    if parts:
        return "，".join(parts)
    return "有的记录没有填全" if facts else "部门推送和灾害不按户区分"


def _is_of(fact: str, known: str) -> bool:
    return fact.partition(".")[0] == known.partition(".")[0]


def _facts(program: Program, node: int) -> Iterator[str]:
    found = program.nodes[node]
    if isinstance(found, nodes.Test | nodes.FieldNumber):
        yield found.fact
    for operand in operands(found):
        yield from _facts(program, operand)


def _listed(names: list[str]) -> str:
    return "、".join(names[:_MOST]) + ("等" if len(names) > _MOST else "")
