"""How many conditions are shown, for a policy, a file or a declaration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from relapse_rules.analysis.relevance.coverage import Mark, Shown


class Total(NamedTuple):
    """So many conditions of each mark."""

    both: int
    half: int
    never: int
    idle: int

    @property
    def relevant(self) -> int:
        """How many can decide anything as the policy stands."""
        return self.both + self.half + self.never

    @property
    def ways(self) -> str:
        """The share of these that are shown both ways, in percent; rounded down, so that 100 means all."""
        return f"{self.both * 100 // self.relevant}%" if self.relevant else "—"


def total(shown: Iterable[Shown]) -> Total:
    """Return how many conditions have each mark."""
    counted = Counter(each.mark for each in shown)
    return Total(counted[Mark.BOTH], counted[Mark.HALF], counted[Mark.NEVER], counted[Mark.IDLE])
