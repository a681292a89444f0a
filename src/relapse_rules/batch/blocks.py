"""Households side by side for the engine: blocks of them, with as many slots in each domain as the largest household of the block needs.

One household with forty members would give all sixty thousand of its block forty slots. So households are parted by the lengths of their
lists, again and again, as long as that saves more than another block costs; and a block with more slots has fewer households: households
times slots stay bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from relapse_rules.batch.taken import Coded, Column, Elements, Ints, Taken
from relapse_rules.engines.lanes.blocks import MISSING, Block, Codes, Figures
from relapse_rules.engines.lanes.frame import NOBODY, Frame, Told, Words, packed
from relapse_rules.facts.case import Case
from relapse_rules.values.moments import day_of

DEFAULT_HOUSEHOLDS: Final = 1 << 16

_WORD: Final = 64
_SAMPLE: Final = 2048
_WORTH: Final = 1 << 22
"""A block more takes about as long as so many cells: below it, households with short lists share the slots of those with long ones."""
_USUAL_SLOTS: Final = 8
"""So many slots a block of `DEFAULT_HOUSEHOLDS` may have in a domain; with more, it has fewer households."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyBlock:
    """One block. ``households``: the position in its `Taken` of each, ascending; what is beyond them in ``block`` is nobody's.

    ``elements``: by domain, the position in `Elements` of each element, household by household, each household's in slot order.
    """

    block: Block
    taken: Taken
    households: Ints
    elements: Mapping[str, Ints]

    def __len__(self) -> int:
        return len(self.households)

    def ids(self) -> pa.Array:
        """Return the numbers of the households."""
        return self.taken.ids.take(pa.array(self.households))

    def rows(self) -> Ints:
        """Return where each household stood in the county's table."""
        return self.taken.rows[self.households]

    def carried(self, fact: str) -> pa.Array:
        """Return a fact that was handed on, as texts; all null where no table has it."""
        found = self.taken.carried.get(fact)
        if found is None:
            return pa.nulls(len(self), pa.string())
        return found.take(pa.array(self.households)).cast(pa.string())

    def names(self, domain: str) -> pa.Array:
        """Return what a decision calls each element of a domain."""
        return self.taken.elements[domain].names(self.elements[domain])


