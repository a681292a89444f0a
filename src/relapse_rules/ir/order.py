"""The order of nodes: leaves first, then the rest as they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any, Final, get_args

from relapse_rules.ir import nodes
from relapse_rules.ir.nodes import AnyNode
from relapse_rules.ir.program import Claim, Concluded, Limit, Listing, Program

LEAVES = (nodes.Constant, nodes.Test, nodes.Reading, nodes.Number, nodes.FieldNumber, nodes.Parameter)
"""Nodes without operands: what an encoder fills in."""

_OPERAND_NAMES = frozenset(
    {
        "operand",
        "operands",
        "rule",
        "supplied",
        "left",
        "right",
        "left_top",
        "left_bottom",
        "right_top",
        "right_bottom",
        "condition",
        "limit",
        "birth",
        "time",
    }
)


def _operand_fields(kind: type) -> tuple[str, ...]:
    names = tuple(field.name for field in fields(kind) if field.name in _OPERAND_NAMES)
    # A literal's value is a number, an aggregate's value a node.
    return ("value", *names) if kind is nodes.Aggregate else names


_OPERANDS: Final[dict[type, tuple[str, ...]]] = {kind: _operand_fields(kind) for kind in get_args(AnyNode)}


def operands(node: AnyNode) -> tuple[int, ...]:
    """Return the positions of the nodes that ``node`` uses, in the order of its fields."""
    found: list[int] = []
    for name in _OPERANDS[type(node)]:
        value = getattr(node, name)
        if isinstance(value, tuple):
            found.extend(value)
        elif value is not None:
            found.append(value)
    return tuple(found)


def leading_to(program: Program, wanted: Iterable[int]) -> frozenset[int]:
    """Return the nodes ``wanted`` and all that they are made of."""
    found: set[int] = set()
    waiting = list(wanted)
    while waiting:
        position = waiting.pop()
        if position not in found:
            found.add(position)
            waiting.extend(operands(program.nodes[position]))
    return frozenset(found)


def resting_on(program: Program, own: Iterable[int]) -> frozenset[int]:
    """Return the nodes ``own`` and all that are made of any of them."""
    found = set(own)
    for position, node in enumerate(program.nodes):
        if not found.isdisjoint(operands(node)):
            found.add(position)
    return frozenset(found)


def leaves_first(program: Program) -> Program:
    """Return the same program with its leaves in front, everything renumbered."""
    count = len(program.nodes)
    order = sorted(
        range(count), key=lambda position: (not isinstance(program.nodes[position], LEAVES), position)
    )
    place = {old: new for new, old in enumerate(order)}
    return replace(
        program,
        nodes=tuple(renumbered(program.nodes[old], place) for old in order),
        origins=tuple(program.origins[old] for old in order),
        named={name: place[node] for name, node in program.named.items()},
        expressions={key: place[node] for key, node in program.expressions.items()},
        derived={fact: place[node] for fact, node in program.derived.items()},
        conclusions=tuple(_moved(entry, place) for entry in program.conclusions),
        judgements=tuple(_moved(entry, place) for entry in program.judgements),
        listings=tuple(_listing(entry, place) for entry in program.listings),
        claims=tuple(_claim(entry, place) for entry in program.claims),
    )


def renumbered(node: AnyNode, place: Mapping[int, int]) -> AnyNode:
    """Return ``node`` with each operand replaced by what ``place`` has for it."""
    changes: dict[str, Any] = {}
    for name in _OPERANDS[type(node)]:
        value = getattr(node, name)
        if isinstance(value, tuple):
            changes[name] = tuple(place[old] for old in value)
        elif value is not None:
            changes[name] = place[value]
    return replace(node, **changes) if changes else node


def _moved(entry: Concluded, place: dict[int, int]) -> Concluded:
    return replace(entry, node=place[entry.node])


def _listing(entry: Listing, place: dict[int, int]) -> Listing:
    return replace(
        entry,
        node=place[entry.node],
        condition=place[entry.condition],
        done=None if entry.done is None else place[entry.done],
        limit=None if entry.limit is None else _limit(entry.limit, place),
    )


def _claim(entry: Claim, place: dict[int, int]) -> Claim:
    return replace(
        entry,
        nodes=tuple(place[node] for node in entry.nodes),
        when=None if entry.when is None else place[entry.when],
    )


def _limit(limit: Limit, place: dict[int, int]) -> Limit:
    return limit if limit.start is None else replace(limit, start=place[limit.start])
