"""What a written name means inside a declaration: the order of search, and what to say when nothing is found.

A name alone is, in this order: a declared concept whose 对象 is this entity or above it; a field of the entity; a field of
an entity above it; a field of an entity of which there is exactly one (饮水, 收支). ``实体.名称`` says it exactly, and alone
leads through a 引用. Everything found comes with the way by which it is lifted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from relapse_rules.check.names import KEYWORD, Concept, Names
from relapse_rules.check.operands import Scope
from relapse_rules.check.reach import (
    Ambiguous,
    Way,
    domains_upward,
    elements,
    reference,
    way_to,
    way_up,
)
from relapse_rules.check.wording import not_a_number, offer, some_of
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_names import (
    AMBIGUOUS_NAME,
    NOT_REACHABLE,
    UNKNOWN_ENTITY,
    UNKNOWN_FIELD,
    UNKNOWN_NAME,
)
from relapse_rules.diagnostics.suggest import closest
from relapse_rules.syntax.tree import Name, Path
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec


@dataclass(frozen=True, slots=True)
class FoundField:
    """A field, and the way to its lanes."""

    field: FieldSpec
    way: Way


@dataclass(frozen=True, slots=True)
class FoundConcept:
    """A declared concept, and the way to its lanes. ``derived``: it was written as the field that it derives."""

    concept: Concept
    way: Way
    derived: FieldSpec | None = None


Found = FoundField | FoundConcept


def resolve(path: Path, scope: Scope, names: Names, found: list[Diagnostic]) -> Found | None:
    """Return what ``path`` means in ``scope``; None when nothing, which is reported unless it was reported elsewhere."""
    if len(path.parts) == 1:
        return _bare(path.parts[0], scope, names, found)
    return _qualified(path, scope, names, found)


def scope_of(entity: EntitySpec, names: Names) -> Scope:
    """Return the scope of a declaration about ``entity``."""
    return Scope(entity=entity, domain=names.vocabulary.domain(entity.english))


def _bare(name: Name, scope: Scope, names: Names, found: list[Diagnostic]) -> Found | None:
    concept = names.concepts.get(name.text)
    if concept is not None:
        subject = names.subject(name.text)
        if subject is None:
            return None  # its 对象 is broken, which is reported there
        way = way_up(names.vocabulary, scope.domain, subject.english)
        if way is not None:
            return FoundConcept(concept, way)
        found.append(_unreachable(name, subject, scope, names, KEYWORD[type(concept)]))
        return None
    for entity, way in _above(scope, names):
        field = _field(entity, name.text)
        if field is not None:
            return _with_writer(field, way, names)
    fields = [
        (field, way)
        for entity, way in _singles(scope, names)
        if (field := _field(entity, name.text)) is not None
    ]
    if len(fields) > 1:
        found.append(_ambiguous_field(name, [field for field, _ in fields], names))
        return None
    if fields:
        return _with_writer(*fields[0], names)
    found.append(_not_found(name, scope, names))
    return None


def _field(entity: EntitySpec, name: str) -> FieldSpec | None:
    """Return the field of that Chinese name or alias; policies do not speak of English names."""
    field = entity.by_any_name.get(name)
    return field if field is not None and (name == field.name or name in field.aliases) else None


def _with_writer(field: FieldSpec, way: Way, names: Names) -> Found:
    writer = names.writers.get(field.fact)
    if writer is None:
        return FoundField(field, way)
    return FoundConcept(names.concepts[writer], way, derived=field)


def _above(scope: Scope, names: Names) -> Iterator[tuple[EntitySpec, Way]]:
    """Yield the entity of ``scope`` and those above it, nearest first, with the way to each."""
    vocabulary = names.vocabulary
    entity: EntitySpec | None = scope.entity
    while entity is not None:
        way = way_up(vocabulary, scope.domain, entity.english)
        if way is not None:
            yield entity, way
        entity = None if entity.parent is None else vocabulary.by_english[entity.parent]


def _singles(scope: Scope, names: Names) -> Iterator[tuple[EntitySpec, Way]]:
    """Yield the entities without lanes of their own that share those of ``scope`` or of what is above it."""
    for domain, way in domains_upward(names.vocabulary, scope.domain):
        for entity in names.vocabulary.entities:
            shares = entity.english != domain and names.vocabulary.domain(entity.english) == domain
            if shares and entity is not scope.entity:
                yield entity, way


def _qualified(path: Path, scope: Scope, names: Names, found: list[Diagnostic]) -> Found | None:
    entity: EntitySpec | None = scope.entity
    domain = scope.domain
    total: Way = ()
    for part in path.parts[:-1]:
        step = _step(part, domain, entity, names, found)
        if step is None:
            return None
        entity, way = step
        total = (*total, *way)
        domain = names.vocabulary.domain(entity.english)
    last = path.parts[-1]
    assert entity is not None, "a qualified path has at least one entity"
    field = _field(entity, last.text)
    if field is not None:
        return _with_writer(field, total, names)
    concept = names.concepts.get(last.text)
    subject = None if concept is None else names.subject(last.text)
    if concept is not None and subject is not None and names.vocabulary.domain(subject.english) == domain:
        return FoundConcept(concept, total)
    if concept is None or subject is not None:
        found.append(_unknown_field(last, entity, names))
    return None


def _step(
    part: Name, domain: str, entity: EntitySpec | None, names: Names, found: list[Diagnostic]
) -> tuple[EntitySpec, Way] | None:
    """Return the entity that one part of a path leads to from ``domain``: by its name, or by the name of a 引用 field."""
    vocabulary = names.vocabulary
    target = vocabulary.by_name.get(part.text)
    if target is None:
        field = None if entity is None else _field(entity, part.text)
        if field is None or field.type.kind is not Kind.REFERENCE or field.type.entity is None:
            found.append(
                UNKNOWN_ENTITY.at(
                    part.span,
                    f"没有叫“{part.text}”的实体",
                    help=offer(part.text, vocabulary.by_name, f"可以写：{some_of(vocabulary.by_name)}"),
                )
            )
            return None
        target = vocabulary.by_english[field.type.entity]
        upward = way_up(vocabulary, domain, target.english)
        return target, (reference(field, vocabulary.domain(target.english)),) if upward is None else upward
    way = way_to(vocabulary, domain, target.english)
    if isinstance(way, Ambiguous):
        found.append(_ambiguous_reference(part, way, target))
        return None
    if way is None:
        here = vocabulary.by_english[domain]
        found.append(_unreachable(part, target, Scope(entity=here, domain=domain), names, "实体"))
        return None
    return target, way


def _ambiguous_reference(part: Name, ways: Ambiguous, target: EntitySpec) -> Diagnostic:
    fields = "、".join(f"“{field.name}”" for field in ways.fields)
    return AMBIGUOUS_NAME.at(
        part.span,
        f"有不止一个字段引用“{target.name}”：{fields}",
        help=f"写成“{ways.fields[0].name}.…”，说明经过哪一个",
        labels=tuple(Label(span=field.span, message="其中一个") for field in ways.fields),
    )


def _ambiguous_field(name: Name, fields: list[FieldSpec], names: Names) -> Diagnostic:
    owners = [names.vocabulary.by_english[field.entity].name for field in fields]
    return AMBIGUOUS_NAME.at(
        name.span,
        f"“{name.text}”说不清是谁的：{'、'.join(owners)}都有这个字段",
        help=f"写成“{owners[0]}.{name.text}”或“{owners[1]}.{name.text}”",
        labels=tuple(Label(span=field.span, message="其中一个") for field in fields),
    )


def _unreachable(name: Name, subject: EntitySpec, scope: Scope, names: Names, what: str) -> Diagnostic:
    """Return the finding for something that exists about an entity which is not seen from here by itself."""
    vocabulary = names.vocabulary
    called = subject.aliases[0] if subject.aliases else subject.name
    way = way_to(vocabulary, scope.domain, subject.english)
    counted = elements(vocabulary, scope.domain, subject)
    if what != "实体" and way is not None:
        cure = f"写成“{called}.{name.text}”"
    elif counted is not None:
        cure = f"写成“存在 {called} 满足 …”“每个 {called} 满足 …”，或用个数、合计"
    else:
        cure = f"把对象改为“{called}”，或改用别的事实"
    about = f"{what}“{name.text}”说的是“{subject.name}”，" if what != "实体" else f"“{name.text}”"
    return NOT_REACHABLE.at(name.span, f"{about}在“{scope.entity.name}”里不能直接用", help=cure)


def _not_found(name: Name, scope: Scope, names: Names) -> Diagnostic:
    vocabulary = names.vocabulary
    if name.text in vocabulary.by_name:
        return UNKNOWN_NAME.at(
            name.span,
            f"“{name.text}”是实体，不是条件也不是值",
            help=f"写成“{name.text}.字段”，或“存在 {name.text} 满足 …”",
        )
    near = closest(name.text, _visible(scope, names))
    owner = next((entity for entity in vocabulary.entities if _field(entity, name.text)), None)
    if owner is not None:
        return _unreachable(name, owner, scope, names, "字段")
    if near is not None:
        return UNKNOWN_NAME.at(name.span, f"没有叫“{name.text}”的字段或声明", help=f"是不是“{near}”？")
    problem = not_a_number(name.text)
    if problem is not None:
        return UNKNOWN_NAME.at(name.span, problem, help="写出数；还没有定的设成参数，写“待定”")
    return UNKNOWN_NAME.at(
        name.span,
        f"没有叫“{name.text}”的字段或声明",
        help=f"它既不是定义、指标、裁量、参数或解读，也不是“{scope.entity.name}”及其上级的字段",
    )


def _visible(scope: Scope, names: Names) -> Iterator[str]:
    yield from names.concepts
    for entity, _ in (*_above(scope, names), *_singles(scope, names)):
        for field in entity.fields:
            yield from (field.name, *field.aliases)


def _unknown_field(name: Name, entity: EntitySpec, names: Names) -> Diagnostic:
    known = [each for field in entity.fields for each in (field.name, *field.aliases)]
    declared = [concept for concept in names.concepts if names.subject(concept) is entity]
    return UNKNOWN_FIELD.at(
        name.span,
        f"“{entity.name}”没有叫“{name.text}”的字段或声明",
        help=offer(name.text, (*known, *declared), f"可以写：{some_of((*known, *declared))}"),
    )
