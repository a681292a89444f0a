"""The screen after an event: what is new since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from relapse_rules.cases.changes import Changes, DueChange, OutcomeChange
from relapse_rules.cases.machines import Duty, Key
from relapse_rules.cli.case.status_sheet import contradictions, done, findings, owed
from relapse_rules.cli.case.words import about, told_moment
from relapse_rules.decisions.model import Outcome
from relapse_rules.decisions.sheet import Column, Grid, Line, Row, Section, Sheet
from relapse_rules.decisions.words import OUTCOMES, Words

_WORK: Final = frozenset({"measures", "tasks"})
_MOST_FACTS: Final = 12
_ELIGIBILITY: Final = "eligibility"


def changes_sheet(title: str, found: Changes, words: Words) -> Sheet:
    """Return the screen of what an event changed. ``title`` says which event it was."""
    if found.repeated:
        return Sheet(
            title=title, lines=(Line(text=f"早已收下（第 {found.sequence} 条），没有变化。"),), sections=()
        )
    moved = {duty.key for duty in (*found.started, *found.met, *found.overdue, *found.waived)}
    sections = (
        contradictions(found.contradictions, words),
        _settled(found, words),
        _outcomes(found.conclusions, moved, words),
        owed("新逾期", found.overdue, words),
        owed("新开始的事", _by_due(found.started), words),
        done("办结", found.met, words),
        _waived(found.waived, words),
        _due(found.due, moved, words),
        findings(found.findings, words),
        _facts("问清的事实", found.closed, words),
        _facts("新要问的事实", found.opened, words),
    )
    told = tuple(section for section in sections if section is not None)
    lines = () if told else (Line(text="收下了，没有改变结论、待办和期限。"),)
    return Sheet(title=title, lines=lines, sections=told)


def _by_due(duties: Iterable[Duty]) -> list[Duty]:
    return sorted(duties, key=lambda duty: (duty.due is None, duty.due or 0))


def _settled(found: Changes, words: Words) -> Section | None:
    if not found.settled:
        return None
    told = "；".join(f"{words.fact(each.fact)}（{about(each.target, words)}）" for each in found.settled)
    return Section(title="不再矛盾的事实", lines=(Line(text=told),))


def _outcomes(found: Sequence[OutcomeChange], moved: set[Key], words: Words) -> Section | None:
    """Return outcomes that are decided now, or no longer; not those of work that another section tells of."""
    gathered: dict[tuple[str, Outcome | None, Outcome | None], dict[str, None]] = {}
    for each in found:
        told_elsewhere = each.section in _WORK and (each.id, each.target) in moved
        if _tells(each) and not told_elsewhere:
            name = "纳入监测帮扶" if each.id == _ELIGIBILITY else each.id
            key = name, each.before, each.after
            gathered.setdefault(key, {})[about(each.target, words)] = None
    if not gathered:
        return None
    rows = tuple(
        Row(cells=(name, "、".join(targets), _told(before), _told(after)))
        for (name, before, after), targets in gathered.items()
    )
    columns = (
        Column(title="事项", share=5),
        Column(title="对象", share=4),
        Column(title="原来"),
        Column(title="现在"),
    )
    return Section(title=f"结论有变（{len(rows)}项）", grids=(Grid(columns=columns, rows=rows),))


def _tells(change: OutcomeChange) -> bool:
    """Whether an officer learns something: a new element of a list brings dozens of outcomes that are no or unknown."""
    if change.before is None:
        return change.after is Outcome.YES
    if change.after is None:
        return change.before is Outcome.YES
    return True


def _waived(duties: Sequence[Duty], words: Words) -> Section | None:
    if not duties:
        return None
    told = "；".join(
        f"{duty.id}（{about(duty.target, words)}，因“{'、'.join(duty.waived_by)}”）" for duty in duties
    )
    return Section(title=f"免办（{len(duties)}件）", lines=(Line(text=told),))


def _due(found: Sequence[DueChange], moved: set[Key], words: Words) -> Section | None:
    rows = tuple(
        Row(
            cells=(
                each.id,
                about(each.target, words),
                told_moment(each.before) or "无",
                told_moment(each.after) or "无",
            )
        )
        for each in found
        if (each.id, each.target) not in moved
    )
    if not rows:
        return None
    columns = (
        Column(title="事项", share=5),
        Column(title="对象", most=16),
        Column(title="原来", most=19),
        Column(title="现在", most=19),
    )
    return Section(title="截止时点有变", grids=(Grid(columns=columns, rows=rows),))


def _facts(title: str, facts: Sequence[str], words: Words) -> Section | None:
    if not facts:
        return None
    more = f"等{len(facts)}项" if len(facts) > _MOST_FACTS else ""
    return Section(
        title=f"{title}（{len(facts)}项）", lines=(Line(text=words.facts(facts[:_MOST_FACTS]) + more),)
    )


def _told(outcome: Outcome | None) -> str:
    return "—" if outcome is None else OUTCOMES[outcome]
