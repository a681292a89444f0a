"""实体 declarations to the `Vocabulary`: types with their values, ranges as integers, the tree of entities.

A broken field is left out and reported; the rest of its entity is kept, so that rules over it are still checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from relapse_rules.check.wording import number_problem, offer, some_of
from relapse_rules.diagnostics import Checked, Diagnostic, Label
from relapse_rules.diagnostics.codes_names import (
    AMBIGUOUS_NAME,
    DUPLICATE_NAME,
    RECURSIVE_DEFINITION,
    UNKNOWN_ENTITY,
    UNKNOWN_FIELD,
    UNKNOWN_VALUE,
)
from relapse_rules.diagnostics.codes_structure import IDENTIFIER_MISSING, MISSING_ATTRIBUTE
from relapse_rules.diagnostics.codes_types import KIND_MISMATCH, RANGE_EMPTY, UNKNOWN_MEASURE_UNIT
from relapse_rules.source import Span
from relapse_rules.syntax.declarations import Entity, Field, WrittenType, WrittenValue
from relapse_rules.syntax.tree import Name, Number
from relapse_rules.values.literals import Problem, number_value
from relapse_rules.values.types import SCALE, EnumValue, Kind, Type
from relapse_rules.values.units import duration_class, normal_form
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Mutability, Origin, Vocabulary

_SUBJECT_TO_UNITS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.DURATION})
_LISTING = frozenset({Kind.ENUM, Kind.SET})


@dataclass(frozen=True, slots=True, kw_only=True)
class Types:
    """Makes types of what is written. ``fields`` are all written fields by Chinese name and alias, for ``集合 鉴定等级``."""

    entities: Mapping[str, Entity]
    fields: Mapping[str, tuple[Field, ...]]
    found: list[Diagnostic]

    def type_of(self, written: WrittenType) -> Type | None:
        """Return the type that is meant; None (and a finding) when it cannot be."""
        if written.same_as is not None:
            return self._same_as(written, written.same_as)
        unit = normal_form(written.unit or ("元" if written.kind is Kind.MONEY else ""))
        if unit is None:
            self.found.append(
                UNKNOWN_MEASURE_UNIT.at(
                    written.span, f"“{written.unit}”不是已知的计量单位", help="例如 元、元/人·年、天"
                )
            )
            return None
        if written.kind is Kind.DURATION and duration_class(written.unit) is None:
            self.found.append(
                UNKNOWN_MEASURE_UNIT.at(
                    written.span,
                    f"“{written.unit or '无单位'}”不是时长的单位",
                    help="写分钟、小时、天、工作日、月或年",
                )
            )
            return None
        entity = None
        if written.entity is not None:
            target = self.entities.get(written.entity.text)
            if target is None:
                self.found.append(unknown_entity(written.entity, self.entities))
                return None
            entity = target.english.text
        return Type(
            kind=written.kind,
            unit=unit if written.kind in _SUBJECT_TO_UNITS else "",
            values=self._values(written.values),
            is_open=written.is_open,
            item=written.item,
            entity=entity,
        )

    def _same_as(self, written: WrittenType, name: Name) -> Type | None:
        """Return the type with the values of the field called ``name``."""
        candidates = [field for field in self.fields.get(name.text, ()) if field.type.kind in _LISTING]
        if not candidates:
            self.found.append(
                UNKNOWN_FIELD.at(
                    name.span,
                    f"没有叫“{name.text}”的枚举或集合字段",
                    help=offer(name.text, self.fields),
                )
            )
            return None
        if any(field.type != candidates[0].type for field in candidates):
            self.found.append(
                AMBIGUOUS_NAME.at(
                    name.span,
                    f"叫“{name.text}”的字段不止一个，取值各不相同",
                    help="把取值直接写在花括号里",
                    labels=tuple(Label(span=field.span, message="其中一个") for field in candidates),
                )
            )
            return None
        if candidates[0].type.same_as is not None:
            self.found.append(
                UNKNOWN_FIELD.at(
                    name.span, f"“{name.text}”自己的取值又取自别的字段", help="指向写明取值的那个字段"
                )
            )
            return None
        other = candidates[0].type
        return Type(
            kind=written.kind, values=self._values(other.values), is_open=other.is_open or written.is_open
        )

    def _values(self, written: Sequence[WrittenValue]) -> tuple[EnumValue, ...]:
        known = {value.name.text: value for value in written}
        values: list[EnumValue] = []
        for value in written:
            name, parent = value.name.text, value.parent
            if any(name == earlier.name for earlier in values):
                self.found.append(DUPLICATE_NAME.at(value.name.span, f"取值“{name}”重复", help="删去一个"))
                continue
            if parent is not None and parent.text not in known:
                self.found.append(
                    UNKNOWN_VALUE.at(
                        parent.span, f"“{parent.text}”不在这些取值之中", help=offer(parent.text, known)
                    )
                )
                parent = None
            values.append(EnumValue(name=name, parent=None if parent is None else parent.text))
        listed = Type(kind=Kind.ENUM, values=tuple(values))
        for made in values:
            if made.parent is not None and made.name in listed.ancestors(made.parent):
                span = known[made.name].span
                self.found.append(RECURSIVE_DEFINITION.at(span, f"“{made.name}”归来归去又归入自己"))
                return tuple(EnumValue(name=each.name) for each in values)
        return tuple(values)


def build_vocabulary(entities: Sequence[Entity]) -> Checked[Vocabulary]:
    """Return the vocabulary that ``entities`` declare, without what is broken in them, and the findings."""
    found: list[Diagnostic] = []
    kept = _distinct(entities, found)
    by_name = {name: entity for entity in kept for name in _names_of_entity(entity)}
    types = Types(entities=by_name, fields=fields_by_name(kept), found=found)
    parents = _parents(kept, by_name, found)
    specs = tuple(_entity(entity, parents, types, found) for entity in kept)
    vocabulary = Vocabulary(entities=specs)
    _check_references(vocabulary, found)
    return Checked(vocabulary, tuple(found))


def fields_by_name(entities: Iterable[Entity]) -> dict[str, tuple[Field, ...]]:
    """Return the written fields by each of their Chinese names."""
    fields: dict[str, tuple[Field, ...]] = {}
    for entity in entities:
        for field in entity.fields:
            for name in (field.name, *field.aliases):
                fields[name.text] = (*fields.get(name.text, ()), field)
    return fields


def unknown_entity(name: Name, known: Iterable[str]) -> Diagnostic:
    """Return the finding for an 实体 that nobody declares."""
    names = tuple(known)
    return UNKNOWN_ENTITY.at(
        name.span, f"没有叫“{name.text}”的实体", help=offer(name.text, names, f"可以写：{some_of(names)}")
    )


def _names_of_entity(entity: Entity) -> tuple[str, ...]:
    return (entity.name.text, *(alias.text for alias in entity.aliases))


def _distinct(entities: Sequence[Entity], found: list[Diagnostic]) -> tuple[Entity, ...]:
    """Return ``entities`` without those whose names are taken."""
    taken: dict[str, Span] = {}
    kept: list[Entity] = []
    for entity in entities:
        written = (entity.name, *entity.aliases, entity.english)
        clash = next((name for name in written if name.text in taken), None)
        if clash is None:
            kept.append(entity)
            taken |= {name.text: name.span for name in written}
        else:
            found.append(_duplicate(clash, "实体", taken[clash.text]))
    return tuple(kept)


def _duplicate(name: Name, what: str, first: Span) -> Diagnostic:
    return DUPLICATE_NAME.at(
        name.span,
        f"{what}名“{name.text}”已经用过",
        help="换一个名称，或删去一处",
        labels=(Label(span=first, message="第一处"),),
    )


def _parents(
    entities: Sequence[Entity], by_name: Mapping[str, Entity], found: list[Diagnostic]
) -> dict[str, str | None]:
    """Return the parent's English name of each entity, such that there is one root and no circle."""
    parents: dict[str, str | None] = {}
    root: Entity | None = None
    for entity in entities:
        parent = entity.parent
        if parent is not None and parent.text not in by_name:
            found.append(unknown_entity(parent, by_name))
        elif parent is None and root is not None:
            found.append(
                MISSING_ATTRIBUTE.at(
                    entity.name.span,
                    f"实体“{entity.name.text}”没有写上级",
                    help=f"写“上级 {root.name.text}”；只有一个实体可以没有上级",
                    labels=(Label(span=root.name.span, message="没有上级的实体"),),
                )
            )
        root = entity if parent is None and root is None else root
        known = None if parent is None else by_name.get(parent.text)
        parents[entity.english.text] = None if known is None else known.english.text
    for entity in entities:
        english = entity.english.text
        chain = [english]
        while (above := parents[chain[-1]]) is not None and above not in chain:
            chain.append(above)
        if above is not None:
            place = (entity.parent or entity.name).span
            found.append(RECURSIVE_DEFINITION.at(place, f"实体“{entity.name.text}”的上级绕回了自己"))
            parents[english] = None
    return parents


