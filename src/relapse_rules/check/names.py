"""One namespace for everything that a policy declares with rules: who has which name, and what each is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from relapse_rules.check.vocabulary import unknown_entity
from relapse_rules.check.wording import offer, some_of
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_conflicts import TWO_WRITERS
from relapse_rules.diagnostics.codes_names import DUPLICATE_NAME, NAME_IS_KEYWORD_OR_FIELD, UNKNOWN_FIELD
from relapse_rules.diagnostics.codes_structure import DERIVED_FIELD_NOT_WRITABLE
from relapse_rules.syntax.declarations import (
    AnyDeclaration,
    Definition,
    Duty,
    ExceptionRule,
    Indicator,
    Judgement,
    Measure,
    Parameter,
    Procedure,
    Reading,
)
from relapse_rules.syntax.tree import Path
from relapse_rules.values.types import Type
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Origin, Vocabulary

Concept = (
    Definition | Indicator | Judgement | Parameter | Reading | Measure | Procedure | Duty | ExceptionRule
)
"""What shares the one namespace."""

Rule = Definition | Indicator | Judgement | Measure | Procedure | Duty | ExceptionRule
"""Concepts about an entity (对象)."""

_CONCEPTS = (Definition, Indicator, Judgement, Parameter, Reading, Measure, Procedure, Duty, ExceptionRule)
_WRITERS = (Definition, Indicator)

KEYWORD: dict[type[Concept], str] = {
    Definition: "定义",
    Indicator: "指标",
    Judgement: "裁量",
    Parameter: "参数",
    Reading: "解读",
    Measure: "措施",
    Procedure: "程序",
    Duty: "职责",
    ExceptionRule: "例外",
}


@dataclass(frozen=True, kw_only=True)
class Names:
    """Who is called what. ``entities``: the 对象 of each concept that has one. ``writers``: fact → the concept that derives it.

    ``types`` are the parameters' types; a parameter whose type is broken has none, and is not reported again where it is used.
    ``units`` are all names of units, which open enumerations take as values.
    """

    vocabulary: Vocabulary
    concepts: Mapping[str, Concept]
    entities: Mapping[str, EntitySpec]
    writers: Mapping[str, str]
    types: Mapping[str, Type]
    units: frozenset[str] = frozenset()

    @cached_property
    def root(self) -> str:
        """The domain of parameters and readings."""
        return next((entity.english for entity in self.vocabulary.entities if entity.parent is None), "")

    def subject(self, name: str) -> EntitySpec | None:
        """Return what a concept is about: its 对象, or the root for a 参数 or 解读. None when that is broken."""
        if isinstance(self.concepts[name], Parameter | Reading):
            return self.vocabulary.by_english.get(self.root)
        return self.entities.get(name)


def collect_names(
    declarations: Iterable[AnyDeclaration],
    vocabulary: Vocabulary,
    types: Mapping[str, Type],
    found: list[Diagnostic],
) -> Names:
    """Return the names of ``declarations``; the first of two declarations with one name keeps it, the other is reported."""
    concepts: dict[str, Concept] = {}
    for declared in declarations:
        if isinstance(declared, _CONCEPTS):
            first = concepts.setdefault(declared.name.text, declared)
            if first is not declared:
                found.append(_duplicate(declared, first))
    entities: dict[str, EntitySpec] = {}
    for name, concept in concepts.items():
        if isinstance(concept, Parameter | Reading):
            continue
        entity = vocabulary.by_name.get(concept.entity.text)
        if entity is None:
            found.append(unknown_entity(concept.entity, vocabulary.by_name))
        else:
            entities[name] = entity
    writers = _writers(concepts, entities, vocabulary, found)
    _check_field_names(concepts, vocabulary, writers, found)
    return Names(vocabulary=vocabulary, concepts=concepts, entities=entities, writers=writers, types=types)


def _duplicate(declared: Concept, first: Concept) -> Diagnostic:
    return DUPLICATE_NAME.at(
        declared.name.span,
        f"名称“{declared.name.text}”已经用过",
        help="换一个名称；说的是同一回事的，删去一处",
        labels=(Label(span=first.name.span, message=f"第一处：{KEYWORD[type(first)]}"),),
    )


def derived_field(
    path: Path, entity: EntitySpec, vocabulary: Vocabulary, found: list[Diagnostic]
) -> FieldSpec | None:
    """Return the field that a 推导 names; None (and a finding) when it is none that ``entity`` can write."""
    *owners, last = path.parts
    owner = vocabulary.by_name.get(owners[0].text) if len(owners) == 1 else entity if not owners else None
    if owner is None:
        found.append(unknown_entity(path.parts[0], vocabulary.by_name))
        return None
    field = owner.by_any_name.get(last.text)
    if field is None:
        found.append(
            UNKNOWN_FIELD.at(
                last.span,
                f"“{owner.name}”没有叫“{last.text}”的字段",
                help=offer(last.text, owner.by_any_name, f"可以写：{some_of(owner.by_any_name)}"),
            )
        )
        return None
    if field.origin is not Origin.DERIVED:
        found.append(
            DERIVED_FIELD_NOT_WRITABLE.at(
                path.span,
                f"“{path.text}”的种类是{field.origin}，不能由规则推导",
                help="推导一个种类为推导的字段，或去掉“推导”",
                labels=(Label(span=field.span, message="字段在这里声明"),),
            )
        )
        return None
    if vocabulary.domain(owner.english) != vocabulary.domain(entity.english):
        found.append(
            DERIVED_FIELD_NOT_WRITABLE.at(
                path.span,
                f"对象是“{entity.name}”的声明不能推导“{owner.name}”的字段",
                help=f"把对象改为“{owner.name}”",
            )
        )
        return None
    return field


def _writers(
    concepts: Mapping[str, Concept],
    entities: Mapping[str, EntitySpec],
    vocabulary: Vocabulary,
    found: list[Diagnostic],
) -> dict[str, str]:
    writers: dict[str, str] = {}
    for name, concept in concepts.items():
        if not isinstance(concept, _WRITERS) or concept.derives is None or name not in entities:
            continue
        field = derived_field(concept.derives, entities[name], vocabulary, found)
        if field is None:
            continue
        first = writers.setdefault(field.fact, name)
        if first != name:
            found.append(_two_writers(concept, concepts[first], concept.derives))
    return writers


def _two_writers(later: Concept, first: Concept, path: Path) -> Diagnostic:
    return TWO_WRITERS.at(
        path.span,
        f"“{path.text}”已由“{first.name.text}”推导，“{later.name.text}”又推导它",
        help="把两个条件合成一个声明",
        labels=(Label(span=first.name.span, message="第一个推导它的声明"),),
    )


def _check_field_names(
    concepts: Mapping[str, Concept],
    vocabulary: Vocabulary,
    writers: Mapping[str, str],
    found: list[Diagnostic],
) -> None:
    """Report a concept that is called as a field that it does not derive: a reader could not tell fact from conclusion."""
    fields: dict[str, list[FieldSpec]] = {}
    for entity in vocabulary.entities:
        for field in entity.fields:
            for known in (field.name, *field.aliases):
                fields.setdefault(known, []).append(field)
    for name, concept in concepts.items():
        clashes = fields.get(name, [])
        if not clashes or any(writers.get(field.fact) == name for field in clashes):
            continue
        if isinstance(concept, _WRITERS) and concept.derives is not None:
            continue  # what it derives is wrong, and reported as that
        owner = vocabulary.by_english[clashes[0].entity].name
        found.append(
            NAME_IS_KEYWORD_OR_FIELD.at(
                concept.name.span,
                f"{KEYWORD[type(concept)]}“{name}”与“{owner}”的字段同名",
                help=f"换一个名称；要算出这个字段的，写“推导 {owner}.{name}”",
                labels=(Label(span=clashes[0].span, message="同名的字段"),),
            )
        )
