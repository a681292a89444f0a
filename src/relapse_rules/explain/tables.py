"""Every combination of answers to a few questions, as a block of worlds: what they decide is then a matter of shifting bits.

A block of questions with 2, 2 and 3 answers has 3 * 3 * 4 worlds, since each may also stay unanswered (digit 0). World ``w`` of a block has
the digits of ``w`` in this mixed base, the first question's lowest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One question of a block: ``stride`` worlds lie between one answer and the next, ``digits[d]`` are those with answer ``d``."""

    stride: int
    digits: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Worlds from ``offset`` on; ``columns`` by the position of the question, ``questions`` these positions as bits.

    All masks here begin at the block's own first world.
    """

    offset: int
    size: int
    columns: Mapping[int, Column]
    questions: int

    def part(self, rail: int) -> int:
        """Return what a rail over all blocks has here."""
        return rail >> self.offset & (1 << self.size) - 1

    def alone(self, question: int) -> int:
        """Return the worlds in which nothing but ``question`` is answered: the first of each of its digits."""
        column = self.columns[question]
        return sum(1 << digit * column.stride for digit in range(1, len(column.digits)))

    def only(self, questions: int) -> int:
        """Return the worlds in which none but ``questions`` (bits) are answered."""
        worlds = (1 << self.size) - 1
        for question, column in self.columns.items():
            if not questions >> question & 1:
                worlds &= column.digits[0]
        return worlds

    def answered(self, questions: int) -> int:
        """Return the worlds in which all of ``questions`` are answered."""
        worlds = (1 << self.size) - 1
        for question, column in self.columns.items():
            if questions >> question & 1:
                worlds &= ~column.digits[0]
        return worlds

    def without(self, question: int, worlds: int) -> int:
        """Return where, without an answer to ``question``, some answer to it would lead into ``worlds``."""
        column = self.columns[question]
        found = 0
        for digit in range(1, len(column.digits)):
            found |= (worlds & column.digits[digit]) >> digit * column.stride
        return found


def block(offset: int, answers: Mapping[int, int]) -> Block:
    """Return the block of some questions, each with its number of answers."""
    size = 1
    for count in answers.values():
        size *= count + 1
    columns: dict[int, Column] = {}
    stride = 1
    for question, count in answers.items():
        again = stride * (count + 1)
        every = ((1 << size) - 1) // ((1 << again) - 1)
        one = (1 << stride) - 1
        columns[question] = Column(
            stride, tuple((one << digit * stride) * every for digit in range(count + 1))
        )
        stride = again
    return Block(offset, size, columns, sum(1 << question for question in answers))


def size_of(counts: Sequence[int]) -> int:
    """Return how many worlds a block of questions with so many answers has."""
    size = 1
    for count in counts:
        size *= count + 1
    return size
