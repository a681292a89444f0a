"""What a batch decided, held in memory as Arrow tables; any household of it can be asked why."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any, Generic, NamedTuple, TypeVar

import pyarrow as pa

from relapse_rules.batch.deciding import ID, REASONS
from relapse_rules.batch.reasons import Questions
from relapse_rules.batch.rejects import Count
from relapse_rules.batch.taken import Taken
from relapse_rules.facts.case import Case
from relapse_rules.ir.rails import Rails
from relapse_rules.tables.errors import InputError

JsonObject = dict[str, Any]

D = TypeVar("D")


class Alone(NamedTuple, Generic[D]):
    """One household, decided by itself: its rails, and the decision that can be asked."""

    rails: Rails
    decision: D


Decide = Callable[[Case], Alone[D]]
"""Decides one household, as `relapse_rules.policy.Policy.decide` does."""


class Facts(NamedTuple, Generic[D]):
    """What a batch decided from: its parts in the order of the rows, the county's own case, and how one household is decided."""

    parts: tuple[Taken, ...]
    case: Case
    questions: Questions
    decide: Decide[D]


class ReasonsError(ValueError):
    """A household's recorded reasons are not those that its facts give now: facts or policy are no longer what they were."""

    def __init__(self, household: str) -> None:
        super().__init__(
            f"农户“{household}”记下的理由和现在的事实推出的不一样；事实或规则已经变了，请重新判定"
        )


class BatchResult(Generic[D]):
    """The decisions about a county.

    ``households``: a row each, in the order of their table; ``elements``: by domain (``member``, ``housing`` …), those of which anything
    is listed, with ``household_id`` and ``id``. A column for each conclusion, judgement, measure, task and exception, by its id: yes is true, no
    false, unknown null; ``…|done`` whether it is carried out, ``…|due`` when it is due. Of households also ``missing``, ``contradictions`` (facts)
    and ``reasons`` (`reasons.Questions`). ``county``: the outcomes at the county's own entities, as in a decision. ``rejects``: what could
    not be used, a row each (`rejects.REJECTS`). ``counts``: by entity, rows read = decided + rejected. ``notes``: what an officer should know.
    """

    def __init__(
        self,
        *,
        tables: Mapping[str, pa.Table],
        subject: str,
        county: JsonObject,
        rejects: pa.Table,
        counts: Sequence[Count],
        notes: Sequence[str],
        facts: Facts[D],
    ) -> None:
        self.households = tables[subject]
        self.elements = {domain: table for domain, table in tables.items() if domain != subject}
        self.county = county
        self.rejects = rejects
        self.counts = tuple(counts)
        self.notes = tuple(notes)
        self._facts = facts

    def __len__(self) -> int:
        return len(self.households)

    def __repr__(self) -> str:
        return f"<BatchResult {len(self)} households, {len(self.rejects)} rejects>"

    def explained(self, household_id: str) -> D:
        """Return the decision about one household, which can be asked why, why not and what is missing.

        It is made from the facts that were read; the reasons must be those that the batch recorded.

        Raises:
            InputError: no such household was decided.
            ReasonsError: the reasons are not the recorded ones.
        """
        row = self._rows.get(household_id)
        if row is None:
            message = f"没有判定过农户“{household_id}”；它也许被拒收了，见 rejects"
            raise InputError(message)
        case = self._case(row)
        alone = self._facts.decide(case)
        if self._facts.questions.of_case(alone.rails, case) != self.households.column(REASONS)[row].as_py():
            raise ReasonsError(household_id)
        return alone.decision

    def _case(self, row: int) -> Case:
        ends = list(accumulate(map(len, self._facts.parts)))
        which = bisect_right(ends, row)
        part = self._facts.parts[which]
        return part.case(row - ends[which] + len(part), self._facts.case)

    @cached_property
    def _rows(self) -> Mapping[str, int]:
        return {name: row for row, name in enumerate(self.households.column(ID).to_pylist())}
