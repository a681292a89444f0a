"""Which column of a table is which field, and what a table that lacks some leaves unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from relapse_rules.batch.mapping import OwnNames
from relapse_rules.diagnostics.suggest import closest
from relapse_rules.facts.shape import AS_OF, shape_of
from relapse_rules.facts.shown import shorten
from relapse_rules.facts.stated import plain
from relapse_rules.tables.errors import InputError
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Origin, Vocabulary

_RECORD: Final = (
    "_by",
    "_at",
    "_basis",
    "认定单位",
    "认定时间",
    "认定依据",
    "_认定单位",
    "_认定时间",
    "_认定依据",
)
"""What a column beside a judgement may be called after it: who decided, when, on what basis. It is not decided upon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The columns of one table. ``key``: the column that names the household, None in tables of the county as a whole.

    ``required``: the columns in which every row must state something. ``notes``: what an officer should know.
    """

    fields: tuple[tuple[str, FieldSpec], ...]
    key: str | None
    required: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that are used."""
        names = [name for name, _ in self.fields]
        return tuple(names if self.key is None or self.key in names else [self.key, *names])


class Headers:
    """Reads headers by a vocabulary and a county's own names."""

    def __init__(self, vocabulary: Vocabulary, mapping: OwnNames) -> None:
        self._vocabulary = vocabulary
        self._mapping = mapping
        shape = shape_of(vocabulary)
        self.subject = vocabulary.by_english[shape.subject]
        self.context = vocabulary.by_english[shape.context]
        self._known: dict[str, dict[str, FieldSpec]] = {}

    @cached_property
    def identifier(self) -> FieldSpec:
        """The field that names a household.

        Raises:
            InputError: the vocabulary has none.
        """
        found = self.subject.identifier
        if found is None:
            message = f"词汇里“{self.subject.name}”没有标识字段，不能成批判定"
            raise InputError(message)
        return found

    def belongs(self, entity: EntitySpec) -> bool:
        """Return whether the rows of an entity belong to households."""
        return entity.english == self.subject.english or self.subject.english in self._vocabulary.ancestors(
            entity.english
        )

    def key_of(self, entity: EntitySpec) -> FieldSpec:
        """Return the field by which rows name their household: the entity's own reference to it, or the household's identifier."""
        return next(
            (
                spec
                for spec in entity.fields
                if spec.type.kind is Kind.REFERENCE and spec.type.entity == self.subject.english
            ),
            self.identifier,
        )

    def read(self, entity: EntitySpec, source: str, names: Sequence[str]) -> Header:
        """Return what the columns called ``names`` are.

        Raises:
            InputError: two columns are one field, or the one that names the rows or their household is missing.
        """
        known, own = self._names(entity), self._mapping.columns.get(entity.english, {})
        found: dict[str, tuple[str, FieldSpec]] = {}
        unused: list[str] = []
        for name in names:
            stated = plain(str(name).removeprefix("\ufeff"))
            fact = own.get(stated, "")
            if fact is None or not stated:
                continue
            spec = self._vocabulary.field(fact) if fact else known.get(stated)
            if spec is None:
                if not self._is_record(stated, known):
                    guess = closest(stated, known)
                    unused.append(f"“{shorten(stated)}”" + (f"（是不是“{guess}”）" if guess else ""))
            elif spec.fact in found:
                message = f"“{source}”有两列都是“{spec.name}”：“{shorten(found[spec.fact][0])}”和“{shorten(stated)}”（只留一列）"
                raise InputError(message)
            else:
                found[spec.fact] = (name, spec)
        return self._header(entity, source, found, unused)

    def _header(
        self, entity: EntitySpec, source: str, found: dict[str, tuple[str, FieldSpec]], unused: Sequence[str]
    ) -> Header:
        needed = [
            spec
            for spec in entity.fields
            if (spec.required or (spec.is_identifier and not spec.positional)) and not self._is_moment(spec)
        ]
        key: str | None = None
        if self.belongs(entity):
            naming = self.key_of(entity)
            needed = [naming, *(spec for spec in needed if spec is not naming)]
            # The household's own number does for the reference to it.
            for spec in (naming, self.identifier):
                if spec.fact in found and key is None:
                    key = found[spec.fact][0]
                    found.setdefault(naming.fact, (key, naming))
        lacking = [spec for spec in needed if spec.fact not in found]
        if lacking:
            names = "、".join(f"“{spec.name}”" for spec in lacking)
            others = f"；没有用到的列有 {'、'.join(unused)}" if unused else ""
            message = (
                f"“{source}”没有{entity.name}表必需的列：{names}（补上，或在对照表中写明哪一列是它{others}）"
            )
            raise InputError(message)
        note = (f"{source}：没有用到的列 {'、'.join(unused)}",) if unused else ()
        own = tuple(
            (name, spec)
            for name, spec in found.values()
            if entity is self.subject or spec.entity == entity.english
        )
        required = tuple(spec.fact for spec in needed)
        return Header(fields=own, key=key, required=required, notes=note)

    def _is_moment(self, spec: FieldSpec) -> bool:
        # 判定时点 may be given beside the tables.
        return spec.entity == self.context.english and spec.english == AS_OF

    def _is_record(self, name: str, known: dict[str, FieldSpec]) -> bool:
        for ending in _RECORD:
            spec = known.get(name.removesuffix(ending).rstrip("_")) if name.endswith(ending) else None
            if spec is not None and spec.origin is Origin.JUDGEMENT:
                return True
        return False

    def _names(self, entity: EntitySpec) -> dict[str, FieldSpec]:
        """Return all names that a column of the entity may have; the first that claims a name has it."""
        if entity.english not in self._known:
            known = {plain(name): spec for name, spec in entity.by_any_name.items()}
            known.update(_dotted(entity))
            if self.belongs(entity):
                if entity is self.subject:
                    self._add_singles(known)
                else:
                    for name, spec in {**self.subject.by_any_name, **_dotted(self.subject)}.items():
                        if spec is self.identifier:
                            known.setdefault(plain(name), spec)
            self._known[entity.english] = known
        return self._known[entity.english]

    def _add_singles(self, known: dict[str, FieldSpec]) -> None:
        """Add the fields of single children such as 饮水: after their entity (饮水.水源), and alone where one of them alone has the name."""
        singles = [
            each
            for each in self._vocabulary.entities
            if each is not self.subject and self._vocabulary.domain(each.english) == self.subject.english
        ]
        bare: dict[str, list[FieldSpec]] = {}
        for single in singles:
            known.update(_dotted(single))
            for name, spec in single.by_any_name.items():
                bare.setdefault(plain(name), []).append(spec)
        for name, specs in bare.items():
            if len({spec.fact for spec in specs}) == 1:
                known.setdefault(name, specs[0])


def _dotted(entity: EntitySpec) -> dict[str, FieldSpec]:
    return {
        plain(f"{owner}.{name}"): spec
        for owner in (entity.english, entity.name, *entity.aliases)
        for name, spec in entity.by_any_name.items()
    }