def _entity(
    entity: Entity, parents: Mapping[str, str | None], types: Types, found: list[Diagnostic]
) -> EntitySpec:
    taken: dict[str, Span] = {}
    specs: list[FieldSpec] = []
    for field in entity.fields:
        written = (field.name, *field.aliases, field.english)
        clash = next((name for name in written if name.text in taken), None)
        if clash is not None:
            found.append(_duplicate(clash, f"实体“{entity.name.text}”的字段", taken[clash.text]))
            continue
        taken |= {name.text: name.span for name in written}
        type_ = types.type_of(field.type)
        if type_ is not None:
            specs.append(_field(entity, field, type_, found))
    has_identifier = any(spec.is_identifier for spec in specs)
    if not entity.single and not has_identifier:
        found.append(
            IDENTIFIER_MISSING.at(
                entity.name.span,
                f"实体“{entity.name.text}”有多条，但没有标识字段",
                help="给一个字段写上“标识”；可以不填的再写“可缺”",
            )
        )
    return EntitySpec(
        name=entity.name.text,
        english=entity.english.text,
        parent=parents[entity.english.text],
        single=entity.single,
        fields=tuple(specs),
        aliases=tuple(alias.text for alias in entity.aliases),
        description="" if entity.description is None else entity.description.value,
        span=entity.span,
    )


