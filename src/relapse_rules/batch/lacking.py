"""What tables and columns that a county does not have leave unknown, in an officer's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from relapse_rules.facts.stated import list_of
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program
from relapse_rules.values.vocabulary import Vocabulary

_NAMED: Final = 3


def lacking_tables(
    program: Program, vocabulary: Vocabulary, tables: frozenset[str], facts: frozenset[str]
) -> Iterator[str]:
    """Yield a note for each entity without a table. ``facts``: those for which there is a column anywhere."""
    resting = _Resting(program)
    root = next(entity.english for entity in vocabulary.entities if entity.parent is None)
    for entity in vocabulary.entities:
        if entity.english in tables or entity.english == root:
            continue
        if any(spec.fact in facts for spec in entity.fields):
            continue
        outcomes = resting.outcomes({spec.fact for spec in entity.fields}, entity.english)
        if outcomes:
            what = "各项" if entity.single else "名单和各项"
            yield f"没有“{entity.name}”表：{what}都未知，影响{_told(outcomes)}"


def lacking_columns(
    program: Program, vocabulary: Vocabulary, tables: frozenset[str], facts: frozenset[str]
) -> Iterator[str]:
    """Yield a note for each entity that lacks columns which can decide something."""
    resting = _Resting(program)
    for entity in vocabulary.entities:
        if entity.english not in tables and not any(spec.fact in facts for spec in entity.fields):
            continue
        lacking = [spec for spec in entity.fields if spec.fact not in facts and resting.asks(spec.fact)]
        outcomes = resting.outcomes({spec.fact for spec in lacking})
        if outcomes:
            yield f"“{entity.name}”没有这些列，因而未知：{list_of(spec.name for spec in lacking)}；影响{_told(outcomes)}"


def _told(outcomes: tuple[str, ...]) -> str:
    named = "、".join(f"“{outcome}”" for outcome in outcomes[:_NAMED])
    return named + (f"等 {len(outcomes)} 项" if len(outcomes) > _NAMED else "")


class _Resting:
    """Tells which outcomes can rest on facts."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._asked = frozenset(
            node.fact for node in program.nodes if isinstance(node, nodes.Test | nodes.FieldNumber)
        )

    def asks(self, fact: str) -> bool:
        """Return whether the program must be told a fact: it asks for it, and has no rule that gives it."""
        return fact in self._asked and fact not in self._program.derived

    def outcomes(self, facts: Iterable[str], domain: str | None = None) -> tuple[str, ...]:
        """Return what a decision lists of which outcome, completion or due time can rest on any of ``facts``, or on the list of ``domain``."""
        wanted = frozenset(facts)
        touched: set[int] = set()
        for position, node in enumerate(self._program.nodes):
            if (
                (isinstance(node, nodes.Test | nodes.FieldNumber) and node.fact in wanted)
                or (_folds(node) == domain and domain is not None)
                or any(operand in touched for operand in operands(node))
            ):
                touched.add(position)
        listed = [(entry.id, entry.node) for entry in self._program.conclusions]
        for entry in self._program.listings:
            start = None if entry.limit is None else entry.limit.start
            listed += [(entry.id, node) for node in (entry.node, entry.done, start) if node is not None]
        return tuple(dict.fromkeys(name for name, node in listed if node in touched))


def _folds(node: nodes.AnyNode) -> str | None:
    folds = nodes.Exists | nodes.Every | nodes.Count | nodes.CompareCount | nodes.Aggregate
    return node.relation.child if isinstance(node, folds) else None
