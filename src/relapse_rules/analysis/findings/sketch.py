"""Draws variants of conditions beside the conditions themselves: what would they be if another node were otherwise?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from relapse_rules.ir import nodes
from relapse_rules.ir.nodes import AnyNode
from relapse_rules.ir.order import leading_to, leaves_first, operands, renumbered
from relapse_rules.ir.program import Program

_PLACE: Final = "#variant"


class Sketch:
    """The nodes of a program and further ones. A position that it hands out holds until `drawn` renumbers it."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.nodes: list[AnyNode] = list(program.nodes)
        self._index: dict[AnyNode, int] = {node: position for position, node in enumerate(self.nodes)}

    def add(self, node: AnyNode) -> int:
        """Return the position of ``node``, put in now unless it is there."""
        found = self._index.get(node)
        if found is None:
            found = self._index[node] = len(self.nodes)
            self.nodes.append(node)
        return found

    def constant(self, domain: str, *, value: bool) -> int:
        """Return a condition that is always yes or always no."""
        return self.add(nodes.Constant(domain=domain, value=value))

    def taking(self, node: int, otherwise: Mapping[int, int]) -> int:
        """Return ``node`` as it is when other nodes stand in for the keys of ``otherwise``; itself when it does not use them."""
        place = dict(otherwise)
        for position in sorted(self._under(node)):
            if position not in place:
                own = self.nodes[position]
                moved = {used: place[used] for used in operands(own)}
                changed = any(old != new for old, new in moved.items())
                place[position] = self.add(renumbered(own, moved)) if changed else position
        return place[node]

    def _under(self, node: int) -> frozenset[int]:
        found: set[int] = set()
        waiting = [node]
        while waiting:
            position = waiting.pop()
            if position not in found:
                found.add(position)
                waiting.extend(operands(self.nodes[position]))
        return frozenset(found)

    def drawn(self, wanted: Iterable[int]) -> tuple[Program, dict[int, int]]:
        """Return a program of the nodes ``wanted`` and what they need, and the new position of each of these. It lists nothing."""
        # A node is put in after its operands, so the order of positions will do.
        order = sorted({part for each in wanted for part in self._under(each)})
        place = {old: new for new, old in enumerate(order)}
        asked = {node.reading for old in order if isinstance(node := self.nodes[old], nodes.Reading)}
        program = replace(
            self._program,
            nodes=tuple(renumbered(self.nodes[old], place) for old in order),
            origins=((),) * len(order),
            named={},
            expressions={(_PLACE, (old,)): new for old, new in place.items()},
            derived={},
            conclusions=(),
            judgements=(),
            listings=(),
            claims=(),
            readings=tuple(each for each in self._program.readings if each.name in asked),
        )
        settled = leaves_first(program)
        return settled, {path[0]: new for (_, path), new in settled.expressions.items()}


def readings_taken(program: Program, reading: str, option: str) -> dict[int, bool]:
    """Return what each node that asks for a 解读 answers when ``option`` is taken of it."""
    return {
        position: node.option == option
        for position, node in enumerate(program.nodes)
        if isinstance(node, nodes.Reading) and node.reading == reading
    }


def readings_asked(program: Program, node: int) -> tuple[str, ...]:
    """Return the 解读 that a node depends on, in the order in which the program lists them."""
    asked = {
        each.reading
        for position in leading_to(program, [node])
        if isinstance(each := program.nodes[position], nodes.Reading)
    }
    return tuple(entry.name for entry in program.readings if entry.name in asked)
