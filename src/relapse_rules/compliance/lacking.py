"""Why the tables cannot tell: which of them, or which columns, a condition would need. Only what leaves it open is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from relapse_rules.compliance.county import DISASTERS, County
from relapse_rules.compliance.evidence import Evidence
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program
from relapse_rules.values.relations import Relation
from relapse_rules.values.vocabulary import Vocabulary

_MOST: Final = 4
_CONTEXT: Final = "context"
_IMPACT: Final = "impact"


@dataclass(slots=True, kw_only=True)
class _Gaps:
    """What is missing: whole tables, columns, rows, cells of columns that are there, and ties that no table has. In the order met."""

    tables: dict[str, None] = field(default_factory=dict)
    columns: dict[str, None] = field(default_factory=dict)
    cells: dict[str, None] = field(default_factory=dict)
    rows: dict[str, None] = field(default_factory=dict)
    untied: bool = False


def lacking(evidence: Evidence, program: Program, vocabulary: Vocabulary, county: County, node: int) -> str:
    """Return what leaves a condition open, for whoever keeps the tables."""
    gaps = _Gaps()
    seen: set[int] = set()
    open_ = [node]
    while open_:
        position = open_.pop()
        if position in seen or not _is_open(evidence, program, position):
            continue
        seen.add(position)
        open_.extend(reversed([*_below(program, county, position, gaps)]))
    parts = []
    if gaps.tables:
        names = [vocabulary.by_english[entity].name for entity in gaps.tables]
        parts.append(f"没有提供{_listed(names)}表")
    if gaps.columns:
        parts.append(f"表里没有这些列：{_listed([_told(vocabulary, fact) for fact in gaps.columns])}")
    if gaps.untied:
        parts.append("部门推送不按户区分")
    if gaps.rows and not parts:
        names = [vocabulary.by_english[entity].name for entity in gaps.rows]
        parts.append(f"有的户在{_listed(names)}表里没有记录")
    if gaps.cells and not parts:
        parts.append(f"有的记录没有填：{_listed([_told(vocabulary, fact) for fact in gaps.cells])}")
    return "，".join(parts) or "记录没有填全"


def _is_open(evidence: Evidence, program: Program, node: int) -> bool:
    if isinstance(program.nodes[node], nodes.FieldNumber | nodes.LiftNumber | nodes.Aggregate):
        return True
    signal = evidence.signal(node)
    return signal is None or not bool((signal.yes | signal.no).all()) or not len(signal.yes)


def _below(program: Program, county: County, position: int, gaps: _Gaps) -> Iterator[int]:
    """Note what is missing at a node, and yield the nodes to look at next."""
    node = program.nodes[position]
    match node:
        case nodes.Test(fact=fact) | nodes.FieldNumber(fact=fact):
            _note(fact, county, gaps)
        case (
            nodes.Exists(relation=relation, condition=condition)
            | nodes.Every(relation=relation, condition=condition)
        ):
            if _is_tied(relation, county, gaps):
                if relation.child == _IMPACT:
                    gaps.rows[_IMPACT] = None
                yield condition
        case nodes.CompareCount(relation=relation, condition=condition):
            if _is_tied(relation, county, gaps):
                yield condition
        case nodes.Lift(relation=relation, operand=operand) if relation.parent == _CONTEXT:
            yield from _of_the_county(program, county, operand, gaps)
        case _:
            yield from operands(node)


def _of_the_county(program: Program, county: County, operand: int, gaps: _Gaps) -> Iterator[int]:
    """Lists of the whole county: a household's disasters are known by its impacts, its alerts by nothing."""
    above = program.nodes[operand]
    if not isinstance(above, nodes.Exists):
        yield operand
    elif above.relation.child != DISASTERS:
        gaps.untied = True
    elif _IMPACT not in county.counts:
        gaps.tables[_IMPACT] = None
    else:
        gaps.rows[_IMPACT] = None
        yield above.condition


def _is_tied(relation: Relation, county: County, gaps: _Gaps) -> bool:
    if relation.child not in county.counts:
        gaps.tables[relation.child] = None
        return False
    if relation not in county.links:
        gaps.columns[f"{relation.child}.{relation.reference or 'household_id'}"] = None
        return False
    return True


def _note(fact: str, county: County, gaps: _Gaps) -> None:
    entity = fact.partition(".")[0]
    if fact in county.columns:
        gaps.cells[fact] = None
    elif any(known.partition(".")[0] == entity for known in county.columns):
        gaps.columns[fact] = None
    else:
        gaps.tables[entity] = None


def _told(vocabulary: Vocabulary, fact: str) -> str:
    entity, _, name = fact.partition(".")
    spec = vocabulary.by_english[entity]
    field_ = spec.by_english.get(name)
    return f"{spec.name}的“{'户编号' if field_ is None else field_.name}”"


def _listed(names: list[str]) -> str:
    return "、".join(names[:_MOST]) + ("等" if len(names) > _MOST else "")
