"""After which values of a number the answer of a comparison changes, found exactly by trying values in passes of many worlds.

For each comparison the difference of its sides is looked at: where its sign is not the same at two values, it changes between them. The
place is guessed by a straight line and narrowed down until two neighbouring whole numbers differ. Where the difference runs straight or
in steps (sums, shares, ages), three passes are enough; halving as a last resort ends after sixty. A sign that changes and changes back
between two values that were tried is not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from relapse_rules.decisions.trace import Step
from relapse_rules.explain.changeable import Number
from relapse_rules.explain.cone import Cone, Place
from relapse_rules.explain.worlds import Hypothesis, WorldRails
from relapse_rules.ir import nodes
from relapse_rules.ir.rails import Rails
from relapse_rules.ir.verify import is_number
from relapse_rules.values.types import NEVER, SECONDS_PER_DAY, Kind

RunWorlds = Callable[[Sequence[Hypothesis]], WorldRails]

QUESTIONS: Final = (nodes.Compare, nodes.CompareRatio, nodes.CompareCount, nodes.MergeNumber)
"""Where numbers meet."""

_MOST_PASSES: Final = 80
_MOST_KNOWN: Final = 16
_BENDING: Final = (nodes.Apart, nodes.CompareRatio, nodes.Calculate, nodes.Aggregate)
_SHORT: Final = 1 << 24
_FINELY: Final = 16
_COARSELY: Final = 4
_AWAY: Final = (-4096, -256, -16, -1, 0, 1, 2, 16, 256, 4096)

Signs = tuple[int | None, ...]
"""Of each difference: -1, 0, 1, or None where it is unknown."""


class _Tried(NamedTuple):
    """A value that was tried, each difference there (None: unknown), and their signs."""

    value: int
    differences: tuple[int | None, ...]
    signs: Signs


def cuts(
    cone: Cone, rails: Rails, run: RunWorlds, numbers: Sequence[Number], now: Mapping[Kind, int]
) -> dict[Place, tuple[int, ...]]:
    """Return for each number after which values some comparison below the top of ``cone`` may answer otherwise, ascending.

    ``rails``: of the case; ``run``: works out hypotheses about it. ``now``: 判定时点 as a date and as a time.
    """
    reads = cone.reads([number.place for number in numbers])
    questions = [step for step in cone.steps if isinstance(cone.program.nodes[step[0]], QUESTIONS)]
    looked_at: dict[Place, Sequence[Step]] = {
        number.place: [step for step in questions if reads[step] >> place & 1]
        for place, number in enumerate(numbers)
    }
    known = _known(cone, rails)
    first: dict[Place, tuple[int, ...]] = {number.place: _first(number, known) for number in numbers}
    tried = _Trials(cone, run, looked_at).all(first)
    happening = {
        place
        for step in cone.steps
        if isinstance(node := cone.program.nodes[step[0]], nodes.Test) and node.kind == "happened"
        for place in cone.below[step].places
    }
    found: dict[Place, tuple[int, ...]] = {}
    for number in numbers:
        own = {before.value for before, after in pairwise(tried[number.place]) if before.signs != after.signs}
        if number.place in happening:
            own.add(now[number.spec.type.kind])
        for step in looked_at[number.place]:
            own.update(_counts(cone, step, reads, number))
        found[number.place] = tuple(sorted(own))
    return found


def _counts(cone: Cone, step: Step, reads: Mapping[Step, int], number: Number) -> Iterator[int]:
    """Yield every count that a number may be the limit of: how many elements count may change with it."""
    node = cone.program.nodes[step[0]]
    if isinstance(node, nodes.CompareCount) and reads[node.limit, step[1]]:
        size = sum(1 for _ in cone.children(node.relation, step[1]))
        yield from (each for each in range(-1, size + 1) if number.low <= each < number.high)


def difference(cone: Cone, step: Step, worlds: WorldRails, world: int) -> int | None:
    """Return by how much the left side of a comparison is above the right one in a world; None when unknown or without measure."""
    position, lane = step
    node = cone.program.nodes[position]
    match node:
        case nodes.Compare(left=left, right=right) | nodes.MergeNumber(rule=left, supplied=right):
            one, other = worlds.number(left, lane, world), worlds.number(right, lane, world)
            return None if one is None or other is None else one - other
        case nodes.CompareRatio():
            parts = (node.left_top, node.left_bottom, node.right_top, node.right_bottom)
            known = [worlds.number(part, lane, world) for part in parts]
            top, bottom, other_top, other_bottom = known
            if top is None or bottom is None or other_top is None or other_bottom is None:
                return None
            if not bottom or not other_bottom or NEVER in known:
                return None
            sign = 1 if (bottom > 0) == (other_bottom > 0) else -1
            return sign * (top * other_bottom - other_top * bottom)
        case nodes.CompareCount(limit=limit, relation=relation, condition=condition):
            wanted = worlds.number(limit, lane, world)
            counted = sum(
                worlds.truth(condition, child, world) is True for child in cone.children(relation, lane)
            )
            return None if wanted is None else counted - wanted
        case _:
            return None


def _first(number: Number, known: Sequence[int]) -> tuple[int, ...]:
    """Return the values to begin with: the ends, what is stated, what else is known, and one between any two of these."""
    day = SECONDS_PER_DAY if number.spec.type.kind is Kind.TIME else 1
    # Divided by 0 nothing is known, and a divisor turns everything round on its way through.
    near = (number.anchor - day, number.anchor, number.anchor + day, -1, 0, 1)
    values = sorted(
        {number.low, number.high, *(each for each in (*near, *known) if number.low <= each <= number.high)}
    )
    between = ((before + after) // 2 for before, after in pairwise(values))
    return tuple(sorted({*values, *between}))


def _known(cone: Cone, rails: Rails) -> tuple[int, ...]:
    """Return numbers below the top as they stand, near one of which a difference may turn; none where all of them run one way."""
    if not any(isinstance(cone.program.nodes[position], _BENDING) for position in cone.positions):
        return ()
    found: dict[int, None] = {}
    for position, lane in cone.steps:
        if is_number(cone.program.nodes[position]):
            value = rails.number(position, lane)
            if value is not None:
                found[value] = None
    return tuple(found)[:_MOST_KNOWN]


class _Trials:
    """Tries values of several numbers at once, each by itself."""

    def __init__(self, cone: Cone, run: RunWorlds, looked_at: Mapping[Place, Sequence[Step]]) -> None:
        self._cone = cone
        self._run = run
        self._looked_at = looked_at
        self._tried: dict[Place, list[_Tried]] = {place: [] for place in looked_at}

    def all(self, first: Mapping[Place, tuple[int, ...]]) -> Mapping[Place, Sequence[_Tried]]:
        """Return all values that were tried, ascending, so close that no two signs differ but between neighbours."""
        wanted = {place: values for place, values in first.items() if self._looked_at[place]}
        for _ in range(_MOST_PASSES):
            if not wanted:
                break
            self._try(wanted)
            wanted = {
                place: values
                for place in wanted
                if (values := tuple(sorted(set(_between(self._tried[place])))))
            }
        return self._tried

    def _try(self, wanted: Mapping[Place, tuple[int, ...]]) -> None:
        pairs = [(place, value) for place, values in wanted.items() for value in values]
        worlds = self._run([{place: value} for place, value in pairs])
        for world, (place, value) in enumerate(pairs):
            differences = tuple(
                difference(self._cone, step, worlds, world) for step in self._looked_at[place]
            )
            signs = tuple(None if each is None else _sign(each) for each in differences)
            self._tried[place].append(_Tried(value, differences, signs))
        for place in wanted:
            self._tried[place].sort(key=lambda tried: tried.value)


def _between(tried: Sequence[_Tried]) -> Iterator[int]:
    """Yield values to try next: between neighbours whose signs differ."""
    for before, after in pairwise(tried):
        if after.value - before.value > 1 and before.signs != after.signs:
            yield from _split(before.value, after.value)
            for one, other in set(zip(before.differences, after.differences, strict=True)):
                if one is not None and other is not None and _sign(one) != _sign(other):
                    yield from _guesses(before.value, after.value, one, other)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _split(low: int, high: int) -> Iterator[int]:
    """Yield values that split a stretch evenly: finely when it is short, coarsely when it is long and a guess is likely to do better."""
    parts = min(_FINELY if high - low < _SHORT else _COARSELY, high - low)
    yield from (low + (high - low) * part // parts for part in range(1, parts))


def _guesses(low: int, high: int, one: int, other: int) -> Iterator[int]:
    """Yield values about where a straight line from ``one`` at ``low`` to ``other`` at ``high`` is 0.

    Rounding makes steps of the line, so that the sign changes a little further on.
    """
    crossing = low + one * (high - low) // (one - other)
    for away in _AWAY:
        if low < crossing + away < high:
            yield crossing + away
