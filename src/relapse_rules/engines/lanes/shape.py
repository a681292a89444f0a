"""How many lanes each domain has in one case, and which child belongs to which parent."""

from __future__ import annotations

from collections.abc import Sequence

from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Program
from relapse_rules.values.relations import Relation

Members = tuple[tuple[int, ...], int, bool]
"""(for each parent lane, its children as bits; children whose parent is not known, as bits; whether the list is complete)."""


class Layout:
    """Which domains and relations a program uses, in a fixed order: the order of the values that `measure` returns."""

    def __init__(self, program: Program) -> None:
        self.domains = tuple(name for name, _ in program.domains)
        self.singular = program.singular
        used = {node.relation for node in program.nodes if hasattr(node, "relation")}
        self.relations: tuple[Relation, ...] = tuple(
            relation for relation in program.relations if relation in used
        )
        self.number = {name: position for position, name in enumerate(self.domains)}
        self.relation_number = {relation: position for position, relation in enumerate(self.relations)}

    def is_structural_to_one(self, relation: Relation) -> bool:
        """Whether all children belong to the one lane of a singular parent."""
        return relation.reference is None and relation.parent in self.singular

    def measure(self, case: Case) -> tuple[list[int], list[int], list[Sequence[int | None]], list[Members]]:
        """Return for each domain its size and its bits, and for each relation its links and its members."""
        tables = case.tables
        sizes = [len(tables[name].rows) for name in self.domains]
        masks = [(1 << size) - 1 for size in sizes]
        links: list[Sequence[int | None]] = []
        members: list[Members] = []
        for relation in self.relations:
            complete = tables[relation.child].complete
            if self.is_structural_to_one(relation):
                links.append(())
                members.append(((masks[self.number[relation.child]],), 0, complete))
            else:
                own = case.links[relation]
                links.append(own)
                members.append((*_grouped(own, sizes[self.number[relation.parent]]), complete))
        return sizes, masks, links, members


def _grouped(links: Sequence[int | None], parents: int) -> tuple[tuple[int, ...], int]:
    groups = [0] * parents
    loose = 0
    for lane, parent in enumerate(links):
        if parent is None:
            loose |= 1 << lane
        else:
            groups[parent] |= 1 << lane
    return tuple(groups), loose
