"""Which facts the undecided outcomes of a block wait for: `decisions.missing`, for all households at once.

From what is listed and unknown the search goes backwards through the program, to unknown operands only, as words: a node is *wanted* for
the elements whose open outcomes rest on it. What is wanted and a leaf is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, assert_never

import numpy as np

from relapse_rules.decisions.names import PARAMETER_PREFIX, FactNames
from relapse_rules.engines.lanes.blocks import MISSING, Block, Codes, WordRails
from relapse_rules.engines.lanes.frame import FULL, NOBODY, Told, Words, packed
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program
from relapse_rules.ir.verify import is_number
from relapse_rules.values.relations import Relation

County = Callable[[int, int], Iterable[str]]
"""From an unknown node of a shared domain and its lane to the names of what it waits for."""

Fold = nodes.Exists | nodes.Every | nodes.Count | nodes.CompareCount | nodes.Aggregate


def missing_facts(
    program: Program,
    names: FactNames,
    block: Block,
    rails: WordRails,
    listed: Iterable[int],
    *,
    shared: frozenset[str],
    unset: frozenset[str],
    county: County,
) -> Mapping[str, Words]:
    """Return for each fact, list and 参数 that somebody waits for the households that do, in the fixed order of `FactNames`.

    ``listed``: the nodes whose open elements count. ``unset``: 参数 without a value.
    """
    search = _Search(program, names, block, rails, shared, unset, county)
    for node in listed:
        search.want(node, search.everybody(program.nodes[node].domain))
        search.unlisted(program.nodes[node].domain)
    search.run()
    return {name: search.found[name] for name in names.names if name in search.found}


class _Search:
    def __init__(
        self,
        program: Program,
        names: FactNames,
        block: Block,
        rails: WordRails,
        shared: frozenset[str],
        unset: frozenset[str],
        county: County,
    ) -> None:
        self._program = program
        self._names = names
        self._block = block
        self._frame = block.frame
        self._rails = rails
        self._shared = shared
        self._unset = unset
        self._county = county
        self._wanted: dict[int, Words] = {}
        self.found: dict[str, Words] = {}

    def everybody(self, domain: str) -> Words:
        """Return all elements of a domain."""
        return self._frame.present[domain]

    def unlisted(self, domain: str) -> None:
        """Note the households that did not supply the list of a domain which is listed."""
        self._lacks(self._names.list_names[domain], ~self._frame.complete[domain] & self._households())

    def want(self, node: int, elements: Words) -> None:
        """Want a node for those of ``elements`` for which it is unknown."""
        open_ = np.broadcast_to(elements & self._unknown(node), self._shape(node))
        before = self._wanted.get(node)
        self._wanted[node] = open_ if before is None else before | open_

    def run(self) -> None:
        """Follow what is wanted down to the leaves."""
        for position in range(len(self._program.nodes) - 1, -1, -1):
            wanted = self._wanted.pop(position, None)
            if wanted is not None and wanted.any():
                self._follow(self._program.nodes[position], wanted)

    def _households(self) -> Words:
        whole: Words = self._frame.present[self._subject()][0]
        return whole

    def _subject(self) -> str:
        return next(
            domain
            for domain, parent in self._program.domains
            if parent is not None and domain in self._program.singular
        )

    def _shape(self, node: int) -> tuple[int, int]:
        return self._frame.slots[self._program.nodes[node].domain], self._frame.words

    def _unknown(self, node: int) -> Words:
        first, second = self._rails.first[node], self._rails.second[node]
        if is_number(self._program.nodes[node]):
            shape = (self._frame.slots[self._program.nodes[node].domain], self._frame.households)
            return packed(~np.broadcast_to(second, shape))
        open_: Words = ~(first | second)
        return open_

    def _lacks(self, name: str, households: Words) -> None:
        before = self.found.get(name)
        if households.any():
            self.found[name] = households if before is None else before | households

    def _follow(self, node: nodes.AnyNode, wanted: Words) -> None:
        match node:
            case nodes.Test() | nodes.FieldNumber() | nodes.Parameter():
                self._leaf(node, wanted)
            case nodes.Merge(rule=rule) | nodes.MergeNumber(rule=rule):
                self.want(rule, wanted)
            case nodes.Exists() | nodes.Every() | nodes.Count() | nodes.CompareCount() | nodes.Aggregate():
                self._fold(node, wanted)
            case (
                nodes.Lift(relation=relation, operand=operand)
                | nodes.LiftNumber(relation=relation, operand=operand)
            ):
                self._lift(relation, operand, wanted)
            case (
                nodes.Constant()
                | nodes.Reading()
                | nodes.Number()
                | nodes.And()
                | nodes.Or()
                | nodes.AtLeast()
                | nodes.Not()
                | nodes.Compare()
                | nodes.CompareRatio()
                | nodes.Calculate()
                | nodes.Age()
                | nodes.DateOf()
                | nodes.Apart()
            ):
                for operand in operands(node):
                    self.want(operand, wanted)
            case _:
                assert_never(node)

    def _leaf(self, node: nodes.Test | nodes.FieldNumber | nodes.Parameter, wanted: Words) -> None:
        whose = _any_slot(wanted)
        if isinstance(node, nodes.Parameter):
            self._lacks(PARAMETER_PREFIX + node.name, whose)
            return
        parameter = node.parameter if isinstance(node, nodes.Test) else None
        if parameter is None or parameter not in self._unset:
            self._lacks(node.fact, whose)
            return
        self._lacks(PARAMETER_PREFIX + parameter, whose)
        self._lacks(node.fact, _any_slot(wanted & ~self._stated(node.fact)))

    def _stated(self, fact: str) -> Words:
        column = self._block.columns.get(fact)
        if column is None:
            return np.zeros((1, 1), np.uint64)
        return packed(column.codes != MISSING if isinstance(column, Codes) else column.known)

    def _fold(self, node: Fold, wanted: Words) -> None:
        relation = node.relation
        told: Told = (relation.child, relation.parent, relation.reference)
        self._lacks(
            self._names.list_names[relation.child], _any_slot(wanted) & ~self._frame.complete[relation.child]
        )
        # An element of which the condition cannot sway the fold does not matter, wherever it belongs.
        mattering = self._mattering(node)
        owned, loose = self._frame.owned(told)
        asked = np.zeros(self._frame.present[relation.child].shape, np.uint64)
        for slot, own in enumerate(owned):
            asked |= own & wanted[slot]
        if loose is not None:
            astray = loose & _any_slot(wanted) & mattering
            self._lacks(f"{relation.child}.{relation.reference}", _any_slot(astray))
            asked |= astray
        if node.condition is not None:
            self.want(node.condition, asked)
        if isinstance(node, nodes.Aggregate):
            self.want(node.value, asked & mattering)
        if isinstance(node, nodes.CompareCount):
            self.want(node.limit, wanted)

    def _mattering(self, node: Fold) -> Words:
        if node.condition is None:
            return np.full((1, 1), FULL)
        harmless = self._rails.first if isinstance(node, nodes.Every) else self._rails.second
        rest: Words = ~harmless[node.condition]
        return rest

    def _lift(self, relation: Relation, operand: int, wanted: Words) -> None:
        told: Told = (relation.child, relation.parent, relation.reference)
        links = self._frame.links.get(told)
        if links is not None:
            astray = packed(links == NOBODY) & wanted
            self._lacks(f"{relation.child}.{relation.reference}", _any_slot(astray))
        if relation.parent in self._shared:
            lanes = [0] if links is None else [int(lane) for lane in np.unique(links) if lane != NOBODY]
            for lane in lanes:
                there = wanted if links is None else wanted & packed(links == lane)
                if there.any():
                    for name in self._county(operand, lane):
                        self._lacks(name, _any_slot(there))
            return
        if links is None:
            self.want(operand, _any_slot(wanted)[np.newaxis])
            return
        owned, _ = self._frame.owned(told)
        self.want(operand, np.stack([_any_slot(own & wanted) for own in owned]) if owned else wanted[:0])


def _any_slot(elements: Words) -> Words:
    """Return the households of which any element is among ``elements``."""
    whose: Any = np.bitwise_or.reduce(elements, axis=0)
    return np.asarray(whose, np.uint64)
