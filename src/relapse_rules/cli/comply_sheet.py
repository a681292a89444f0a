"""From a report on a county's records to a sheet for the terminal: totals, units, townships, the first findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from relapse_rules.compliance.model import FINDINGS, Finding, Report, Tally, Verdict
from relapse_rules.compliance.words import EXPLANATION, difference, moment
from relapse_rules.decisions.sheet import Column, Grid, Line, Row, Section, Sheet, Tone
from relapse_rules.values.vocabulary import Vocabulary

MOST_LISTED: Final = 50

_SHOWN: Final = (*FINDINGS, Verdict.CANNOT_JUDGE, Verdict.OPEN, Verdict.ON_TIME, Verdict.DONE)
_COUNTS: Final = tuple(Column(title=verdict.value) for verdict in _SHOWN)


def comply_sheet(report: Report, vocabulary: Vocabulary) -> Sheet:
    """Return the sheet; of the findings the first fifty, the rest is for CSV or Excel."""
    rows = "、".join(f"{vocabulary.by_english[name].name} {count} 行" for name, count in report.rows.items())
    lines = [f"查到：{moment(report.as_of)}", f"规则版本：{report.digest[:19]}", f"收下：{rows}"]
    if report.rejects:
        lines.append(f"拒收：{len(report.rejects)} 行")
    return Sheet(
        title=f"{report.policy} 履职核对表",
        lines=tuple(Line(text=text) for text in lines),
        sections=tuple(
            section
            for section in (
                _tallies("各项职责和步骤", "职责或步骤", report.by_duty, cited=True),
                _tallies("按单位", "单位", report.by_unit),
                _tallies("按乡镇", "乡镇", report.by_township),
                _findings(report),
                _not_judged(report),
                _questions(report),
                Section(title="怎样读", lines=_lines((*EXPLANATION, *report.notes))),
            )
            if section is not None
        ),
    )


def _lines(texts: Iterable[str]) -> tuple[Line, ...]:
    return tuple(Line(text=text) for text in texts)


def _tallies(title: str, head: str, tallies: Sequence[Tally], *, cited: bool = False) -> Section | None:
    used = [tally for tally in tallies if any(tally.counts.values())]
    if not used:
        return None
    first = (Column(title=head, share=4), *((Column(title="依据"),) if cited else ()))
    rows = tuple(
        Row(
            cells=(
                tally.name,
                *(("、".join(tally.cites),) if cited else ()),
                *(str(tally.counts.get(verdict, 0)) for verdict in _SHOWN),
            ),
            tone=Tone.ALERT if tally.findings else Tone.PLAIN,
        )
        for tally in used
    )
    return Section(title=title, grids=(Grid(columns=(*first, *_COUNTS), rows=rows),))


def _findings(report: Report) -> Section | None:
    total = len(report.findings)
    if not total:
        return Section(title="要核对的", lines=(Line(text="没有要核对的。", tone=Tone.YES),))
    columns = (
        Column(title="结论"),
        Column(title="职责或步骤", share=3),
        Column(title="依据"),
        Column(title="对象", share=2),
        Column(title="责任单位", share=3),
        Column(title="说明", share=6),
    )
    rows = tuple(_row(finding) for finding in islice(report.findings, MOST_LISTED))
    closing = (
        ()
        if total <= MOST_LISTED
        else _lines((f"共 {total} 条，以上是前 {MOST_LISTED} 条；全部的用 --format csv 或 --excel。",))
    )
    return Section(title="要核对的", grids=(Grid(columns=columns, rows=rows),), closing=closing)


def _row(finding: Finding) -> Row:
    due = f"截止 {moment(finding.due)}" if finding.due else ""
    done = f"办理 {moment(finding.done)}" if finding.done else ""
    told = "，".join(part for part in (due, done, difference(finding), finding.reason) if part)
    tone = Tone.UNKNOWN if finding.verdict is Verdict.CANNOT_JUDGE else Tone.ALERT
    cells = (
        finding.verdict.value,
        finding.duty,
        "、".join(finding.cites),
        finding.target,
        finding.actor
        if finding.verdict is Verdict.WRONG_UNIT and finding.actor
        else "、".join(finding.units),
        told,
    )
    return Row(cells=cells, tone=tone)


def _not_judged(report: Report) -> Section | None:
    """What cannot be judged case by case, then by reason what the tables say nothing of at all."""
    if not report.not_judged:
        return None
    columns = (
        Column(title="职责或步骤", share=3),
        Column(title="依据"),
        Column(title="项数"),
        Column(title="原因", share=5),
    )
    counted = tuple(
        Row(cells=(each.duty, "、".join(each.cites), str(each.count), each.reason))
        for each in report.not_judged
        if each.count is not None
    )
    silent: dict[str, list[str]] = {}
    for each in report.not_judged:
        if each.count is None:
            silent.setdefault(each.reason, []).append(each.duty)
    lines = _lines(f"{reason}：{'、'.join(duties)}" for reason, duties in silent.items())
    grids = (Grid(columns=columns, rows=counted),) if counted else ()
    return Section(title="不能判断的", grids=grids, closing=lines)


def _questions(report: Report) -> Section | None:
    if not report.questions:
        return None
    by_duty: dict[tuple[str, str], list[str]] = {}
    for each in report.questions:
        by_duty.setdefault(("、".join(each.cites), each.asked), []).append(f"{each.unit}（{each.told}）")
    lines = []
    for (cites, asked), units in by_duty.items():
        lines.append(Line(text=f"{asked}（{cites}）", tone=Tone.UNKNOWN))
        lines.append(Line(text=f"  涉及：{'、'.join(units)}"))
    return Section(title="约谈、问责：要由人回答的问题", lines=tuple(lines))
