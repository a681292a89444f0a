"""A line under 期望, with the ids, targets and facts that a decision has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from relapse_rules.check.listings import Listings
from relapse_rules.check.names import Names
from relapse_rules.check.policy import TypedExpectation
from relapse_rules.check.wording import offer
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.codes_names import UNKNOWN_REFERENCE
from relapse_rules.diagnostics.codes_types import NOT_A_VALUE
from relapse_rules.syntax.declarations import (
    Definition,
    ExceptionRule,
    Expectation,
    ExpectationKind,
    Judgement,
    Measure,
    Reference,
)
from relapse_rules.values.literals import moment_value
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import Vocabulary

_POSITION = re.compile(r"(?P<entity>.+)\[(?P<position>[0-9]+)\]")
_FACTS = frozenset({ExpectationKind.MISSING, ExpectationKind.CONTRADICTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIds:
    """The ids of 措施; of all that is listed with a time limit; of all that has an outcome."""

    measures: frozenset[str]
    listed: frozenset[str]
    outcomes: frozenset[str]


def typed_expectation(
    expectation: Expectation, ids: KnownIds, vocabulary: Vocabulary, found: list[Diagnostic]
) -> TypedExpectation | None:
    """Return one expectation; None (and a finding) when it speaks of what no decision has."""
    if expectation.kind in _FACTS:
        subjects = [_fact(subject, vocabulary, found) for subject in expectation.subjects]
    else:
        known = _known(expectation.kind, ids)
        subjects = [_id(subject, known, found) for subject in expectation.subjects]
    due: int | None = None
    if expectation.due is not None:
        instant = moment_value(expectation.due.text)
        if instant is None or instant.kind is not Kind.TIME:
            found.append(
                NOT_A_VALUE.at(
                    expectation.due.span, f"“{expectation.due.text}”不是时间", help="例如 2023-08-02 20:00"
                )
            )
            return None
        due = instant.value
    if None in subjects:
        return None
    return TypedExpectation(
        kind=str(expectation.kind),
        subjects=tuple(subject for subject in subjects if subject is not None),
        target=None if expectation.target is None else _target(expectation.target.text, vocabulary),
        outcome=None if expectation.outcome is None else str(expectation.outcome),
        due=due,
        span=expectation.span,
    )


def known_ids(names: Names, listings: Listings) -> KnownIds:
    """Return what decisions of a policy name."""
    measures = (name for name, each in names.concepts.items() if isinstance(each, Measure))
    concluded = (
        name
        for name, each in names.concepts.items()
        if isinstance(each, Definition | Judgement | ExceptionRule)
    )
    return KnownIds(
        measures=frozenset(measures), listed=listings.ids, outcomes=listings.ids | frozenset(concluded)
    )


def _known(kind: ExpectationKind, ids: KnownIds) -> frozenset[str]:
    """Return the ids of which an expectation of this kind may speak."""
    if kind in {ExpectationKind.MEASURES, ExpectationKind.NO_MEASURES}:
        return ids.measures
    return ids.listed if kind in {ExpectationKind.DUE, ExpectationKind.DONE} else ids.outcomes


def _id(reference: Reference, known: frozenset[str], found: list[Diagnostic]) -> str | None:
    if reference.text in known:
        return reference.text
    found.append(
        UNKNOWN_REFERENCE.at(
            reference.span,
            f"结果里没有“{reference.text}”",
            help=offer(reference.text, known, "步骤写成“程序/步骤”"),
        )
    )
    return None


def _fact(reference: Reference, vocabulary: Vocabulary, found: list[Diagnostic]) -> str | None:
    """Return the fact that ``农户.符合低保条件`` names, or the list that ``家庭成员`` names."""
    owner, _, name = reference.text.partition(".")
    entity = vocabulary.by_name.get(owner) or vocabulary.by_english.get(owner)
    if entity is not None and not name and entity.parent is not None:
        return f"{entity.parent}.{entity.english}"
    spec = None if entity is None else entity.by_any_name.get(name)
    if spec is not None:
        return spec.fact
    known = [f"{each.name}.{field.name}" for each in vocabulary.entities for field in each.fields]
    found.append(
        UNKNOWN_REFERENCE.at(
            reference.span,
            f"没有“{reference.text}”这项事实",
            help=offer(reference.text, known, "写成“实体.字段”"),
        )
    )
    return None


def _target(text: str, vocabulary: Vocabulary) -> str:
    """Return an element's id as a decision has it: ``住房[0]`` is ``housing[0]`` there."""
    found = _POSITION.fullmatch(text)
    entity = None if found is None else vocabulary.by_name.get(found["entity"])
    return text if found is None or entity is None else f"{entity.english}[{found['position']}]"
