"""The verdicts: in time, late, not recorded, wrong order, wrong unit, cannot be judged because …

Everything about a duty comes from the policy: its limit, its units, what comes before it, which exceptions change that, and by its
完成 what record shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

import numpy as np

from relapse_rules.cases.clock import Workdays
from relapse_rules.compliance.columns import Bools, Coded
from relapse_rules.compliance.county import (
    ALERTS,
    DEPARTMENT,
    DISASTERS,
    EVENTS,
    County,
    by_department,
)
from relapse_rules.compliance.due import Dues, dues_of
from relapse_rules.compliance.evidence import Evidence, Settings
from relapse_rules.compliance.lacking import lacking
from relapse_rules.compliance.lanes import NONE, Group, Judged, Rows, Times
from relapse_rules.compliance.model import FINDINGS, NotJudged, Verdict
from relapse_rules.compliance.order import Orders
from relapse_rules.compliance.registration import dated_by_events
from relapse_rules.compliance.signals import TIMELESS, Signal
from relapse_rules.compliance.unit_book import UnitBook
from relapse_rules.compliance.unit_check import unit_groups
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Listing, Program
from relapse_rules.values.vocabulary import Vocabulary

_OPTIONAL: Final = frozenset({"可以", "鼓励"})
"""Measures that may be left undone."""


class Judge:
    """Judges all listings of a program in one county."""

    def __init__(
        self,
        program: Program,
        vocabulary: Vocabulary,
        county: County,
        settings: Settings,
        book: UnitBook,
        rule: Workdays,
    ) -> None:
        self.program = program
        self.vocabulary = vocabulary
        self.county = county
        self.settings = settings
        self.book = book
        self.not_judged: list[NotJudged] = []
        self._rule = rule
        self._asking = Evidence(program, county, settings)
        self._done: dict[str, Evidence] = {}
        self._orders = Orders(program, self._asking)

    def groups(self) -> Iterator[Group]:
        """Yield all verdicts, listing by listing."""
        judged = {each.listing.id: each for each in self._judged()}
        for each in judged.values():
            yield from self._timing(each, judged)
            for found in self._orders.of(each, judged):
                yield self._group(
                    each, found.verdict, found.lanes, found.reason, found.times, cites=found.cites
                )
            if EVENTS in self.county.counts:
                for wrong in unit_groups(each, self.program, self._evidence(each), self.book):
                    listed = wrong.verdict is Verdict.WRONG_UNIT
                    yield self._group(
                        each, wrong.verdict, wrong.lanes, wrong.reason, wrong.times, listed=listed
                    )

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Return the names of the townships, in the order of their codes."""
        return tuple(self.book.place(str(code)) for code in self.county.township.values)

    def _judged(self) -> Iterator[Judged]:
        for listing in self.program.listings:
            if listing.kind == "exception" or listing.domain == "context":
                continue
            if listing.done is None:
                self.not_judged.append(_skipped(listing, "方案没有说怎样算办结"))
                continue
            found = self._one(listing, listing.done)
            if found is None:
                reason = lacking(
                    self._evidence_of(listing.domain),
                    self.program,
                    self.vocabulary,
                    self.county,
                    listing.done,
                )
                self.not_judged.append(_skipped(listing, reason))
            else:
                yield found

    def _one(self, listing: Listing, done: int) -> Judged | None:
        if self._is_by_department(listing, done):
            return self._by_department(listing, done)
        shown = self._registered(listing, done, self._evidence_of(listing.domain).signal(done))
        due = self._asking.signal(listing.node)
        if shown is None or due is None:
            return None
        return Judged(listing=listing, county=self.county, due=due, done=shown)

    def _registered(self, listing: Listing, done: int, shown: Signal | None) -> Signal | None:
        """Date by its event what was ticked off without a time, where the limit can be counted."""
        limit = listing.limit
        if limit is None or limit.start is None or (shown is not None and shown.dated):
            return shown
        start = self._asking.amount(limit.start)
        if start is None or EVENTS not in self.county.counts:
            return shown
        denied = self._asking.signal(done)
        return dated_by_events(listing.domain, shown, denied, start, self.county, self.settings.as_of)

    def _evidence_of(self, domain: str) -> Evidence:
        if domain not in self._done:
            self._done[domain] = Evidence(self.program, self.county, self.settings, own=domain)
        return self._done[domain]

    def _evidence(self, judged: Judged) -> Evidence:
        return self._evidence_of(judged.listing.domain)

    # --- department by department ----------------------------------------------------------------

    def _is_by_department(self, listing: Listing, done: int) -> bool:
        """Whether a duty falls to each of several departments: units that are not named, and a record that tells departments apart."""
        return (
            listing.domain == DISASTERS
            and bool(listing.units)
            and all(self.book.is_general(unit) for unit in listing.units)
            and bool(_excluded(self.program, done))
            and {ALERTS, DISASTERS} <= self.county.counts.keys()
            and isinstance(self.county.columns.get(DEPARTMENT), Coded)
        )

    def _by_department(self, listing: Listing, done: int) -> Judged | None:
        departments = self.county.columns[DEPARTMENT]
        assert isinstance(departments, Coded)
        names = _excluded(self.program, done)
        excluded = np.array([value in names for value in departments.values], dtype=np.bool_)
        county, of_lane = by_department(self.county, departments.codes, excluded)
        shown = Evidence(self.program, county, self.settings, own=DISASTERS).signal(done)
        due = Evidence(self.program, county, self.settings).signal(listing.node)
        if shown is None or due is None:
            return None
        return Judged(listing=listing, county=county, due=due, done=shown, department=of_lane)

    # --- timing ----------------------------------------------------------------------------------

    def _timing(self, each: Judged, judged: Mapping[str, Judged]) -> Iterator[Group]:
        listing, done, due = each.listing, each.done, each.due
        asked = self._lanes(each)
        dues = self._dues(each)
        dated = done.yes & (done.since != TIMELESS)
        recorded = asked & done.yes & ~due.no
        if dues is None:
            yield self._timed(each, Verdict.DONE, recorded, "")
        else:
            early = recorded & dated & dues.known & (done.since < dues.begin)
            counted = recorded & dated & dues.known & ~early
            yield self._timed(each, Verdict.ON_TIME, counted & (done.since <= dues.due), "", dues)
            late = counted & (done.since > dues.due)
            yield self._timed(each, Verdict.LATE, late & due.yes, "", dues)
            yield self._timed(
                each, Verdict.CANNOT_JUDGE, late & ~due.yes, "晚于截止时间，但不知道是否应办", dues
            )
            yield self._timed(each, Verdict.CANNOT_JUDGE, early, "记录的办理时间早于起算时间，请核对", dues)
            yield self._timed(
                each, Verdict.CANNOT_JUDGE, recorded & ~dated & dues.known, "已办，但没有记录办理时间", dues
            )
            reason = dues.reason or self._no_start(listing)
            yield self._timed(each, Verdict.CANNOT_JUDGE, recorded & ~dues.known, reason, dues)
        unclear = asked & ~due.no & ~done.yes & ~done.no
        yield self._timed(each, Verdict.CANNOT_JUDGE, unclear, "有的记录没有填全，看不出是不是这一项", dues)
        yield from self._absent(each, judged, asked & ~due.no & done.no, dues)

    def _absent(
        self, each: Judged, judged: Mapping[str, Judged], silent: Bools, dues: Dues | None
    ) -> Iterator[Group]:
        """Verdicts where the records do not mention the duty."""
        listing = each.listing
        if listing.force in _OPTIONAL:
            return
        owed = silent & each.due.yes
        later, others = self._of_the_procedure(each, judged)
        unknown = silent & ~each.due.yes
        yield self._timed(
            each, Verdict.NOT_RECORDED, (unknown | owed) & later, "后面的步骤已有记录，这一步没有记录", dues
        )
        owed, unknown = owed & ~later, unknown & ~later
        if dues is None:
            waiting = self._waiting(each, judged)
            yield self._timed(each, Verdict.OPEN, owed & waiting, "前一步还没有记录", dues)
            word = "" if listing.limit is None else f"（期限：{listing.limit.word}，不可数）"
            yield self._timed(each, Verdict.NOT_RECORDED, owed & ~waiting, f"应办，没有记录{word}", dues)
        else:
            over = dues.known & (dues.due < self.settings.as_of)
            yield self._timed(each, Verdict.NOT_RECORDED, owed & over, "期限已过，没有记录", dues)
            yield self._timed(each, Verdict.OPEN, owed & dues.known & ~over, "期限未到", dues)
            reason = dues.reason or self._no_start(listing)
            yield self._timed(each, Verdict.CANNOT_JUDGE, owed & ~dues.known, f"没有记录；{reason}", dues)
        yield self._timed(each, Verdict.OPEN, unknown & others, "程序已经开始，这一步没有记录", dues)
        unknown &= ~others
        reason = ""
        if unknown.any():
            reason = lacking(self._asking, self.program, self.vocabulary, self.county, listing.node)
        yield self._timed(each, Verdict.CANNOT_JUDGE, unknown, f"没有记录，也不知道是否应办：{reason}", dues)

    def _of_the_procedure(self, each: Judged, judged: Mapping[str, Judged]) -> tuple[Bools, Bools]:
        """Return where a later step of the same procedure is recorded, and where any other is."""
        nothing = np.zeros(len(each.done.yes), dtype=np.bool_)
        later, others = nothing, nothing
        if each.listing.procedure is None:
            return later, others
        after = False
        for other in judged.values():
            if other.listing.procedure != each.listing.procedure:
                continue
            if other.listing.id == each.listing.id:
                after = True
                continue
            others = others | other.done.yes
            if after and self._follows(other.listing, each.listing.id):
                later = later | other.done.yes
        return later, others

    def _follows(self, listing: Listing, earlier: str) -> bool:
        """Whether a step comes after ``earlier``, directly or by steps between."""
        by_id = {each.id: each for each in self.program.listings}
        open_, seen = [*listing.after], set()
        while open_:
            name = open_.pop()
            if name == earlier:
                return True
            if name not in seen and name in by_id:
                seen.add(name)
                open_.extend(by_id[name].after)
        return False

    def _waiting(self, each: Judged, judged: Mapping[str, Judged]) -> Bools:
        """Return where something that comes first is not recorded either."""
        waiting = np.zeros(len(each.done.yes), dtype=np.bool_)
        for name in each.listing.after:
            other = judged.get(name)
            if other is not None and other.listing.domain == each.listing.domain:
                waiting |= ~other.done.yes
        return waiting

    def _lanes(self, each: Judged) -> Bools:
        """Return the lanes that the duty can be about."""
        county, domain = each.county, each.listing.domain
        if domain == "household":
            return county.is_household
        return np.ones(county.counts[domain], dtype=np.bool_)

    def _dues(self, each: Judged) -> Dues | None:
        """Return when the limit ends, None when there is none that can be counted."""
        limit = each.listing.limit
        if limit is None or limit.start is None:
            return None
        evidence = (
            self._asking if each.department is None else Evidence(self.program, each.county, self.settings)
        )
        start = evidence.amount(limit.start)
        count = len(each.done.yes)
        if start is None:
            return dues_of(
                limit,
                np.zeros(count, dtype=np.int64),
                np.zeros(count, dtype=np.bool_),
                self.settings,
                self._rule,
            )
        return dues_of(limit, start.values, start.known, self.settings, self._rule)

    def _no_start(self, listing: Listing) -> str:
        assert listing.limit is not None
        start = listing.limit.start
        node = None if start is None else self.program.nodes[start]
        if not isinstance(node, nodes.FieldNumber):
            return "不知道从什么时候起算"
        return f"没有填“{self.vocabulary.field(node.fact).name}”，不知道从什么时候起算"

    def _timed(
        self, each: Judged, verdict: Verdict, where: Bools, reason: str, dues: Dues | None = None
    ) -> Group:
        lanes = np.flatnonzero(where)
        done = np.where(each.done.yes[lanes], each.done.since[lanes], NONE)
        nothing = np.full(len(lanes), NONE, dtype=np.int64)
        start, due = nothing, nothing
        seconds = np.zeros(len(lanes), dtype=np.int64)
        if dues is not None:
            start = np.where(dues.begun[lanes], dues.begin[lanes], NONE)
            due = np.where(dues.known[lanes], dues.due[lanes], NONE)
        if verdict is Verdict.LATE:
            seconds = done - due
        elif verdict is Verdict.NOT_RECORDED:
            seconds = np.where(due == NONE, 0, np.maximum(self.settings.as_of - due, 0))
        times = Times(start=start, due=due, done=done, seconds=seconds)
        # Whether something was owed at all is a question about thousands; only what is recorded or owed is listed one by one.
        listed = verdict in FINDINGS or bool((each.done.yes | each.due.yes)[lanes].any())
        return self._group(each, verdict, lanes, reason, times, listed=listed)

    def _group(
        self,
        each: Judged,
        verdict: Verdict,
        lanes: Rows,
        reason: str,
        times: Times,
        *,
        cites: tuple[str, ...] = (),
        listed: bool = True,
    ) -> Group:
        return Group(
            verdict=verdict,
            judged=each,
            lanes=lanes,
            times=times,
            vocabulary=self.vocabulary,
            units=tuple(self.book.current(unit) for unit in each.listing.units),
            cites=tuple(dict.fromkeys((*each.listing.cites, *cites))),
            reason=reason,
            listed=listed and verdict in {*FINDINGS, Verdict.CANNOT_JUDGE},
            actors=each.done.witness[lanes],
            places=self.places,
        )


def _excluded(program: Program, node: int) -> frozenset[str]:
    """Return the departments that a condition leaves out (推送部门 不为 县应急管理局)."""
    found = program.nodes[node]
    if isinstance(found, nodes.Not):
        test = program.nodes[found.operand]
        if isinstance(test, nodes.Test) and test.fact == DEPARTMENT and test.kind == "is":
            return frozenset(test.values)
    names: frozenset[str] = frozenset()
    for operand in operands(found):
        names |= _excluded(program, operand)
    return names


def _skipped(listing: Listing, reason: str) -> NotJudged:
    return NotJudged(duty=listing.id, cites=listing.cites, reason=reason)
