"""The county in counts, as a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from relapse_rules.batch.assignment import Owner
from relapse_rules.batch.finished import Head

NO_DAY: Final = 0
"""Stands for no due time where a due day (ordinal) is asked for."""


class Outcomes(NamedTuple):
    """How many are yes, no and unknown; of those that are yes, how many are carried out, and how many are past due and not."""

    yes: int = 0
    no: int = 0
    unknown: int = 0
    done: int = 0
    overdue: int = 0


def together(outcomes: Iterable[Outcomes]) -> Outcomes:
    """Return the sums.

    >>> together([Outcomes(yes=1), Outcomes(yes=2, no=5)])
    Outcomes(yes=3, no=5, unknown=0, done=0, overdue=0)
    """
    return Outcomes(*(sum(column) for column in zip(Outcomes(), *outcomes, strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A measure or task for the whole county. ``households``: those for which it is yes for anything."""

    id: str
    category: str
    force: str | None
    is_measure: bool
    households: int
    outcomes: Outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """The measures of a category together; ``households``: those for which any is yes."""

    name: str
    households: int
    outcomes: Outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """A township's households: whether they are to be monitored and helped, what is to be done for them, how many lack a fact."""

    name: str
    eligible: Outcomes
    measures: Outcomes
    tasks: Outcomes
    lacking: int

    @property
    def households(self) -> int:
        """How many there are."""
        return self.eligible.yes + self.eligible.no + self.eligible.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a unit has to do. ``open``: by due day (ordinal, `NO_DAY` without one), what is not carried out; ``overdue`` of it is past due."""

    owner: Owner
    done: int
    open: Mapping[int, int]
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """A fact that is missing in so many households, and who supplies it."""

    fact: str
    supplier: str
    households: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A reason for which so many rows were rejected. ``field`` is empty where it is the row as a whole."""

    entity: str
    field: str
    reason: str
    remedy: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The county. ``suppliers``: in how many households each supplier owes a fact."""

    head: Head
    listings: tuple[Listing, ...]
    categories: tuple[Category, ...]
    townships: tuple[Township, ...]
    loads: tuple[Load, ...]
    lacks: tuple[Lack, ...]
    suppliers: tuple[tuple[str, int], ...]
    rejections: tuple[Rejection, ...]
    contradicting: int

    @property
    def eligible(self) -> Outcomes:
        """Whether households are to be monitored and helped."""
        return together(each.eligible for each in self.townships)
