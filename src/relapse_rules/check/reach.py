"""How one entity is seen from another: up the tree of entities, or through a 引用 field.

All entities with the same domain share lanes (农户, 饮水, 收支), so ways lead from domain to domain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from relapse_rules.check.typed import Condition, Lifted, LiftedNumber, Quantity
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Vocabulary

Way = tuple[Relation, ...]
"""Steps outward from a domain: each leads from ``child`` to ``parent``. Nothing: the same lanes."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """More than one 引用 leads there."""

    fields: tuple[FieldSpec, ...]


def parent_domain(vocabulary: Vocabulary, domain: str) -> str | None:
    """Return the domain just above ``domain``, None for the root."""
    parent = vocabulary.by_english[domain].parent
    return None if parent is None else vocabulary.domain(parent)


def domains_upward(vocabulary: Vocabulary, domain: str) -> Iterator[tuple[str, Way]]:
    """Yield ``domain`` and each domain above it, with the way there."""
    way: Way = ()
    current: str | None = domain
    while current is not None:
        yield current, way
        above = parent_domain(vocabulary, current)
        if above is not None:
            way = (*way, Relation(child=current, parent=above))
        current = above


def subject_of(vocabulary: Vocabulary) -> str | None:
    """Return the domain that a decision is about: the one below the root of which each case has exactly one (农户)."""
    return next(
        (
            entity.english
            for entity in vocabulary.entities
            if entity.single
            and entity.parent is not None
            and vocabulary.domain(entity.english) == entity.english
        ),
        None,
    )


def way_up(vocabulary: Vocabulary, domain: str, entity: str) -> Way | None:
    """Return the way from ``domain`` up the tree to ``entity``'s lanes, None when they are not above it."""
    target = vocabulary.domain(entity)
    return next((way for known, way in domains_upward(vocabulary, domain) if known == target), None)


def references_to(vocabulary: Vocabulary, child: str, target: str) -> tuple[FieldSpec, ...]:
    """Return the 引用 fields of the domain ``child`` that point to the domain ``target`` and say more than the tree does."""
    if way_up(vocabulary, child, target) is not None:
        return ()
    return tuple(
        spec
        for spec in vocabulary.by_english[child].fields
        if spec.type.kind is Kind.REFERENCE
        and spec.type.entity is not None
        and vocabulary.domain(spec.type.entity) == target
    )


def way_to(vocabulary: Vocabulary, domain: str, entity: str) -> Way | Ambiguous | None:
    """Return the way from ``domain`` to ``entity``'s lanes: up the tree, else through the nearest 引用."""
    upward = way_up(vocabulary, domain, entity)
    if upward is not None:
        return upward
    target = vocabulary.domain(entity)
    for current, way in domains_upward(vocabulary, domain):
        fields = references_to(vocabulary, current, target)
        if len(fields) > 1:
            return Ambiguous(fields)
        if fields:
            return (*way, reference(fields[0], target))
    return None


def reference(field: FieldSpec, target: str) -> Relation:
    """Return the relation that a 引用 field makes with the domain that it points to."""
    return Relation(child=field.entity, parent=target, reference=field.english)


def elements(
    vocabulary: Vocabulary, domain: str, entity: EntitySpec
) -> tuple[Relation, Way] | Ambiguous | None:
    """Return how the elements of ``entity`` are counted from ``domain``: their relation, and the way to where they are counted.

    Children of ``domain`` itself come first, then those that refer to it, then children of what is above it.
    """
    child = entity.english
    above = parent_domain(vocabulary, child)
    if above is None or vocabulary.domain(child) != child:
        return None
    if above == domain:
        return Relation(child=child, parent=domain), ()
    fields = references_to(vocabulary, child, domain)
    if len(fields) > 1:
        return Ambiguous(fields)
    if fields:
        return reference(fields[0], domain), ()
    upward = way_up(vocabulary, domain, above)
    return None if upward is None else (Relation(child=child, parent=above), upward)


def lift(condition: Condition, way: Way) -> Condition:
    """Return ``condition`` as seen from the start of ``way``."""
    for relation in reversed(way):
        condition = Lifted(domain=relation.child, relation=relation, operand=condition, span=condition.span)
    return condition


def lift_number(number: Quantity, way: Way) -> Quantity:
    """Return ``number`` as seen from the start of ``way``."""
    for relation in reversed(way):
        number = LiftedNumber(domain=relation.child, relation=relation, operand=number, span=number.span)
    return number
