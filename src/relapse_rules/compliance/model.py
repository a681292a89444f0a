"""What a check of the records gives: verdicts counted and, where somebody must look, listed one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from relapse_rules.tables.errors import Rejected


class Verdict(StrEnum):
    """What the records show of one duty for one target. A step that they do not mention is *not recorded*, never *not done*."""

    ON_TIME = "按时"
    DONE = "已办"
    """Done; the plan sets no limit that can be counted."""
    LATE = "超期"
    NOT_RECORDED = "未记录"
    """Due, and the records do not mention it."""
    OPEN = "在办"
    """Not recorded, but its time is not over, or the step before it is not recorded either."""
    WRONG_ORDER = "次序不对"
    WRONG_UNIT = "单位不对"
    CANNOT_JUDGE = "不能判断"


FINDINGS: Final = (Verdict.LATE, Verdict.NOT_RECORDED, Verdict.WRONG_ORDER, Verdict.WRONG_UNIT)
"""Verdicts that somebody must look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One verdict on one target. Times are ISO 8601 texts in Asia/Shanghai, None when there is none.

    ``seconds``: by how much it is late, or was too early. ``cites``: statement ids of the plan. ``units``: who has the duty;
    ``actor``: who acted by the records.
    """

    verdict: Verdict
    duty: str
    cites: tuple[str, ...]
    entity: str
    target: str
    household: str | None
    township: str | None
    units: tuple[str, ...]
    actor: str | None
    start: str | None
    due: str | None
    done: str | None
    seconds: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often each verdict was given, for a duty, a unit or a township called ``name``."""

    name: str
    cites: tuple[str, ...]
    counts: dict[Verdict, int]

    @property
    def findings(self) -> int:
        """How many of them somebody must look at."""
        return sum(self.counts.get(verdict, 0) for verdict in FINDINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotJudged:
    """What of a duty cannot be judged, and why. ``count``: in how many cases; None when these tables say nothing of it at all."""

    duty: str
    cites: tuple[str, ...]
    reason: str
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What people must ask before a unit is called in or held to account (6.3). Never a verdict.

    ``duty``: 约谈 or 问责 as the policy calls it; ``asked``: the same for every unit; ``told``: what was found of this one.
    """

    duty: str
    cites: tuple[str, ...]
    unit: str
    told: str
    asked: str


class Part(Protocol):
    """Findings of one kind, made as they are asked for."""

    def __len__(self) -> int:
        """Return how many there are."""
        ...

    def __iter__(self) -> Iterator[Finding]:
        """Make them one by one."""
        ...


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings, made one by one as they are asked for: there may be millions."""

    parts: tuple[Part, ...]

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def __iter__(self) -> Iterator[Finding]:
        for part in self.parts:
            yield from part


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole result. ``by_duty``, ``by_unit`` and ``by_township`` count the same verdicts in three ways.

    A duty of several units counts for each of them, so the sums of ``by_unit`` may be larger. ``findings`` lists what is late, not
    recorded, in the wrong order or by the wrong unit, then what cannot be judged although something is recorded.
    """

    policy: str
    digest: str
    as_of: str
    rows: dict[str, int]
    by_duty: tuple[Tally, ...]
    by_unit: tuple[Tally, ...]
    by_township: tuple[Tally, ...]
    findings: Findings
    not_judged: tuple[NotJudged, ...]
    questions: tuple[Question, ...]
    rejects: tuple[Rejected, ...]
    notes: tuple[str, ...]

    @property
    def total(self) -> dict[Verdict, int]:
        """How often each verdict was given."""
        return {verdict: sum(tally.counts.get(verdict, 0) for tally in self.by_duty) for verdict in Verdict}

    @property
    def exit_code(self) -> int:
        """1 with findings, else 2 when rows had to be left out (so that nobody can say that all was in time), else 0."""
        if any(self.total[verdict] for verdict in FINDINGS):
            return 1
        return 2 if self.rejects else 0
