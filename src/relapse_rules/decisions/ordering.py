"""What comes before what: the policy's own order, as 例外 that apply change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from relapse_rules.decisions.situation import Situation
from relapse_rules.ir.program import Program


class Reordering(NamedTuple):
    """What an exception does to one listing's order: ids that now come first, and ids that no longer do."""

    node: int
    domain: str
    added: tuple[str, ...]
    dropped: frozenset[str]


def reorderings(program: Program) -> Mapping[str, tuple[Reordering, ...]]:
    """Return by id what exceptions can do to the order of measures, steps and duties, in the order of the exceptions.

    An exception that puts A after B also takes back the policy's own B after A: 先救助后履行程序 puts the procedure after the relief,
    which then no longer waits for the procedure.
    """
    added: dict[tuple[str, str], dict[str, None]] = {}
    dropped: dict[tuple[str, str], set[str]] = {}
    for listing in program.listings:
        for exception, earlier in listing.ordered_after:
            added.setdefault((listing.id, exception), {}).update(dict.fromkeys(earlier))
            for name in earlier:
                dropped.setdefault((name, exception), set()).add(listing.id)
    exceptions = [listing for listing in program.listings if listing.kind == "exception"]
    changed = dict.fromkeys(name for name, _ in (*added, *dropped))
    return {
        name: tuple(
            Reordering(
                exception.node,
                exception.domain,
                tuple(added.get((name, exception.id), ())),
                frozenset(dropped.get((name, exception.id), ())),
            )
            for exception in exceptions
            if (name, exception.id) in added or (name, exception.id) in dropped
        )
        for name in changed
    }


def reordered(
    after: tuple[str, ...],
    changes: tuple[Reordering, ...],
    situation: Situation,
    domain: str,
    lane: int | None,
) -> tuple[str, ...]:
    """Return the ids that come first for the element in ``lane`` of ``domain``; without a lane, the policy's own ``after``."""
    if lane is None:
        return after
    names = dict.fromkeys(after)
    for change in changes:
        if situation.applies(change.node, change.domain, domain, lane):
            for name in change.dropped:
                names.pop(name, None)
            names.update(dict.fromkeys(change.added))
    return tuple(names)
