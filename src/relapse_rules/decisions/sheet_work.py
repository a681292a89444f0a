"""What is to be done: measures, tasks, exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relapse_rules.decisions.listed import OVERDUE, about, limit, shortened, units
from relapse_rules.decisions.model import Decision, MeasureElement, Outcome
from relapse_rules.decisions.ordered import in_order
from relapse_rules.decisions.sheet import TONES, Column, Grid, Line, Row, Section, Tone
from relapse_rules.decisions.words import OUTCOMES, Words

_TARGET: Final = Column(title="对象", most=16)
_UNITS: Final = Column(title="责任单位", share=6)
_LIMIT: Final = Column(title="时限", most=18)
_CITES: Final = Column(title="依据", share=3)


def measures(decision: Decision, words: Words, categories: Sequence[str]) -> Section:
    """Return the measures to be taken, by category; elements that differ in their target only share a row."""
    chosen = decision.measures_with(Outcome.YES)
    columns = (Column(title="措施", share=5), _TARGET, Column(title="力度"), _UNITS, _LIMIT, _CITES)
    by_category: dict[str, list[MeasureElement]] = {category: [] for category in categories}
    for each in chosen:
        by_category.setdefault(each.category, []).append(each)
    grids = tuple(
        Grid(
            heading=category,
            columns=columns,
            rows=tuple(_measure_row(same, decision, words) for same in _alike(members)),
        )
        for category, members in by_category.items()
        if members
    )
    title = f"应当落实的帮扶措施（{len({each.id for each in chosen})}项）"
    lines = () if chosen else (Line(text="现有事实下没有可以确定要落实的措施。"),)
    return Section(title=title, lines=lines, grids=grids)


def _measure_row(same: Sequence[MeasureElement], decision: Decision, words: Words) -> Row:
    first = same[0]
    return Row(
        cells=(
            first.id,
            about([each.target for each in same], decision, words, Outcome.YES),
            first.force or "",
            units(first),
            limit(first, decision),
            "、".join(first.cites),
        )
    )


def _alike(elements: Sequence[MeasureElement]) -> list[list[MeasureElement]]:
    """Gather elements that differ in their target only."""
    found: dict[tuple[object, ...], list[MeasureElement]] = {}
    for each in elements:
        found.setdefault((each.id, each.due, each.done, each.after), []).append(each)
    return list(found.values())


# --- tasks ----------------------------------------------------------------------------------------


def tasks(decision: Decision, words: Words) -> Section:
    """Return the tasks to be done, in order."""
    chosen = in_order([each for each in decision.tasks if each.outcome is Outcome.YES])
    columns = (
        Column(title="序号"),
        Column(title="任务", share=5),
        _TARGET,
        _UNITS,
        _LIMIT,
        _CITES,
    )
    rows = tuple(
        Row(
            cells=(
                str(number),
                each.id,
                about([each.target], decision, words, Outcome.YES),
                units(each),
                limit(each, decision),
                "、".join(each.cites),
            ),
            tone=Tone.ALERT if OVERDUE in limit(each, decision) else Tone.PLAIN,
        )
        for number, each in enumerate(chosen, start=1)
    )
    lines = () if chosen else (Line(text="现有事实下没有可以确定要办的任务。"),)
    grids = (Grid(columns=columns, rows=rows),) if rows else ()
    return Section(title=f"要办的任务，按先后（{len(chosen)}项）", lines=lines, grids=grids)


def exceptions(decision: Decision, words: Words, *, everything: bool) -> Section | None:
    """Return the 例外 that apply, or all with ``everything``; None without any."""
    shown = [each for each in decision.exceptions if everything or each.outcome is Outcome.YES]
    if not shown:
        return None
    columns = (
        Column(title="例外", share=4),
        _TARGET,
        Column(title="适用"),
        Column(title="改变", share=6),
        _CITES,
    )
    rows = tuple(
        Row(
            cells=(
                each.id,
                about([each.target], decision, words, each.outcome),
                OUTCOMES[each.outcome],
                shortened(each.changes),
                "、".join(each.cites),
            ),
            tone=TONES[each.outcome],
        )
        for each in shown
    )
    return Section(title="适用的例外", grids=(Grid(columns=columns, rows=rows),))
