"""The households that show a difference, as 用例 that hold the new version to what it says of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from relapse_rules.analysis.difference.model import Comparison, Difference, Direction
from relapse_rules.analysis.difference.version import DeclarationKind
from relapse_rules.analysis.difference.words import TRUTHS, turn
from relapse_rules.analysis.worked_case import case_text
from relapse_rules.values.vocabulary import Vocabulary


class WorkedCase(NamedTuple):
    """A 用例 by name, as text."""

    name: str
    text: str


def worked_cases(difference: Difference, vocabulary: Vocabulary) -> tuple[WorkedCase, ...]:
    """Return a 用例 for every way in which an outcome differs. ``vocabulary``: the new version's.

    None is made where the county would have to set a 参数 first, and of an 指标, of which a 用例 cannot expect anything.
    """
    return tuple(_cases(difference, vocabulary))


def _cases(difference: Difference, vocabulary: Vocabulary) -> Iterator[WorkedCase]:
    for comparison in difference.declarations:
        if comparison.kind is DeclarationKind.INDICATOR:
            continue
        for number, way in enumerate(comparison.ways, start=1):
            if not way.household.settings:
                yield _case(comparison, way, number, vocabulary)


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
