"""A summary on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relapse_rules.batch.summary_model import Summary
from relapse_rules.batch.summary_tables import (
    UNIT_LEVELS,
    Part,
    categories,
    loads,
    rejections,
    suppliers,
    townships,
)
from relapse_rules.decisions.moments import moment_text
from relapse_rules.decisions.sheet import Column, Grid, Line, Row, Section, Sheet, Tone
from relapse_rules.decisions.words import moment

_MOST: Final = 16
_WIDE: Final = 27
"""Columns at least this wide on paper share what is left of the screen."""


def summary_sheet(summary: Summary) -> Sheet:
    """Return what an officer reads after a run: counts by township and category, the busiest units, what is missing, what was rejected."""
    head, eligible = summary.head, summary.eligible
    lines = [
        Line(text=f"判定时点：{moment(moment_text(head.as_of))}"),
        Line(text=f"规则版本：{head.digest[:19]}"),
        Line(text=f"读入 {head.read:,} 户，判定 {head.decided:,} 户，拒收 {head.rejected:,} 户"),
        Line(text=f"纳入 {eligible.yes:,} 户，不纳入 {eligible.no:,} 户，未能判定 {eligible.unknown:,} 户"),
    ]
    if summary.contradicting:
        lines.append(Line(text=f"{summary.contradicting:,} 户的事实互相矛盾，请核对", tone=Tone.ALERT))
    levels = {level.value for level in UNIT_LEVELS}
    busiest = sorted(
        (row for row in loads(summary).rows if row[1] in levels), key=lambda row: -int(row[2] or 0)
    )
    found = (
        ("各乡镇", townships(summary), None),
        ("措施", categories(summary), None),
        ("工作量最大的单位", loads(summary), tuple(busiest)),
        ("缺失的事实由谁提供", suppliers(summary), None),
        ("拒收的原因", rejections(summary), None),
    )
    return Sheet(
        title=f"{head.policy} 全县汇总",
        lines=tuple(lines),
        sections=tuple(
            _section(title, part, part.rows if rows is None else rows)
            for title, part, rows in found
            if part.rows
        ),
    )


def _section(title: str, part: Part, rows: Sequence[Sequence[object]]) -> Section:
    shown = rows if part.total else rows[:_MOST]
    more = len(rows) - len(shown)
    # Paper has room for columns in which nothing is counted, such as days on which nothing is due; a screen has not.
    kept = [place for place in range(len(part.columns)) if any(row[place] != 0 for row in shown)]
    columns = tuple(
        Column(title=column.title, share=column.width if column.width >= _WIDE else 0)
        for column in (part.columns[place] for place in kept)
    )
    return Section(
        title=title,
        grids=(
            Grid(
                columns=columns,
                rows=tuple(Row(cells=tuple(_told(row[place]) for place in kept)) for row in shown),
            ),
        ),
        closing=(Line(text=f"另有 {more} 行，见全县汇总的工作簿"),) if more else (),
    )


def _told(cell: object) -> str:
    return f"{cell:,}" if isinstance(cell, int) else str(cell or "")
