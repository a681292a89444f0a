"""Counts a finished run part by part: it needs no more memory for ten million households than for ten."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from math import prod
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from relapse_rules.batch.assignment import Assignment, Level, Owner
from relapse_rules.batch.county_work import County, county_work
from relapse_rules.batch.finished import Head, Part
from relapse_rules.batch.rejects import without_places
from relapse_rules.batch.summary_model import (
    NO_DAY,
    Category,
    Lack,
    Listing,
    Load,
    Outcomes,
    Rejection,
    Summary,
    Township,
    together,
)
from relapse_rules.batch.workload import (
    NEVER_DUE,
    NO,
    UNKNOWN,
    YES,
    Answers,
    Ints,
    Listed,
    Places,
    three_valued,
)
from relapse_rules.decisions.model import Outcome, Target
from relapse_rules.decisions.words import Words, supplier
from relapse_rules.values.moments import day_of

_REASON: Final = ("entity", "field", "reason", "remedy")

_ROOT: Final = "context"
_FEW: Final = 1_000_000
"""So many different rows are counted in an array with a place for each."""

Work = tuple[int, int, int]
"""Whether a piece of work is done, its due day, and whether that is past."""


class Counting:
    """Add all parts and the county, then take the `summary`."""

    def __init__(
        self, listed: Listed, assignment: Assignment, suppliers: tuple[str, ...], head: Head
    ) -> None:
        self._listed = listed
        self._assignment = assignment
        self._suppliers = suppliers
        self._different = tuple(dict.fromkeys(suppliers))
        self._supplier_of = np.array([self._different.index(text) for text in suppliers], np.int64)
        self._head = head
        self._places = Places()
        self._eligible: Counter[tuple[int, ...]] = Counter()
        self._answers: Counter[tuple[int, ...]] = Counter()
        self._work: dict[tuple[int, int], Counter[Work]] = defaultdict(Counter)
        self._households: Counter[int] = Counter()
        self._in_category: Counter[str] = Counter()
        self._lacking: Counter[tuple[int, ...]] = Counter()
        self._lacks: Counter[tuple[int, ...]] = Counter()
        self._owing: Counter[tuple[int, ...]] = Counter()
        self._contradicting = 0
        self._county: dict[Owner, Counter[Work]] = defaultdict(Counter)
        self._shared: dict[str, list[Outcomes]] = defaultdict(list)

    # --- counting ---------------------------------------------------------------------------------

    def add(self, part: Part) -> None:
        """Count a part."""
        households = part.households
        places = self._places.number(households)
        eligibility = self._listed.program.eligibility or ""
        self._eligible.update(_counted(places, three_valued(households, eligibility)))
        lists = households.column("contradictions").combine_chunks()
        self._contradicting += int(np.count_nonzero(np.asarray(lists.value_lengths()) > 0))
        self._add_missing(part, places)
        in_category: dict[str, npt.NDArray[np.bool_]] = {}
        for answers in self._listed.answers(part):
            theirs = self._add_answers(answers, places)
            category = self._listed.listings[answers.listing].category
            in_category[category] = in_category.get(category, theirs) | theirs
        for category, theirs in in_category.items():
            self._in_category[category] += int(theirs.sum())

    def _add_answers(self, answers: Answers, places: Ints) -> npt.NDArray[np.bool_]:
        """Count the answers of a listing, and return for which households it is yes."""
        number = answers.listing
        at = places[answers.owners]
        self._answers.update({(number, *key): count for key, count in _counted(at, answers.outcome).items()})
        yes = answers.outcome == YES
        days, past = self._days(answers.due[yes])
        for (place, *work), count in _counted(at[yes], answers.done[yes], days, past).items():
            done, day, is_past = work
            self._work[number, place][done, day, is_past] += count
        theirs = np.zeros(len(places), np.bool_)
        theirs[answers.owners[yes]] = True
        self._households[number] += int(theirs.sum())
        return theirs

    def _days(self, due: Ints) -> tuple[Ints, Ints]:
        different, at = np.unique(due, return_inverse=True)
        days = np.array([_day(moment) for moment in different.tolist()], np.int64)
        return days[at], (due < self._head.as_of).astype(np.int64)

    def _add_missing(self, part: Part, places: Ints) -> None:
        missing = self._listed.missing(part.households)
        self._lacks.update(_counted(missing.facts))
        self._lacking.update(_counted(places[np.unique(missing.households)]))
        many = max(len(self._different), 1)
        owed = np.unique(missing.households * many + self._supplier_of[missing.facts]) % many
        self._owing.update(_counted(owed))

    def add_county(self, county: County) -> None:
        """Count what is to be done for the county's own entities as the units' work; every township has its share of its own."""
        for id_, outcomes in _county_outcomes(county, self._head.as_of):
            self._shared[id_].append(outcomes)
        for each in county_work(county):
            work = each.done, _day(each.due), int(each.due < self._head.as_of)
            for owner in self._assignment.owners_at_county(each.units):
                for one in self._meant(owner):
                    self._county[one][work] += 1

    def _meant(self, owner: Owner) -> tuple[Owner, ...]:
        if owner.level is Level.UNIT:
            return (owner,)
        called = self._assignment.township if owner.level is Level.TOWNSHIP else self._assignment.village
        return tuple(dict.fromkeys(Owner(owner.level, called(place)) for place in self._places.known))

    # --- the result -------------------------------------------------------------------------------

    def summary(self, words: Words, rejects: pa.Table | None) -> Summary:
        """Return what has been counted."""
        outcomes = [self._outcomes(number) for number in range(len(self._listed.listings))]
        return Summary(
            head=self._head,
            listings=tuple(
                Listing(
                    id=listing.id,
                    category=listing.category,
                    force=listing.force,
                    is_measure=listing.kind == "measure",
                    households=self._households[number],
                    outcomes=together((*outcomes[number].values(), *self._shared[listing.id])),
                )
                for number, listing in enumerate(self._listed.listings)
            ),
            categories=self._categories(outcomes),
            townships=self._townships(outcomes),
            loads=self._loads(),
            lacks=tuple(
                Lack(
                    fact=words.fact(self._listed.facts.names[fact]),
                    supplier=supplier(self._suppliers[fact]),
                    households=count,
                )
                for (fact,), count in _most_first(self._lacks)
            ),
            suppliers=tuple(
                (supplier(self._different[number]), count) for (number,), count in _most_first(self._owing)
            ),
            rejections=() if rejects is None else tuple(_rejections(rejects)),
            contradicting=self._contradicting,
        )

    def _outcomes(self, number: int) -> Mapping[int, Outcomes]:
        """Return the outcomes of a listing by place."""
        return {
            place: Outcomes(
                yes=self._answers[number, place, YES],
                no=self._answers[number, place, NO],
                unknown=self._answers[number, place, UNKNOWN],
                done=sum(count for (done, _, _), count in work.items() if done == YES),
                overdue=sum(count for (done, _, past), count in work.items() if done != YES and past),
            )
            for place in range(len(self._places.known))
            for work in (self._work.get((number, place), Counter[Work]()),)
        }

    def _categories(self, outcomes: list[Mapping[int, Outcomes]]) -> tuple[Category, ...]:
        listings = self._listed.listings
        return tuple(
            Category(
                name=name,
                households=self._in_category[name],
                outcomes=together(
                    found
                    for listing, by_place in zip(listings, outcomes, strict=True)
                    if listing.category == name
                    for found in (*by_place.values(), *self._shared[listing.id])
                ),
            )
            for name in self._listed.program.categories
        )

    def _townships(self, outcomes: list[Mapping[int, Outcomes]]) -> tuple[Township, ...]:
        by_name: dict[str, list[int]] = defaultdict(list)
        for number, place in enumerate(self._places.known):
            by_name[self._assignment.township(place)].append(number)
        kinds = [listing.kind == "measure" for listing in self._listed.listings]
        return tuple(
            Township(
                name=name,
                eligible=together(
                    Outcomes(*(self._eligible[place, outcome] for outcome in (YES, NO, UNKNOWN)))
                    for place in places
                ),
                measures=together(
                    each[place]
                    for each, kind in zip(outcomes, kinds, strict=True)
                    if kind
                    for place in places
                ),
                tasks=together(
                    each[place]
                    for each, kind in zip(outcomes, kinds, strict=True)
                    if not kind
                    for place in places
                ),
                lacking=sum(self._lacking[(place,)] for place in places),
            )
            for name, places in sorted(by_name.items())
        )

    def _loads(self) -> tuple[Load, ...]:
        by_owner: dict[Owner, Counter[Work]] = defaultdict(Counter)
        for (number, place), work in self._work.items():
            units = self._listed.listings[number].units
            for owner in self._assignment.owners_of(units, self._places.known[place]):
                by_owner[owner].update(work)
        for owner, work in self._county.items():
            by_owner[owner].update(work)
        loads = [_load(owner, work) for owner, work in by_owner.items()]
        levels = [*Level]
        return tuple(
            sorted(
                loads,
                key=lambda each: (levels.index(each.owner.level), -sum(each.open.values()), each.owner.name),
            )
        )


def _county_outcomes(county: County, as_of: int) -> Iterator[tuple[str, Outcomes]]:
    """Yield each measure and task for one of the county's own entities, with its one outcome."""
    work = {(each.id, each.target): each for each in county_work(county)}
    for name in ("measures", "tasks"):
        for element in county.get(name, ()):
            target = Target(element["target"]["entity"], element["target"]["id"])
            if target.id is None and target.entity != _ROOT:
                # It stands for a list that was not supplied, or is empty.
                continue
            each = work.get((element["id"], target))
            yield (
                element["id"],
                Outcomes(
                    yes=int(each is not None),
                    no=int(element["outcome"] == Outcome.NO),
                    unknown=int(element["outcome"] == Outcome.UNKNOWN),
                    done=int(each is not None and each.done == YES),
                    overdue=int(each is not None and each.done != YES and each.due < as_of),
                ),
            )


