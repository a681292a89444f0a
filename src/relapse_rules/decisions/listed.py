"""Short texts about what a decision lists, shared by the sheet and the reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from relapse_rules.decisions.model import Decision, MeasureElement, Outcome, Target, TaskElement
from relapse_rules.decisions.words import Names, moment

MOST_NAMED: Final = 6
OVERDUE: Final = "已逾期"

Listed = MeasureElement | TaskElement


class Assigned(Protocol):
    """Anything that units are responsible for."""

    @property
    def units(self) -> tuple[str, ...]:
        """Units as the policy writes them."""
        ...

    @property
    def units_resolved(self) -> tuple[str, ...]:
        """The same units as they are called for this household."""
        ...


def about(targets: Iterable[Target], decision: Decision, words: Names, outcome: Outcome) -> str:
    """Return what elements are about; 本户 when it is the household."""
    told = list(targets)
    return "本户" if told == [decision.subject] else words.targets(told, outcome)


def units(listed: Assigned) -> str:
    """Return the units; where a name resolves for this household, both: ``石桥镇（各乡镇）``."""
    pairs = zip(listed.units, listed.units_resolved, strict=True)
    return "、".join(name if name == resolved else f"{resolved}（{name}）" for name, resolved in pairs)


def limit(listed: Listed, decision: Decision) -> str:
    """Return the plan's word, the moment it is due, and how it stands at 判定时点, a line each."""
    parts = [listed.time_limit or ""]
    if listed.due is not None:
        parts.append(f"{moment(listed.due)}前")
    if listed.done is Outcome.YES:
        parts.append("已完成")
    elif listed.due is not None and listed.due < decision.policy.as_of:
        # Both are ISO 8601 with the same offset, so the order of the texts is the order of the moments.
        parts.append(OVERDUE if listed.done is Outcome.NO else "已到期，未报完成")
    elif listed.done is Outcome.NO:
        parts.append("未完成")
    return "\n".join(part for part in parts if part)


def shortened(names: Sequence[str]) -> str:
    """Return the first names, and how many there are when these are not all."""
    shown = "、".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown}等{len(names)}项"
