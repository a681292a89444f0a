"""A county taken in and laid out in blocks, and our own kernel over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from relapse_rules.batch.blocks import CountyBlock, block_of, shares
from relapse_rules.batch.intake import take_in
from relapse_rules.batch.outcomes import listed_columns
from relapse_rules.batch.taken import Taken
from relapse_rules.engines.lanes.blocks import Block, BlockEvaluator, WordRails
from relapse_rules.engines.lanes.frame import Frame, unpacked
from relapse_rules.facts.case import Case
from relapse_rules.ir.rails import Rails
from relapse_rules.policy import Policy

AS_OF = "2023-08-02T09:00:00+08:00"
_IN_MEMORY = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """What all that is measured works on. ``wanted``: the nodes of everything listed below the county, its outcome and whether it is done."""

    policy: Policy
    case: Case
    rails: Rails
    shared: frozenset[str]
    taken: Taken
    wanted: tuple[int, ...]

    def blocks(self, size: int | None = None) -> list[CountyBlock]:
        """Lay the households out."""
        found = shares(self.taken) if size is None else shares(self.taken, size)
        return [block_of(self.taken, self.case, households) for households in found]

    def evaluator(self, *, whole: bool = False) -> BlockEvaluator:
        """Return the kernel."""
        wanted = None if whole else self.wanted
        return BlockEvaluator(self.policy.program, self.shared, self.case.as_of, wanted)


def forgetful(block: CountyBlock) -> Block:
    """Return the same block as if it had just been laid out: it remembers nothing of earlier runs."""
    frame = block.block.frame
    anew = Frame(
        households=frame.households,
        slots=frame.slots,
        present=frame.present,
        complete=frame.complete,
        links=frame.links,
        today=frame.today,
    )
    return Block(frame=anew, columns=block.block.columns)


@contextmanager
def county_of(policy: Policy, folder: Path) -> Iterator[County]:
    """Read a county's folder into memory, whole."""
    program = policy.program
    with take_in(policy, folder, as_of=AS_OF, most_bytes=_IN_MEMORY) as county:
        (taken,) = county.parts()
        wanted = [
            node
            for column in listed_columns(program)
            if column.domain not in county.shared
            for node in (column.node, column.done)
            if node is not None
        ]
        yield County(
            policy=policy,
            case=county.case,
            rails=policy.evaluator.run(county.case),
            shared=county.shared,
            taken=taken,
            wanted=tuple(dict.fromkeys(wanted)),
        )


def outcomes_of(
    county: County, blocks: Sequence[CountyBlock], ran: Sequence[WordRails]
) -> dict[int, npt.NDArray[np.int8]]:
    """Return by node each element's outcome in the order of `Taken`: 1 yes, 0 no, -1 unknown."""
    program, taken = county.policy.program, county.taken
    sizes = {taken.subject: len(taken)} | {
        domain: len(elements.owners) for domain, elements in taken.elements.items()
    }
    found = {node: np.full(sizes[program.nodes[node].domain], -1, np.int8) for node in county.wanted}
    for block, rails in zip(blocks, ran, strict=True):
        frame = block.block.frame
        cells = {domain: np.nonzero(unpacked(frame.present[domain]).T) for domain in sizes}
        for node in county.wanted:
            domain = program.nodes[node].domain
            households, slots = cells[domain]
            places = block.households if domain == taken.subject else block.elements[domain]
            for rail, outcome in ((rails.first[node], 1), (rails.second[node], 0)):
                shape = (frame.slots[domain], frame.words)
                holds = unpacked(np.ascontiguousarray(np.broadcast_to(rail, shape)))[slots, households]
                found[node][places[holds]] = outcome
    return found
