"""What is to be done for the county's own entities: its disasters, alerts, projects and cases of accountability."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from relapse_rules.batch.assignment import NOWHERE, Assignment
from relapse_rules.batch.workbook import Cell
from relapse_rules.batch.workload import NEVER_DUE, NO, UNKNOWN, YES
from relapse_rules.decisions.model import Outcome, Target
from relapse_rules.decisions.words import Words
from relapse_rules.facts.moments import time_seconds

_LISTS: Final = ("measures", "tasks")
_DONE: Final = {"yes": YES, "no": NO, "unknown": UNKNOWN}

County = Mapping[str, list[dict[str, Any]]]


class CountyWork(NamedTuple):
    """A measure or task that is to be carried out. ``due`` in seconds, or `NEVER_DUE`."""

    id: str
    target: Target
    units: tuple[str, ...]
    word: str | None
    due: int
    done: int
    after: tuple[str, ...]
    cites: tuple[str, ...]


def county_work(county: County) -> tuple[CountyWork, ...]:
    """Return what is to be done, what is open first and by due time."""
    found = [
        _read(element)
        for name in _LISTS
        for element in county.get(name, ())
        if element["outcome"] == Outcome.YES
    ]
    return tuple(sorted(found, key=lambda each: (each.done == YES, each.due)))


def exceptions_that_apply(county: County) -> frozenset[str]:
    """Return the 例外 that apply to one of the county's own entities."""
    return frozenset(each["id"] for each in county.get("exceptions", ()) if each["outcome"] == Outcome.YES)


def county_rows(
    county: Sequence[CountyWork], words: Words, assignment: Assignment, state: Callable[[int, int], str]
) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each. ``state``: how it stands, by whether it is done and when it is due."""
    for number, each in enumerate(county, start=1):
        yield (
            number,
            state(each.done, each.due),
            None if each.due == NEVER_DUE else each.due,
            each.word,
            words.target(each.target, Outcome.YES),
            each.id,
            assignment.told(each.units, NOWHERE),
            "、".join(each.after),
            "、".join(each.cites),
        )


def _read(element: dict[str, Any]) -> CountyWork:
    target, due = element["target"], element["due"]
    return CountyWork(
        id=element["id"],
        target=Target(target["entity"], target["id"]),
        units=tuple(element["units"]),
        word=element["time_limit"],
        due=int(NEVER_DUE) if due is None else time_seconds(due),
        done=_DONE[element["done"]],
        after=tuple(element["after"]),
        cites=tuple(element["cites"]),
    )
