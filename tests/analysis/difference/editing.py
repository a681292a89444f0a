"""Typed policies changed at random: in a way that keeps their meaning, and in one place that may not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from random import Random
from typing import Any

from relapse_rules.check import typed
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.source import Span
from relapse_rules.values.truth import Comparison

DECLARED = ("judgements", "definitions", "indicators", "measures", "tasks", "exceptions")


def reordered(policy: TypedPolicy, rng: Random) -> TypedPolicy:
    """Return ``policy`` with parts of conditions, and declarations that no other is built on, in another order."""
    changes: dict[str, Any] = {name: _shuffled(getattr(policy, name), rng) for name in DECLARED}
    for name in ("measures", "tasks", "parameters", "readings"):
        changes[name] = tuple(
            rng.sample(changes.get(name, getattr(policy, name)), len(getattr(policy, name)))
        )
    return replace(policy, **changes)


def _shuffled(node: Any, rng: Random) -> Any:
    match node:
        case typed.AllOf() | typed.AnyOf() | typed.AtLeast():
            operands = tuple(_shuffled(each, rng) for each in node.operands)
            return replace(node, operands=tuple(rng.sample(operands, len(operands))))
        case tuple() if not hasattr(node, "_fields"):
            return tuple(_shuffled(each, rng) for each in node)
        case _ if is_dataclass(node) and not isinstance(node, Span):
            return replace(
                node, **{each.name: _shuffled(getattr(node, each.name), rng) for each in fields(node)}
            )
        case _:
            return node


def edited(policy: TypedPolicy, rng: Random) -> TypedPolicy:
    """Return ``policy`` with one expression changed, or one 解读 taken otherwise."""
    places = [
        (group, number, path)
        for group in DECLARED
        for number, declared in enumerate(getattr(policy, group))
        for path in _editable(declared, ())
    ]
    if not places or rng.random() < 0.1:
        reading = rng.randrange(len(policy.readings))
        readings = list(policy.readings)
        taken = next(each for each in readings[reading].options if each != readings[reading].taken)
        readings[reading] = replace(readings[reading], taken=taken)
        return replace(policy, readings=tuple(readings))
    group, number, path = rng.choice(places)
    declared = list(getattr(policy, group))
    declared[number] = _at(declared[number], path, rng)
    return replace(policy, **{group: tuple(declared)})


Path = tuple[str | int, ...]


def _editable(node: Any, path: Path) -> Iterator[Path]:
    if isinstance(node, typed.AllOf | typed.AnyOf | typed.NumberCompare | typed.FieldTest):
        yield path
    if isinstance(node, tuple) and not hasattr(node, "_fields"):
        for number, each in enumerate(node):
            yield from _editable(each, (*path, number))
    elif is_dataclass(node) and not isinstance(node, Span):
        for each in fields(node):
            # What a listing lists beside its outcome is compared by other means.
            if each.name not in {"condition", "done", "limit"} or not hasattr(node, "outcome"):
                yield from _editable(getattr(node, each.name), (*path, each.name))


def _at(node: Any, path: Path, rng: Random) -> Any:
    if not path:
        return _other(node, rng)
    first, rest = path[0], path[1:]
    if isinstance(first, int):
        return (*node[:first], _at(node[first], rest, rng), *node[first + 1 :])
    return replace(node, **{first: _at(getattr(node, first), rest, rng)})


def _other(node: Any, rng: Random) -> Any:
    match node:
        case typed.AllOf(domain=domain, operands=operands):
            return typed.AnyOf(domain=domain, operands=operands)
        case typed.AnyOf(domain=domain, operands=operands):
            return typed.AllOf(domain=domain, operands=operands)
        case typed.NumberCompare():
            return replace(
                node, operator=rng.choice([each for each in Comparison if each is not node.operator])
            )
        case _:
            return typed.Negation(domain=node.domain, operand=node)
