"""What becomes of personal values in a record: each leaves the signed text and a salted commitment stays in its place.

The opening of a commitment (its salt and value) is kept beside the record, sealed to a key, or thrown away. A commitment shows
later that an opening is the true one; without it, a dictionary of possible values says nothing.

Names of people and households are needed where facts refer to each other, so a pseudonym of this one record takes their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from relapse_rules.audit.canonical import Json, canonical, digest
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.sealing import SealTo
from relapse_rules.facts.shape import Child, EntityReader
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import FieldSpec

Salt = Callable[[], bytes]
"""Gives 16 unpredictable bytes at each call."""

_NAMES: Final = frozenset({Kind.TEXT, Kind.REFERENCE})


class How(StrEnum):
    """Where the opening of a commitment is."""

    KEPT = "kept"
    """Beside the record, in the ledger; exports leave it out unless asked."""
    SEALED = "sealed"
    """In the record, encrypted."""
    MASKED = "masked"
    """With the caller alone, or nowhere."""


class Opening(NamedTuple):
    """What a commitment commits to. ``at``: JSON pointer (RFC 6901) into the facts; ``salt`` in hexadecimal."""

    at: str
    salt: str
    value: Json

    def commitment(self) -> str:
        """Return the digest that stands in the record."""
        return digest(canonical([self.at, self.salt, self.value]))

    def dump(self) -> list[Json]:
        """Return the JSON form."""
        return [self.at, self.salt, self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """What is to become of personal values: those that the policy never reads, names among them, and those that it ``used``.

    What the policy uses cannot be masked, since the decision could not be repeated. ``seal_to``: the key, when anything is sealed.
    """

    unused: How = How.MASKED
    used: How = How.KEPT
    seal_to: SealTo | None = None

    def __post_init__(self) -> None:
        if self.used is How.MASKED:
            message = "判定要用到的个人信息不能抹去，否则无法复算"
            raise AuditError(message, "密封（给出密封公钥）或保留")
        if How.SEALED in {self.unused, self.used} and self.seal_to is None:
            message = "要密封个人信息，却没有给出密封用的公钥"
            raise AuditError(message)


class Place(NamedTuple):
    """A personal value in stated facts."""

    at: str
    spec: FieldSpec
    value: Json

    @property
    def is_name(self) -> bool:
        """Whether a pseudonym can stand for it."""
        match self.value:
            case str():
                return self.spec.type.kind in _NAMES
            case list():
                return self.spec.type.kind is Kind.SET and self.spec.type.item in _NAMES
            case _:
                return False  # a judgement with its record, say: it leaves the facts as a whole


def personal_places(facts: Mapping[str, Json], outermost: EntityReader) -> tuple[Place, ...]:
    """Return the personal values in ``facts``, in the order in which they are stated. A stated null says nothing personal."""
    return tuple(_places(facts, outermost, ""))


class Pseudonyms:
    """Stands-in for names, the same for the same name within one record."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def value(self, stated: Json) -> Json:
        """Return the pseudonym of a name, or of each in a list; anything else as it is."""
        if isinstance(stated, str):
            # Readers drop blanks around a name, so the same name must not get two pseudonyms for them.
            return self._known.setdefault(stated.strip(), f"〔匿{len(self._known) + 1}〕")
        return [self.value(each) for each in stated] if isinstance(stated, list) else stated

    def restored(self, text: str) -> str:
        """Return a canonical JSON text with every pseudonym replaced by the name."""
        for name, pseudonym in self._known.items():
            text = text.replace(pseudonym, canonical(name)[1:-1])
        return text


def replaced(facts: Json, changes: Mapping[str, Json], missing: Iterable[str] = ()) -> Json:
    """Return a copy of ``facts`` with the values at some pointers changed or added, and others left out."""
    drop = frozenset(missing)
    branches = {
        pointer[:end]
        for pointer in (*changes, *drop)
        for end in (place for place, each in enumerate(pointer) if each == "/")
    }
    return _replaced(facts, "", changes, drop, branches)


def parts_of(pointer: str) -> list[str]:
    """Return the keys that a JSON pointer goes by."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _replaced(
    value: Json, at: str, changes: Mapping[str, Json], drop: frozenset[str], branches: set[str]
) -> Json:
    if at in changes:
        return changes[at]
    if at not in branches:
        return value
    match value:
        case dict():
            kept = {
                key: _replaced(each, place, changes, drop, branches)
                for key, each in value.items()
                if (place := at + "/" + _escaped(key)) not in drop
            }
            added = {
                key: changes[pointer]
                for pointer in changes
                if pointer.rpartition("/")[0] == at and (key := parts_of(pointer)[-1]) not in value
            }
            return kept | added
        case list():
            return [
                _replaced(each, f"{at}/{place}", changes, drop, branches) for place, each in enumerate(value)
            ]
        case _:
            return value


def _places(value: Json, reader: EntityReader, at: str) -> Iterator[Place]:
    if not isinstance(value, dict):
        return
    for key, each in value.items():
        place = f"{at}/{_escaped(key)}"
        field = reader.field(key)
        if field is not None:
            if field.spec.personal and each is not None:
                yield Place(place, field.spec, each)
            continue
        child = _child(reader, key)
        if child is not None:
            yield from _under(each, child.reader, place)


def _under(value: Json, reader: EntityReader, at: str) -> Iterator[Place]:
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from _places(each, reader, f"{at}/{number}")
    else:
        yield from _places(value, reader, at)


def _child(reader: EntityReader, key: str) -> Child | None:
    known = key if key in reader.children_by_key else reader.same_key(key)
    return None if known is None else reader.children_by_key.get(known)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def opening_from(value: Any) -> Opening:  # noqa: ANN401 - JSON that somebody else wrote
    """Return an opening from its JSON form.

    Raises:
        AuditError: it is none.
    """
    match value:
        case [str(at), str(salt), revealed]:
            return Opening(at, salt, revealed)
        case _:
            message = "不是个人信息的开启凭据"
            raise AuditError(message)
