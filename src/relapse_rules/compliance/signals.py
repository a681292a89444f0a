"""Conditions and numbers over all lanes, and what 且, 或 and 非 do to the moments since when they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from relapse_rules.compliance.columns import MISSING, Bools, Codes, Ints

Rows = npt.NDArray[np.intp]

TIMELESS: Final = -(1 << 62)
"""The moment of what is true without one; earlier than every time."""
LATEST: Final = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A condition by lane: proved yes, proved no, since when, and the procedure event that made it true (`MISSING`: none).

    ``dated``: whether any lane can have a moment; ``since`` and ``witness`` are constant where not.
    """

    yes: Bools
    no: Bools
    since: Ints
    witness: Codes
    dated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number by lane."""

    values: Ints
    known: Bools


def all_of(parts: Sequence[Signal]) -> Signal:
    """Return 且: true from the last of its parts on."""
    found, *others = parts
    for part in others:
        yes, no = found.yes & part.yes, found.no | part.no
        if not (found.dated and part.dated):
            found = replace(found if found.dated else part, yes=yes, no=no)
            continue
        later = part.since > found.since
        since = np.where(later, part.since, found.since)
        found = Signal(yes=yes, no=no, since=since, witness=np.where(later, part.witness, found.witness))
    return found


def any_of(parts: Sequence[Signal]) -> Signal:
    """Return 或: true from the first of its parts on that is dated. What is dated goes before what is not: it is the better record."""
    found, *others = parts
    for part in others:
        yes, no = found.yes | part.yes, found.no & part.no
        if not (found.dated and part.dated):
            found = replace(_undated_where_not(found if found.dated else part), yes=yes, no=no)
            continue
        left = np.where(found.yes & (found.since != TIMELESS), found.since, LATEST)
        right = np.where(part.yes & (part.since != TIMELESS), part.since, LATEST)
        first = np.minimum(left, right)
        found = Signal(
            yes=yes,
            no=no,
            since=np.where(first == LATEST, TIMELESS, first),
            witness=np.where(right < left, part.witness, found.witness),
        )
    return found


def _undated_where_not(signal: Signal) -> Signal:
    """Take the moments away where the condition does not hold, so that another reason for it does not inherit them."""
    if not signal.dated:
        return signal
    return replace(
        signal,
        since=np.where(signal.yes, signal.since, TIMELESS),
        witness=np.where(signal.yes, signal.witness, np.int32(MISSING)),
    )


def next_event(rows: Rows, child: Codes, at: Ints, parent: Codes, begin: Amount) -> Signal:
    """Return by lane the first of ``rows`` of the lane's group that is not before the lane's own moment.

    ``rows``: positions of events, in the order of groups and then of time. ``child``: the group of each event, ``at`` its time;
    ``parent``: the group of each lane, ``begin`` its moment.
    """
    if not len(rows):
        nothing = np.zeros(len(parent), dtype=np.bool_)
        return replace(undated(nothing, ~nothing), dated=True)
    # One rank for all times, so that a group and a time make one number to search for.
    times = np.unique(at[rows])
    width = len(times) + 1
    keys = child[rows].astype(np.int64) * width + np.searchsorted(times, at[rows])
    wanted = parent.astype(np.int64) * width + np.searchsorted(times, begin.values)
    place = np.searchsorted(keys, wanted)
    found = rows[np.minimum(place, len(rows) - 1)]
    yes = (place < len(rows)) & begin.known & (parent != MISSING) & (child[found] == parent)
    return Signal(
        yes=yes,
        no=~yes,
        since=np.where(yes, at[found], TIMELESS),
        witness=np.where(yes, found, MISSING).astype(np.int32),
    )


def undated(yes: Bools, no: Bools) -> Signal:
    """Return a condition that holds without a moment."""
    return Signal(
        yes=yes,
        no=no,
        since=np.broadcast_to(np.int64(TIMELESS), len(yes)),
        witness=np.broadcast_to(np.int32(MISSING), len(yes)),
        dated=False,
    )


def negated(signal: Signal | None) -> Signal | None:
    """Return 非. A denial has no moment."""
    return None if signal is None else undated(signal.no, signal.yes)
