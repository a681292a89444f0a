"""A program as text: the same for the same program, on every machine, wherever its files lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from json import dumps
from typing import Any, Final, cast

from relapse_rules.ir.program import Program
from relapse_rules.source import Span
from relapse_rules.values.relations import Relation

_OF_FILES: Final = frozenset({"origins", "expressions", "digest"})
"""Where things were written is no part of what they mean."""


def dump(program: Program) -> str:
    """Return ``program`` with one line for each node and each thing that a decision lists.

    Two programs decide alike, and say the same of it, when their texts are equal. The digest of the policy's files is left out, since
    files may be written otherwise and mean the same.
    """
    return "".join(f"{line}\n" for line in _lines(program))


def _lines(program: Program) -> Iterator[str]:
    for field in fields(program):
        if field.name in _OF_FILES:
            continue
        value: object = getattr(program, field.name)
        match value:
            case Relation():
                yield f"{field.name} {_text(value)}"
            case tuple():
                parts = cast("tuple[object, ...]", value)
                yield from (f"{field.name} {place} {_text(part)}" for place, part in enumerate(parts))
            case Mapping():
                entries = cast("Mapping[Any, object]", value)
                yield from (f"{field.name} {_text(key)} {_text(entries[key])}" for key in sorted(entries))
            case _:
                yield f"{field.name} {_text(value)}"


def _text(value: object) -> str:
    match value:
        case None | bool() | int():
            return str(value)
        case Enum():
            return _text(value.value)
        case str():
            return dumps(value, ensure_ascii=False)
        case Relation():
            return f"Relation({', '.join(map(_text, value))})"
        case tuple():
            parts = cast("tuple[object, ...]", value)
            return f"({', '.join(map(_text, parts))})"
        case frozenset():
            members = cast("frozenset[object]", value)
            return f"{{{', '.join(sorted(map(_text, members)))}}}"
        case _:
            assert is_dataclass(value), f"no form for {type(value).__name__}"
            named = ((field.name, getattr(value, field.name)) for field in fields(value))
            said = (f"{name}={_text(part)}" for name, part in named if not isinstance(part, Span))
            return f"{type(value).__name__}({', '.join(said)})"
