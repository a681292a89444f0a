"""What one case becomes under many variants: a world for each, in which its nodes stand in place of the policy's.

A variant that is worked out the same as the policy in all its slots changes nothing anywhere (each declaration comes after what it
uses), so only the others get a world.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relapse_rules.analysis.variants.extended import Extended
from relapse_rules.analysis.variants.model import Part, Slot
from relapse_rules.explain.world_columns import Column, Rail, Ties
from relapse_rules.explain.world_nodes import Pool
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of
from relapse_rules.values.relations import Relation

Owned = tuple[int, int]
"""In which world (a bit), and the node that holds there."""


class Lanes:
    """Prepared once for a program and its variants."""

    def __init__(self, program: Extended) -> None:
        self.extended = program
        self._uses = [operands(node) for node in program.program.nodes]
        self._pairs = [
            [(slot, program.base[slot], root) for slot, root in roots.items()] for roots in program.roots
        ]

    def active(self, rails: Rails) -> list[int]:
        """Return the variants (by position) of which some expression is worked out otherwise than the policy's."""
        first, second = rails.first, rails.second
        return [
            variant
            for variant, pairs in enumerate(self._pairs)
            if any(first[base] != first[root] or second[base] != second[root] for _, base, root in pairs)
        ]

    def worlds(self, case: Case, rails: Rails, variants: Sequence[int]) -> CaseWorlds:
        """Return the worlds of ``variants``, in this order, at least one. ``rails``: those of the whole program for ``case``."""
        return CaseWorlds(self, case, rails, variants)

    def uses(self, node: int) -> tuple[int, ...]:
        """Return the operands of a node."""
        return self._uses[node]

    def pairs(self, variant: int) -> Sequence[tuple[Slot, int, int]]:
        """Return the slots that a variant changes: the policy's node, and its own."""
        return self._pairs[variant]


class CaseWorlds:
    """The rails of a case in every world, each worked out when it is first asked for."""

    def __init__(self, lanes: Lanes, case: Case, rails: Rails, variants: Sequence[int]) -> None:
        self.case = case
        self.rails = rails
        self.count = len(variants)
        self.full = (1 << self.count) - 1
        self._lanes = lanes
        self._nodes = lanes.extended.program.nodes
        self._sizes = {domain: len(table.rows) for domain, table in case.tables.items()}
        self._ties: dict[Relation, Ties] = {}
        self._pool = Pool(
            rails.first,
            rails.second,
            full=self.full,
            sizes=self._sizes,
            ties=self._tied,
            today=day_of(case.as_of),
        )
        self._touched: dict[int, bool] = {}
        self._own: dict[Slot, list[Owned]] = {}
        self._instead: dict[int, list[Owned]] = {}
        self._moving: set[int] = set()
        for world, variant in enumerate(variants):
            pairs = lanes.pairs(variant)
            for slot, base, root in pairs:
                owned = 1 << world, root
                if slot.part is Part.RULE:
                    self._instead.setdefault(base, []).append(owned)
                else:
                    self._own.setdefault(slot, []).append(owned)
                if len(pairs) > 1:
                    # What the other slots do may bear on this one.
                    self._moving.add(root)

    def own(self, slot: Slot) -> Sequence[Owned]:
        """Return the worlds in which a slot of a listing holds another expression, and its node there."""
        return self._own.get(slot, ())

    def yes(self, node: int, lane: int) -> int:
        """Return the worlds in which a condition is proved for an element."""
        return self._rail(node)[0] >> lane * self.count & self.full

    def no(self, node: int, lane: int) -> int:
        """Return the worlds in which it is disproved."""
        return self._rail(node)[1] >> lane * self.count & self.full

    def values(self, node: int, lane: int) -> Column:
        """Return the values of a number for an element, each with its worlds."""
        self._work_out(node)
        return self._pool.column(node)[lane]

    def clashes(self, node: int, lane: int) -> int:
        """Return the worlds in which a derived fact and what was supplied contradict each other."""
        if self._work_out(node):
            return self._pool.clashes.get(node, 0) >> lane * self.count & self.full
        stated = dict(self.rails.conflicts).get(node, 0)
        return self.full if stated >> lane & 1 else 0

    def _rail(self, node: int) -> Rail:
        self._work_out(node)
        return self._pool.rail(node)

    def _work_out(self, wanted: int) -> bool:
        """Work out a node where some world can touch it, and return whether one can."""
        touched = self._touched
        waiting = [wanted]
        while waiting:
            node = waiting[-1]
            if node in touched:
                waiting.pop()
                continue
            needed = [each for each in self._needed(node) if each not in touched]
            if needed:
                waiting.extend(needed)
                continue
            waiting.pop()
            touched[node] = self._one(node)
        return touched[wanted]

    def _needed(self, node: int) -> Iterator[int]:
        yield from self._lanes.uses(node)
        for _, root in self._instead.get(node, ()):
            if root in self._moving:
                yield root

    def _one(self, node: int) -> bool:
        used = any(self._touched[each] for each in self._lanes.uses(node))
        if used:
            self._pool.evaluate(node, self._nodes[node])
        instead = self._instead.get(node)
        if instead is not None:
            self._replace(node, instead)
        return used or instead is not None

    def _replace(self, node: int, instead: Sequence[Owned]) -> None:
        changed = sum(bit for bit, _ in instead)
        if isinstance(self._nodes[node], nodes.MergeNumber):
            self._pool.columns[node] = self._columns(node, instead, changed)
            return
        ones = sum(1 << lane * self.count for lane in range(self._sizes[self._nodes[node].domain]))
        yes, no = self._pool.rail(node)
        kept = ~(changed * ones)
        yes, no = yes & kept, no & kept
        for bit, root in instead:
            own_yes, own_no = self._pool.rail(root)
            yes |= own_yes & bit * ones
            no |= own_no & bit * ones
        self._pool.rails[node] = yes, no

    def _columns(self, node: int, instead: Sequence[Owned], changed: int) -> Sequence[Column]:
        found: list[dict[int | None, int]] = [
            {value: rest for value, worlds in column.items() if (rest := worlds & ~changed)}
            for column in self._pool.column(node)
        ]
        for bit, root in instead:
            for lane, column in enumerate(self._pool.column(root)):
                for value, worlds in column.items():
                    if worlds & bit:
                        found[lane][value] = found[lane].get(value, 0) | bit
        return found

    def _tied(self, relation: Relation) -> Ties:
        found = self._ties.get(relation)
        if found is None:
            parents = self.case.links[relation]
            pairs = [(child, parent, self.full) for child, parent in enumerate(parents) if parent is not None]
            loose = [(child, self.full) for child, parent in enumerate(parents) if parent is None]
            complete = self.full if self.case.tables[relation.child].complete else 0
            found = self._ties[relation] = Ties(relation, tuple(pairs), tuple(loose), complete)
        return found
