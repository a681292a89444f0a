"""From the rails of a block to Arrow columns: an outcome for each listed condition and element, when it is due, and what contradicts.

A yes is true, a no false, an unknown null: an Arrow column of booleans is the two rails as they are, one as its values and both together
as its validity. Rows are elements in the order of households, and within a household in the order of its list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from relapse_rules.decisions.limits import moments
from relapse_rules.engines.lanes.blocks import WordRails
from relapse_rules.engines.lanes.frame import Frame, Words, unpacked
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Limit, Program

MOMENT: Final = pa.timestamp("s", tz="Asia/Shanghai")


class Places(NamedTuple):
    """The elements of a domain in a block, in the order of rows: the household's place and the slot of each.

    ``cells``: where each stands in rails of the domain's whole shape, laid end to end. ``leading``: these are the first households, with one element
    each, so that the words of a rail hold them in the order of rows.
    """

    households: npt.NDArray[np.intp]
    slots: npt.NDArray[np.intp]
    cells: npt.NDArray[np.intp]
    leading: bool


class Column(NamedTuple):
    """One listed condition: its id, its domain, its node, and the limit that runs when it is yes."""

    id: str
    domain: str
    node: int
    limit: Limit | None = None
    done: int | None = None


def listed_columns(program: Program) -> tuple[Column, ...]:
    """Return everything that a decision lists with an outcome, in its order."""
    named = (
        Column(entry.id, entry.domain, entry.node) for entry in (*program.conclusions, *program.judgements)
    )
    listed = (
        Column(listing.id, listing.domain, listing.node, listing.limit, listing.done)
        for listing in program.listings
    )
    return (*named, *listed)


def places_of(frame: Frame, domain: str) -> Places:
    """Return the elements of a domain."""
    households, slots = np.nonzero(unpacked(np.ascontiguousarray(frame.present[domain])).T)
    leading = frame.slots[domain] == 1 and bool((households == np.arange(len(households))).all())
    return Places(households, slots, slots * frame.households + households, leading)


def outcomes(rails: WordRails, frame: Frame, column: Column, places: Places) -> pa.Array:
    """Return the outcome of a condition for each of ``places``."""
    return _three_valued(rails.first[column.node], rails.second[column.node], frame, column.domain, places)


def carried_out(rails: WordRails, frame: Frame, column: Column, places: Places) -> pa.Array:
    """Return whether it has been carried out; null where that is not known, or nobody says how it would show."""
    if column.done is None:
        return pa.nulls(len(places.slots), pa.bool_())
    return _three_valued(rails.first[column.done], rails.second[column.done], frame, column.domain, places)


def _three_valued(yes: Words, no: Words, frame: Frame, domain: str, places: Places) -> pa.Array:
    shape = (frame.slots[domain], frame.words)
    holds, known = (np.ascontiguousarray(np.broadcast_to(rail, shape)) for rail in (yes, yes | no))
    if not places.leading:
        holds, known = (
            np.packbits(unpacked(rail).reshape(-1)[places.cells], bitorder="little")
            for rail in (holds, known)
        )
    return pa.Array.from_buffers(pa.bool_(), len(places.slots), [pa.py_buffer(known), pa.py_buffer(holds)])


def due_moments(
    rails: WordRails,
    frame: Frame,
    column: Column,
    places: Places,
    *,
    settings: Mapping[str, int | None],
    readings: Mapping[str, str],
) -> pa.Array:
    """Return when a measure or task is due for each of ``places``; null where the plan gives no limit that can be counted."""
    limit = column.limit
    if limit is None or limit.start is None:
        return pa.nulls(len(places.slots), MOMENT)
    within = settings[limit.within] if isinstance(limit.within, str) else limit.within
    counting = None if limit.reading is None else readings[limit.reading]
    shape = (frame.slots[column.domain], frame.households)
    starts, known = (
        np.broadcast_to(part, shape)[places.slots, places.households]
        for part in (rails.first[limit.start], rails.second[limit.start])
    )
    # Starts are few: those of the events of a county.
    different, at = np.unique(starts, return_inverse=True)
    ends = [moments(limit, int(start), within, counting)[1] for start in different]
    due = np.array([0 if end is None else end for end in ends] or [0], np.int64)[at]
    counted = np.array([end is not None for end in ends] or [False], np.bool_)[at] & known
    return pa.array(due, mask=~counted).cast(MOMENT)


def contradicting(program: Program, rails: WordRails, frame: Frame) -> Mapping[str, Words]:
    """Return by derived fact the households in which what was supplied is not what the rule gives."""
    found: dict[str, Words] = {}
    for position, clash in sorted(rails.conflicts, key=lambda each: each[0]):
        node = program.nodes[position]
        assert isinstance(node, nodes.Merge | nodes.MergeNumber)
        there = np.broadcast_to(clash, (frame.slots[node.domain], frame.words)) & frame.present[node.domain]
        whose = np.bitwise_or.reduce(there, axis=0)
        if whose.any():
            found[node.fact] = whose
    return found


def derived_facts(program: Program) -> tuple[str, ...]:
    """Return the facts that `contradicting` can name."""
    merged = (node.fact for node in program.nodes if isinstance(node, nodes.Merge | nodes.MergeNumber))
    return tuple(dict.fromkeys(merged))


def names_of_households(found: Mapping[str, Words], count: int, names: Sequence[str]) -> pa.Array:
    """Return for each of ``count`` households those of ``names`` whose words have it, in this order, as lists over one dictionary."""
    told = pa.array(names, pa.string())
    places = [place for place, name in enumerate(names) if name in found]
    if not places:
        empty = pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), told)
        return pa.ListArray.from_arrays(pa.array(np.zeros(count + 1, np.int32)), empty)
    cells = unpacked(np.stack([found[names[place]] for place in places]))[:, :count]
    offsets = np.zeros(count + 1, np.int32)
    np.cumsum(np.count_nonzero(cells, axis=0), out=offsets[1:])
    # A name's place in the list of a household: how many of those before it are there too.
    before = offsets[:-1].copy()
    which = np.empty(int(offsets[-1]), np.int32)
    for place, row in zip(places, cells, strict=True):
        households = np.flatnonzero(row)
        which[before[households]] = place
        before[households] += 1
    return pa.ListArray.from_arrays(pa.array(offsets), pa.DictionaryArray.from_arrays(pa.array(which), told))


def entities_with_outcomes(columns: Iterable[Column]) -> tuple[str, ...]:
    """Return the domains that anything is listed for, in the order in which they are first listed."""
    return tuple(dict.fromkeys(column.domain for column in columns))


def columns_of(columns: Sequence[Column], domain: str) -> tuple[Column, ...]:
    """Return what is listed for a domain."""
    return tuple(column for column in columns if column.domain == domain)
