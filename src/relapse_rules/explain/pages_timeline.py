"""What time alone changes, as a page: one table, a day below the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, assert_never

from relapse_rules.decisions.model import Outcome, Target
from relapse_rules.decisions.words import Names, moment
from relapse_rules.explain.model import OutcomeChange, OutcomeName
from relapse_rules.explain.page import Block, Page, Paragraph, Table, Text, Tone, Words, plain
from relapse_rules.explain.shown import page_of
from relapse_rules.explain.telling import changed, listed_names, made_by, names_of
from relapse_rules.explain.timeline_model import Aspect, Day, Due, DutyChange, Timeline

_DONE: Final = {"yes": "已完成", "no": "未完成", "unknown": "不知是否完成"}
_UNCOUNTED: Final = "算不出"

_Row = tuple[Text, Text, Text, Text]


@page_of.register
def timeline_page(timeline: Timeline) -> Page:
    """Return the page of a timeline."""
    names = names_of(timeline.entities)
    period = ("期间", plain(f"{timeline.first} 至 {timeline.last}"))
    return Page(
        title="哪天会变",
        blocks=(made_by(timeline.policy, timeline.subject, names, period), *_days(timeline, names)),
    )


def _days(timeline: Timeline, names: Names) -> Iterator[Block]:
    yield Paragraph(plain("只看时间推移；其他事实都照判定时点所填报的，以后有新情况要重新判定。"))
    if not timeline.days:
        yield Paragraph(plain("这段时间里没有变化，也没有到期的事。"))
        return
    rows: list[_Row] = []
    groups: list[tuple[int, str]] = []
    for day in timeline.days:
        groups.append((len(rows), day.date))
        rows += _Day(day, timeline.subject, names).rows()
    yield Table(
        "", ("时刻", "变化", "什么", "由于／责任单位"), tuple(rows), wide=(2, 3), groups=tuple(groups)
    )


class _Day:
    """Tells of one day."""

    def __init__(self, day: Day, subject: Target, names: Names) -> None:
        self._day = day
        self._subject = subject
        self._names = names

    def rows(self) -> Iterator[_Row]:
        for due in self._day.overdue:
            yield self._row("当日起", (Words("已逾期", Tone.ALERT),), [due], _units(due))
        for turn in self._day.turns:
            told: dict[str, list[OutcomeChange | DutyChange]] = {}
            for change in turn.changes:
                told.setdefault(changed(change.before, change.after), []).append(change)
            for duty in turn.duties:
                told.setdefault(_altered(duty), []).append(duty)
            for text, alike in told.items():
                yield self._row(_clock(turn.moment), plain(text), alike, "；".join(turn.causes))
        for due in self._day.due:
            yield self._row(_clock(due.moment), (Words("到期", Tone.STRONG),), [due], _units(due))

    def _row(self, at: str, told: Text, what: Sequence[OutcomeChange | DutyChange | Due], rest: str) -> _Row:
        outcomes = [OutcomeName(kind=each.kind, id=each.id, target=each.target) for each in what]
        named = "、".join(listed_names(outcomes, self._names, self._subject))
        return plain(at), told, plain(named), plain(rest)


def _units(due: Due) -> str:
    return f"责任单位 {'、'.join(due.units)}" if due.units else ""


def _altered(duty: DutyChange) -> str:
    match duty.aspect:
        case Aspect.DONE:
            return f"由 {_done(duty.before)} 变为 {_done(duty.after)}"
        case Aspect.UNITS:
            return f"责任单位由 {duty.before or '未写明'} 变为 {duty.after or '未写明'}"
        case Aspect.DUE:
            return f"截止时点由 {moment(duty.before) or _UNCOUNTED} 变为 {moment(duty.after) or _UNCOUNTED}"
        case _:
            assert_never(duty.aspect)


def _done(text: str | None) -> str:
    return _DONE.get(text or Outcome.UNKNOWN.value, text or "")


def _clock(at: str | None) -> str:
    """Return the time of day; a change without one holds as the day begins."""
    return "当日起" if at is None else moment(at).partition(" ")[2]
