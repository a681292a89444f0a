"""What a change of rules means for the households of a county: who gains, who loses, and what the units have to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A declaration for the households of a county. All counts are of households of which anything in it is (no longer) yes.

    ``before`` and ``after``: how many have it; ``gained`` and ``lost``: how many have it now and had not, or had it and have not; ``opened``: how many
    of those that are neither were decided and are not now; ``settled``: the other way round.
    """

    kind: str
    name: str
    before: int
    after: int
    gained: int
    lost: int
    opened: int
    settled: int

    @property
    def is_none(self) -> bool:
        """Whether nothing changes for anybody."""
        return not (self.gained or self.lost or self.opened or self.settled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """The households of a township (its code, empty where it is not stated): how many, and how many of them gain or lose a measure."""

    code: str
    households: int
    gaining: int
    losing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a unit has to do, before and after: measures, steps and duties, one for each element, that are due and not known to be done."""

    unit: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A household for which measures change. ``id`` and ``town`` are personal."""

    id: str
    town: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterDifference:
    """A county, decided by both versions.

    ``households``: how many both could decide; ``only_old``, ``only_new``: how many only one could; ``rejected``: how many neither could. ``gaining`` and ``losing``: households that gain or
    lose a measure, or being helped at all; one may do both. ``touched``: these, the first of them. ``notes``: what an officer should know of the tables.
    """

    households: int
    only_old: int
    only_new: int
    rejected: int
    gaining: int
    losing: int
    effects: tuple[Effect, ...]
    towns: tuple[Town, ...]
    loads: tuple[Load, ...]
    touched: tuple[Touched, ...] = ()
    notes: tuple[str, ...] = ()
