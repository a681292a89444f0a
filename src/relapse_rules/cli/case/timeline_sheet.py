"""The screen of a case's events, in the order of arrival."""

from __future__ import annotations

from relapse_rules.cases.session import Case
from relapse_rules.cli.case.event_words import KINDS, EventWords
from relapse_rules.decisions.sheet import Column, Grid, Line, Row, Section, Sheet, Tone
from relapse_rules.decisions.words import moment


def timeline_sheet(case: Case, words: EventWords) -> Sheet:
    """Return the screen: every event, then those that came with a taken id."""
    rows = tuple(
        Row(
            cells=(
                str(each.sequence),
                moment(each.event.recorded_at),
                moment(getattr(each.event, "happened_at", None)),
                KINDS[type(each.event)],
                words.name(each.event),
                words.content(each.event),
            )
        )
        for each in case.timeline()
    )
    columns = (
        Column(title="序号"),
        Column(title="登记时间", most=16),
        Column(title="发生时间", most=16),
        Column(title="种类"),
        Column(title="编号", share=3),
        Column(title="内容", share=7),
    )
    conflicts = tuple(
        Row(
            cells=(each.entry.event_id, moment(each.entry.recorded_at), f"第 {each.sequence} 条"),
            tone=Tone.ALERT,
        )
        for each in case.conflicts
    )
    sections = [Section(title=f"事件（{len(rows)}条）", grids=(Grid(columns=columns, rows=rows),))]
    if conflicts:
        titles = (
            Column(title="编号", share=4),
            Column(title="登记时间", most=16),
            Column(title="编号已用于"),
        )
        sections.append(
            Section(
                title=f"没有生效的（{len(conflicts)}条）",
                lines=(Line(text="编号已被内容不同的事件用了，留存备查。"),),
                grids=(Grid(columns=titles, rows=conflicts),),
            )
        )
    ending = "已结案" if case.is_closed else "办理中"
    return Sheet(
        title=f"案卷 {case.id} 的经过",
        lines=(Line(text=f"时点：{moment(case.as_of)}，{ending}"),),
        sections=tuple(sections),
    )
