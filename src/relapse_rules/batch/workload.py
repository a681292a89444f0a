"""What a run lists, as arrays: one answer for each measure or task and element, who it is about, and what is still missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from relapse_rules.batch.assignment import Place
from relapse_rules.batch.finished import HOUSEHOLD, Part
from relapse_rules.decisions.names import FactNames
from relapse_rules.decisions.ordering import Reordering, reorderings
from relapse_rules.ir.program import Listing, Program
from relapse_rules.tables.errors import InputError

NO: Final = 0
YES: Final = 1
UNKNOWN: Final = 2
NEVER_DUE: Final = np.iinfo(np.int64).max
"""Stands for no due time, and comes after every other."""

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int8]


class Answers(NamedTuple):
    """One measure or task for all elements of a part. ``listing``: its position in `Listed.listings`.

    ``owners``: each element's household, by its position in the part. ``outcome`` and ``done``: `NO`, `YES` or `UNKNOWN`. ``due``: seconds, or
    `NEVER_DUE`. ``reordered``: the bits of the listing's reorderings that apply to it.
    """

    listing: int
    domain: str
    owners: Ints
    outcome: Small
    done: Small
    due: Ints
    reordered: Ints


class Missing(NamedTuple):
    """Pairs of a household, by its position in the part, and a fact, by its position in `Listed.facts`."""

    households: Ints
    facts: Ints


@dataclass(slots=True)
class Places:
    """Numbers the places of households as they are met."""

    known: list[Place] = field(default_factory=list[Place])
    _numbers: dict[Place, int] = field(default_factory=dict[Place, int])

    def number(self, households: pa.Table) -> Ints:
        """Return the number of each household's place."""
        codes = [texts(households, name).dictionary_encode() for name in ("township_code", "village_code")]
        towns, villages = (_codes(each) for each in codes)
        names = [[*each.dictionary.to_pylist(), None] for each in codes]
        width = len(names[1])
        pairs, which = np.unique(towns * width + villages, return_inverse=True)
        numbers = [
            self._number(Place(names[0][pair // width], names[1][pair % width])) for pair in pairs.tolist()
        ]
        return np.array(numbers, np.int64)[which]

    def _number(self, place: Place) -> int:
        number = self._numbers.setdefault(place, len(self.known))
        if number == len(self.known):
            self.known.append(place)
        return number


class Listed:
    """What a program lists, and how to find it in the columns of a run. ``county``: the exceptions that apply to the county's own entities."""

    def __init__(self, program: Program, *, county: frozenset[str] = frozenset()) -> None:
        self.program = program
        self._county = county
        self.listings: tuple[Listing, ...] = tuple(
            listing for listing in program.listings if listing.kind != "exception"
        )
        self.facts = FactNames(program)
        self._fact_numbers = pa.array(self.facts.names)
        self.changes: Mapping[str, tuple[Reordering, ...]] = reorderings(program)
        exceptions = {each.node: each for each in program.listings if each.kind == "exception"}
        self._exceptions = exceptions

    def answers(self, part: Part) -> Iterator[Answers]:
        """Yield the measures and tasks of a part, in listed order; those of the county's own entities are not among them."""
        owners = {domain: owners_of(part, domain) for domain in (HOUSEHOLD, *part.elements)}
        for number, listing in enumerate(self.listings):
            table = table_of(part, listing.domain)
            if table is None or listing.id not in table.column_names:
                continue
            yield Answers(
                listing=number,
                domain=listing.domain,
                owners=owners[listing.domain],
                outcome=three_valued(table, listing.id),
                done=three_valued(table, f"{listing.id}|done"),
                due=_seconds(table, f"{listing.id}|due"),
                reordered=self._reordered(part, listing, owners),
            )

    def missing(self, households: pa.Table) -> Missing:
        """Return what each household lacks. A name that the program does not know is left out: it is of another policy."""
        lists = households.column("missing").combine_chunks()
        names = _decoded(lists.flatten())
        numbers = pc.fill_null(pc.index_in(names, value_set=self._fact_numbers), -1)
        facts = np.asarray(numbers).astype(np.int64)
        whose = np.asarray(pc.list_parent_indices(lists)).astype(np.int64)
        return Missing(whose[facts >= 0], facts[facts >= 0])

    def _reordered(self, part: Part, listing: Listing, owners: Mapping[str, Ints]) -> Ints:
        changes = self.changes.get(listing.id, ())
        bits = np.zeros(len(owners[listing.domain]), np.int64)
        for place, change in enumerate(changes):
            table = table_of(part, change.domain)
            exception = self._exceptions[change.node].id
            if exception in self._county:
                bits |= 1 << place
            if table is None or exception not in table.column_names:
                continue
            applies = three_valued(table, exception) == YES
            if change.domain != listing.domain:
                # For one that hangs above or below, and for a sibling, the household is what they share.
                whose = np.zeros(len(part.households), np.bool_)
                whose[owners[change.domain][applies]] = True
                applies = whose[owners[listing.domain]]
            bits |= applies.astype(np.int64) << place
        return bits


def table_of(part: Part, domain: str) -> pa.Table | None:
    """Return what a part says of the elements of a domain; None when nothing is listed for it."""
    return part.households if domain == HOUSEHOLD else part.elements.get(domain)


def owners_of(part: Part, domain: str) -> Ints:
    """Return each element's household, by its position in the part.

    Raises:
        InputError: an element's household is not in the part.
    """
    if domain == HOUSEHOLD:
        return np.arange(len(part.households), dtype=np.int64)
    ids = part.households.column("household_id").combine_chunks()
    found = pc.index_in(part.elements[domain].column("household_id"), value_set=ids)
    if found.null_count:
        message = f"判定结果不完整：{domain} 中有 {found.null_count} 条找不到所属的农户；请重新判定"
        raise InputError(message)
    return np.asarray(found).astype(np.int64)


def three_valued(table: pa.Table, name: str) -> Small:
    """Return the outcomes of a column: `NO`, `YES` or `UNKNOWN`; all unknown where there is no such column."""
    if name not in table.column_names:
        return np.full(len(table), UNKNOWN, np.int8)
    return np.asarray(pc.fill_null(table.column(name).cast(pa.int8()), UNKNOWN)).astype(np.int8)


def _seconds(table: pa.Table, name: str) -> Ints:
    if name not in table.column_names:
        return np.full(len(table), NEVER_DUE, np.int64)
    # A Parquet file knows no seconds, and gives milliseconds back.
    whole = table.column(name).cast(pa.timestamp("s", tz="Asia/Shanghai")).cast(pa.int64())
    seconds: Ints = np.asarray(pc.fill_null(whole, int(NEVER_DUE)))
    return seconds


def texts(table: pa.Table, name: str) -> pa.Array:
    """Return a column of texts as an array, all null where there is no such column."""
    if name not in table.column_names:
        return pa.nulls(len(table), pa.string())
    return _decoded(table.column(name).combine_chunks())


def _decoded(texts: pa.Array) -> pa.Array:
    return texts.dictionary_decode() if pa.types.is_dictionary(texts.type) else texts


def _codes(encoded: pa.Array) -> Ints:
    """Return the positions in a dictionary; one past its end for null."""
    return np.asarray(pc.fill_null(encoded.indices, len(encoded.dictionary))).astype(np.int64)
