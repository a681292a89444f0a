"""A case with one more element of some kind of which nothing is known, and on another day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, cast

from relapse_rules.check.policy import TypedCase
from relapse_rules.facts.shape import AS_OF
from relapse_rules.values.vocabulary import EntitySpec, Vocabulary

ID: Final = "新增"
"""What the element is called."""


def with_one_more(case: TypedCase, entity: str, vocabulary: Vocabulary) -> TypedCase | None:
    """Return ``case`` with one more element of ``entity`` at the end of its list.

    None where a 用例 could not speak of it: there is one of that kind, it has no identifier, or it hangs under one of many.
    """
    spec = vocabulary.by_english[entity]
    parent = None if spec.parent is None else vocabulary.by_english[spec.parent]
    if spec.single or spec.identifier is None or parent is None or not parent.single:
        return None
    if parent.parent is None:
        return replace(case, facts=_added(case.facts, spec, spec.identifier.english))
    owner = cast("Mapping[str, object]", case.facts.get(parent.english, {}))
    return replace(case, facts={**case.facts, parent.english: _added(owner, spec, spec.identifier.english)})


def on_day(case: TypedCase, day: date, vocabulary: Vocabulary) -> TypedCase:
    """Return ``case`` at the same time of ``day``."""
    root = next(entity for entity in vocabulary.entities if entity.parent is None)
    context = cast("Mapping[str, object]", case.facts[root.english])
    moment = f"{day.isoformat()}{str(context[AS_OF])[10:]}"
    return replace(case, facts={**case.facts, root.english: {**context, AS_OF: moment}})


def _added(owner: Mapping[str, object], spec: EntitySpec, identifier: str) -> dict[str, object]:
    rows = cast("Sequence[object]", owner.get(spec.english, ()))
    return {**owner, spec.english: [*rows, {identifier: ID}]}
