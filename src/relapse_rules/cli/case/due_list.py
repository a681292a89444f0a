"""What is owed over many cases, by unit or by time: as a table, JSON, CSV or a calendar."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from relapse_rules.cases.machines import WORDS, Duty, State
from relapse_rules.cli.case.words import NO_UNIT, OVERDUE, about, limit, told_moment, tone, who
from relapse_rules.decisions.model import JsonObject
from relapse_rules.decisions.sheet import Column, Grid, Line, Row, Section, Sheet
from relapse_rules.decisions.words import Words, moment

_BY_UNIT: Final = "unit"
_UNTIMED: Final = "没有可计算的截止时点"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_CSV_TITLES: Final = (
    "单位",
    "截止时点",
    "状态",
    "案卷",
    "事项",
    "对象",
    "时限",
    "依据",
    "案卷时点",
)


class Owed(NamedTuple):
    """Something that is owed in a case. ``units``: by whom, as they are called there; ``clock``: the case's, in ISO 8601."""

    case: str
    clock: str
    duty: Duty
    units: tuple[str, ...]

    @property
    def due(self) -> tuple[bool, int]:
        """What sorts it by time: what has no due time comes last."""
        return self.duty.due is None, self.duty.due or 0

    def dump(self) -> JsonObject:
        """Return the JSON form: the duty's, with its case."""
        return {"case": self.case, "as_of": self.clock, **self.duty.dump(), "responsible": [*self.units]}


def by_time(owed: Iterable[Owed]) -> list[Owed]:
    """Return what is owed, soonest due first."""
    return sorted(owed, key=lambda each: each.due)


def by_unit(owed: Iterable[Owed]) -> list[Owed]:
    """Return what is owed once for each unit, by time within each; the units whose things are due soonest come first.

    What no unit is named for comes last.
    """
    single = [
        each._replace(units=(unit,)) for each in owed for unit in dict.fromkeys(each.units or (NO_UNIT,))
    ]
    soonest: dict[str, tuple[bool, int]] = {}
    for each in single:
        soonest[each.units[0]] = min(each.due, soonest.get(each.units[0], each.due))
    return sorted(
        single, key=lambda each: (each.units[0] == NO_UNIT, soonest[each.units[0]], each.units, each.due)
    )


ORDERS: Final[Mapping[str, Callable[[Iterable[Owed]], list[Owed]]]] = {
    _BY_UNIT: by_unit,
    "time": by_time,
}


def due_sheet(owed: Sequence[Owed], words: Words, *, order: str, clocks: Sequence[str]) -> Sheet:
    """Return the table of what is owed in cases whose clocks stand at ``clocks`` (ISO 8601)."""
    overdue = len({(each.case, each.duty.key) for each in owed if each.duty.state is State.OVERDUE})
    total = len({(each.case, each.duty.key) for each in owed})
    moments = sorted({moment(clock) for clock in clocks})
    span = "" if not moments else moments[0] if len(moments) == 1 else f"{moments[0]} 至 {moments[-1]}"
    columns = _columns(order)
    grids = tuple(
        Grid(
            heading=f"{title}（{len(group)}件）",
            columns=columns,
            rows=tuple(_row(each, words, order) for each in group),
        )
        for title, group in _groups(owed, order).items()
    )
    section = Section(title="按单位" if order == _BY_UNIT else "按时间", grids=grids)
    return Sheet(
        title="该办的事",
        lines=(
            Line(text=f"案卷：{len(clocks)} 个" + (f"，各按自己的时点（{span}）" if span else "")),
            Line(text=f"共 {total} 件，其中{OVERDUE} {overdue} 件"),
        ),
        sections=(section,) if grids else (),
    )


def _groups(owed: Sequence[Owed], order: str) -> Mapping[str, list[Owed]]:
    """Return what is owed by heading. A unit that is only known by its code is told with the plan's word for it."""
    groups: dict[str, list[Owed]] = {}
    headings: dict[str, str] = {}
    for each in owed:
        heading = _day(each.duty)
        if order == _BY_UNIT:
            unit = each.units[0]
            heading = headings.setdefault(unit, _named(unit, each.duty))
        groups.setdefault(heading, []).append(each)
    return groups


def _named(unit: str, duty: Duty) -> str:
    generic = next(
        (name for name, own in zip(duty.units, duty.units_resolved, strict=True) if own == unit), unit
    )
    return f"{unit}（{generic}）" if unit.isdigit() and generic != unit else unit


def _day(duty: Duty) -> str:
    """Return the heading under which a duty stands in the order of time."""
    if duty.state is State.OVERDUE:
        return OVERDUE
    return _UNTIMED if duty.due is None else f"{told_moment(duty.due)[:10]} 到期"


def _columns(order: str) -> tuple[Column, ...]:
    return (
        Column(title="案卷", most=14),
        Column(title="事项", share=5),
        Column(title="对象", most=16),
        Column(title="责任单位" if order != _BY_UNIT else "同列单位", share=5),
        Column(title="时限", most=19),
        Column(title="依据", share=3),
    )


def _row(owed: Owed, words: Words, order: str) -> Row:
    """Return a row. Under a unit's heading the others that are responsible with it are named."""
    duty = owed.duty
    others = "、".join(unit for unit in duty.units_resolved if unit not in owed.units)
    return Row(
        cells=(
            owed.case,
            duty.id,
            about(duty.target, words),
            others if order == _BY_UNIT else who(duty),
            limit(duty),
            "、".join(duty.cites),
        ),
        tone=tone(duty),
    )


def due_csv(owed: Sequence[Owed], words: Words) -> str:
    """Return what is owed as CSV (RFC 4180), a line each. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_CSV_TITLES)
    for each in owed:
        cells = (
            "、".join(each.units) or NO_UNIT,
            told_moment(each.duty.due),
            WORDS[each.duty.state],
            each.case,
            each.duty.id,
            about(each.duty.target, words),
            each.duty.time_limit or "",
            "、".join(each.duty.cites),
            moment(each.clock),
        )
        writer.writerow(_safe(cell) for cell in cells)
    return text.getvalue()


def due_json(owed: Sequence[Owed]) -> list[JsonObject]:
    """Return what is owed in the JSON form."""
    return [each.dump() for each in owed]


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
