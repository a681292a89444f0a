"""What NumPy needs at least for a kernel: to look at each input once, and to do as many operations on as many words and numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from relapse_rules.engines.lanes.blocks import Block, Codes
from relapse_rules.ir import nodes
from relapse_rules.ir.order import leading_to, operands
from relapse_rules.ir.program import Program
from relapse_rules.ir.verify import is_number

Room = dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]]

_LEAVES = (nodes.Constant, nodes.Reading, nodes.Number, nodes.Parameter, nodes.FieldNumber)


class Limit:
    """The operations of a program that lead to ``wanted`` outside the ``shared`` domains.

    A gate of ``n`` operands is ``n - 1`` operations on words for each rail; a test of a fact is one look at its column, which fills both
    rails; arithmetic is one operation on numbers, a comparison one on numbers whose result is packed into words.
    """

    def __init__(self, program: Program, shared: frozenset[str], wanted: Iterable[int]) -> None:
        needed = leading_to(program, wanted)
        self._own = [
            node
            for position, node in enumerate(program.nodes)
            if position in needed and node.domain not in shared and not isinstance(node, _LEAVES)
        ]
        self._facts = {node.fact for node in self._own if isinstance(node, nodes.Test)} | {
            node.fact
            for position, node in enumerate(program.nodes)
            if position in needed and isinstance(node, nodes.FieldNumber)
        }

    def room(self, block: Block) -> Room:
        """Return arrays of the block's shapes: three of words and three of numbers for each domain, in use already."""
        frame = block.frame
        return {
            domain: (
                tuple(np.ones((slots, frame.words), np.uint64) for _ in range(3)),
                tuple(np.ones((slots, frame.households), np.int64) for _ in range(3)),
            )
            for domain, slots in frame.slots.items()
        }

    def run(self, block: Block, room: Room) -> None:
        """Do them for one block."""
        for fact in sorted(self._facts):
            column = block.columns.get(fact)
            if isinstance(column, Codes):
                column.codes.max(initial=0)
            elif column is not None:
                column.values.max(initial=0)
                column.known.max(initial=False)
        for node in self._own:
            (one, other, result), (left, right, total) = room[node.domain]
            if isinstance(node, nodes.Test):
                np.bitwise_or(one, other, out=result)
            elif is_number(node):
                np.add(left, right, out=total)
            elif isinstance(node, nodes.Compare | nodes.CompareRatio | nodes.CompareCount):
                np.packbits(left < right, axis=-1)
                np.bitwise_or(one, other, out=result)
            else:
                for _ in range(2 * max(len(operands(node)) - 1, 1)):
                    np.bitwise_and(one, other, out=result)
