"""Makes what fuzzing has found smaller, for as long as it is still found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.fuzz.hunts import Quarry

_LISTS = (
    "exceptions",
    "tasks",
    "measures",
    "definitions",
    "indicators",
    "judgements",
    "readings",
    "parameters",
)


def reduced(found: Quarry, hunt: Callable[[Quarry], list[str]]) -> Quarry:
    """Return a quarry with fewer declarations and facts on which ``hunt`` still finds something."""
    smaller = True
    while smaller:
        smaller = False
        for candidate in (*_fewer_declarations(found), *_fewer_facts(found)):
            if _still(candidate, hunt):
                found, smaller = candidate, True
                break
    return found


def _still(candidate: Quarry, hunt: Callable[[Quarry], list[str]]) -> bool:
    try:
        return bool(hunt(candidate))
    except (KeyError, StopIteration, AttributeError):
        return False  # something that is left still uses what is gone


def _fewer_declarations(found: Quarry) -> Iterator[Quarry]:
    for name in _LISTS:
        declared = getattr(found.policy, name)
        for place in reversed(range(len(declared))):
            rest = declared[:place] + declared[place + 1 :]
            yield found._replace(policy=replace(found.policy, **{name: rest}))


def _fewer_facts(found: Quarry) -> Iterator[Quarry]:
    for domain, table in found.case.tables.items():
        for lane, row in enumerate(table.rows):
            for fact in row:
                rows = list(table.rows)
                rows[lane] = {key: value for key, value in row.items() if key != fact}
                tables = {**found.case.tables, domain: table._replace(rows=tuple(rows))}
                yield found._replace(case=replace(found.case, tables=tables))
