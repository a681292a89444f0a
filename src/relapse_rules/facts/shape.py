"""The vocabulary made ready for reading: which keys each object may have, and what each key is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Final

from relapse_rules.facts.case import Table
from relapse_rules.facts.fields import FieldReader, field_reader
from relapse_rules.facts.stated import LONGEST_GUESSED, plain
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Vocabulary

ROOT_NAME: Final = "事实文件"
"""What messages call the outermost object."""

AS_OF: Final = "as_of"
"""The root's field 判定时点, the one fact that every case states."""


class Place(Enum):
    """How the elements of an entity stand in the object above them."""

    OBJECT = auto()
    """One object, an element of its own: context, household."""
    MERGED = auto()
    """One object whose facts belong to the element above it: water, finance."""
    LIST = auto()
    """A list of objects."""
    NESTED = auto()
    """An object or a list, told by the element that it refers to: employment under its member."""


@dataclass(frozen=True, slots=True)
class Child:
    """An entity under another. ``link``: the fact that names the element above, when the place is NESTED."""

    place: Place
    reader: EntityReader
    link: str | None = None


@dataclass(slots=True)
class EntityReader:
    """What the objects of one entity may hold. Filled once, never changed afterwards.

    ``keys`` maps each Chinese name, alias and English name to its field, ``children_by_key`` likewise. ``children`` is in
    the order of the vocabulary. The outermost object is an entity without fields.
    """

    name: str
    english: str
    spec: EntitySpec | None
    keys: dict[str, FieldReader] = field(default_factory=dict)
    children_by_key: dict[str, Child] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)
    required: tuple[FieldReader, ...] = ()
    identifier: FieldReader | None = None

    def field(self, key: object) -> FieldReader | None:
        """Return the field that ``key`` names in any spelling, or None."""
        if not isinstance(key, str) or key in self.children_by_key:
            return None
        known = key if key in self.keys else self.same_key(key)
        return None if known is None else self.keys.get(known)

    def same_key(self, key: str) -> str | None:
        """Return the known key that ``key`` is another spelling of (full-width forms, blanks), or None."""
        if len(key) > LONGEST_GUESSED:
            return None
        wanted = plain(key)
        return next((known for known in (*self.keys, *self.children_by_key) if plain(known) == wanted), None)


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation, with its parent's reader and the child's fact that states it (None for a structural one)."""

    relation: Relation
    target: EntityReader
    fact: str | None


@dataclass(frozen=True, slots=True)
class Domain:
    """An entity with a table. ``above``: the one that it hangs under, None for the root; ``host``: under which it may stand too.

    ``absent`` is its table when no list was supplied, ``empty`` when an empty one was.
    """

    reader: EntityReader
    above: str | None
    host: str | None
    absent: Table
    empty: Table

    @property
    def single(self) -> bool:
        """Whether there is exactly one element: 政策上下文, 农户."""
        return self.reader.spec is not None and self.reader.spec.single


@dataclass(frozen=True, slots=True)
class Shape:
    """Everything that reading needs to know about a vocabulary. ``domains`` is in an order in which parents and hosts come first."""

    outermost: EntityReader
    domains: tuple[Domain, ...]
    ties: tuple[Tie, ...]
    hosts: dict[str, str]
    """Entity → the entity under which its elements may stand too."""
    homes: dict[str, tuple[str, ...]]
    """Any key → the entities (Chinese names) that know it, for hints about misplaced keys."""
    context: str
    subject: str


def shape_of(vocabulary: Vocabulary) -> Shape:
    """Return the shape of ``vocabulary``.

    Raises:
        ValueError: it has no root with a single child to decide about, or the root holds no time 判定时点 (``as_of``).
    """
    root = next((entity for entity in vocabulary.entities if entity.parent is None), None)
    subject = next(
        (each for each in vocabulary.entities if root and each.single and each.parent == root.english), None
    )
    if root is None or subject is None:
        message = "词汇没有判定的对象：要有一个没有上级的实体，和它之下一个“数量 一个”的实体"
        raise ValueError(message)
    if AS_OF not in root.by_english or root.by_english[AS_OF].type.kind is not Kind.TIME:
        message = f"词汇的“{root.name}”没有判定时点（{AS_OF}）"
        raise ValueError(message)
    readers = {entity.english: _reader(entity) for entity in vocabulary.entities}
    outermost = EntityReader(name=ROOT_NAME, english="", spec=None)
    hosts: dict[str, str] = {}
    for entity in vocabulary.entities:
        reader = readers[entity.english]
        if entity.parent is None or entity.parent == root.english:
            _attach(outermost, Child(Place.OBJECT if entity.single else Place.LIST, reader))
        else:
            _attach(readers[entity.parent], Child(Place.MERGED if entity.single else Place.LIST, reader))
        if (host := host_of(vocabulary, entity)) is not None:
            hosts[entity.english] = host.type.entity or ""
            _attach(readers[hosts[entity.english]], Child(Place.NESTED, reader, host.fact))
    return Shape(
        outermost=outermost,
        domains=_domains(vocabulary, readers, hosts),
        ties=_ties(vocabulary, readers),
        hosts=hosts,
        homes=_homes((outermost, *readers.values())),
        context=root.english,
        subject=subject.english,
    )


def _domains(
    vocabulary: Vocabulary, readers: dict[str, EntityReader], hosts: dict[str, str]
) -> tuple[Domain, ...]:
    """Return the entities with tables, parents and hosts first."""
    found: dict[str, Domain] = {}

    def visit(name: str) -> None:
        if name in found or vocabulary.domain(name) != name:
            return
        parent = vocabulary.by_english[name].parent
        above = None if parent is None else vocabulary.domain(parent)
        host = hosts.get(name)
        for first in (above, host):
            if first is not None:
                visit(first)
        found[name] = Domain(
            reader=readers[name],
            above=above,
            host=host,
            absent=Table(entity=name, complete=False),
            empty=Table(entity=name),
        )

    for name in readers:
        visit(name)
    return tuple(found.values())


def _reader(entity: EntitySpec) -> EntityReader:
    specs = tuple(_as_required(entity, spec) for spec in entity.fields)
    fields = {spec.english: field_reader(spec) for spec in specs}
    identifier = entity.identifier
    return EntityReader(
        name=entity.name,
        english=entity.english,
        spec=entity,
        keys={key: fields[spec.english] for key, spec in entity.by_any_name.items()},
        required=tuple(fields[spec.english] for spec in specs if spec.required),
        identifier=None if identifier is None else fields[identifier.english],
    )


def _as_required(entity: EntitySpec, spec: FieldSpec) -> FieldSpec:
    """Return ``spec`` marked as required when it is a name that cannot be left out, or 判定时点."""
    is_name = spec.is_identifier and not spec.positional
    is_moment = entity.parent is None and spec.english == AS_OF
    return replace(spec, required=True, nullable=False) if spec.required or is_name or is_moment else spec


def _attach(above: EntityReader, child: Child) -> None:
    above.children.append(child)
    spec = child.reader.spec
    names = (child.reader.english, child.reader.name, *(() if spec is None else spec.aliases))
    for name in names:
        if name not in above.keys:
            above.children_by_key.setdefault(name, child)


def host_of(vocabulary: Vocabulary, entity: EntitySpec) -> FieldSpec | None:
    """Return the 引用 field through which ``entity`` may stand under a sibling: both are lists of the subject or deeper."""
    if entity.single or entity.parent is None or vocabulary.by_english[entity.parent].parent is None:
        return None
    for spec in entity.fields:
        target = (
            vocabulary.by_english.get(spec.type.entity or "") if spec.type.kind is Kind.REFERENCE else None
        )
        if (
            target is not None
            and target is not entity
            and not target.single
            and target.parent == entity.parent
        ):
            return spec
    return None


def _ties(vocabulary: Vocabulary, readers: dict[str, EntityReader]) -> tuple[Tie, ...]:
    ties: list[Tie] = []
    for entity in vocabulary.entities:
        domain = vocabulary.domain(entity.english)
        if entity.parent is not None and domain == entity.english:
            above = vocabulary.domain(entity.parent)
            ties.append(Tie(Relation(child=domain, parent=above), readers[above], None))
        for spec in entity.fields:
            if spec.type.kind is Kind.REFERENCE and spec.type.entity is not None:
                target = vocabulary.domain(spec.type.entity)
                relation = Relation(child=domain, parent=target, reference=spec.english)
                ties.append(Tie(relation, readers[target], spec.fact))
    return tuple(ties)


def _homes(readers: tuple[EntityReader, ...]) -> dict[str, tuple[str, ...]]:
    homes: dict[str, tuple[str, ...]] = {}
    for reader in readers:
        for key in (*reader.keys, *reader.children_by_key):
            homes[key] = (*homes.get(key, ()), reader.name)
    return homes
