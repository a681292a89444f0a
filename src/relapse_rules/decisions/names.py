"""The facts that can be missing, numbered in one fixed order, so that sets of them are the bits of an integer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple

from relapse_rules.ir import nodes
from relapse_rules.ir.program import ParameterEntry, Program, in_force

PARAMETER_PREFIX: Final = "参数."

_MOST_SETS: Final = 4096
"""Sets of names that are kept; a batch must not fill the memory."""


class NameSet(NamedTuple):
    """Missing facts: their positions in the fixed order, and their names in that order."""

    positions: tuple[int, ...]
    names: tuple[str, ...]


class FactNames:
    """Names and suppliers of what can be missing: facts and whole lists in the vocabulary's order, then 参数.

    A list stands before the facts of its elements: ``household.member`` under the household, ``disaster_event`` beside it.
    """

    def __init__(self, program: Program) -> None:
        parents = dict(program.domains)
        suppliers: dict[str, str] = {}
        for entry in program.facts.values():
            entity = entry.fact.partition(".")[0]
            if entity in parents:
                suppliers.setdefault(_list_name(parents, entity), entry.supplier)
            suppliers[entry.fact] = entry.supplier
        for name in chain(
            (_list_name(parents, domain) for domain in parents), *map(_spoken_of, program.nodes)
        ):
            suppliers.setdefault(name, "")
        self._suppliers = suppliers
        self._parameters = {PARAMETER_PREFIX + entry.name: entry for entry in program.parameters}
        self.names: tuple[str, ...] = (*suppliers, *self._parameters)
        self.bit: dict[str, int] = {name: 1 << position for position, name in enumerate(self.names)}
        self.list_names = {domain: _list_name(parents, domain) for domain in parents}
        """What a decision calls each domain's whole list."""
        self.list_bit = {domain: self.bit[name] for domain, name in self.list_names.items()}
        self._sets: dict[int, NameSet] = {}

    def listed(self, mask: int) -> NameSet:
        """Return the facts in ``mask``."""
        found = self._sets.get(mask)
        if found is None:
            if len(self._sets) >= _MOST_SETS:
                self._sets = {}
            among = tuple(positions(mask))
            found = self._sets[mask] = NameSet(among, tuple(self.names[position] for position in among))
        return found

    def suppliers(self, day: int) -> tuple[str, ...]:
        """Return by position who supplies a fact or a list; for a 参数, what its setting on ``day`` (ordinal) or its first says of its origin."""
        return (
            *self._suppliers.values(),
            *(_origin(entry, day) for entry in self._parameters.values()),
        )


def positions(mask: int) -> Iterator[int]:
    """Yield the positions of the bits of ``mask``, ascending."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _list_name(parents: dict[str, str | None], domain: str) -> str:
    parent = parents[domain]
    return domain if parent is None or parents[parent] is None else f"{parent}.{domain}"


def _spoken_of(node: nodes.AnyNode) -> Iterator[str]:
    """Yield the facts that a node reads; a program made by hand may lack their entries."""
    if isinstance(node, nodes.Test | nodes.FieldNumber):
        yield node.fact
    relation = getattr(node, "relation", None)
    if relation is not None and relation.reference is not None:
        yield f"{relation.child}.{relation.reference}"


def _origin(entry: ParameterEntry, day: int) -> str:
    setting = in_force(entry, day)
    texts = (dated.origin or dated.source for dated in chain((setting,), entry.values) if dated is not None)
    return next(texts, "")
