"""What single changes do, each with everything else as stated: all of them in one pass of many worlds.

A *literal* is a variable (its number) and the classes of values that it may be changed to, as bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum, auto
from itertools import combinations, product
from typing import Final, NamedTuple

from relapse_rules.decisions.trace import Step
from relapse_rules.explain.changeable import Variable
from relapse_rules.explain.cone import Cone, Place
from relapse_rules.explain.tangled import positive, tangled
from relapse_rules.explain.thresholds import RunWorlds, difference
from relapse_rules.explain.worlds import Hypothesis, Supposed, WorldRails
from relapse_rules.ir import nodes
from relapse_rules.ir.verify import is_number
from relapse_rules.values.truth import Comparison, Truth

Literal = tuple[int, int]
Literals = tuple[Literal, ...]
"""Ascending by variable."""

_MOST_JOINT: Final = 600
"""So many sets of changes are tried together for one comparison."""


class Aim(Enum):
    """What a step shall become. KNOWN is for numbers; NOT_NO and NOT_YES are what does not contradict a supplied fact."""

    YES = auto()
    NO = auto()
    NOT_NO = auto()
    NOT_YES = auto()
    KNOWN = auto()


TOWARDS_YES: Final = frozenset({Aim.YES, Aim.NOT_NO})
OPPOSITE: Final = {
    Aim.YES: Aim.NO,
    Aim.NO: Aim.YES,
    Aim.NOT_NO: Aim.NOT_YES,
    Aim.NOT_YES: Aim.NOT_NO,
    Aim.KNOWN: Aim.KNOWN,
}
MET: Final[Mapping[Aim, tuple[Truth, ...]]] = {
    Aim.YES: (True,),
    Aim.NO: (False,),
    Aim.NOT_NO: (True, None),
    Aim.NOT_YES: (False, None),
    Aim.KNOWN: (),
}


class Demand(NamedTuple):
    """A step and what it shall become."""

    step: Step
    aim: Aim


class Singles:
    """Every change of one variable of a case, and what becomes of each step then. ``most``: so many changes at once are thought of."""

    def __init__(self, cone: Cone, variables: Sequence[Variable], run: RunWorlds, most: int) -> None:
        self.variables = variables
        self._cone = cone
        self._run = run
        self._most = most
        self._numbers = {variable.place: number for number, variable in enumerate(variables)}
        self._reads = cone.reads(self._numbers)
        self._positive = frozenset(positive(cone, variables))
        self._offsets: list[int] = []
        # World 0 is the case as it stands; the changes of each variable follow one another.
        hypotheses: list[Hypothesis] = [{}]
        for variable in variables:
            self._offsets.append(len(hypotheses))
            hypotheses.extend({variable.place: other.value} for other in variable.classes[1:])
        self._worlds = run(hypotheses)
        self._full = (1 << len(hypotheses)) - 1
        self.exact = True
        """Whether every set of changes that can sway a comparison was thought of."""

    def alone(self, demand: Demand) -> Iterator[Literal]:
        """Yield for each variable the changes that meet a demand by themselves."""
        met = self._met(self._worlds, demand, self._full)
        for variable in self._read(demand.step):
            classes = (met >> self._offsets[variable] << 1) & self._any_change(variable)
            if classes:
                yield variable, classes

    def joint(self, demand: Demand) -> Iterator[Literals]:
        """Yield the changes that meet a demand of a comparison, or of a derived number, together, but not without any one of them."""
        step, aim = demand
        now = difference(self._cone, step, self._worlds, 0)
        direction = None if now is None else self._direction(step, aim, now)
        if now is None or direction is None:
            return
        sufficient = {variable for variable, _ in self.alone(demand)}
        others = [variable for variable in self._read(step) if variable not in sufficient]
        helping = [literal for each in others for literal in self._furthest(each, step, now, direction)]
        tried = list(self._tangled_pairs(step, others))
        for size in range(2, min(self._most, len(helping)) + 1):
            tried.extend(combinations(helping, size))
        if len(tried) > _MOST_JOINT:
            self.exact = False
            del tried[_MOST_JOINT:]
        if tried:
            yield from self._enough(demand, tried, direction)

    def _enough(
        self, demand: Demand, tried: Sequence[Sequence[Literal]], direction: int
    ) -> Iterator[Literals]:
        """Yield those of ``tried`` (variables with the number of a class) that meet a demand, and contain no smaller one that does."""
        worlds = self._run(
            [
                {self.variables[each].place: self._value(each, number) for each, number in chosen}
                for chosen in tried
            ]
        )
        met = self._met(worlds, demand, (1 << len(tried)) - 1)
        exactly = self._operator(demand.step) in (Comparison.EQUAL, Comparison.UNEQUAL)
        found: list[set[int]] = []
        for world, chosen in enumerate(tried):
            own = {variable for variable, _ in chosen}
            if any(smaller <= own for smaller in found):
                continue
            after = difference(self._cone, demand.step, worlds, world)
            passed = after is not None and after * direction >= 0 and exactly
            if met >> world & 1 or passed:
                found.append(own)
                yield tuple((variable, self._any_change(variable)) for variable, _ in chosen)

    def _tangled_pairs(self, step: Step, others: Sequence[int]) -> Iterator[tuple[Literal, ...]]:
        """Yield all changes of any two variables where one that goes in the wrong direction alone may help another."""
        if min(self._most, len(others)) > 1 and tangled(self._cone, step, self._reads, self._positive):
            for pair in combinations(others, 2):
                numbers = (range(1, len(self.variables[each].classes)) for each in pair)
                yield from (tuple(zip(pair, each, strict=True)) for each in product(*numbers))

    def note_tangled(self, demand: Demand) -> None:
        """Remember that more changes together may meet a demand of a comparison than were thought of, if that is so."""
        if any(True for _ in self.following(demand.step)):
            # Everything is thought of again when those follow.
            return
        sufficient = {variable for variable, _ in self.alone(demand)}
        others = sum(variable not in sufficient for variable in self._read(demand.step))
        if others > 1 and tangled(self._cone, demand.step, self._reads, self._positive):
            self.exact = False
        # A number on both sides may go back and forth.
        sides = [self._reads[part] for part in self._cone.below[demand.step].steps]
        if any(one & other for one, other in combinations(sides, 2)):
            self.exact = False

    def unknown(self, step: Step) -> bool:
        """Whether a condition is unknown as things stand."""
        return self._worlds.truth(*step, 0) is None

    def following(self, step: Step) -> Iterator[Literal]:
        """Yield how the supplied derived numbers that a step reads could follow their rules."""
        for variable in self._read(step):
            for number, other in enumerate(self.variables[variable].classes):
                if other.follows:
                    yield variable, 1 << number

    def changing(self, step: Step) -> Iterator[Literal]:
        """Yield every change of what a step reads."""
        for variable in self._read(step):
            yield variable, self._any_change(variable)

    def deciding(self, step: Step) -> Iterator[Literal]:
        """Yield the changes after which a step is known, whatever it is then; every change where none does that alone."""
        position, lane = step
        if is_number(self._cone.program.nodes[position]):
            known = self._full & ~self._worlds.values(position, lane).get(None, 0)
        else:
            known = self._worlds.yes(position, lane) | self._worlds.no(position, lane)
        found = [
            (variable, classes)
            for variable in self._read(step)
            if (classes := (known >> self._offsets[variable] << 1) & self._any_change(variable))
        ]
        yield from found or self.changing(step)

    def of(self, place: Place) -> Literals:
        """Return every change of a place; nothing when it cannot be otherwise."""
        variable = self._numbers.get(place)
        return () if variable is None else ((variable, self._any_change(variable)),)

    def referring(self, place: Place, name: str, *, here: bool) -> Literals | None:
        """Return the changes by which a reference names ``name``, or another element; None when there are none."""
        variable = self._numbers.get(place)
        classes = 0
        for number, other in enumerate(() if variable is None else self.variables[variable].classes):
            if number and (other.value == name) is here:
                classes |= 1 << number
        return ((variable, classes),) if variable is not None and classes else None

    def _read(self, step: Step) -> Iterator[int]:
        reads = self._reads[step]
        while reads:
            yield (reads & -reads).bit_length() - 1
            reads &= reads - 1

    def _any_change(self, variable: int) -> int:
        return (1 << len(self.variables[variable].classes)) - 2

    def _value(self, variable: int, number: int) -> Supposed:
        return self.variables[variable].classes[number].value

    def _met(self, worlds: WorldRails, demand: Demand, full: int) -> int:
        """Return the worlds in which a demand is met."""
        (position, lane), aim = demand
        match aim:
            case Aim.YES:
                return worlds.yes(position, lane)
            case Aim.NO:
                return worlds.no(position, lane)
            case Aim.NOT_NO:
                return full & ~worlds.no(position, lane)
            case Aim.NOT_YES:
                return full & ~worlds.yes(position, lane)
            case Aim.KNOWN:
                return full & ~worlds.values(position, lane).get(None, 0)

    # --- comparisons --------------------------------------------------------------------------------

    def _operator(self, step: Step) -> Comparison:
        """Return how a step compares: a derived number has to be what was supplied."""
        node = self._cone.program.nodes[step[0]]
        return node.operator if isinstance(node, nodes.Compare | nodes.CompareRatio) else Comparison.EQUAL

    def _direction(self, step: Step, aim: Aim, now: int) -> int | None:
        """Return whether the difference has to grow (1) or shrink (-1); None when any change of it will do."""
        towards = -1 if aim in (Aim.NO, Aim.NOT_YES) else 1
        match self._operator(step):
            case Comparison.LESS | Comparison.AT_MOST:
                return -towards
            case Comparison.MORE | Comparison.AT_LEAST:
                return towards
            case Comparison.EQUAL | Comparison.UNEQUAL:
                return (-1 if now > 0 else 1) if now else None

    def _furthest(self, variable: int, step: Step, now: int, direction: int) -> Iterator[Literal]:
        """Yield the change of a variable (the number of a class) that goes furthest in a direction, if any goes there."""
        gains: dict[int, int] = {}
        for number in range(1, len(self.variables[variable].classes)):
            after = difference(self._cone, step, self._worlds, self._offsets[variable] + number - 1)
            if after is not None and (after - now) * direction > 0:
                gains[number] = (after - now) * direction
        if gains:
            yield variable, max(gains, key=lambda number: gains[number])
