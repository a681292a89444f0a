"""The reasons of a decision as bits: how each elementary question was answered for each element of a household.

A question is asked of a fact, a number, a list or another element. Everything else follows from the answers, so these few hundred bits are the whole of why. They are kept beside the outcomes of a
batch, and a proof that is made later from the facts must have the same bits; if it has not, facts or policy are no longer what they were.

Two bits for a question, proved yes and proved no; first those of the first element of every list, then those of the second, and so on. No
zeros stand at the end, so that the bits of a household do not depend on what it was decided together with.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from relapse_rules.engines.lanes.blocks import WordRails
from relapse_rules.engines.lanes.frame import Frame, Words
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails

_CHUNK_WORDS: Final = 64
"""So many words of households are turned at a time, to stay in cache."""


_QUESTIONS: Final = (
    nodes.Test,
    nodes.Compare,
    nodes.CompareRatio,
    nodes.CompareCount,
    nodes.Exists,
    nodes.Every,
    nodes.Lift,
)
"""Whatever is not put together from other conditions of the same element."""


class Questions:
    """The elementary questions of a program outside the domains that are ``shared``, in their order."""

    def __init__(self, program: Program, shared: frozenset[str]) -> None:
        asked = [
            (position, node.domain)
            for position, node in enumerate(program.nodes)
            if isinstance(node, _QUESTIONS) and node.domain not in shared
        ]
        self._first = tuple(asked)
        self._later = tuple(
            (position, domain) for position, domain in asked if domain not in program.singular
        )

    def of_block(self, rails: WordRails, frame: Frame, count: int) -> pa.Array:
        """Return the reasons of the first ``count`` households of a block, as binary."""
        most = max((frame.slots[domain] for _, domain in self._later), default=1)
        slots = max(most, 1)
        # What nobody has in a slot stays no bit.
        table = np.zeros((2 * (len(self._first) + (slots - 1) * len(self._later)), frame.words), np.uint64)
        place = 0
        for slot in range(slots):
            for position, domain in self._asked(slot):
                if slot < frame.slots[domain]:
                    here = frame.present[domain][slot]
                    np.bitwise_and(self._row(rails.first[position], slot), here, out=table[place])
                    np.bitwise_and(self._row(rails.second[position], slot), here, out=table[place + 1])
                place += 2
        parts = [_turned(table, start) for start in range(0, frame.words, _CHUNK_WORDS)]
        return _joined(parts)[:count]

    def of_case(self, rails: Rails, case: Case) -> bytes:
        """Return the reasons of one household that was decided alone."""
        most = max((len(case.tables[domain].rows) for _, domain in self._later), default=1)
        bits: list[bool] = []
        for slot in range(max(most, 1)):
            for position, domain in self._asked(slot):
                answer = rails.truth(position, slot) if slot < len(case.tables[domain].rows) else None
                bits += [answer is True, answer is False]
        return np.packbits(np.array(bits, np.bool_), bitorder="little").tobytes().rstrip(b"\0")

    def _asked(self, slot: int) -> tuple[tuple[int, str], ...]:
        return self._later if slot else self._first

    def _row(self, rail: Words, slot: int) -> Words:
        row: Words = rail[min(slot, len(rail) - 1)]
        return row


_SWAPS: Final = tuple(
    (np.uint64(shift), np.uint64(mask))
    for shift, mask in ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0))
)
"""Warren, Hacker's Delight, 7-3: the transpose of a square of eight by eight bits."""


def _turned(table: Words, start: int) -> pa.Array:
    """Return the bits of each household of some words, without zeros at the end."""
    texts = _by_household(np.ascontiguousarray(table[:, start : start + _CHUNK_WORDS]))
    width = texts.shape[1]
    filled = texts != 0
    lengths = np.where(filled.any(axis=1), width - filled[:, ::-1].argmax(axis=1), 0)
    offsets = np.zeros(len(texts) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    kept = texts[np.arange(width) < lengths[:, np.newaxis]]
    return pa.Array.from_buffers(
        pa.binary(), len(texts), [None, pa.py_buffer(offsets), pa.py_buffer(kept)], null_count=0
    )


def _by_household(table: Words) -> npt.NDArray[np.uint8]:
    """Return bits (rows, words) as bytes (households, ⌈rows / 8⌉): turned in squares of eight rows and eight households, each a word."""
    rows, words = table.shape
    height = -(-rows // 8)
    padded = np.zeros((height * 8, words * 8), np.uint8)
    padded[:rows] = table.view(np.uint8)
    squares = np.ascontiguousarray(padded.reshape(height, 8, words * 8).swapaxes(1, 2)).view(np.uint64)
    for shift, mask in _SWAPS:
        swapped = (squares ^ (squares >> shift)) & mask
        squares = squares ^ swapped ^ (swapped << shift)
    return np.ascontiguousarray(squares.view(np.uint8).reshape(height, words * 64).T)


def _joined(parts: list[pa.Array]) -> pa.Array:
    return pa.concat_arrays(parts) if parts else pa.array([], pa.binary())
