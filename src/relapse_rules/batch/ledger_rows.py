"""The rows of a ledger's sheets: what a household, an element, a piece of work and a missing fact look like to an officer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np

from relapse_rules.batch.assignment import Assignment, Place
from relapse_rules.batch.collected import Collected, Work
from relapse_rules.batch.finished import HOUSEHOLD
from relapse_rules.batch.workbook import Cell
from relapse_rules.batch.workload import NEVER_DUE, NO, UNKNOWN, YES, Ints
from relapse_rules.decisions.model import Outcome, Target
from relapse_rules.decisions.words import Words, supplier
from relapse_rules.values.vocabulary import Vocabulary

DONE: Final = "已完成"
OVERDUE: Final = "已逾期"
PAST_DUE: Final = "已到期，未报完成"
_OPEN: Final = {NO: "未完成", UNKNOWN: "未报完成情况"}
_ANSWERS: Final = {YES: "是", NO: "否", UNKNOWN: "未知"}
_SINGLE: Final = frozenset({"water", "finance"})


class Rows:
    """Makes rows of a run. ``personal``: whether ids of households and people are shown, instead of their numbers in the run."""

    def __init__(
        self,
        run: Collected,
        assignment: Assignment,
        vocabulary: Vocabulary,
        *,
        suppliers: Sequence[str],
        as_of: int,
        personal: bool,
    ) -> None:
        self._run = run
        self._assignment = assignment
        self._words = Words(vocabulary)
        self._suppliers = suppliers
        self._as_of = as_of
        self._personal = personal
        self._hidden = frozenset(
            entity.english
            for entity in vocabulary.entities
            if entity.identifier is not None and entity.identifier.personal
        )
        self._after = lru_cache(maxsize=None)(self._ordered_after)
        self._named = lru_cache(maxsize=None)(self._facts)

    # --- names ------------------------------------------------------------------------------------

    def household(self, number: int) -> str:
        """Return what a household is called: its id, or its number in the run."""
        return str(self._run.ids[number]) if self._personal else f"第{number + 1}户"

    def place(self, household: int) -> Place:
        """Return where a household lives."""
        return self._run.known.known[int(self._run.places[household])]

    def target(self, entity: str, domain: str, element: int) -> str:
        """Return what a piece of work is about; 本户 when it is the household."""
        if entity == HOUSEHOLD or entity in _SINGLE:
            return "本户" if entity == HOUSEHOLD else self._words.entity(entity)
        elements = self._run.elements[domain]
        if domain in self._hidden and not self._personal:
            return f"{self._words.entity(domain)} 第{int(elements.slots[element]) + 1}项"
        return self._words.target(Target(domain, str(elements.names[element])), Outcome.YES)

    def _where(self, household: int, *, township: bool) -> tuple[Cell, ...]:
        place = self.place(household)
        village = self._assignment.village(place)
        return (
            *((self._assignment.township(place),) if township else ()),
            village,
            self.household(household),
        )

    # --- rows -------------------------------------------------------------------------------------

    def work(self, work: Work, *, township: bool, category: bool) -> Iterator[tuple[Cell, ...]]:
        """Yield measures (with ``category``) or tasks, in the given order."""
        listings = self._run.listed.listings
        for number, (which, household, element, done, due, reordered) in enumerate(_tuples(work), start=1):
            listing = listings[which]
            yield (
                number,
                self.state(done, due),
                None if due == NEVER_DUE else due,
                None if listing.limit is None else listing.limit.word,
                *self._where(household, township=township),
                self.target(listing.entity, listing.domain, element),
                listing.id,
                *((listing.category, listing.force) if category else ()),
                self._assignment.told(listing.units, self.place(household)),
                self._after(which, reordered),
                "、".join(listing.cites),
            )

    def state(self, done: int, due: int) -> str:
        """Return how a piece of work stands at 判定时点."""
        if done == YES:
            return DONE
        if due < self._as_of:
            return OVERDUE if done == NO else PAST_DUE
        return _OPEN[done]

    def households(
        self, households: Ints, work: Work, lacking: Ints, *, township: bool
    ) -> Iterator[tuple[Cell, ...]]:
        """Yield households in order. ``work``: what is counted for them; ``lacking``: by household, how many facts are missing."""
        count = self._run.households
        measures, open_measures, tasks, open_tasks = self._counts(work, count)
        first = np.full(count, NEVER_DUE, np.int64)
        still = work.done != YES
        np.minimum.at(first, work.household[still], work.due[still])
        for number, household in enumerate(households.tolist(), start=1):
            due = int(first[household])
            yield (
                number,
                *self._where(household, township=township),
                _ANSWERS[int(self._run.eligible[household])],
                int(measures[household]),
                int(open_measures[household]),
                int(tasks[household]),
                int(open_tasks[household]),
                None if due == NEVER_DUE else due,
                int(lacking[household]),
                self._words.facts(self._run.contradictions[household].as_py() or ()),
            )

    def _counts(self, work: Work, count: int) -> tuple[Ints, ...]:
        kinds = np.array([each.kind == "measure" for each in self._run.listed.listings], np.bool_)
        is_measure = kinds[work.listing] if len(work.listing) else np.zeros(0, np.bool_)
        still = work.done != YES
        chosen = (is_measure, is_measure & still, ~is_measure, ~is_measure & still)
        return tuple(np.bincount(work.household[each], minlength=count) for each in chosen)

    def elements(self, found: Sequence[ElementWork], *, township: bool) -> Iterator[tuple[Cell, ...]]:
        """Yield members and other elements with what is established of them and to be done for them."""
        for number, (household, domain, element, measures, tasks) in enumerate(found, start=1):
            elements = self._run.elements[domain]
            name, _, rest = self.target(domain, domain, element).partition(" ")
            yield (
                number,
                *self._where(household, township=township),
                name,
                rest,
                "、".join(elements.kinds[elements.found[element]]),
                "、".join(measures),
                "、".join(tasks),
            )

    def missing(self, lacking: Sequence[Lacking], *, township: bool) -> Iterator[tuple[Cell, ...]]:
        """Yield for each household and supplier what is missing."""
        for number, (household, who, facts) in enumerate(lacking, start=1):
            yield (
                number,
                *self._where(household, township=township),
                supplier(who),
                len(facts),
                self._named(facts),
            )

    # --- what rows are made of --------------------------------------------------------------------

    def supplier(self, fact: int) -> str:
        """Return who supplies a fact, by its position; empty when the policy names nobody."""
        return self._suppliers[fact]

    def _facts(self, facts: tuple[int, ...]) -> str:
        names = self._run.listed.facts.names
        return self._words.facts(names[fact] for fact in facts)

    def _ordered_after(self, which: int, reordered: int) -> str:
        listing = self._run.listed.listings[which]
        names = dict.fromkeys(listing.after)
        for place, change in enumerate(self._run.listed.changes.get(listing.id, ())):
            if reordered >> place & 1:
                for name in change.dropped:
                    names.pop(name, None)
                names.update(dict.fromkeys(change.added))
        return "、".join(names)


ElementWork = tuple[int, str, int, tuple[str, ...], tuple[str, ...]]
"""A household, a domain, an element, and the measures and tasks for it."""

Lacking = tuple[int, str, tuple[int, ...]]
"""A household, a supplier, and the facts that it has not supplied, by position."""


def _tuples(work: Work) -> Iterator[tuple[int, ...]]:
    columns: list[Any] = [column.tolist() for column in work]
    return zip(*columns, strict=True)
