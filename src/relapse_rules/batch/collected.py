"""A whole run in memory, as ledgers need it: what is to be done sorted by who does it, and the rest by household.

A piece of work is six numbers in arrays, so a county of 150,000 households takes some hundred megabytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from relapse_rules.batch.finished import HOUSEHOLD, FinishedRun, Part
from relapse_rules.batch.workload import (
    UNKNOWN,
    YES,
    Answers,
    Ints,
    Listed,
    Missing,
    Places,
    Small,
    owners_of,
    table_of,
    texts,
    three_valued,
)

_Array = npt.NDArray[Any]

_NONE: Final = np.zeros(0, np.int64)

Progress = Callable[[int, int], None]
"""Told how many of how many steps are done."""


class Work(NamedTuple):
    """Measures and tasks that are to be carried out, one a position. Households and elements are numbered through the run."""

    listing: Ints
    household: Ints
    element: Ints
    done: Ints
    due: Ints
    reordered: Ints

    def at(self, positions: Ints) -> Work:
        """Return the pieces at some positions."""
        return Work(*(column[positions] for column in self))


class Elements(NamedTuple):
    """The elements of a domain. ``slots``: each one's place among those of its household, from 0.

    ``found``: what is established of it, as a position in ``kinds``: ids of conclusions and judgements.
    """

    owners: Ints
    slots: Ints
    names: Any
    found: Ints
    kinds: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """A run. ``places``: each household's, by number in ``known``. ``waiting``: whether anything about it is undecided, `UNKNOWN` included.

    ``contradictions``: lists of facts. ``missing`` is sorted by household.
    """

    listed: Listed
    ids: Any
    known: Places
    places: Ints
    eligible: Small
    contradictions: Any
    missing: Missing
    elements: Mapping[str, Elements]
    work: Work

    @property
    def households(self) -> int:
        """How many there are."""
        return len(self.places)


def collect(run: FinishedRun, listed: Listed) -> Collected:
    """Return all that a run says of households."""
    known = Places()
    gathered = _Gathered(listed, known)
    for part in run.parts():
        gathered.add(part)
    return gathered.collected()


class _Gathered:
    def __init__(self, listed: Listed, known: Places) -> None:
        self._listed = listed
        self._known = known
        program = listed.program
        self._about = {
            domain: tuple(
                entry.id for entry in (*program.conclusions, *program.judgements) if entry.domain == domain
            )
            for domain, _ in program.domains
        }
        self._households = 0
        self._counts: dict[str, int] = {}
        self._ids: list[Any] = []
        self._contradictions: list[Any] = []
        self._places: list[Ints] = []
        self._eligible: list[Small] = []
        self._missing: list[Missing] = []
        self._work: list[Work] = []
        self._elements: dict[str, list[Elements]] = {}
        self._kinds: dict[tuple[str, ...], int] = {}

    def add(self, part: Part) -> None:
        table = part.households
        self._ids.append(texts(table, "household_id"))
        self._contradictions.append(table.column("contradictions").combine_chunks())
        self._places.append(self._known.number(table))
        eligibility = self._listed.program.eligibility
        self._eligible.append(
            np.full(len(table), UNKNOWN, np.int8) if eligibility is None else three_valued(table, eligibility)
        )
        missing = self._listed.missing(table)
        self._missing.append(Missing(missing.households + self._households, missing.facts))
        for answers in self._listed.answers(part):
            self._work.append(self._to_do(answers))
        for domain in part.elements:
            self._elements.setdefault(domain, []).append(self._of(part, domain))
            self._counts[domain] = self._counts.get(domain, 0) + len(part.elements[domain])
        self._households += len(table)

    def collected(self) -> Collected:
        kinds = tuple(self._kinds)
        return Collected(
            listed=self._listed,
            ids=pa.chunked_array(self._ids, pa.string()),
            known=self._known,
            places=_joined(self._places),
            eligible=_joined(self._eligible),
            contradictions=pa.chunked_array(self._contradictions)
            if self._contradictions
            else pa.chunked_array([], pa.list_(pa.string())),
            missing=Missing(*map(_joined, _turned(self._missing, 2))),
            elements={
                domain: Elements(
                    owners=_joined([each.owners for each in parts]),
                    slots=_joined([each.slots for each in parts]),
                    names=pa.chunked_array([each.names for each in parts], pa.string()),
                    found=_joined([each.found for each in parts]),
                    kinds=kinds,
                )
                for domain, parts in self._elements.items()
            },
            work=Work(*map(_joined, _turned(self._work, len(Work._fields)))),
        )

    def _to_do(self, answers: Answers) -> Work:
        where = np.flatnonzero(answers.outcome == YES)
        first = self._households if answers.domain == HOUSEHOLD else self._counts.get(answers.domain, 0)
        return Work(
            listing=np.full(len(where), answers.listing, np.int64),
            household=answers.owners[where] + self._households,
            element=where + first,
            done=answers.done[where].astype(np.int64),
            due=answers.due[where],
            reordered=answers.reordered[where],
        )

    def _of(self, part: Part, domain: str) -> Elements:
        owners = owners_of(part, domain)
        table = table_of(part, domain)
        assert table is not None
        return Elements(
            owners=owners + self._households,
            slots=_slots(owners),
            names=texts(table, "id"),
            found=self._established(table, self._about[domain]),
            kinds=(),
        )

    def _established(self, table: pa.Table, ids: Sequence[str]) -> Ints:
        """Return for each row which of ``ids`` are yes, as the number of that combination."""
        if not ids:
            return np.full(len(table), self._kind(()), np.int64)
        yes = np.stack([three_valued(table, each) == YES for each in ids], axis=1)
        rows, which = np.unique(np.packbits(yes, axis=1), axis=0, return_inverse=True)
        holding = np.unpackbits(rows, axis=1, count=len(ids))
        numbers = [self._kind(tuple(ids[place] for place in np.flatnonzero(row).tolist())) for row in holding]
        return np.array(numbers, np.int64)[which.reshape(-1)] if numbers else _NONE

    def _kind(self, ids: tuple[str, ...]) -> int:
        return self._kinds.setdefault(ids, len(self._kinds))


def _slots(owners: Ints) -> Ints:
    """Return each element's place among those of its household, in the order in which they stand."""
    order = np.argsort(owners, kind="stable")
    counts = np.bincount(owners) if len(owners) else _NONE
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    slots = np.empty(len(owners), np.int64)
    slots[order] = np.arange(len(owners)) - starts
    return slots


def _joined(parts: Sequence[_Array]) -> _Array:
    return np.concatenate(parts) if parts else _NONE


def _turned(rows: Sequence[tuple[Any, ...]], width: int) -> Iterator[list[Any]]:
    return ([row[place] for row in rows] for place in range(width))
