"""The vocabulary: entities and fields, as declared by 实体. The one source of truth about facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from relapse_rules.source import NOWHERE, Span
from relapse_rules.values.types import Type


class Origin(StrEnum):
    """种类 of a field: recorded, judged by a human, derived by rule, or a process stamp."""

    RAW = "原始"
    JUDGEMENT = "裁量"
    DERIVED = "推导"
    PROCESS = "程序"


class Mutability(StrEnum):
    """变动 of a field: whether what it says of a household can become otherwise."""

    CHANGEABLE = "可变"
    """A circumstance that action or time may change: an income, a registration, a measure carried out."""
    TO_BE_PROVED = "待证"
    """It holds already or it does not, but it must be proved or recognised: a disability, a cause, damage, a judgement."""
    FIXED = "不可变"
    """No application changes it: a birth date, a disaster's kind and time, an identifier, the past."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field. ``low`` and ``high`` bound its integer value (see `values.types`), both included.

    ``documents``: papers that usually prove it; they decide nothing. ``nullable``: ``null`` may be stated (and means unknown). ``required``: must be present.
    ``positional``: an identifier that may be left out; the element is then named by its position.
    """

    entity: str
    name: str
    english: str
    type: Type
    aliases: tuple[str, ...] = ()
    supplier: str = ""
    origin: Origin = Origin.RAW
    mutability: Mutability = Mutability.CHANGEABLE
    documents: tuple[str, ...] = ()
    nullable: bool = True
    is_identifier: bool = False
    positional: bool = False
    required: bool = False
    personal: bool = False
    tri_state: bool = False
    low: int | None = None
    high: int | None = None
    description: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def fact(self) -> str:
        """The name by which a decision speaks of it: ``household.dibao_eligible``."""
        return f"{self.entity}.{self.english}"


@dataclass(frozen=True, kw_only=True)
class EntitySpec:
    """One kind of fact. ``english`` is its key everywhere; ``parent`` an English name, None for the root.

    ``single``: exactly one for its parent. A single child of 农户 (饮水, 收支) has no lanes of its own: its fields are lanes of 农户.
    """

    name: str
    english: str
    parent: str | None
    single: bool
    fields: tuple[FieldSpec, ...]
    aliases: tuple[str, ...] = ()
    description: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    @cached_property
    def by_english(self) -> dict[str, FieldSpec]:
        """Fields by English name."""
        return {spec.english: spec for spec in self.fields}

    @cached_property
    def by_any_name(self) -> dict[str, FieldSpec]:
        """Fields by Chinese name, alias or English name."""
        names: dict[str, FieldSpec] = {}
        for spec in self.fields:
            for name in (spec.english, spec.name, *spec.aliases):
                names.setdefault(name, spec)
        return names

    @cached_property
    def identifier(self) -> FieldSpec | None:
        """The field that names an element, if it has one."""
        return next((spec for spec in self.fields if spec.is_identifier), None)


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """All entities, in declared order."""

    entities: tuple[EntitySpec, ...]

    @cached_property
    def by_english(self) -> dict[str, EntitySpec]:
        """Entities by English name."""
        return {entity.english: entity for entity in self.entities}

    @cached_property
    def by_name(self) -> dict[str, EntitySpec]:
        """Entities by Chinese name or alias."""
        return {name: entity for entity in self.entities for name in (entity.name, *entity.aliases)}

    def field(self, fact: str) -> FieldSpec:
        """Return the field called ``entity.field`` (English). Raises KeyError when there is none."""
        entity, _, name = fact.partition(".")
        return self.by_english[entity].by_english[name]

    def domain(self, entity: str) -> str:
        """Return the entity whose lanes carry ``entity``: itself, or its parent when it is a single child of 农户 or deeper."""
        spec = self.by_english[entity]
        if spec.single and spec.parent is not None and self.by_english[spec.parent].parent is not None:
            return self.domain(spec.parent)
        return entity

    def ancestors(self, entity: str) -> tuple[str, ...]:
        """Return the domains above ``entity``, nearest first, down to the root."""
        chain: list[str] = []
        parent = self.by_english[entity].parent
        while parent is not None:
            chain.append(parent)
            parent = self.by_english[parent].parent
        return tuple(chain)
