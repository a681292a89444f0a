"""Numbers over many worlds: for each value, the worlds in which a number has it.

So arithmetic is done once for each different value, however many worlds there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from relapse_rules.values.relations import Relation
from relapse_rules.values.types import NEVER

Column = Mapping[int | None, int]
"""value (None: unknown) → the worlds in which one number has it, as bits. Every world is in exactly one."""

Rail = tuple[int, int]
"""Where a condition is proved yes, and where no: the worlds of lane 0 in the lowest bits, then those of lane 1, and so on."""


class Ties(NamedTuple):
    """How children belong to parents: (child, parent, worlds), children whose parent is not known, and where the list is complete."""

    relation: Relation
    pairs: Sequence[tuple[int, int, int]]
    loose: Sequence[tuple[int, int]]
    complete: int

    def of(self, parent: int) -> list[tuple[int, int]]:
        """Return the children of ``parent``, and in which worlds they are."""
        return [(child, worlds) for child, above, worlds in self.pairs if above == parent]


def together(columns: Sequence[Column], full: int) -> Iterator[tuple[tuple[int | None, ...], int]]:
    """Yield the values that numbers have at the same time, and in which worlds."""
    if len(columns) == 1:
        for value, worlds in columns[0].items():
            yield (value,), worlds
        return
    found: list[tuple[tuple[int | None, ...], int]] = [((), full)]
    for column in columns:
        found = [
            ((*values, value), both)
            for values, before in found
            for value, worlds in column.items()
            if (both := before & worlds)
        ]
    yield from found


def mapped(columns: Sequence[Column], full: int, function: Callable[..., int | None]) -> Column:
    """Return the number that ``function`` makes of others."""
    found: dict[int | None, int] = {}
    for values, worlds in together(columns, full):
        value = function(*values)
        found[value] = found.get(value, 0) | worlds
    return found


def lifted(
    children: int, pairs: Sequence[tuple[int, int, int]], above: Sequence[Column], full: int
) -> tuple[Column, ...]:
    """Return for each child its parent's number; unknown where it is not known whose child it is."""
    found: list[dict[int | None, int]] = [{} for _ in range(children)]
    known = [0] * children
    for child, parent, tied in pairs:
        known[child] |= tied
        for value, worlds in above[parent].items():
            if both := worlds & tied:
                found[child][value] = found[child].get(value, 0) | both
    for child, own in enumerate(found):
        if unknown := full ^ known[child]:
            own[None] = own.get(None, 0) | unknown
    return tuple(found)


def folded(
    kind: str, parent: int, ties: Ties, rail: Rail, values: Sequence[Column] | None, full: int
) -> Column:
    """Return the ``sum``, ``max`` or ``min`` of the ``values`` of a parent's children whose condition is yes; without values how many."""
    width = full.bit_length()
    unclear = full ^ ties.complete
    for child, worlds in ties.loose:
        unclear |= worlds & ~(rail[1] >> child * width)
    # No value at all: a sum of nothing is 0, a maximum of nothing is not known.
    found: dict[int | None, int] = {None if kind in {"max", "min"} else 0: full}
    for child, worlds in ties.of(parent):
        yes = rail[0] >> child * width & worlds
        unclear |= worlds & ~yes & ~(rail[1] >> child * width)
        column: Column = {1: full} if values is None else values[child]
        unclear |= yes & column.get(None, 0)
        if kind == "sum":
            unclear |= yes & column.get(NEVER, 0)
        found = _with_one_more(kind, found, column, yes & ~unclear)
    result = {value: left for value, worlds in found.items() if (left := worlds & ~unclear)}
    if unclear:
        result[None] = result.get(None, 0) | unclear
    return result


def _with_one_more(
    kind: str, found: Mapping[int | None, int], column: Column, chosen: int
) -> dict[int | None, int]:
    more: dict[int | None, int] = {}
    for before, worlds in found.items():
        if rest := worlds & ~chosen:
            more[before] = more.get(before, 0) | rest
        for value, having in column.items():
            both = worlds & chosen & having
            if both and value is not None:
                after = _combined(kind, before, value)
                more[after] = more.get(after, 0) | both
    return more


def _combined(kind: str, before: int | None, value: int) -> int:
    if before is None:
        return value
    if kind == "sum":
        return before + value
    return max(before, value) if kind == "max" else min(before, value)


def bounds(parent: int, ties: Ties, rail: Rail, full: int) -> Mapping[tuple[int, int], int]:
    """Return (least, most) of a parent's known children whose condition is yes → worlds."""
    width = full.bit_length()
    found: dict[tuple[int, int], int] = {(0, 0): full}
    own = [(child, worlds, True) for child, worlds in ties.of(parent)]
    for child, worlds, sure in (*own, *((child, worlds, False) for child, worlds in ties.loose)):
        no = rail[1] >> child * width & worlds
        yes = rail[0] >> child * width & worlds if sure else 0
        more: dict[tuple[int, int], int] = {}
        for (low, high), before in found.items():
            for step, where in (
                ((low, high), full ^ worlds | no),
                ((low + 1, high + 1), yes),
                ((low, high + 1), worlds & ~no & ~yes),
            ):
                if both := before & where:
                    more[step] = more.get(step, 0) | both
        found = more
    return found
