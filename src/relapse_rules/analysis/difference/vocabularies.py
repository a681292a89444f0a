"""Two vocabularies: what was added, left out or changed, and the one vocabulary over which both versions can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from relapse_rules.values.types import EnumValue, Type
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class VocabularyChange:
    """A field, or a whole 实体, that is not the same in both. ``before`` and ``after``: what is said of it; None where it is not declared.

    ``compatible``: a rule of either version can be asked of facts that both can state.
    """

    name: str
    before: str | None
    after: str | None
    compatible: bool = True


class Common(NamedTuple):
    """What two vocabularies come to together. ``unlike``: facts (``entity.field``) of which the versions mean different things."""

    vocabulary: Vocabulary
    changes: tuple[VocabularyChange, ...]
    unlike: frozenset[str]


def common(old: Vocabulary, new: Vocabulary) -> Common:
    """Return the vocabulary of all entities and fields of both, in the order of the new one, what the old one alone has at the end."""
    if old == new:
        return Common(new, (), frozenset())
    changes: list[VocabularyChange] = []
    unlike: set[str] = set()
    entities: list[EntitySpec] = []
    for entity in new.entities:
        before = old.by_english.get(entity.english)
        if before is None:
            changes.append(_entity_change(None, entity))
            entities.append(entity)
        elif not _hangs_alike(before, entity):
            changes.append(_entity_change(before, entity))
            unlike.update(spec.fact for spec in (*before.fields, *entity.fields))
            entities.append(entity)
        else:
            found = tuple(_field_changes(before, entity))
            changes += found
            entities.append(_joined(before, entity, unlike))
    for entity in old.entities:
        if entity.english not in new.by_english:
            changes.append(_entity_change(entity, None))
            entities.append(entity)
    return Common(Vocabulary(entities=tuple(entities)), tuple(changes), frozenset(unlike))


def _hangs_alike(old: EntitySpec, new: EntitySpec) -> bool:
    return (old.parent, old.single) == (new.parent, new.single)


def _joined(old: EntitySpec, new: EntitySpec, unlike: set[str]) -> EntitySpec:
    """Return an entity with the fields of both; a field that both have takes what either takes."""
    fields = list(new.fields)
    for place, spec in enumerate(fields):
        before = old.by_english.get(spec.english)
        if before is not None and before != spec:
            joined = _wider(before, spec)
            if joined is None:
                unlike.add(spec.fact)
            else:
                fields[place] = joined
    fields += (spec for spec in old.fields if spec.english not in new.by_english)
    return replace(new, fields=tuple(fields))


def _wider(old: FieldSpec, new: FieldSpec) -> FieldSpec | None:
    """Return a field that takes every value of both; None when they mean different things by a value."""
    kind = _wider_type(old.type, new.type)
    if kind is None or old.is_identifier is not new.is_identifier:
        return None
    low = None if old.low is None or new.low is None else min(old.low, new.low)
    high = None if old.high is None or new.high is None else max(old.high, new.high)
    return replace(new, type=kind, low=low, high=high, required=old.required and new.required)


def _wider_type(old: Type, new: Type) -> Type | None:
    if old == new:
        return new
    if (old.kind, old.unit, old.item, old.entity) != (new.kind, new.unit, new.item, new.entity):
        return None
    known = {value.name: value for value in new.values}
    if any(known.get(value.name, value) != value for value in old.values):
        return None
    more: tuple[EnumValue, ...] = tuple(value for value in old.values if value.name not in known)
    return replace(new, values=(*new.values, *more), is_open=old.is_open or new.is_open)


# --- what is told ---------------------------------------------------------------------------------


def _entity_change(old: EntitySpec | None, new: EntitySpec | None) -> VocabularyChange:
    known = new or old
    assert known is not None
    return VocabularyChange(
        name=f"实体“{known.name}”",
        before=None if old is None else _entity_text(old),
        after=None if new is None else _entity_text(new),
        compatible=old is None or new is None,
    )


def _entity_text(entity: EntitySpec) -> str:
    count = "一个" if entity.single else "若干"
    return f"{count}，属于 {entity.parent}，{len(entity.fields)} 个字段" if entity.parent else count


def _field_changes(old: EntitySpec, new: EntitySpec) -> Iterator[VocabularyChange]:
    for spec in new.fields:
        before = old.by_english.get(spec.english)
        name = f"{new.name}：{spec.name}"
        if before is None:
            yield VocabularyChange(name=name, before=None, after=_field_text(spec))
        elif _field_text(before) != _field_text(spec):
            yield VocabularyChange(
                name=name,
                before=_field_text(before),
                after=_field_text(spec),
                compatible=_wider(before, spec) is not None,
            )
    for spec in old.fields:
        if spec.english not in new.by_english:
            yield VocabularyChange(name=f"{old.name}：{spec.name}", before=_field_text(spec), after=None)


def _field_text(spec: FieldSpec) -> str:
    """Return what a field takes, and who supplies it."""
    kind = spec.type
    parts = [kind.kind.value]
    if kind.unit:
        parts.append(kind.unit)
    if kind.values:
        parts.append("、".join(_value_text(value) for value in kind.values) + ("等" if kind.is_open else ""))
    if spec.low is not None or spec.high is not None:
        parts.append(f"范围 {_bound(spec.low)}至{_bound(spec.high)}")
    if spec.required:
        parts.append("必填")
    if spec.personal:
        parts.append("个人信息")
    if spec.supplier:
        parts.append(f"{spec.supplier}提供")
    return " ".join(parts)


def _value_text(value: EnumValue) -> str:
    return value.name if value.parent is None else f"{value.name}（归入{value.parent}）"


def _bound(bound: int | None) -> str:
    return "不限" if bound is None else str(bound)