def _load(owner: Owner, work: Mapping[Work, int]) -> Load:
    open_: Counter[int] = Counter()
    for (done, day, _), count in work.items():
        if done != YES:
            open_[day] += count
    return Load(
        owner=owner,
        done=sum(count for (done, _, _), count in work.items() if done == YES),
        open=dict(sorted(open_.items())),
        overdue=sum(count for (done, _, past), count in work.items() if done != YES and past),
    )


def _day(due: int) -> int:
    return NO_DAY if due == NEVER_DUE else day_of(due)


def _counted(*columns: npt.NDArray[Any]) -> Counter[tuple[int, ...]]:
    """Return how often each row of some columns occurs."""
    if not len(columns[0]):
        return Counter()
    lows = [int(column.min()) for column in columns]
    widths = [int(column.max()) - low + 1 for column, low in zip(columns, lows, strict=True)]
    keys = np.zeros(len(columns[0]), np.int64)
    for column, low, width in zip(columns, lows, widths, strict=True):
        keys = keys * width + (column - low)
    if prod(widths) <= _FEW:
        counts = np.bincount(keys)
        different = np.flatnonzero(counts)
        counts = counts[different]
    else:
        different, counts = np.unique(keys, return_counts=True)
    rows = np.stack(np.unravel_index(different, widths)).T + np.array(lows)
    return Counter(dict(zip(map(tuple, rows.tolist()), counts.tolist(), strict=True)))


def _most_first(counts: Mapping[tuple[int, ...], int]) -> list[tuple[tuple[int, ...], int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _rejections(rejects: pa.Table) -> Iterator[Rejection]:
    counted = rejects.select(_REASON).combine_chunks()
    plain = pa.table({name: counted.column(name).cast(pa.string()) for name in _REASON})
    place = _REASON.index("reason")
    plain = plain.set_column(place, "reason", without_places(plain.column("reason")))
    grouped = plain.group_by(list(_REASON), use_threads=False).aggregate([([], "count_all")])
    rows = [
        Rejection(
            entity=row["entity"] or "",
            field=row["field"] or "",
            reason=row["reason"] or "",
            remedy=row["remedy"] or "",
            rows=row["count_all"],
        )
        for row in grouped.to_pylist()
    ]
    yield from sorted(rows, key=lambda each: (-each.rows, each.entity, each.field, each.reason))
