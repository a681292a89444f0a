"""What tables and columns that a county does not have leave unknown, in an officer's words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from relapse_rules.facts.stated import list_of
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program
from relapse_rules.values.vocabulary import Vocabulary

_NAMED: Final = 3
_FOLDS: Final = nodes.Exists | nodes.Every | nodes.Count | nodes.CompareCount | nodes.Aggregate


def lacking(
    program: Program, vocabulary: Vocabulary, tables: frozenset[str], facts: frozenset[str]
) -> Iterator[str]:
    """Yield a note for each entity without a table, then one for each that lacks columns which can decide something.

    ``facts``: those for which there is a column anywhere.
    """
    root = next(entity.english for entity in vocabulary.entities if entity.parent is None)
    asked = {node.fact for node in program.nodes if isinstance(node, nodes.Test | nodes.FieldNumber)}
    untold = asked - program.derived.keys() - facts
    there = {
        entity.english
        for entity in vocabulary.entities
        if entity.english in tables or any(each.fact in facts for each in entity.fields)
    }
    absent = [each for each in vocabulary.entities if each.english not in {*there, root}]
    partial = [
        (entity, [each for each in entity.fields if each.fact in untold])
        for entity in vocabulary.entities
        if entity.english in there
    ]
    groups = [
        *(({each.fact for each in entity.fields}, entity.english) for entity in absent),
        *(({each.fact for each in specs}, None) for _, specs in partial),
    ]
    outcomes = _outcomes(program, groups)
    for entity, affected in zip(absent, outcomes[: len(absent)], strict=True):
        if affected:
            what = "各项" if entity.single else "名单和各项"
            yield f"没有“{entity.name}”表：{what}都未知，影响{_told(affected)}"
    for (entity, specs), affected in zip(partial, outcomes[len(absent) :], strict=True):
        if affected:
            yield f"“{entity.name}”没有这些列，因而未知：{list_of(each.name for each in specs)}；影响{_told(affected)}"


def _told(outcomes: tuple[str, ...]) -> str:
    named = "、".join(f"“{outcome}”" for outcome in outcomes[:_NAMED])
    return named + (f"等 {len(outcomes)} 项" if len(outcomes) > _NAMED else "")


def _outcomes(
    program: Program, groups: Sequence[tuple[AbstractSet[str], str | None]]
) -> list[tuple[str, ...]]:
    """Return for each group, which is facts and a list of elements or None, what a decision lists that can rest on it.

    That is every outcome, completion and due time; all groups are found in one pass over the program, a bit for each.
    """
    by_fact: dict[str, int] = defaultdict(int)
    by_list: dict[str, int] = defaultdict(int)
    for number, (facts, domain) in enumerate(groups):
        for fact in facts:
            by_fact[fact] |= 1 << number
        if domain is not None:
            by_list[domain] |= 1 << number
    touched: list[int] = []
    for node in program.nodes:
        bits = by_fact.get(node.fact, 0) if isinstance(node, nodes.Test | nodes.FieldNumber) else 0
        if isinstance(node, _FOLDS):
            bits |= by_list.get(node.relation.child, 0)
        for operand in operands(node):
            bits |= touched[operand]
        touched.append(bits)
    listed = [(entry.id, entry.node) for entry in program.conclusions]
    for entry in program.listings:
        start = None if entry.limit is None else entry.limit.start
        listed += [(entry.id, node) for node in (entry.node, entry.done, start) if node is not None]
    return [
        tuple(dict.fromkeys(name for name, node in listed if touched[node] >> number & 1))
        for number in range(len(groups))
    ]
