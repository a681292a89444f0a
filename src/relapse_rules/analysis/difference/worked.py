"""The households that show a difference, as 用例 that hold the new version to what it says of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from relapse_rules.analysis.difference.model import Comparison, Difference, Direction
from relapse_rules.analysis.difference.version import DeclarationKind
from relapse_rules.analysis.difference.words import TRUTHS, turn
from relapse_rules.analysis.worked_case import case_text
from relapse_rules.facts.case import Case, Value
from relapse_rules.values.types import NEVER
from relapse_rules.values.vocabulary import FieldSpec, Vocabulary


class WorkedCase(NamedTuple):
    """A 用例 by name, as text."""

    name: str
    text: str


def worked_cases(difference: Difference, vocabulary: Vocabulary) -> tuple[WorkedCase, ...]:
    """Return a 用例 for every way in which an outcome differs. ``vocabulary``: the new version's.

    None is made where the county would have to set a 参数 first, of what the vocabulary no longer takes, and of an 指标, of which a 用例 cannot
    expect anything.
    """
    return tuple(_cases(difference, vocabulary))


def _cases(difference: Difference, vocabulary: Vocabulary) -> Iterator[WorkedCase]:
    for comparison in difference.declarations:
        if comparison.kind is DeclarationKind.INDICATOR:
            continue
        for number, way in enumerate(comparison.ways, start=1):
            if not way.household.settings and _can_be_stated(way.household.case, vocabulary):
                yield _case(comparison, way, number, vocabulary)


def _can_be_stated(case: Case, vocabulary: Vocabulary) -> bool:
    """Whether every value is one that the vocabulary takes; what it has no field for is not stated."""
    known = {spec.fact: spec for entity in vocabulary.entities for spec in entity.fields}
    stated = [pair for table in case.tables.values() for row in table.rows for pair in row.items()]
    return all(_takes(known[fact], value) for fact, value in stated if fact in known)


def _takes(spec: FieldSpec, value: Value) -> bool:
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return value == NEVER or (
            (spec.low is None or value >= spec.low) and (spec.high is None or value <= spec.high)
        )
    names = {value} if isinstance(value, str) else value
    return spec.type.is_open or not spec.type.values or names <= {each.name for each in spec.type.values}


def _case(comparison: Comparison, way: Direction, number: int, vocabulary: Vocabulary) -> WorkedCase:
    declared = comparison.new
    assert declared is not None, "what differs is in both versions"
    case = way.household.case
    table = case.tables[declared.domain]
    target = table.ids[way.household.lane] if len(table.rows) > 1 else None
    plain = "".join(each if each.isalnum() else "_" for each in comparison.name)
    name = f"差别_{plain}_{number}"
    text = case_text(
        name,
        case,
        vocabulary,
        [(comparison.name, target, TRUTHS[way.after])],
        cites=declared.cites,
        note=f"“{comparison.name}” {turn(way.before, way.after)}",
    )
    return WorkedCase(name, text)


def with_cases(text: str, cases: Iterable[WorkedCase]) -> tuple[str, int]:
    """Return a policy file's text with those of some 用例 added whose names it does not have yet, and how many these are."""
    heads = {line.partition("#")[0].rstrip() for line in text.splitlines()}
    new = [case.text for case in cases if f"用例 {case.name}" not in heads]
    return "\n".join([text, *new]), len(new)
