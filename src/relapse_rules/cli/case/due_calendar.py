"""What is owed as an iCalendar (RFC 5545): a to-do for each duty. The one module that knows the package ``icalendar``."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from icalendar import Calendar, Todo

from relapse_rules.cases.machines import State
from relapse_rules.cli.case.due_list import Owed
from relapse_rules.cli.case.words import about
from relapse_rules.decisions.words import Words
from relapse_rules.facts.moments import time_seconds

_PRODUCT: Final = "-//relapse-rules//case due//ZH"
_URGENT: Final = 1


def due_calendar(owed: Sequence[Owed], words: Words) -> bytes:
    """Return the calendar. The same duties give the same bytes: each to-do is stamped with its case's clock, and its UID is its own.

    Duties without a due time are to-dos without one. Moments are in UTC.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    for each in owed:
        calendar.add_component(_todo(each, words))
    content: bytes = calendar.to_ical()
    return content


def _todo(owed: Owed, words: Words) -> Todo:
    duty = owed.duty
    todo = Todo()
    todo.add("uid", f"{_name(owed)}@relapse-rules")
    todo.add("dtstamp", _utc(time_seconds(owed.clock)))
    todo.add("summary", f"{owed.case} {duty.id}（{about(duty.target, words)}）")
    if duty.due is not None:
        todo.add("due", _utc(duty.due))
    todo.add("status", "NEEDS-ACTION")
    if duty.state is State.OVERDUE:
        todo.add("priority", _URGENT)
    if owed.units:
        todo.add("categories", [*owed.units])
    told = (
        f"责任单位：{'、'.join(owed.units)}" if owed.units else "",
        f"时限：{duty.time_limit}" if duty.time_limit else "",
        f"依据：{'、'.join(duty.cites)}",
    )
    todo.add("description", "\n".join(part for part in told if part))
    return todo


def _name(owed: Owed) -> str:
    """Return a name of the duty (and of the unit, where each has its own) that stays the same from one calendar to the next."""
    target = owed.duty.target
    parts = (owed.case, owed.duty.id, target.entity, target.id or "", *owed.units)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _utc(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
