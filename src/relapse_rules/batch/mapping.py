"""A county's own names: which file holds which entity, which column which field, and what its codes mean. TOML or JSON.

::

    ["表"]
    "低保户台账" = "农户"                 # name of a file (without suffix), folder, worksheet or table → entity

    ["列"."农户"]
    "户主编码" = "户编号"                 # column → field
    "备注" = ""                          # not used, and not told as unused

    ["值"."农户.户类型"]
    "01" = "脱贫户"                      # what stands in the cells → value of the field

TOML wants quotation marks around Chinese names. The English keys ``tables``, ``columns`` and ``values`` do as well, and so do English
names of entities and fields.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

from relapse_rules.diagnostics.suggest import closest
from relapse_rules.facts.shown import shorten
from relapse_rules.facts.stated import plain
from relapse_rules.tables.errors import InputError
from relapse_rules.tables.names import entity_named
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Vocabulary

_PARTS: Final = {
    "表": "tables",
    "列": "columns",
    "值": "values",
    "tables": "tables",
    "columns": "columns",
    "values": "values",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNames:
    """What a mapping file says, under English names; names of the county are in plain form (`facts.stated.plain`).

    ``tables``: name → entity. ``columns``: entity → column → fact, or None for a column that is not to be used. ``values``: fact →
    what stands in the cells → value.
    """

    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


NO_NAMES: Final = OwnNames()

Mapped: TypeAlias = str | PathLike[str] | Mapping[str, object] | OwnNames | None
"""A mapping file, what is in one, or what has been read of one."""


def names_of(mapping: Mapped, vocabulary: Vocabulary) -> OwnNames:
    """Return a county's own names; none when there is no mapping. Raises what `read_mapping` does."""
    if mapping is None:
        return NO_NAMES
    return mapping if isinstance(mapping, OwnNames) else read_mapping(mapping, vocabulary)


def read_mapping(source: str | PathLike[str] | Mapping[str, object], vocabulary: Vocabulary) -> OwnNames:
    """Return what a mapping file, or a mapping of the same form, says.

    Raises:
        InputError: it is neither TOML nor JSON, or names an entity or a field that there is not.
        OSError: the file cannot be opened.
    """
    name, stated = ("对照表", source) if isinstance(source, Mapping) else (str(source), _parsed(Path(source)))
    return _Reader(name, vocabulary).read(stated)


def _parsed(path: Path) -> Mapping[str, object]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        stated: object = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (UnicodeDecodeError, json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"对照表“{path}”读不了：{shorten(str(error))}（写作 UTF-8 的 TOML 或 JSON）"
        raise InputError(message) from None
    if not isinstance(stated, dict):
        message = f"对照表“{path}”要是一个对象"
        raise InputError(message)
    return stated


def field_named(entity: EntitySpec, name: str) -> FieldSpec | None:
    """Return the field of that Chinese name, alias or English name."""
    wanted = plain(name)
    return next((spec for key, spec in entity.by_any_name.items() if plain(key) == wanted), None)


class _Reader:
    def __init__(self, name: str, vocabulary: Vocabulary) -> None:
        self._name = name
        self._vocabulary = vocabulary

    def read(self, stated: Mapping[str, object]) -> OwnNames:
        parts: dict[str, Mapping[str, object]] = {}
        for key, value in stated.items():
            if key not in _PARTS:
                self._refuse(f"没有叫“{shorten(key)}”的部分", "可写 表、列、值")
            parts[_PARTS[key]] = self._object(value, key)
        return OwnNames(
            tables={
                plain(name): self._entity(self._text(entity, name)).english
                for name, entity in parts.get("tables", {}).items()
            },
            columns=self._columns(parts.get("columns", {})),
            values=self._values(parts.get("values", {})),
        )

    def _columns(self, stated: Mapping[str, object]) -> dict[str, dict[str, str | None]]:
        found: dict[str, dict[str, str | None]] = {}
        for name, columns in stated.items():
            entity = self._entity(name)
            found[entity.english] = {
                plain(column): self._fact(entity, self._text(fact, column)) if fact else None
                for column, fact in self._object(columns, name).items()
            }
        return found

    def _values(self, stated: Mapping[str, object]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name, values in stated.items():
            entity, _, field_name = name.replace("．", ".").partition(".")
            fact = self._fact(self._entity(entity), field_name)
            found[fact] = {
                plain(code): self._text(value, code) for code, value in self._object(values, name).items()
            }
        return found

    def _fact(self, entity: EntitySpec, name: str) -> str:
        """Return the fact called so in the entity, or ``entity.field`` of another one."""
        owner, dot, rest = name.partition(".")
        holder = entity_named(self._vocabulary, owner) if dot else entity
        found = None if holder is None else field_named(holder, rest if dot else name)
        if found is None:
            guess = closest(plain(name), entity.by_any_name)
            self._refuse(f"“{entity.name}”没有叫“{shorten(name)}”的字段", f"是不是“{guess}”" if guess else "")
        return found.fact

    def _entity(self, name: str) -> EntitySpec:
        found = entity_named(self._vocabulary, name)
        if found is None:
            guess = closest(plain(name), self._vocabulary.by_name)
            self._refuse(f"没有叫“{shorten(name)}”的实体", f"是不是“{guess}”" if guess else "")
        return found

    def _object(self, stated: object, name: str) -> Mapping[str, object]:
        if not isinstance(stated, Mapping):
            self._refuse(f"“{shorten(name)}”要是一个表", "写作 名称 = 名称 的各行")
        return stated

    def _text(self, stated: object, name: str) -> str:
        if not isinstance(stated, str):
            self._refuse(f"“{shorten(name)}”要对照到一个文本", "加上引号")
        return stated

    def _refuse(self, message: str, remedy: str) -> NoReturn:
        help_ = f"（{remedy}）" if remedy else ""
        whole = f"对照表“{self._name}”：{message}{help_}"
        raise InputError(whole)
