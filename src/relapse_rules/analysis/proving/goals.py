"""What is looked for: a household in which certain nodes of certain programs have certain outcomes. Neutral to how it is sought."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from relapse_rules.facts.case import Case
from relapse_rules.values.truth import Truth


class Wanted(StrEnum):
    """What is wanted of a condition."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_YES = "not-yes"
    NOT_NO = "not-no"


class Turn(StrEnum):
    """How the changed household differs from the first in the facts that differ."""

    UP = "up"
    """Each number that differs is greater."""
    ANY = "any"
    """Other values, both stated."""


def met(truth: Truth, wanted: Wanted) -> bool:
    """Whether a condition is as wanted."""
    match wanted:
        case Wanted.YES:
            return truth is True
        case Wanted.NO:
            return truth is False
        case Wanted.UNKNOWN:
            return truth is None
        case Wanted.NOT_YES:
            return truth is not True
        case Wanted.NOT_NO:
            return truth is not False


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What is wanted of one node. ``program``: position among the programs of the search. ``changed``: of the changed household."""

    node: int
    wanted: Wanted
    program: int = 0
    changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A household, and an element of ``domain`` in it, of which all ``demands`` hold.

    ``facts`` (``entity.field``): what alone differs in the changed household, if any demand speaks of one. ``turn``: how.
    """

    domain: str
    demands: tuple[Demand, ...]
    facts: tuple[str, ...] = ()
    turn: Turn = Turn.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far is searched.

    ``elements``: so many elements each list has at most. ``effort``: work of the solver on one goal, in its own deterministic units (about
    a million a second), after which it gives up. ``assignments``: so many are tried one by one at most.
    """

    elements: int = 2
    effort: int = 40_000_000
    assignments: int = 1 << 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A household of which a goal holds, for the element in ``lane``. ``changed``: the household that differs from it, if the goal speaks of one.

    ``settings``: values of 参数 that the county has not set, with which it holds. ``smallest``: no household states fewer facts.
    """

    case: Case
    lane: int
    changed: Case | None = None
    settings: dict[str, int] = field(default_factory=dict)
    smallest: bool = False

    @property
    def size(self) -> int:
        """How many facts, elements and lists it states, identifiers and references counted, and how many 参数 it sets."""
        tables = self.case.tables.values()
        return (
            sum(len(row) for table in tables for row in table.rows)
            + sum(table.complete + len(table.rows) for table in tables)
            + len(self.settings)
        )


class Method(StrEnum):
    """How a search came to its end."""

    STRUCTURE = "structure"
    """From how the policy is built: the nodes themselves leave no room."""
    EXHAUSTION = "exhaustion"
    """Every assignment of what can matter was tried, in lanes."""
    SOLVER = "solver"
    """By z3, with exact whole numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How a search ended: with a witness, with the certainty that there is none (``complete``), or neither.

    ``bounded``: lists that were searched up to `Limits.elements` only, so that the certainty is about households of that size.
    ``needs_solver``: it was too large to be tried out, and z3 is not installed.
    """

    method: Method
    witness: Witness | None = None
    complete: bool = True
    bounded: tuple[str, ...] = ()
    needs_solver: bool = False
