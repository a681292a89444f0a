"""The rails of every node for one case: what an engine gives, and the whole trace of a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relapse_rules.values.truth import Truth

NumberColumn = int | None | Sequence[int | None]
"""A number node's values: one, for a domain with a single lane, or one for each lane."""


@dataclass(frozen=True, slots=True)
class Rails:
    """``first[i]`` is node ``i``'s yes rail and ``second[i]`` its no rail, as the bits of an integer (bit ``k`` is lane ``k``).

    For a number node ``first[i]`` holds the number or the column of numbers, and ``second[i]`` is 0.
    ``conflicts``: (node, lanes as bits) where a derived field and what was supplied contradict each other.
    """

    first: Sequence[int | NumberColumn]
    second: Sequence[int]
    conflicts: tuple[tuple[int, int], ...] = ()

    def truth(self, node: int, lane: int) -> Truth:
        """Return the condition of ``node`` for the element in ``lane``."""
        yes = self.first[node]
        assert isinstance(yes, int)
        return True if yes >> lane & 1 else False if self.second[node] >> lane & 1 else None

    def number(self, node: int, lane: int) -> int | None:
        """Return the number of ``node`` for the element in ``lane``; None is unknown."""
        column = self.first[node]
        return column if column is None or isinstance(column, int) else column[lane]
