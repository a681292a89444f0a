"""What was done before what should come first, and the exceptions that allow or demand another order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np

from relapse_rules.compliance.columns import Bools
from relapse_rules.compliance.evidence import Evidence
from relapse_rules.compliance.lanes import NONE, Judged, Rows, Times
from relapse_rules.compliance.model import Verdict
from relapse_rules.compliance.signals import TIMELESS
from relapse_rules.decisions.ordering import reorderings
from relapse_rules.ir.program import Listing, Program

_MAY: Final = frozenset({"可以", "鼓励"})


class Misplaced(NamedTuple):
    """Lanes where something was done too early; ``times.start``: when what comes first was done."""

    verdict: Verdict
    lanes: Rows
    reason: str
    times: Times
    cites: tuple[str, ...]


class Orders:
    """The order of a program's listings, with its exceptions."""

    def __init__(self, program: Program, asking: Evidence) -> None:
        self._asking = asking
        self._by_id = {listing.id: listing for listing in program.listings}
        self._changes = reorderings(program)
        self._exceptions = {
            listing.node: listing for listing in program.listings if listing.kind == "exception"
        }
        self._waivers = _waivers(program)

    def of(self, each: Judged, judged: Mapping[str, Judged]) -> Iterator[Misplaced]:
        """Yield where ``each`` was done before what comes first."""
        if each.department is not None:
            return
        for name in each.listing.after:
            first = judged.get(name)
            if first is not None and _comparable(each, first):
                yield from self._against(each, first)
        for change in self._changes.get(each.listing.id, ()):
            exception = self._exceptions.get(change.node)
            if exception is None or exception.force in _MAY or exception.domain != each.listing.domain:
                continue
            for name in change.added:
                first = judged.get(name)
                if first is not None and _comparable(each, first) and name not in each.listing.after:
                    yield from self._demanded(each, first, exception)

    def _against(self, each: Judged, first: Judged) -> Iterator[Misplaced]:
        early = _before(each, first)
        allowed = np.zeros(len(early), dtype=np.bool_)
        unknown = np.zeros(len(early), dtype=np.bool_)
        cites: tuple[str, ...] = ()
        for exception in self._allowing(each.listing, first.listing):
            signal = self._asking.signal(exception.node)
            if signal is None:
                continue
            allowed |= signal.yes
            unknown |= ~signal.yes & ~signal.no
            cites = (*cites, *exception.cites)
        told = f"早于“{first.listing.id}”"
        yield _misplaced(
            Verdict.WRONG_ORDER, early & ~allowed & ~unknown, told, each, first, first.listing.cites
        )
        reason = f"{told}；没有记录是否属于可以先救助的情况" if cites else told
        yield _misplaced(Verdict.CANNOT_JUDGE, early & ~allowed & unknown, reason, each, first, cites)

    def _demanded(self, each: Judged, first: Judged, exception: Listing) -> Iterator[Misplaced]:
        signal = self._asking.signal(exception.node)
        if signal is None:
            return
        early = _before(each, first)
        told = f"早于“{first.listing.id}”，而“{exception.id}”"
        yield _misplaced(Verdict.WRONG_ORDER, early & signal.yes, told, each, first, exception.cites)
        unknown = early & ~signal.yes & ~signal.no
        reason = f"早于“{first.listing.id}”；没有记录“{exception.id}”是否成立"
        yield _misplaced(Verdict.CANNOT_JUDGE, unknown, reason, each, first, exception.cites)

    def _allowing(self, listing: Listing, first: Listing) -> Iterator[Listing]:
        """Yield the exceptions under which ``listing`` need not wait for ``first``."""
        for change in self._changes.get(listing.id, ()):
            exception = self._exceptions.get(change.node)
            if exception is not None and first.id in change.dropped and exception.domain == listing.domain:
                yield exception
        if first.kind in {"step", "duty"} and listing.done is not None:
            yield from self._waivers.get(listing.done, ())


def _waivers(program: Program) -> Mapping[int, tuple[Listing, ...]]:
    """Return by what shows it done the exceptions that put a procedure after it.

    Relief that may come before the procedure waits for no step and no duty either, under whatever statement it is owed.
    """
    by_id = {listing.id: listing for listing in program.listings}
    found: dict[int, dict[str, Listing]] = {}
    for listing in program.listings:
        for name, earlier in listing.ordered_after:
            for each in earlier:
                done = by_id[each].done
                if listing.kind == "step" and by_id[each].kind != "step" and done is not None:
                    found.setdefault(done, {})[name] = by_id[name]
    return {node: tuple(listed.values()) for node, listed in found.items()}


def _comparable(each: Judged, first: Judged) -> bool:
    return first.listing.domain == each.listing.domain and first.department is None


def _before(each: Judged, first: Judged) -> Bools:
    dated = each.done.yes & first.done.yes & (each.done.since != TIMELESS) & (first.done.since != TIMELESS)
    found: Bools = dated & (each.done.since < first.done.since) & ~each.due.no
    if each.listing.domain == "household":
        found &= each.county.is_household
    return found


def _misplaced(
    verdict: Verdict, where: Bools, reason: str, each: Judged, first: Judged, cites: tuple[str, ...]
) -> Misplaced:
    lanes = np.flatnonzero(where)
    done, should = each.done.since[lanes], first.done.since[lanes]
    times = Times(
        start=should, due=np.full(len(lanes), NONE, dtype=np.int64), done=done, seconds=should - done
    )
    return Misplaced(verdict, lanes, reason, times, cites)
