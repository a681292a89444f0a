"""Paths: how an event names one fact or one element, in Chinese or English.

``household.dibao_status``, ``农户.享受低保``, ``housing[老屋].relocated_at``, ``household.housing[0]``, ``water.source_contaminated``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from relapse_rules.diagnostics.suggest import closest
from relapse_rules.facts.shown import shorten
from relapse_rules.facts.stated import LONGEST_GUESSED, plain
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Vocabulary

_PART: Final = re.compile(r"\s*([^.\[\]]+?)\s*(?:\[([^\]]*)\])?\s*(?:\.|$)")
_POSITION: Final = re.compile(r"[0-9]{1,9}")


class PathError(Exception):
    """A path names nothing. The message is ready for a problem, ``remedy`` says what may be meant."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One element of ``entity``, or one of its facts when ``field`` is set. ``element``: its name as written, None for a single one.

    ``domain``: the entity in whose table it stands (饮水 stands in 农户's).
    """

    entity: EntitySpec
    domain: str
    element: str | None
    field: FieldSpec | None

    @property
    def names(self) -> tuple[str, ...]:
        """What the element may be called in a table: its id, or its position."""
        if self.element is None:
            return ()
        if _POSITION.fullmatch(self.element):
            return self.element, f"{self.entity.english}[{self.element}]"
        return (self.element,)


def place_of(path: str, vocabulary: Vocabulary) -> Place:
    """Return what ``path`` names.

    Raises:
        PathError: it is no path, or a part of it is not in the vocabulary.
    """
    parts = tuple(_parts(path))
    spec: EntitySpec | None = None
    element: str | None = None
    for number, (name, own) in enumerate(parts):
        found = vocabulary.by_english.get(name) or vocabulary.by_name.get(name) or _entity(name, vocabulary)
        if found is None:
            if spec is None or number != len(parts) - 1 or own is not None:
                raise _unknown(name, (*vocabulary.by_english, *vocabulary.by_name))
            return _place(path, vocabulary, spec, element, _field(name, spec))
        spec, element = found, own
    if spec is None:
        message = f"不是路径：“{shorten(path)}”"
        raise PathError(message, "写作 household.dibao_status 或 housing[老屋].relocated_at")
    return _place(path, vocabulary, spec, element, None)


def _place(
    path: str, vocabulary: Vocabulary, spec: EntitySpec, element: str | None, field: FieldSpec | None
) -> Place:
    if spec.single and element is not None:
        message = f"“{spec.name}”只有一个，不用写 [{shorten(element)}]"
        raise PathError(message)
    if not spec.single and not element:
        message = f"“{shorten(path)}”没有说是哪一条{spec.name}"
        raise PathError(message, f"写作 {spec.english}[编号]")
    return Place(entity=spec, domain=vocabulary.domain(spec.english), element=element, field=field)


def _parts(path: str) -> Iterator[tuple[str, str | None]]:
    position = 0
    while position < len(path):
        found = _PART.match(path, position)
        if found is None:
            message = f"不是路径：“{shorten(path)}”"
            raise PathError(message, "写作 household.dibao_status 或 housing[老屋].relocated_at")
        yield found[1], found[2]
        position = found.end()


def _entity(name: str, vocabulary: Vocabulary) -> EntitySpec | None:
    wanted = plain(name[:LONGEST_GUESSED])
    return next((spec for key, spec in vocabulary.by_name.items() if plain(key) == wanted), None)


def _field(name: str, spec: EntitySpec) -> FieldSpec:
    found = spec.by_any_name.get(name)
    if found is None:
        wanted = plain(name[:LONGEST_GUESSED])
        found = next((each for key, each in spec.by_any_name.items() if plain(key) == wanted), None)
    if found is None:
        raise _unknown(name, spec.by_any_name, f"“{spec.name}”没有叫“{shorten(name)}”的字段")
    return found


def _unknown(name: str, known: Mapping[str, object] | tuple[str, ...], message: str = "") -> PathError:
    guess = closest(plain(name), tuple(known)) if len(name) <= LONGEST_GUESSED else None
    return PathError(message or f"没有叫“{shorten(name)}”的实体", "" if guess is None else f"是不是“{guess}”")
