"""The tables of a summary, the same on paper and on the screen: titles, columns, and rows of texts and whole numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from relapse_rules.batch.assignment import Level
from relapse_rules.batch.summary_model import NO_DAY, Load, Outcomes, Summary
from relapse_rules.batch.workbook import Cell, Column, Kind
from relapse_rules.decisions.moments import day_text
from relapse_rules.values.moments import day_of

MOST_DAYS: Final = 8
"""Due days with a column of their own; later ones share one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A table of the summary. ``total``: whether its last row adds up the others."""

    name: str
    note: str
    columns: Sequence[Column]
    rows: tuple[tuple[Cell, ...], ...]
    total: bool = False


def parts(summary: Summary) -> tuple[Part, ...]:
    """Return all tables, in the order of the sheets."""
    return (
        townships(summary),
        categories(summary),
        listings(summary, measures=True),
        listings(summary, measures=False),
        loads(summary),
        suppliers(summary),
        lacks(summary),
        rejections(summary),
    )


def _text(title: str, width: int) -> Column:
    return Column(title=title, width=width)


def _count(title: str, width: int = 10) -> Column:
    return Column(title=title, width=width, kind=Kind.NUMBER)


def _totalled(rows: Iterable[tuple[Cell, ...]], texts: int = 1) -> tuple[tuple[Cell, ...], ...]:
    """Return ``rows`` and their sums; the first ``texts`` columns are no numbers."""
    found = tuple(rows)
    sums = [sum(cell for cell in column if isinstance(cell, int)) for column in zip(*found, strict=True)]
    blanks = (None,) * (texts - 1)
    return (*found, ("合计", *blanks, *sums[texts:])) if found else ()


def townships(summary: Summary) -> Part:
    """Return the households and the work of each township."""
    return Part(
        name="按乡镇",
        note="“项”按户或对象计：一户三人各有一项的，算三项",
        columns=(
            _text("乡镇", 20),
            _count("农户", 9),
            _count("纳入", 9),
            _count("不纳入", 9),
            _count("未能判定", 9),
            _count("措施（项）"),
            _count("其中已完成"),
            _count("其中已到期"),
            _count("任务（项）"),
            _count("其中已完成"),
            _count("其中已到期"),
            _count("还缺事实的户", 11),
        ),
        rows=_totalled(
            (
                each.name,
                each.households,
                each.eligible.yes,
                each.eligible.no,
                each.eligible.unknown,
                each.measures.yes,
                each.measures.done,
                each.measures.overdue,
                each.tasks.yes,
                each.tasks.done,
                each.tasks.overdue,
                each.lacking,
            )
            for each in summary.townships
        ),
        total=True,
    )


_OUTCOMES: Final = (
    _count("涉及户", 10),
    _count("要落实（项）", 11),
    _count("其中已完成", 11),
    _count("其中已到期", 11),
    _count("不落实（项）", 11),
    _count("未能判定（项）", 13),
)


def _outcomes(households: int, outcomes: Outcomes) -> tuple[int, ...]:
    return households, outcomes.yes, outcomes.done, outcomes.overdue, outcomes.no, outcomes.unknown


def categories(summary: Summary) -> Part:
    """Return the measures by category."""
    return Part(
        name="按措施类别",
        note="“涉及户”：有这一类措施要落实的户，一户有几类的各算一次。“其中已到期”：到期时间已过而没有报完成",
        columns=(_text("措施类别", 22), *_OUTCOMES),
        rows=tuple((each.name, *_outcomes(each.households, each.outcomes)) for each in summary.categories),
    )


def listings(summary: Summary, *, measures: bool) -> Part:
    """Return each measure, or each task."""
    kind = (_text("类别", 18), _text("力度", 7)) if measures else ()
    return Part(
        name="各项措施" if measures else "各项任务",
        note="全县各户合计",
        columns=(_text("措施" if measures else "任务", 26), *kind, *_OUTCOMES),
        rows=tuple(
            (
                each.id,
                *((each.category, each.force) if measures else ()),
                *_outcomes(each.households, each.outcomes),
            )
            for each in summary.listings
            if each.is_measure is measures and each.outcomes != Outcomes()
        ),
    )


def due_days(summary: Summary) -> tuple[int, ...]:
    """Return the first days, from 判定时点 on, on which anything is due."""
    today = day_of(summary.head.as_of)
    days = {day for load in summary.loads for day in load.open if day != NO_DAY and day >= today}
    return tuple(sorted(days)[:MOST_DAYS])


def loads(summary: Summary) -> Part:
    """Return what each unit has to do, by due day."""
    days = due_days(summary)
    return Part(
        name="各单位工作量",
        note="几个单位共同负责的，各算一项，所以不合计。“已到期”：到期时间已过而没有报完成；后面各列是还没有到期的",
        columns=(
            _text("单位", 24),
            _text("类别", 11),
            _count("未完成（项）", 11),
            _count("已到期"),
            *(_count(f"{day_text(day)}到期", 13) for day in days),
            _count("更晚到期"),
            _count("没有具体日期", 11),
            _count("已完成（项）", 11),
        ),
        rows=tuple(_load(load, days, summary.head.as_of) for load in summary.loads),
    )


def _load(load: Load, days: Sequence[int], as_of: int) -> tuple[Cell, ...]:
    today = day_of(as_of)
    by_day = [load.open.get(day, 0) for day in days]
    ahead = sum(count for day, count in load.open.items() if day != NO_DAY and day >= today)
    # Of what is due today, some is past already: it stands under 已到期 alone.
    past_today = load.overdue - sum(
        count for day, count in load.open.items() if day != NO_DAY and day < today
    )
    if days and days[0] == today:
        by_day[0] -= past_today
    return (
        load.owner.name,
        load.owner.level.value,
        sum(load.open.values()),
        load.overdue,
        *by_day,
        ahead - past_today - sum(by_day),
        load.open.get(NO_DAY, 0),
        load.done,
    )


def suppliers(summary: Summary) -> Part:
    """Return in how many households each supplier owes facts."""
    facts: dict[str, list[str]] = {}
    for lack in summary.lacks:
        facts.setdefault(lack.supplier, []).append(lack.fact)
    return Part(
        name="缺失事实按提供单位",
        note="一户缺几项都由同一单位提供的，算一户",
        columns=(
            _text("由谁提供", 28),
            _count("缺的户"),
            _count("缺的事实（种）", 13),
            _text("缺得最多的", 80),
        ),
        rows=tuple(
            (name, count, len(facts.get(name, ())), "、".join(facts.get(name, ())[:5]))
            for name, count in summary.suppliers
        ),
    )


def lacks(summary: Summary) -> Part:
    """Return in how many households each fact is missing."""
    return Part(
        name="缺失事实",
        note="缺的户多的在前",
        columns=(_text("事实", 48), _text("由谁提供", 36), _count("缺的户", 12)),
        rows=tuple((each.fact, each.supplier, each.households) for each in summary.lacks),
    )


def rejections(summary: Summary) -> Part:
    """Return why rows were rejected."""
    return Part(
        name="拒收",
        note="一行有几处错的，每处算一次；逐行的原因在 rejects.parquet",
        columns=(
            _text("表", 14),
            _text("列", 22),
            _text("原因", 52),
            _text("怎样改正", 42),
            _count("处数", 9),
        ),
        rows=tuple(
            (each.entity, each.field, each.reason, each.remedy, each.rows) for each in summary.rejections
        ),
    )


UNIT_LEVELS: Final = (Level.UNIT, Level.TOWNSHIP)
"""Units that charts and the screen show; villages are too many."""
