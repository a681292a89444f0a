"""Pydantic models of a vocabulary's facts, for services and editors. Only this module imports pydantic.

A model checks each field with the very closure that `relapse_rules.facts.read` uses, so that both take the same values, and keeps
what was stated. What spans several objects (references, repeated names) is checked when the case is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final, assert_never

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema, create_model

from relapse_rules.facts.fields import FieldReader
from relapse_rules.facts.schema import field_schema
from relapse_rules.facts.shape import Child, EntityReader, Place, Shape, shape_of
from relapse_rules.facts.stated import MismatchError
from relapse_rules.values.vocabulary import Vocabulary

ROOT: Final = "CaseFacts"
"""Name of the outermost model."""

_KEPT_MODELS: Final = 16


class FactModel(BaseModel):
    """What every generated model has. A field that was not given is unknown; ``model_fields_set`` tells."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    vocabulary: ClassVar[Vocabulary]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as the vocabulary and the stated facts: the generated class has no importable name."""
        return _restore, (self.vocabulary, type(self).__name__, self.model_dump(exclude_unset=True))


class Models(Mapping[str, type[FactModel]]):
    """The models of one vocabulary: ``models["CaseFacts"]``, ``models["Household"]``, also as attributes."""

    def __init__(self, classes: Mapping[str, type[FactModel]]) -> None:
        self._classes = dict(classes)

    def __getitem__(self, name: str) -> type[FactModel]:
        return self._classes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)

    def __getattr__(self, name: str) -> type[FactModel]:
        """Return the model called ``name``. Raises AttributeError when there is none."""
        if name.startswith("_") or name not in self._classes:
            message = f"没有叫“{name}”的模型"
            raise AttributeError(message)
        return self._classes[name]


_kept: list[tuple[Vocabulary, Models]] = []
"""The vocabularies last asked for, the newest at the end."""


def models(vocabulary: Vocabulary) -> Models:
    """Return the models of ``vocabulary``: the same classes for the same and for an equal one (after unpickling)."""
    # By identity first: comparing takes longer than validating a case.
    for known, made in reversed(_kept):
        if known is vocabulary:
            return made
    for known, made in reversed(_kept):
        if known == vocabulary:
            return made
    made = _Builder(vocabulary, shape_of(vocabulary)).build()
    _kept.append((vocabulary, made))
    del _kept[:-_KEPT_MODELS]
    return made


def model_name(english: str) -> str:
    """Return the class name of an entity.

    >>> model_name("disaster_event")
    'DisasterEvent'
    """
    return "".join(part.capitalize() for part in english.split("_")) or ROOT


def _restore(vocabulary: Vocabulary, name: str, stated: Mapping[str, object]) -> FactModel:
    return models(vocabulary)[name].model_validate(stated)


class _Builder:
    """Makes the class of each entity once, innermost first."""

    def __init__(self, vocabulary: Vocabulary, shape: Shape) -> None:
        self._base = type("VocabularyFacts", (FactModel,), {"vocabulary": vocabulary, "__module__": __name__})
        self._shape = shape
        self._classes: dict[str, type[FactModel]] = {}

    def build(self) -> Models:
        self._model(self._shape.outermost)
        return Models(dict(sorted(self._classes.items())))

    def _model(self, reader: EntityReader) -> type[FactModel]:
        name = model_name(reader.english)
        if name in self._classes:
            return self._classes[name]
        members: dict[str, Any] = {}
        for entry in reader.keys.values():
            if entry.spec.english not in members:
                members[entry.spec.english] = _field(reader, entry)
        for child in reader.children:
            members[child.reader.english] = self._child(reader, child)
        made: type[FactModel] = create_model(name, __base__=self._base, __module__=__name__, **members)
        made.__doc__ = (
            reader.name
            if reader.spec is None or not reader.spec.description
            else f"{reader.name}：{reader.spec.description}"
        )
        self._classes[name] = made
        return made

    def _child(self, above: EntityReader, child: Child) -> tuple[Any, Any]:
        inner: Any = self._model(child.reader)
        match child.place:
            case Place.OBJECT | Place.MERGED:
                annotation = inner
            case Place.LIST:
                annotation = list[inner]
            case Place.NESTED:
                annotation = inner | list[inner]
            case _:
                assert_never(child.place)
        required = child.place is Place.OBJECT
        names = [key for key, other in above.children_by_key.items() if other is child]
        return annotation, Field(
            ... if required else None,
            title=child.reader.name,
            description=child.reader.spec.description if child.reader.spec is not None else None,
            validation_alias=AliasChoices(
                child.reader.english, *(name for name in names if name != child.reader.english)
            ),
        )


def _field(reader: EntityReader, entry: FieldReader) -> tuple[Any, Any]:
    spec = entry.spec
    names = [name for name, other in reader.keys.items() if other is entry and name != spec.english]
    annotation = Annotated[Any, PlainValidator(_check(entry)), WithJsonSchema(field_schema(spec))]
    description = "。".join(
        part for part in (spec.description, f"提供：{spec.supplier}" if spec.supplier else "") if part
    )
    return annotation, Field(
        ... if spec.required else None,
        title=spec.name,
        description=description or None,
        validation_alias=AliasChoices(spec.english, *names),
    )


def _check(entry: FieldReader) -> Callable[[object], object]:
    """Return a validator that refuses what reading would refuse and returns what was stated."""

    def check(stated: object) -> object:
        try:
            entry.take(stated)
        except MismatchError as error:
            remedy = f"（{error.remedy}）" if error.remedy else ""
            message = f"“{entry.spec.name}”{error.message}{remedy}"
            raise ValueError(message) from None
        return stated

    return check