def shares(
    taken: Taken, size: int = DEFAULT_HOUSEHOLDS, *, first: int = 0, last: int | None = None
) -> tuple[Ints, ...]:
    """Return which households go together into blocks of at most ``size`` (rounded up to whole words). Each stands in one.

    ``first`` and ``last``: only the households from one to before the other. The same households are in the same blocks in every run.
    """
    end = len(taken) if last is None else last
    lengths = np.array(
        [np.diff(elements.offsets[first : end + 1]) for elements in taken.elements.values()], np.int64
    ).reshape(len(taken.elements), end - first)
    columns = np.array(
        [len(elements.columns) + len(elements.links) + 1 for elements in taken.elements.values()], np.int64
    )
    found: list[Ints] = []
    waiting = [np.arange(end - first)]
    while waiting:
        here = waiting.pop()
        split = _worth_splitting(lengths[:, here], columns)
        if split is not None:
            waiting.extend((here[~split], here[split]))
            continue
        most = int(lengths[:, here].max(initial=0))
        room = max(size * _USUAL_SLOTS // max(most, _USUAL_SLOTS) // _WORD, 1) * _WORD
        found.extend(here[start : start + room] + first for start in range(0, len(here), room))
    return tuple(found)


def _worth_splitting(lengths: Ints, columns: Ints) -> npt.NDArray[np.bool_] | None:
    """Return which households had better not share a block with the rest; None where it would save less than another block costs.

    ``lengths``: of the lists of each domain (domains, households). ``columns``: how many arrays a slot of each domain has. Tried is
    every length in a domain up to which lists are short, on a sample.
    """
    count = lengths.shape[1]
    if count * int(lengths.max(axis=1, initial=0) @ columns) <= _WORTH:
        return None
    step = -(-count // _SAMPLE)
    # The longest lists of all are among the sample: one that it missed would give its slots to everybody.
    seen = lengths[:, np.union1d(np.arange(0, count, step), lengths.argmax(axis=1))]
    whole = int(seen.max(axis=1) @ columns) * seen.shape[1]
    best, choice = _WORTH, None
    for domain, own in enumerate(seen):
        for length in np.unique(own)[:-1]:
            short = own <= length
            parted = sum(
                int(part.max(axis=1) @ columns) * part.shape[1] for part in (seen[:, short], seen[:, ~short])
            )
            if (whole - parted) * step > best:
                best, choice = (whole - parted) * step, (domain, int(length))
    if choice is None:
        return None
    domain, longest = choice
    together: npt.NDArray[np.bool_] = lengths[domain] <= longest
    return together


def blocks(taken: Taken, county: Case, size: int = DEFAULT_HOUSEHOLDS) -> Iterator[CountyBlock]:
    """Yield all households of ``taken`` in blocks, one at a time."""
    for households in shares(taken, size):
        yield block_of(taken, county, households)


def block_of(taken: Taken, county: Case, households: Ints) -> CountyBlock:
    """Return the block of some households (positions, ascending). Safe to call from several threads."""
    count = len(households)
    room = -(-count // _WORD) * _WORD
    there = np.zeros((1, room), np.bool_)
    there[0, :count] = True
    slots: dict[str, int] = {taken.subject: 1}
    present: dict[str, Words] = {taken.subject: packed(there)}
    complete: dict[str, Words] = {taken.subject: packed(there)[0]}
    columns = {fact: _of_households(column, households, room) for fact, column in taken.columns.items()}
    links: dict[Told, npt.NDArray[np.int32]] = {}
    places: dict[str, Ints] = {}
    for domain, elements in taken.elements.items():
        laid = _laid(elements, households, room)
        places[domain] = laid.chosen
        slots[domain] = laid.slots
        present[domain] = packed(laid.filled(np.ones(len(laid.chosen), np.bool_), fill=False))
        whole = np.zeros((1, room), np.bool_)
        whole[0, :count] = elements.complete[households]
        complete[domain] = packed(whole)[0]
        for fact, column in elements.columns.items():
            columns[fact] = _of_elements(column, laid)
        for told, known in elements.links.items():
            links[told] = laid.filled(known[laid.chosen], fill=NOBODY)
    frame = Frame(
        households=room,
        slots=slots,
        present=present,
        complete=complete,
        links=links,
        today=day_of(county.as_of),
    )
    return CountyBlock(
        block=Block(frame=frame, columns=columns), taken=taken, households=households, elements=places
    )


@dataclass(frozen=True, slots=True)
class _Laid:
    """Elements laid out in slots: the element ``chosen[i]`` goes to ``cells[i]`` of an array (slots, room)."""

    chosen: Ints
    cells: Ints
    slots: int
    room: int

    def filled(self, cells: npt.NDArray[Any], *, fill: bool | int) -> npt.NDArray[Any]:
        laid = np.full(self.slots * self.room, fill, cells.dtype)
        laid[self.cells] = cells
        return laid.reshape(self.slots, self.room)


def _laid(elements: Elements, households: Ints, room: int) -> _Laid:
    starts = elements.offsets[households]
    sizes = elements.offsets[households + 1] - starts
    before = np.cumsum(sizes) - sizes
    slot = np.arange(int(sizes.sum()), dtype=np.int64) - np.repeat(before, sizes)
    at = np.repeat(np.arange(len(households), dtype=np.int64), sizes)
    return _Laid(np.repeat(starts, sizes) + slot, slot * room + at, int(sizes.max(initial=0)), room)


def _of_households(column: Column, households: Ints, room: int) -> Codes | Figures:
    if isinstance(column, Coded):
        codes = np.full((1, room), MISSING, column.codes.dtype)
        codes[0, : len(households)] = column.codes[households]
        return Codes(codes=codes, values=column.values)
    values, known = np.zeros((1, room), np.int64), np.zeros((1, room), np.bool_)
    values[0, : len(households)] = column.values[households]
    known[0, : len(households)] = column.known[households]
    return Figures(values=values, known=known)


def _of_elements(column: Column, laid: _Laid) -> Codes | Figures:
    if isinstance(column, Coded):
        return Codes(codes=laid.filled(column.codes[laid.chosen], fill=MISSING), values=column.values)
    return Figures(
        values=laid.filled(column.values[laid.chosen], fill=0),
        known=laid.filled(column.known[laid.chosen], fill=False),
    )