def _field(entity: Entity, field: Field, type_: Type, found: list[Diagnostic]) -> FieldSpec:
    low, high = _bounds(field, type_, found)
    return FieldSpec(
        entity=entity.english.text,
        name=field.name.text,
        english=field.english.text,
        type=type_,
        aliases=tuple(alias.text for alias in field.aliases),
        supplier="" if field.supplier is None else field.supplier.value,
        origin=Origin(field.origin),
        mutability=_mutability(field, type_),
        documents=_documents(field, found),
        nullable=field.nullable,
        is_identifier=field.is_identifier,
        positional=field.positional,
        required=field.required,
        personal=field.personal,
        tri_state=field.tri_state,
        low=low,
        high=high,
        description="" if field.description is None else field.description.value,
        span=field.span,
    )


def _mutability(field: Field, type_: Type) -> Mutability:
    """Return what 变动 says; without it, what names something is fixed, a judgement must be proved, and the rest can change."""
    if field.mutability is not None:
        return field.mutability
    if field.is_identifier or type_.kind is Kind.REFERENCE:
        return Mutability.FIXED
    return Mutability.TO_BE_PROVED if Origin(field.origin) is Origin.JUDGEMENT else Mutability.CHANGEABLE


def _documents(field: Field, found: list[Diagnostic]) -> tuple[str, ...]:
    first: dict[str, Span] = {}
    for name in field.documents:
        if name.text in first:
            found.append(_duplicate(name, "证明", first[name.text]))
        first.setdefault(name.text, name.span)
    return tuple(first)


def _bounds(field: Field, type_: Type, found: list[Diagnostic]) -> tuple[int | None, int | None]:
    if field.range is None:
        return None, None
    if type_.kind not in SCALE and type_.kind is not Kind.DURATION:
        found.append(
            KIND_MISMATCH.at(
                field.range.span, f"“{field.name.text}”是{type_.kind}，不能写范围", help="只有数有范围"
            )
        )
        return None, None
    low = _bound(field.range.low, type_, found)
    high = _bound(field.range.high, type_, found)
    if low is not None and high is not None and low > high:
        found.append(RANGE_EMPTY.at(field.range.span, "范围是空的：下限大于上限", help="把两个数对调"))
        return None, None
    return low, high


def _bound(number: Number | None, type_: Type, found: list[Diagnostic]) -> int | None:
    if number is None:
        return None
    value = number_value(number.digits, number.unit or type_.unit, type_)
    if isinstance(value, Problem):
        found.append(number_problem(value, number, type_))
        return None
    return value


def _check_references(vocabulary: Vocabulary, found: list[Diagnostic]) -> None:
    """Report a 引用 to an entity whose elements have no name to refer to."""
    for entity in vocabulary.entities:
        for field in entity.fields:
            target = field.type.entity
            if target is not None and vocabulary.by_english[target].identifier is None:
                name = vocabulary.by_english[target].name
                found.append(
                    IDENTIFIER_MISSING.at(
                        field.span,
                        f"“{field.name}”引用的“{name}”没有标识字段",
                        help=f"给“{name}”的一个字段写上“标识”",
                    )
                )
