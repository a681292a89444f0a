"""Measures, steps and duties that wait for one another in a circle, once 例外 that apply together have changed their order.

What is written as 之后 alone makes no circle (RR0502), but an 例外 adds to it, and takes back only the written order that it turns round. The
household is shown of which all 例外 of the circle apply and all that waits is due: there, nothing can begin. What waits must be about one element
(a house and its household, not a house and a loan).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from relapse_rules.analysis.findings.asking import Saying
from relapse_rules.analysis.findings.between import Found, Wish, search
from relapse_rules.analysis.findings.desk import Desk
from relapse_rules.analysis.findings.model import Finding, Ground
from relapse_rules.analysis.proving.goals import Wanted
from relapse_rules.diagnostics.codes_findings import ORDER_IN_A_CIRCLE

_LONGEST: Final = 8


class Circle(NamedTuple):
    """What waits for the next, the last for the first; the exceptions that must apply for that, and those that must not."""

    waiting: tuple[str, ...]
    exceptions: tuple[str, ...]
    without: tuple[str, ...]


class _Edge(NamedTuple):
    """One comes after another; because of an exception, or as it is written (None)."""

    later: str
    earlier: str
    exception: str | None


def find(desk: Desk) -> Iterator[Finding]:
    """Yield the circles that some household is in, one for each group of exceptions."""
    for circle in circles(desk):
        found = search(desk, wishes(desk, circle))
        if found is None:
            continue
        if not found.search.complete:
            question = f"{told(circle)}会不会互相等待"
            yield desk.undecided(
                ORDER_IN_A_CIRCLE, circle.exceptions, question, needs_solver=found.search.needs_solver
            )
        elif found.search.witness is not None:
            yield _finding(desk, circle, found)


def circles(desk: Desk) -> tuple[Circle, ...]:
    """Return the circles that exceptions could make, the shortest of each group of exceptions."""
    edges = tuple(_edges(desk))
    after: dict[str, list[_Edge]] = {}
    for edge in edges:
        after.setdefault(edge.later, []).append(edge)
    best: dict[frozenset[str], Circle] = {}
    for start in edges:
        if start.exception is None:
            continue
        for path in _paths(after, start):
            circle = _circle(desk, path)
            group = frozenset(circle.exceptions)
            if not group & set(circle.without) and (
                group not in best or len(circle.waiting) < len(best[group].waiting)
            ):
                best[group] = circle
    return tuple(best.values())


def _edges(desk: Desk) -> Iterator[_Edge]:
    for entry in desk.entries:
        if entry.listing is None:
            continue
        for name in entry.listing.after:
            yield _Edge(entry.name, name, None)
        for exception, earlier in entry.listing.ordered_after:
            for name in earlier:
                yield _Edge(entry.name, name, exception)


def _paths(after: Mapping[str, list[_Edge]], start: _Edge) -> Iterator[tuple[_Edge, ...]]:
    """Yield the ways from an edge round to where it began that pass no place twice."""
    waiting: list[tuple[_Edge, ...]] = [(start,)]
    while waiting:
        path = waiting.pop(0)
        if path[-1].earlier == start.later:
            yield path
            continue
        passed = {edge.later for edge in path}
        if len(path) < _LONGEST:
            waiting.extend(
                (*path, edge)
                for edge in after.get(path[-1].earlier, ())
                if edge.earlier not in passed - {start.later}
            )


def _circle(desk: Desk, path: tuple[_Edge, ...]) -> Circle:
    exceptions = tuple(dict.fromkeys(edge.exception for edge in path if edge.exception is not None))
    without = tuple(
        dict.fromkeys(
            exception.name
            for exception in desk.policy.exceptions
            for edge in path
            if edge.exception is None and _turns(exception.orders, edge)
        )
    )
    return Circle(tuple(edge.later for edge in path), exceptions, without)


def _turns(orders: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...], edge: _Edge) -> bool:
    """Whether an exception puts round what is written, and so takes it back."""
    return any(edge.earlier in laters and edge.later in earliers for laters, earliers in orders)


def wishes(desk: Desk, circle: Circle) -> tuple[Wish, ...]:
    """Return that all of a circle is due at once."""
    yes = (desk.by_name[name].node for name in (*circle.exceptions, *circle.waiting))
    no = (desk.by_name[name].node for name in circle.without)
    return (*(Wish(node, Wanted.YES) for node in yes), *(Wish(node, Wanted.NO) for node in no))


def told(circle: Circle) -> str:
    """Return a circle as an officer reads it: who waits for whom."""
    return " → ".join(f"“{name}”" for name in (*circle.waiting, circle.waiting[0]))


def sayings(circle: Circle, places: tuple[int, ...]) -> tuple[Saying, ...]:
    """Return what is shown of a household in a circle. ``places``: of the wishes."""
    names = (*circle.exceptions, *circle.waiting, *circle.without)
    return tuple(Saying(name, place, name) for name, place in zip(names, places, strict=True))


def _finding(desk: Desk, circle: Circle, found: Found) -> Finding:
    assert found.search.witness is not None
    names = "、".join(f"“{name}”" for name in circle.exceptions)
    return desk.finding(
        ORDER_IN_A_CIRCLE,
        circle.exceptions,
        f"例外{names}成立时，几件事互相等待，谁也轮不到：{told(circle)}",
        "去掉其中一个先后，或给其中一个例外加上条件",
        ground=Ground.WITNESS,
        cites=tuple(dict.fromkeys(cite for name in circle.exceptions for cite in desk.by_name[name].cites)),
        witness=desk.telling.told(
            f"{'、'.join(circle.exceptions)}互相等待",
            found.asking,
            found.search.witness,
            sayings(circle, found.places),
        ),
    )
