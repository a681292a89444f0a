"""Literals, what they claim, and rules over them: the two-rail form of gates, before any engine is named.

A literal is one rail of one node: proved yes, or proved no. Both rails are positive, so that no rule needs negation and the
result does not depend on the order in which literals arrive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

CLASH: Final = -1
"""The part of a `Merge` that says: its rule and what was supplied contradict each other."""


class Literal(NamedTuple):
    """``rail`` of ``node``: True is the yes rail. ``part`` 0 is the node itself; from 1 on its intermediate results."""

    node: int
    rail: bool
    part: int = 0


Term = tuple[Literal, int]
"""A literal and its weight: how often it counts (an operand may be written twice)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a literal says: the weights of those ``terms`` that hold add up to at least ``count``. Each literal occurs once."""

    count: int
    terms: tuple[Term, ...]

    @property
    def total(self) -> int:
        """All weights together."""
        return sum(weight for _, weight in self.terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When all ``antecedents`` hold, so does ``conclusion``, which says ``claim``."""

    conclusion: Literal
    claim: Claim
    antecedents: tuple[Literal, ...]
