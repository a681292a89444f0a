"""Validated facts of one case, as plain columns that every engine reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from relapse_rules.values.relations import Relation

Value = bool | int | str | frozenset[str]
"""A stated value in its type's form (`values.types`); what is not stated is absent."""


class Table(NamedTuple):
    """The elements of one entity that has lanes of its own.

    ``rows[i]`` maps facts (``entity.field``; single children such as 饮水 are in their parent's row) to stated values.
    ``complete``: the list was supplied, and so is all there is. ``ids[i]`` names the element in a decision.
    """

    entity: str
    ids: tuple[str, ...] = ()
    rows: tuple[Mapping[str, Value], ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Who recorded a judgement, when and on what basis; each None when not stated."""

    by: str | None = None
    at: str | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything known about one household. Every entity with lanes has a table; 农户 and 政策上下文 have one row.

    ``links[relation][i]`` is the position in the parent's table of child ``i``, or None when the reference is not stated.
    Structural links are all stated. ``as_of``: seconds since 1970-01-01T00:00:00Z.
    """

    as_of: int
    tables: Mapping[str, Table]
    links: Mapping[Relation, tuple[int | None, ...]]
    recorded: Mapping[tuple[str, str], Recorded] = field(default_factory=dict)
    """(element id, fact) → who decided."""
