"""Two versions as one program: what means the same in both is one node, so that it needs no proof.

Two conditions are one node when they differ only in order, repetition, nesting or wording of their parts, in names of declarations and 参数, or
in how a 解读 that is settled is mentioned. Whatever is different beyond that is for the prover.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from relapse_rules.analysis.difference.settings import Common, Days, closed, common_parameters, values_over
from relapse_rules.analysis.difference.version import Version
from relapse_rules.analysis.proving.values import FIRST_DAY, LAST_DAY
from relapse_rules.ir import nodes
from relapse_rules.ir.nodes import AnyNode
from relapse_rules.ir.order import LEAVES, operands, renumbered
from relapse_rules.ir.program import ParameterEntry, Program, ReadingEntry
from relapse_rules.lowering import entries
from relapse_rules.values.truth import Comparison
from relapse_rules.values.vocabulary import Vocabulary

_SWAPPED: Final = {Comparison.MORE: Comparison.LESS, Comparison.AT_LEAST: Comparison.AT_MOST}
_NEGATED: Final = {
    Comparison.LESS: Comparison.AT_LEAST,
    Comparison.AT_MOST: Comparison.MORE,
    Comparison.MORE: Comparison.AT_MOST,
    Comparison.AT_LEAST: Comparison.LESS,
    Comparison.EQUAL: Comparison.UNEQUAL,
    Comparison.UNEQUAL: Comparison.EQUAL,
}

Place = int | None
"""Where a node is in the joint program; None when it cannot be asked there, since it reads a fact of which the versions mean different things."""


class Joined(NamedTuple):
    """``old[i]``, ``new[i]``: where node ``i`` of a version is. ``open``: 参数 that both leave 待定, which `supposing` lets have any value.

    ``parameters``: what each 参数 of the old version is called here; one that the new version sets otherwise has a name of its own.
    """

    program: Program
    old: tuple[Place, ...]
    new: tuple[Place, ...]
    open: frozenset[str]
    entries: tuple[ParameterEntry, ...]
    parameters: Mapping[str, str]

    def supposing(self) -> Program:
        """Return the program in which the county may have set what both versions leave 待定."""
        return replace(self.program, parameters=self.entries)


def join(
    old: Version, new: Version, vocabulary: Vocabulary, unlike: frozenset[str], days: Days | None
) -> Joined:
    """Return both versions as one program over ``vocabulary``. ``days``: those that are compared; None: each version at any time."""
    parameters = common_parameters(old.program, new.program, days or (FIRST_DAY, LAST_DAY))
    made = _Joining(vocabulary, unlike, parameters, days or (FIRST_DAY, LAST_DAY))
    # Leaves first, as in every program.
    for leaves in (True, False):
        made.take(new.program, is_new=True, leaves=leaves)
        made.take(old.program, is_new=False, leaves=leaves)
    program = replace(
        new.program,
        nodes=tuple(made.nodes),
        origins=((),) * len(made.nodes),
        named={},
        expressions={},
        derived={},
        domains=entries.domains(vocabulary),
        singular=frozenset(entity.english for entity in vocabulary.entities if entity.single),
        relations=entries.relations(vocabulary),
        facts=entries.facts(vocabulary),
        conclusions=(),
        judgements=(),
        listings=(),
        claims=(),
        parameters=tuple(closed(entry) for entry in parameters.entries),
        readings=(),
        valid_from=None if days is None else days[0],
        valid_until=None if days is None else days[1],
    )
    places = (tuple(made.places[False]), tuple(made.places[True]))
    return Joined(program, *places, parameters.open, parameters.entries, parameters.old)


class _Joining:
    """The nodes so far. Nodes that come to the same have one key."""

    def __init__(
        self, vocabulary: Vocabulary, unlike: frozenset[str], parameters: Common, days: Days
    ) -> None:
        self.nodes: list[AnyNode] = []
        self.places: dict[bool, list[Place]] = {True: [], False: []}
        self._unlike = unlike
        self._parameters = parameters
        self._entries = {entry.name: entry for entry in parameters.entries}
        self._days = days
        self._keys: dict[object, int] = {}
        self._flat: dict[int, frozenset[int]] = {}
        self._shared: dict[object, str] = {}
        self._domains = tuple(domain for domain, _ in entries.domains(vocabulary))
        self._relations = frozenset(entries.relations(vocabulary))
        for domain in self._domains:
            for value in (False, True):
                self._new(nodes.Constant(domain=domain, value=value), (domain, value))

    def take(self, program: Program, *, is_new: bool, leaves: bool) -> None:
        """Add the leaves of a program, or all its other nodes."""
        places = self.places[is_new]
        readings = {entry.name: entry for entry in program.readings}
        names = self._parameters.new if is_new else self._parameters.old
        for node in program.nodes[len(places) :]:
            if isinstance(node, LEAVES) is not leaves:
                break
            if node.domain not in self._domains:
                places.append(None)
            else:
                places.append(self._leaf(node, readings, names) if leaves else self._inner(node, places))

    # --- leaves -----------------------------------------------------------------------------------

    def _leaf(self, node: AnyNode, readings: Mapping[str, ReadingEntry], names: Mapping[str, str]) -> Place:
        match node:
            case nodes.Constant(domain=domain, value=value):
                return self._keys[domain, value]
            case nodes.Reading(domain=domain, reading=reading, option=option):
                return self._keys[domain, readings[reading].taken == option]
            case nodes.Test(fact=fact) | nodes.FieldNumber(fact=fact) if fact in self._unlike:
                return None
            case nodes.Test(parameter=None):
                return self._once(node, replace(node, values=tuple(sorted(node.values))))
            case nodes.Test(parameter=str(parameter)):
                asked = replace(node, parameter=self._alike(names[parameter]))
                return self._once(asked, asked)
            case nodes.Parameter(name=name):
                asked_number = replace(node, name=self._alike(names[name]))
                return self._once(asked_number, asked_number)
            case _:
                return self._once(node, node)

    def _alike(self, name: str) -> str:
        """Return the first 参数 that has the same values as the one called ``name``; one that is 待定 at any time is like itself alone."""
        values = values_over(self._entries[name], self._days)
        if any(value is None for _, value in values):
            return name
        return self._shared.setdefault(values, name)

    # --- everything else --------------------------------------------------------------------------

    def _inner(self, node: AnyNode, places: list[Place]) -> Place:
        relation = getattr(node, "relation", None)
        if relation is not None and relation not in self._relations:
            return None
        if any(places[each] is None for each in operands(node)):
            return None
        moved = renumbered(
            node, {each: place for each in operands(node) if (place := places[each]) is not None}
        )
        match moved:
            case nodes.And(domain=domain):
                return self._gate(moved, domain, absorbing=False)
            case nodes.Or(domain=domain):
                return self._gate(moved, domain, absorbing=True)
            case nodes.AtLeast():
                return self._once(moved, replace(moved, operands=tuple(sorted(moved.operands))))
            case nodes.Not(domain=domain, operand=operand):
                return self._negation(moved, domain, operand)
            case nodes.Compare():
                forwards = _forwards(moved)
                return self._once(forwards, forwards)
            case nodes.Lift(domain=domain, relation=relation, operand=operand):
                below = self.nodes[operand]
                if isinstance(below, nodes.Constant) and relation.reference is None:
                    return self._keys[domain, below.value]
                return self._once(moved, moved)
            case _:
                return self._once(moved, moved)

    def _gate(self, node: nodes.And | nodes.Or, domain: str, *, absorbing: bool) -> int:
        """Return the node of an And or Or: its parts in any order, those of the same gate among them as if written here."""
        kind = type(node)
        parts: set[int] = set()
        for each in node.operands:
            below = self.nodes[each]
            parts |= self._flat[each] if isinstance(below, kind) else {each}
        absorbed, neutral = self._keys[domain, absorbing], self._keys[domain, not absorbing]
        if absorbed in parts:
            return absorbed
        parts.discard(neutral)
        if len(parts) <= 1:
            return next(iter(parts), neutral)
        flat = frozenset(parts)
        kept = tuple(dict.fromkeys(each for each in node.operands if each != neutral))
        place = self._once(replace(node, operands=kept), (kind, domain, flat))
        self._flat.setdefault(place, flat)
        return place

    def _negation(self, node: nodes.Not, domain: str, operand: int) -> int:
        below = self.nodes[operand]
        match below:
            case nodes.Constant(value=value):
                return self._keys[domain, not value]
            case nodes.Not(operand=inner):
                return inner
            case nodes.Compare(operator=operator):
                complement = _forwards(replace(below, operator=_NEGATED[operator]))
                return self._once(complement, complement)
            case _:
                return self._once(node, node)

    def _once(self, node: AnyNode, key: object) -> int:
        found = self._keys.get(key)
        return self._new(node, key) if found is None else found

    def _new(self, node: AnyNode, key: object) -> int:
        self.nodes.append(node)
        self._keys[key] = len(self.nodes) - 1
        return self._keys[key]


def _forwards(node: nodes.Compare) -> nodes.Compare:
    """Return a comparison with the smaller side first."""
    if node.operator in _SWAPPED:
        return replace(node, operator=_SWAPPED[node.operator], left=node.right, right=node.left)
    if node.operator in {Comparison.EQUAL, Comparison.UNEQUAL} and node.left > node.right:
        return replace(node, left=node.right, right=node.left)
    return node
