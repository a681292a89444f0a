"""What becomes of a 性质: proved for all households, refuted by one, or undecided and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from relapse_rules.analysis.proving.goals import Method, Witness
from relapse_rules.source import NOWHERE, Span
from relapse_rules.values.truth import Truth


class Outcome(StrEnum):
    """How it ended."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


class Doubt(StrEnum):
    """Why a 性质 is undecided."""

    EFFORT = "effort"
    """The solver gave up within its limit."""
    NO_SOLVER = "no-solver"
    """It is too large to be tried out, and z3 is not installed."""
    OTHER_POLICY = "other-policy"
    """The policy that it compares with cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one subject says of the household that refutes. ``changed``: of the changed one; ``other``: by the other policy."""

    subject: str
    outcome: Truth
    changed: bool = False
    other: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one 性质.

    ``sentence``: what it says, in one line. ``methods``: how its parts were settled. ``bounded``: the lists that were searched up to
    ``elements`` elements. ``refuting``: subjects or listings that break it. ``doubt`` and ``reason``: why it is undecided.
    """

    name: str
    kind: str
    outcome: Outcome
    sentence: str
    cites: tuple[str, ...] = ()
    methods: tuple[Method, ...] = ()
    bounded: tuple[str, ...] = ()
    elements: int = 0
    witness: Witness | None = None
    said: tuple[Said, ...] = ()
    refuting: tuple[str, ...] = ()
    doubt: Doubt | None = None
    reason: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)
