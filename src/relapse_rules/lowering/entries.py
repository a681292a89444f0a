"""What a program lists beside its nodes, from the declarations that say it."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from relapse_rules.check import policy as checked
from relapse_rules.ir.program import DatedSetting, FactEntry, Listing, ParameterEntry, UnitEntry
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import Vocabulary

Listable = checked.TypedMeasure | checked.TypedTask | checked.TypedException


def particulars(
    declared: Listable,
) -> tuple[str, str, str, str | None, tuple[str, ...], tuple[str, ...]]:
    """Return kind, category, funding, procedure, recipient and changed ids: what only some kinds have."""
    match declared:
        case checked.TypedMeasure():
            return "measure", declared.category, declared.funding, None, (), ()
        case checked.TypedTask():
            return (
                "duty" if declared.procedure is None else "step",
                "",
                "",
                declared.procedure,
                declared.recipient,
                (),
            )
        case checked.TypedException():
            ordered = (later for laters, _ in declared.orders for later in laters)
            return "exception", "", "", None, (), tuple(dict.fromkeys((*declared.switches, *ordered)))
        case _:
            assert_never(declared)


def with_orders(listings: tuple[Listing, ...], policy: checked.TypedPolicy) -> tuple[Listing, ...]:
    """Give each listing the orders that exceptions put on it."""
    orders: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for exception in policy.exceptions:
        for laters, earliers in exception.orders:
            for later in laters:
                orders.setdefault(later, []).append((exception.name, earliers))
    return tuple(_ordered(listing, tuple(orders.get(listing.id, ()))) for listing in listings)


def _ordered(listing: Listing, orders: tuple[tuple[str, tuple[str, ...]], ...]) -> Listing:
    return replace(listing, ordered_after=orders) if orders else listing


def domains(vocabulary: Vocabulary) -> tuple[tuple[str, str | None], ...]:
    """Return the entities with lanes, each with its structural parent."""
    own = (entity for entity in vocabulary.entities if vocabulary.domain(entity.english) == entity.english)
    return tuple((entity.english, entity.parent) for entity in own)


def relations(vocabulary: Vocabulary) -> tuple[Relation, ...]:
    """Return every way from a lane to one above it: the structural ones and the references."""
    found: list[Relation] = []
    for entity in vocabulary.entities:
        if vocabulary.domain(entity.english) != entity.english:
            continue
        if entity.parent is not None:
            found.append(Relation(entity.english, entity.parent))
        found.extend(
            Relation(entity.english, spec.type.entity, spec.english)
            for spec in entity.fields
            if spec.type.kind is Kind.REFERENCE and spec.type.entity is not None
        )
    return tuple(found)


def facts(vocabulary: Vocabulary) -> dict[str, FactEntry]:
    """Return what a decision says of each fact."""
    return {
        spec.fact: FactEntry(
            fact=spec.fact, domain=vocabulary.domain(entity.english), supplier=spec.supplier, type=spec.type
        )
        for entity in vocabulary.entities
        for spec in entity.fields
    }


def parameter(spec: checked.ParameterSpec) -> ParameterEntry:
    """Return the entry of a 参数."""
    settings = (
        DatedSetting(
            since=dated.since, value=dated.value, text=dated.text, source=dated.source, origin=dated.origin
        )
        for dated in spec.values
    )
    return ParameterEntry(name=spec.name, values=tuple(settings))


def unit(spec: checked.UnitSpec) -> UnitEntry:
    """Return the entry of a 单位."""
    return UnitEntry(
        name=spec.name, aliases=spec.aliases, successions=spec.successions, fact=spec.fact, code=spec.code
    )
