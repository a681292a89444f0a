"""Cases laid side by side as a block, and what the block's rails say of each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from relapse_rules.engines.lanes import compile_program
from relapse_rules.engines.lanes.blocks import MISSING, Block, BlockEvaluator, Codes, Figures
from relapse_rules.engines.lanes.frame import NOBODY, Frame, packed, unpacked
from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Program
from relapse_rules.ir.verify import is_number
from relapse_rules.values.moments import day_of
from relapse_rules.values.types import NUMERIC


def stacked(program: Program, cases: Sequence[Case]) -> Block:
    """Return cases with one 判定时点 as a block in which nothing is shared."""
    room = -(-len(cases) // 64) * 64
    slots = {domain: max(len(case.tables[domain].rows) for case in cases) for domain, _ in program.domains}
    present, complete, columns = {}, {}, {}
    for domain, count in slots.items():
        cells = np.zeros((count, room), np.bool_)
        whole = np.zeros(room, np.bool_)
        for at, case in enumerate(cases):
            cells[: len(case.tables[domain].rows), at] = True
            whole[at] = case.tables[domain].complete
        present[domain], complete[domain] = packed(cells), packed(whole)
    for fact, entry in program.facts.items():
        stated = [
            (slot, at, row[fact])
            for at, case in enumerate(cases)
            for slot, row in enumerate(case.tables[entry.domain].rows)
            if fact in row
        ]
        shape = (slots[entry.domain], room)
        if entry.type.kind in NUMERIC:
            values, known = np.zeros(shape, np.int64), np.zeros(shape, np.bool_)
            for slot, at, value in stated:
                values[slot, at], known[slot, at] = value, True
            columns[fact] = Figures(values=values, known=known)
        else:
            different = tuple(dict.fromkeys(value for _, _, value in stated))
            codes = np.full(shape, MISSING, np.int32)
            for slot, at, value in stated:
                codes[slot, at] = different.index(value)
            columns[fact] = Codes(codes=codes, values=different)
    links = {}
    for relation in program.relations:
        if relation.reference is None:
            continue
        table = np.full((slots[relation.child], room), NOBODY, np.int32)
        for at, case in enumerate(cases):
            for slot, parent in enumerate(case.links[relation]):
                table[slot, at] = NOBODY if parent is None else parent
        links[tuple(relation)] = table
    frame = Frame(
        households=room,
        slots=slots,
        present=present,
        complete=complete,
        links=links,
        today=day_of(cases[0].as_of),
    )
    return Block(frame=frame, columns=columns)


def condition(rails: tuple[object, object], shape: tuple[int, int], slot: int, at: int) -> bool | None:
    """Return the condition of one element."""
    yes, no = (
        bool(unpacked(np.broadcast_to(rail, (shape[0], shape[1] // 64)).copy())[slot, at]) for rail in rails
    )
    assert not (yes and no)
    return True if yes else False if no else None


def number(rails: tuple[object, object], shape: tuple[int, int], slot: int, at: int) -> int | None:
    """Return the number of one element."""
    values, known = (np.broadcast_to(part, shape) for part in rails)
    return int(values[slot, at]) if known[slot, at] else None


def in_block_as_alone(program: Program, cases: Sequence[Case], looked_at: Sequence[int]) -> list[str]:
    """Return where some of ``cases`` (positions), which have one 判定时点, differ in a block from what each is alone."""
    block = stacked(program, cases)
    together = BlockEvaluator(program, frozenset(), cases[0].as_of).run(block)
    alone = compile_program(program)
    found: list[str] = []
    for at in looked_at:
        rails = alone.run(cases[at])
        for position, node in enumerate(program.nodes):
            rail = together.first[position], together.second[position]
            shape = (block.frame.slots[node.domain], block.frame.households)
            for slot in range(len(cases[at].tables[node.domain].rows)):
                if is_number(node):
                    pair = number(rail, shape, slot, at), rails.number(position, slot)
                else:
                    pair = condition(rail, shape, slot, at), rails.truth(position, slot)
                if pair[0] != pair[1]:
                    found.append(
                        f"household {at}, {position} {node}: {pair[0]} in the block, {pair[1]} alone"
                    )
    return found
