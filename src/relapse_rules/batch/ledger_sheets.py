"""The sheets of a ledger and their columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relapse_rules.batch.workbook import Column, Kind

_NUMBER: Final = Column(title="序号", width=6, kind=Kind.NUMBER)
_TOWNSHIP: Final = Column(title="乡镇", width=11)
_VILLAGE: Final = Column(title="行政村", width=14)
_HOUSEHOLD: Final = Column(title="户编号", width=14)
_STATE: Final = Column(title="办理情况", width=13)
_DUE: Final = Column(title="到期时间", width=16, kind=Kind.MOMENT)


def _where(*, township: bool) -> tuple[Column, ...]:
    return (*((_TOWNSHIP,) if township else ()), _VILLAGE, _HOUSEHOLD)


def work_columns(*, township: bool, category: bool) -> Sequence[Column]:
    """Return the columns of measures (with ``category``) or tasks. ``township``: whether households are of several townships."""
    kind = (Column(title="类别", width=17), Column(title="力度", width=6)) if category else ()
    return (
        _NUMBER,
        _STATE,
        _DUE,
        Column(title="时限", width=11),
        *_where(township=township),
        Column(title="对象", width=16),
        Column(title="措施" if category else "任务", width=23 if category else 28),
        *kind,
        Column(title="责任单位", width=24 if category else 26),
        Column(title="先办完", width=17 if category else 22),
        Column(title="依据", width=9),
    )


def household_columns(*, township: bool) -> Sequence[Column]:
    """Return the columns of households."""
    return (
        _NUMBER,
        *_where(township=township),
        Column(title="纳入监测帮扶", width=10),
        Column(title="措施（项）", width=9, kind=Kind.NUMBER),
        Column(title="未完成措施", width=9, kind=Kind.NUMBER),
        Column(title="任务（项）", width=9, kind=Kind.NUMBER),
        Column(title="未完成任务", width=9, kind=Kind.NUMBER),
        Column(title="最早到期", width=16, kind=Kind.MOMENT),
        Column(title="还缺事实（项）", width=10, kind=Kind.NUMBER),
        Column(title="互相矛盾的事实", width=34),
    )


def element_columns(*, township: bool) -> Sequence[Column]:
    """Return the columns of members and other elements."""
    return (
        _NUMBER,
        *_where(township=township),
        Column(title="类别", width=12),
        Column(title="名称或次序", width=14),
        Column(title="认定为“是”的", width=34),
        Column(title="措施", width=30),
        Column(title="任务", width=30),
    )


def missing_columns(*, township: bool) -> Sequence[Column]:
    """Return the columns of what is missing."""
    return (
        _NUMBER,
        *_where(township=township),
        Column(title="由谁提供", width=20),
        Column(title="缺（项）", width=8, kind=Kind.NUMBER),
        Column(title="还缺的事实", width=86),
    )


COUNTY_COLUMNS: Final = (
    _NUMBER,
    _STATE,
    _DUE,
    Column(title="时限", width=12),
    Column(title="对象", width=22),
    Column(title="事项", width=24),
    Column(title="责任单位", width=32),
    Column(title="先办完", width=22),
    Column(title="依据", width=12),
)
"""The columns of what is to be done for the county's own events and projects."""

NOTES_COLUMNS: Final = (Column(title="项目", width=22), Column(title="说明", width=100))
