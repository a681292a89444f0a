"""What comes before what: the policy's own order, as 例外 that apply change it."""

from __future__ import annotations

from typing import NamedTuple

from relapse_rules.decisions.situation import Situation
from relapse_rules.ir.program import Listing, Program


class _Change(NamedTuple):
    """What an exception does to one listing's order: ids that now come first, and ids that no longer do."""

    node: int
    domain: str
    added: tuple[str, ...]
    dropped: frozenset[str]


class Ordering:
    """The order of measures, steps and duties.

    An exception that puts A after B also takes back the policy's own B after A: 先救助后履行程序 puts the procedure after the relief,
    which then no longer waits for the procedure.
    """

    def __init__(self, program: Program) -> None:
        exceptions = {listing.id: listing for listing in program.listings if listing.kind == "exception"}
        added: dict[str, dict[str, tuple[str, ...]]] = {}
        dropped: dict[str, dict[str, set[str]]] = {}
        for listing in program.listings:
            for exception, earlier in listing.ordered_after:
                first = added.setdefault(listing.id, {})
                first[exception] = (*first.get(exception, ()), *earlier)
                for name in earlier:
                    dropped.setdefault(name, {}).setdefault(exception, set()).add(listing.id)
        self._changes = {
            name: tuple(
                _Change(
                    exceptions[exception].node,
                    exceptions[exception].domain,
                    added.get(name, {}).get(exception, ()),
                    frozenset(dropped.get(name, {}).get(exception, ())),
                )
                for exception in exceptions
                if exception in added.get(name, {}) or exception in dropped.get(name, {})
            )
            for name in (*added, *dropped)
        }

    def after(self, listing: Listing, situation: Situation, lane: int | None) -> tuple[str, ...]:
        """Return the ids that come before ``listing`` for the element in ``lane``; the policy's own order without a lane."""
        changes = self._changes.get(listing.id)
        if changes is None or lane is None:
            return listing.after
        names = dict.fromkeys(listing.after)
        for change in changes:
            if situation.applies(change.node, change.domain, listing.domain, lane):
                for name in change.dropped:
                    names.pop(name, None)
                names.update(dict.fromkeys(change.added))
        return tuple(names)
