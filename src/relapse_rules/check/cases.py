"""用例: the given facts as a facts file states them, and the expected outcomes with the names that a decision has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from relapse_rules.check.case_values import Stated, stated_value
from relapse_rules.check.expectations import KnownIds, known_ids, typed_expectation
from relapse_rules.check.listings import Listings
from relapse_rules.check.names import Names
from relapse_rules.check.policy import TypedCase
from relapse_rules.check.reach import subject_of
from relapse_rules.check.rules import cite_ids, recursive
from relapse_rules.check.vocabulary import unknown_entity
from relapse_rules.check.wording import offer
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_names import (
    DUPLICATE_NAME,
    NOT_REACHABLE,
    UNKNOWN_FIELD,
    UNKNOWN_REFERENCE,
)
from relapse_rules.diagnostics.codes_structure import IDENTIFIER_MISSING, MISSING_ATTRIBUTE
from relapse_rules.syntax.declarations import Case, GivenElement
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Vocabulary

Row = dict[str, object]

_DATE: Final = "as_of"
"""The English name of 判定时点."""


@dataclass(slots=True)
class _Facts:
    """What a case gives: one row for an entity of which there is one, rows by position for the others.

    An entity that is not there is not supplied; an empty list says that there is none. ``date_refused``: a line that gives
    判定时点, or may have been meant to, is wrong and reported, so that its absence is no mistake of its own.
    """

    singles: dict[str, Row] = field(default_factory=dict)
    lists: dict[str, list[Row]] = field(default_factory=dict)
    date_refused: bool = False

    def copy(self) -> _Facts:
        """Return the same facts, to be changed."""
        return _Facts(
            {entity: dict(row) for entity, row in self.singles.items()},
            {entity: [dict(row) for row in rows] for entity, rows in self.lists.items()},
            self.date_refused,
        )


def typed_cases(
    cases: Sequence[Case], names: Names, listings: Listings, found: list[Diagnostic]
) -> tuple[TypedCase, ...]:
    """Return the 用例 whose names and values can be understood; what cannot be is reported and left out of its case."""
    by_name: dict[str, Case] = {}
    for case in cases:
        first = by_name.setdefault(case.name.text, case)
        if first is not case:
            found.append(
                DUPLICATE_NAME.at(
                    case.name.span,
                    f"用例“{case.name.text}”已经用过",
                    help="换一个名称",
                    labels=(Label(span=first.name.span, message="第一处"),),
                )
            )
    given: dict[str, _Facts] = {}
    for case in _bases_first(by_name, found):
        base = given.get(case.base.text) if case.base is not None else None
        facts = _Facts() if base is None else base.copy()
        for element in case.given:
            _give(element, facts, names.vocabulary, found)
        given[case.name.text] = facts
    ids = known_ids(names, listings)
    return tuple(
        _typed(case, given[name], names, ids, found) for name, case in by_name.items() if name in given
    )


def _bases_first(cases: dict[str, Case], found: list[Diagnostic]) -> Iterator[Case]:
    """Yield each case after the one that it is 基于; those in a circle are reported and left out."""
    done: set[str] = set()
    for start in cases.values():
        chain: list[Case] = []
        case: Case | None = start
        while case is not None and case.name.text not in done and case not in chain:
            chain.append(case)
            case = _base(case, cases, found)
        if case is not None and case in chain:
            circle = [each.name.text for each in (*chain[chain.index(case) :], case)]
            found.append(recursive(case.name.span, circle))
            done |= {each.name.text for each in chain}
            continue
        for each in reversed(chain):
            done.add(each.name.text)
            yield each


def _base(case: Case, cases: dict[str, Case], found: list[Diagnostic]) -> Case | None:
    if case.base is None:
        return None
    base = cases.get(case.base.text)
    if base is None:
        found.append(
            UNKNOWN_REFERENCE.at(
                case.base.span, f"没有叫“{case.base.text}”的用例", help=offer(case.base.text, cases)
            )
        )
    return base


def _give(element: GivenElement, facts: _Facts, vocabulary: Vocabulary, found: list[Diagnostic]) -> None:
    """Work one line of 给定 into ``facts``."""
    entity = vocabulary.by_name.get(element.entity.text)
    if entity is None:
        found.append(unknown_entity(element.entity, vocabulary.by_name))
        return
    if element.absent:
        if entity.single:
            found.append(
                NOT_REACHABLE.at(
                    element.entity.span, f"“{entity.name}”只有一个，不能写没有", help="不知道的，整行不写"
                )
            )
            return
        facts.lists[entity.english] = []
        return
    row = _row(element, entity, facts, found)
    if row is None:
        return
    for value in element.values:
        spec = entity.by_any_name.get(value.field.text)
        if spec is None:
            facts.date_refused |= entity.parent is None
            known = (name for each in entity.fields for name in (each.name, *each.aliases))
            found.append(
                UNKNOWN_FIELD.at(
                    value.field.span,
                    f"“{entity.name}”没有叫“{value.field.text}”的字段",
                    help=offer(value.field.text, known),
                )
            )
            continue
        stated = stated_value(value, spec, found)
        if stated is Stated.UNKNOWN:
            row.pop(spec.english, None)
        elif stated is Stated.WRONG:
            facts.date_refused |= spec.english == _DATE
        else:
            row[spec.english] = stated


def _row(element: GivenElement, entity: EntitySpec, facts: _Facts, found: list[Diagnostic]) -> Row | None:
    """Return the row that an element fills: the one of its id, or a new one."""
    identifier = entity.identifier
    if element.id is not None and identifier is None:
        found.append(
            IDENTIFIER_MISSING.at(
                element.id.span, f"“{entity.name}”没有标识字段，不能写编号", help="去掉编号"
            )
        )
        return None
    if entity.single:
        row = facts.singles.setdefault(entity.english, {})
        if element.id is not None and identifier is not None:
            row[identifier.english] = element.id.text
        return row
    rows = facts.lists.setdefault(entity.english, [])
    if element.id is None or identifier is None:
        if identifier is not None and not identifier.positional and not _states(element, identifier):
            found.append(
                IDENTIFIER_MISSING.at(
                    element.entity.span, f"“{entity.name}”要写编号", help=f"例如“{entity.name} 甲: …”"
                )
            )
        rows.append({})
        return rows[-1]
    for row in rows:
        if row.get(identifier.english) == element.id.text:
            return row
    rows.append({identifier.english: element.id.text})
    return rows[-1]


def _states(element: GivenElement, identifier: FieldSpec) -> bool:
    return any(
        value.field.text in {identifier.name, *identifier.aliases, identifier.english}
        for value in element.values
    )


def _typed(case: Case, facts: _Facts, names: Names, ids: KnownIds, found: list[Diagnostic]) -> TypedCase:
    vocabulary = names.vocabulary
    expectations = (typed_expectation(expectation, ids, vocabulary, found) for expectation in case.expected)
    if _DATE not in facts.singles.get(names.root, {}) and not facts.date_refused:
        found.append(
            MISSING_ATTRIBUTE.at(
                case.name.span,
                f"用例“{case.name.text}”没有写判定时点",
                help="写“判定时点 为 2023-08-02 09:00”",
            )
        )
    return TypedCase(
        name=case.name.text,
        facts=_nested(facts, names.vocabulary, case),
        expectations=tuple(each for each in expectations if each is not None),
        cites=cite_ids(case.cites),
        span=case.span,
    )


def _nested(facts: _Facts, vocabulary: Vocabulary, case: Case) -> dict[str, object]:
    """Return the facts as a facts file has them: what belongs to the root on top, the rest under what it belongs to."""
    top: dict[str, object] = {}
    english = subject_of(vocabulary)
    if english is not None:
        subject = vocabulary.by_english[english]
        row = facts.singles.setdefault(subject.english, {})
        identifier = subject.identifier
        if identifier is not None:
            # The one household of a case need not be named; a facts file must name it.
            row.setdefault(identifier.english, case.name.text)
    for entity in vocabulary.entities:
        stated: object = facts.singles.get(entity.english)
        if stated is None:
            stated = facts.lists.get(entity.english)
        if stated is None:
            continue
        parent = None if entity.parent is None else vocabulary.by_english[entity.parent]
        is_top = parent is None or parent.parent is None
        owner = top if is_top or parent is None else facts.singles.setdefault(parent.english, {})
        owner[entity.english] = stated
    return top
