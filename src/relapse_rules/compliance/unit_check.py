"""Who acted, and whether it was who should have: by the procedure event that shows the duty done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from relapse_rules.compliance.columns import MISSING, Bools, Coded, Codes
from relapse_rules.compliance.county import ACTOR
from relapse_rules.compliance.evidence import Evidence
from relapse_rules.compliance.lanes import NONE, Judged, Rows, Times
from relapse_rules.compliance.model import Verdict
from relapse_rules.compliance.steps import steps_of, units_by_step
from relapse_rules.compliance.unit_book import RIGHT, UnitBook
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.values.truth import Comparison


class WrongUnit(NamedTuple):
    """Lanes where somebody else acted, or where that cannot be told."""

    verdict: Verdict
    lanes: Rows
    reason: str
    times: Times


def unit_groups(each: Judged, program: Program, evidence: Evidence, book: UnitBook) -> Iterator[WrongUnit]:
    """Yield where a duty's record names another unit than those that may take its step.

    A duty without units is nobody's to miss, and one that several steps can show done is not tied to who took which.
    """
    column = each.county.columns.get(ACTOR)
    steps = steps_of(program, each.listing.done)
    if not each.listing.units or len(steps) != 1 or not isinstance(column, Coded):
        return
    allowed = units_by_step(program)[next(iter(steps))]
    shown = each.done.yes & (each.done.witness != MISSING) & ~each.due.no
    if each.listing.domain == "household":
        shown &= each.county.is_household
    counted = _all_of_several(each, program)
    if counted is None:
        yield from _acting(each, np.flatnonzero(shown), column, book, allowed)
    else:
        yield from _each_of(each, np.flatnonzero(shown), column, book, counted, evidence)


def _acting(
    each: Judged, lanes: Rows, column: Coded, book: UnitBook, allowed: tuple[str, ...]
) -> Iterator[WrongUnit]:
    actors = column.codes[each.done.witness[lanes]]
    townships = each.county.township_of(each.listing.domain)[lanes]
    values = each.county.township.values
    width = len(values) + 1
    pairs, place = np.unique(actors.astype(np.int64) * width + townships % width, return_inverse=True)
    reasons: dict[tuple[Verdict, str], list[int]] = {}
    for number, pair in enumerate(pairs.tolist()):
        actor, township = divmod(pair, width)
        if actor == MISSING:
            reasons.setdefault((Verdict.CANNOT_JUDGE, "没有填实施单位"), []).append(number)
            continue
        name = str(column.values[actor])
        known = None if township == width - 1 else str(values[township])
        verdict = book.verdict(allowed, name, known)
        if verdict == RIGHT:
            continue
        if verdict:
            reasons.setdefault((Verdict.CANNOT_JUDGE, verdict), []).append(number)
        else:
            told = f"办理的是“{name}”，方案写的是{'、'.join(allowed)}"
            reasons.setdefault((Verdict.WRONG_UNIT, told), []).append(number)
    for (verdict, reason), numbers in reasons.items():
        found = lanes[np.isin(place, numbers)]
        yield WrongUnit(verdict, found, reason, _times(each, found))


def _all_of_several(each: Judged, program: Program) -> nodes.CompareCount | None:
    """Return the count when a duty of k named units is done by k records: then each of them must have made one (乡、村两级确认)."""
    assert each.listing.done is not None
    found = program.nodes[each.listing.done]
    if not isinstance(found, nodes.CompareCount) or found.operator is not Comparison.AT_LEAST:
        return None
    limit = program.nodes[found.limit]
    several = len(each.listing.units)
    return found if isinstance(limit, nodes.Number) and limit.value == several > 1 else None


def _each_of(
    each: Judged, lanes: Rows, column: Coded, book: UnitBook, counted: nodes.CompareCount, evidence: Evidence
) -> Iterator[WrongUnit]:
    inner = evidence.signal(counted.condition)
    link = each.county.links.get(counted.relation)
    if inner is None or link is None:
        return
    rows = np.flatnonzero(inner.yes & (link != MISSING))
    townships = each.county.township_of(each.listing.domain)
    parents, actors = link[rows], column.codes[rows]
    unknown = np.zeros(len(each.done.yes), dtype=np.bool_)
    unknown[parents[~_known(actors, column, book)]] = True
    for unit in each.listing.units:
        made = np.zeros(len(each.done.yes), dtype=np.bool_)
        right = _by(unit, actors, townships[parents], column, book, each.county.township.values)
        made[parents[right]] = True
        without = lanes[~made[lanes] & ~unknown[lanes]]
        yield WrongUnit(Verdict.WRONG_UNIT, without, f"次数够了，但没有“{unit}”的记录", _times(each, without))
        unclear = lanes[~made[lanes] & unknown[lanes]]
        reason = f"有的记录看不出实施单位，不知道“{unit}”是否办过"
        yield WrongUnit(Verdict.CANNOT_JUDGE, unclear, reason, _times(each, unclear))


def _known(actors: Codes, column: Coded, book: UnitBook) -> Bools:
    known = [book.is_declared(str(value)) for value in column.values]
    return np.array([*known, False], dtype=np.bool_)[actors]


def _by(
    unit: str,
    actors: Codes,
    townships: Codes,
    column: Coded,
    book: UnitBook,
    values: tuple[object, ...],
) -> Bools:
    """Return which records a unit made."""
    width = len(values) + 1
    pairs, place = np.unique(actors.astype(np.int64) * width + townships % width, return_inverse=True)
    answers = []
    for pair in pairs.tolist():
        actor, township = divmod(pair, width)
        known = None if township == width - 1 else str(values[township])
        # The level is what counts: a township's own name without the household's code is still a township.
        answers.append(
            actor != MISSING
            and book.judged(unit, str(column.values[actor]), known) is not False
            and book.same_level(unit, str(column.values[actor]))
        )
    found: Bools = np.array(answers, dtype=np.bool_)[place]
    return found


def _times(each: Judged, lanes: Rows) -> Times:
    nothing = Times.none(len(lanes))
    done = np.where(each.done.yes[lanes], each.done.since[lanes], NONE)
    return Times(start=nothing.start, due=nothing.due, done=done, seconds=nothing.seconds)
