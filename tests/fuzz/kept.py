"""A policy and a case as JSON, so that what fuzzing has found is kept as it was, whatever the generator does later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from types import ModuleType
from typing import Any

from tests.strategies.vocabulary import VOCABULARY

from relapse_rules import source
from relapse_rules.check import policy, typed
from relapse_rules.facts import case
from relapse_rules.values import relations, truth, types

_MODULES: tuple[ModuleType, ...] = (policy, typed, case, relations, truth, types, source)


def _classes() -> Iterator[tuple[str, type]]:
    for module in _MODULES:
        for name, value in vars(module).items():
            if isinstance(value, type) and value.__module__ == module.__name__:
                yield name, value


_BY_NAME = dict(_classes())


def kept(value: object) -> Any:
    """Return ``value`` as JSON can hold it; `restored` gives it back."""
    match value:
        case _ if value is VOCABULARY:
            return {"vocabulary": "tests"}
        case Enum():
            return {"enum": type(value).__name__, "value": value.value}
        case None | bool() | int() | str():
            return value
        case frozenset():
            return {"set": sorted((kept(each) for each in value), key=str)}
        case Mapping():
            return {"map": [[kept(key), kept(each)] for key, each in value.items()]}
        case tuple() if hasattr(value, "_fields"):
            return {"named": type(value).__name__, "parts": [kept(each) for each in value]}
        case tuple():
            return [kept(each) for each in value]
        case _ if is_dataclass(value):
            held = {
                field.name: kept(getattr(value, field.name))
                for field in fields(value)
                if field.name != "span"
            }
            return {"class": type(value).__name__, "fields": held}
        case _:
            message = f"cannot be kept: {value!r}"
            raise TypeError(message)


def restored(value: Any) -> Any:
    """Return what `kept` was given."""
    match value:
        case list():
            return tuple(restored(each) for each in value)
        case {"vocabulary": _}:
            return VOCABULARY
        case {"enum": name, "value": each}:
            return _BY_NAME[name](each)
        case {"set": each}:
            return frozenset(restored(one) for one in each)
        case {"map": pairs}:
            return {restored(key): restored(each) for key, each in pairs}
        case {"named": name, "parts": parts}:
            return _BY_NAME[name](*(restored(each) for each in parts))
        case {"class": name, "fields": held}:
            return _BY_NAME[name](**{key: restored(each) for key, each in held.items()})
        case _:
            return value
