"""Counts the verdicts by duty, by unit and by township, and keeps those that somebody must look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from relapse_rules.compliance.columns import MISSING
from relapse_rules.compliance.lanes import Group
from relapse_rules.compliance.model import FINDINGS, Findings, NotJudged, Tally, Verdict
from relapse_rules.compliance.unit_book import NOBODY, TOWNSHIP_FACT, UnitBook

WHOLE_COUNTY: Final = "（全县或未填乡镇）"

_ORDER: Final = (*FINDINGS, Verdict.CANNOT_JUDGE)

Counts = dict[Verdict, int]


class Summary:
    """What has been counted so far."""

    def __init__(self, book: UnitBook) -> None:
        self._book = book
        self._duties: dict[str, tuple[tuple[str, ...], Counts]] = {}
        self._units: dict[str, Counts] = {}
        self._townships: dict[str, Counts] = {}
        self._listed: list[Group] = []
        self._unclear: dict[tuple[str, str], NotJudged] = {}

    def add(self, group: Group) -> None:
        """Count one group of verdicts."""
        listing = group.judged.listing
        counts = self._duties.setdefault(listing.id, (listing.cites, {}))[1]
        if not len(group):
            return
        counts[group.verdict] = counts.get(group.verdict, 0) + len(group)
        codes = group.judged.county.township_of(listing.domain)[group.lanes]
        many = np.bincount(
            np.where(codes == MISSING, len(group.places), codes), minlength=len(group.places) + 1
        )
        places = (*group.places, WHOLE_COUNTY)
        for place in np.flatnonzero(many).tolist():
            _count(self._townships, places[place], group.verdict, int(many[place]))
        for unit, number in self._responsible(
            group, {places[each]: int(many[each]) for each in np.flatnonzero(many)}
        ):
            _count(self._units, unit, group.verdict, number)
        if group.verdict is Verdict.CANNOT_JUDGE:
            self._unjudged(group)
        if group.listed:
            self._listed.append(group)

    def _unjudged(self, group: Group) -> None:
        listing = group.judged.listing
        known = self._unclear.get((listing.id, group.reason))
        self._unclear[listing.id, group.reason] = NotJudged(
            duty=listing.id,
            cites=group.cites,
            reason=group.reason,
            count=len(group) + (0 if known is None or known.count is None else known.count),
        )

    def by_duty(self) -> tuple[Tally, ...]:
        """Return the counts of each duty, in the order of the policy."""
        return tuple(
            Tally(name=name, cites=cites, counts=counts) for name, (cites, counts) in self._duties.items()
        )

    def by_unit(self) -> tuple[Tally, ...]:
        """Return the counts of each unit, those with most findings first."""
        return _most_first(self._units)

    def by_township(self) -> tuple[Tally, ...]:
        """Return the counts of each township, those with most findings first."""
        return _most_first(self._townships)

    def not_judged(self) -> tuple[NotJudged, ...]:
        """Return what could not be judged, by duty and reason, with how often."""
        return tuple(self._unclear.values())

    def findings(self) -> Findings:
        """Return what somebody must look at: findings first, then what is recorded and yet cannot be judged."""
        ordered = sorted(self._listed, key=lambda group: _ORDER.index(group.verdict))
        return Findings(tuple(ordered))

    def _responsible(self, group: Group, by_place: dict[str, int]) -> Iterator[tuple[str, int]]:
        """Yield each unit that has the duty, with how many of the lanes: townships and villages by the household's own."""
        department = group.judged.department
        if department is not None:
            codes = department.codes[group.lanes]
            many = np.bincount(codes[codes != MISSING], minlength=len(department.values))
            for code in np.flatnonzero(many).tolist():
                yield str(department.values[code]), int(many[code])
            if silent := int(np.count_nonzero(codes == MISSING)):
                yield "、".join(group.units), silent
            return
        if not group.judged.listing.units:
            yield NOBODY, len(group)
        for unit in group.judged.listing.units:
            level = self._book.level(unit)
            if level is None:
                yield self._book.current(unit), len(group)
                continue
            for place, number in by_place.items():
                known = "" if place == WHOLE_COUNTY else place
                if level == TOWNSHIP_FACT:
                    yield known or "乡镇（未填哪个）", number
                else:
                    yield f"{known}的村(社区)" if known else "村(社区)（未填乡镇）", number


def _count(counts: dict[str, Counts], name: str, verdict: Verdict, number: int) -> None:
    own = counts.setdefault(name, {})
    own[verdict] = own.get(verdict, 0) + number


def _most_first(counts: dict[str, Counts]) -> tuple[Tally, ...]:
    tallies = [Tally(name=name, cites=(), counts=own) for name, own in counts.items()]
    return tuple(sorted(tallies, key=lambda tally: (-tally.findings, tally.name)))
