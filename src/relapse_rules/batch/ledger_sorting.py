"""Sorts a run by who does the work and who owes a fact, so that each ledger finds its own at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

import numpy as np
import numpy.typing as npt

from relapse_rules.batch.assignment import Assignment, Level, Owner, Place
from relapse_rules.batch.collected import Collected, Work
from relapse_rules.batch.finished import HOUSEHOLD
from relapse_rules.batch.ledger_rows import ElementWork, Lacking
from relapse_rules.batch.workload import YES, Ints

Bools = npt.NDArray[np.bool_]

_NONE: Final = np.zeros(0, np.int64)


class Sorted:
    """A run by owner."""

    def __init__(self, run: Collected, assignment: Assignment, suppliers: Sequence[str]) -> None:
        self._run = run
        self._suppliers = suppliers
        places = run.known.known
        self.townships = _by_place(run, assignment.township)
        listings = run.listed.listings
        self._work = _by_owner(
            run.work.listing,
            run.places[run.work.household] if len(run.work.household) else _NONE,
            places,
            lambda which, place: assignment.owners_of(listings[which].units, place),
        )
        named = [assignment.suppliers(text) for text in suppliers]
        self._missing = _by_owner(
            run.missing.facts,
            run.places[run.missing.households] if len(run.missing.households) else _NONE,
            places,
            lambda fact, place: assignment.owners_of(named[fact], place) if named[fact] else (),
        )
        self._domains = {domain: number for number, (domain, _) in enumerate(run.listed.program.domains)}

    def owners(self) -> tuple[Owner, ...]:
        """Return everybody who has a ledger: townships, then other units, then villages, each by name."""
        found = {Owner(Level.TOWNSHIP, name) for name in self.townships} | {*self._work} | {*self._missing}
        levels = [*Level]
        return tuple(sorted(found, key=lambda owner: (levels.index(owner.level), owner.name)))

    def work(self, owner: Owner) -> Work:
        """Return an owner's work, and for a township all of its households': what is open first, by due time, then by household."""
        positions = self._work.get(owner, _NONE)
        if owner.level is Level.TOWNSHIP:
            theirs = self._mask(owner)[self._run.work.household] if len(self._run.work.household) else _NONE
            positions = np.union1d(positions, np.flatnonzero(theirs))
        work = self._run.work.at(positions.astype(np.int64))
        return work.at(np.lexsort((work.element, work.listing, work.household, work.due, work.done == YES)))

    def households(self, owner: Owner, work: Work) -> Ints:
        """Return the households of an owner's ledger, in order: a township's all, else those that it has work for."""
        mine: Ints = np.unique(work.household)
        return (
            np.union1d(mine, self.townships.get(owner.name, _NONE)) if owner.level is Level.TOWNSHIP else mine
        )

    def lacking(self, owner: Owner) -> list[Lacking]:
        """Return what an owner has still to supply; for a township what all of its households lack, whoever supplies it."""
        positions = self._missing.get(owner, _NONE)
        if owner.level is Level.TOWNSHIP and len(self._run.missing.households):
            theirs = self._mask(owner)[self._run.missing.households]
            positions = np.union1d(positions, np.flatnonzero(theirs))
        positions = np.sort(positions.astype(np.int64))
        pairs = zip(
            self._run.missing.households[positions].tolist(),
            self._run.missing.facts[positions].tolist(),
            strict=True,
        )
        found: list[Lacking] = []
        for household, group in groupby(pairs, key=lambda pair: pair[0]):
            by_supplier: dict[str, list[int]] = {}
            for _, fact in group:
                by_supplier.setdefault(self._suppliers[fact], []).append(fact)
            found += ((household, who, tuple(facts)) for who, facts in by_supplier.items())
        return found

    def elements(self, owner: Owner, work: Work) -> list[ElementWork]:
        """Return the elements that an owner has work for, in a township's ledger also those of which something is established."""
        found: dict[tuple[int, int, int], tuple[list[str], list[str]]] = {}
        listings = self._run.listed.listings
        for which, household, element in zip(
            work.listing.tolist(), work.household.tolist(), work.element.tolist(), strict=True
        ):
            listing = listings[which]
            if listing.domain != HOUSEHOLD:
                key = household, self._domains[listing.domain], element
                found.setdefault(key, ([], []))[listing.kind != "measure"].append(listing.id)
        if owner.level is Level.TOWNSHIP:
            for key in self._established_in(self._mask(owner)):
                found.setdefault(key, ([], []))
        names = [*self._domains]
        return [
            (household, names[domain], element, tuple(measures), tuple(tasks))
            for (household, domain, element), (measures, tasks) in sorted(found.items())
        ]

    def _established_in(self, mask: Bools) -> Iterator[tuple[int, int, int]]:
        for domain, elements in self._run.elements.items():
            something = np.array([bool(kind) for kind in elements.kinds], np.bool_)
            if not len(elements.owners):
                continue
            for element in np.flatnonzero(something[elements.found] & mask[elements.owners]).tolist():
                yield int(elements.owners[element]), self._domains[domain], element

    def _mask(self, owner: Owner) -> Bools:
        mask = np.zeros(self._run.households, np.bool_)
        mask[self.townships.get(owner.name, _NONE)] = True
        return mask


def _by_place(run: Collected, called: Callable[[Place], str]) -> Mapping[str, Ints]:
    """Return the households of each township, in order."""
    names = [called(place) for place in run.known.known]
    order = {name: number for number, name in enumerate(dict.fromkeys(names))}
    numbers = np.array([order[name] for name in names], np.int64)
    whose = numbers[run.places] if names else _NONE
    return {name: np.flatnonzero(whose == number) for name, number in order.items()}


def _by_owner(
    kinds: Ints, places: Ints, known: Sequence[Place], owners: Callable[[int, Place], tuple[Owner, ...]]
) -> Mapping[Owner, Ints]:
    """Return the positions of each owner's, where ``owners`` gives those of a kind at a place."""
    if not len(kinds):
        return {}
    keys = kinds * len(known) + places
    order = np.argsort(keys, kind="stable")
    different, starts = np.unique(keys[order], return_index=True)
    ends = [*starts[1:].tolist(), len(keys)]
    found: dict[Owner, list[Ints]] = {}
    for key, start, end in zip(different.tolist(), starts.tolist(), ends, strict=True):
        kind, place = divmod(key, len(known))
        for owner in owners(kind, known[place]):
            found.setdefault(owner, []).append(order[start:end])
    return {owner: np.concatenate(parts) for owner, parts in found.items()}
