"""The smallest sets of changes after which an outcome is the wanted one.

`smallest` says what has to change at least; every set is then decided again, in one pass of many worlds. A set that is not enough, since
a fact is read in several places and helps here what it harms there, is carried out, and the search goes on from the case as it would
be then. So nothing smallest is missed, up to the limits below; `Repairs.exact` tells whether one of them was met. (The minimal true points of a
monotone function: of the sets of facts, those that can be changed to the wanted end.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from math import prod
from typing import Final, NamedTuple

from relapse_rules.engines.lanes import Evaluator
from relapse_rules.explain.changeable import Changeables, Class, Variable
from relapse_rules.explain.changing import told_value
from relapse_rules.explain.cone import Cone, Place
from relapse_rules.explain.needs import Needs
from relapse_rules.explain.otherwise import otherwise
from relapse_rules.explain.premises import FactAt
from relapse_rules.explain.singles import Aim, Demand, Literals, Singles
from relapse_rules.explain.smallest import Smallest
from relapse_rules.explain.thresholds import QUESTIONS, RunWorlds, cuts
from relapse_rules.explain.worlds import Hypothesis, Supposed, WorldRails, Worlds
from relapse_rules.facts.case import Case
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of
from relapse_rules.values.types import NUMERIC, Kind
from relapse_rules.values.vocabulary import Vocabulary

_MOST_VALUES: Final = 64
"""Combinations of values that are tried for one set."""
_MOST_WORLDS: Final = 4096
_MOST_LEVELS: Final = 24
"""Changed cases from which the search goes on."""

Changes = Mapping[Place, Supposed]


class Found(NamedTuple):
    """A smallest set. ``changes``: values that are enough, the nearest that were found.

    ``options``: by place, all classes that are enough while the others are as in ``changes``; empty where that was not looked at.
    ``variables``: by place.
    """

    changes: Mapping[Place, Class]
    options: Mapping[Place, tuple[Class, ...]]
    variables: Mapping[Place, Variable]

    @property
    def places(self) -> frozenset[Place]:
        """What has to change."""
        return frozenset(self.changes)


class Asked(NamedTuple):
    """What is searched for: a demand, in a case with its rails."""

    cone: Cone
    case: Case
    rails: Rails
    demand: Demand


class Repairs:
    """One search. ``most``: sets of more changes are left out."""

    def __init__(
        self, evaluator: Evaluator, worlds: Worlds, vocabulary: Vocabulary, asked: Asked, most: int
    ) -> None:
        self._evaluator = evaluator
        self._worlds = worlds
        self._vocabulary = vocabulary
        self._asked = asked
        self._most = most
        self._settings = evaluator.settings(day_of(asked.case.as_of))
        self._now = {Kind.DATE: day_of(asked.case.as_of), Kind.TIME: asked.case.as_of}
        self._numeric = tuple(place for place in asked.cone.places if _is_number(place, vocabulary))
        reads = asked.cone.reads(self._numeric)
        self._met = tuple(
            {
                reads[step]
                for step in asked.cone.steps
                if isinstance(asked.cone.program.nodes[step[0]], QUESTIONS)
            }
        )
        self._levels = 0
        self._seen: set[tuple[int, frozenset[tuple[Place, Supposed]], frozenset[Place]]] = set()
        self.exact = True
        """Whether all smallest sets of at most ``most`` changes were found."""

    def find(self) -> tuple[Found, ...]:
        """Return the smallest sets, in no particular order."""
        return tuple(_minimal(self._from(self._asked.case, self._asked.rails, frozenset(), self._most)))

    def described(self, found: Found) -> Found:
        """Return ``found`` with its options worked out, one place after the other: the next as the ones before are told."""
        values = {place: each.value for place, each in found.changes.items()}
        changes: dict[Place, Class] = {}
        options: dict[Place, tuple[Class, ...]] = {}
        variables: dict[Place, Variable] = {}
        for place, chosen in found.changes.items():
            others = {other: value for other, value in values.items() if other != place}
            as_tried = found.variables[place], (chosen,)
            variable, enough = as_tried if chosen.follows else self._options(place, others) or as_tried
            changes[place], options[place], variables[place] = enough[0], enough, variable
            values[place] = told_value(variable, enough, enough[0])
        return Found(changes, options, variables)

    def _options(self, place: Place, others: Changes) -> tuple[Variable, tuple[Class, ...]] | None:
        """Return the classes of a place that will do when ``others`` are carried out."""
        case = otherwise(self._asked.case, others)
        rails = self._evaluator.run(case)
        variables = self._variables(case, rails, frozenset(self._asked.cone.places) - {place})
        alone = Singles(self._asked.cone, variables, self._running(case, rails), 1)
        for number, classes in alone.alone(self._asked.demand):
            own = variables[number].classes
            return variables[number], tuple(each for bit, each in enumerate(own) if classes >> bit & 1)
        return None

    # --- one level ------------------------------------------------------------------------------------

    def _from(self, case: Case, rails: Rails, fixed: frozenset[Place], most: int) -> list[Found]:
        """Return the smallest sets of at most ``most`` changes of what is not ``fixed``, from ``case``."""
        variables = self._variables(case, rails, fixed)
        if not variables:
            return []
        run = self._running(case, rails)
        singles = Singles(self._asked.cone, variables, run, most)
        smallest = Smallest(Needs(self._asked.cone, case, rails, singles), most)
        tried = self._tried(variables, smallest.sets(self._asked.demand), run)
        self.exact &= smallest.exact and singles.exact
        found: list[Found] = []
        failed: list[_Tried] = []
        for each in tried:
            if any(smaller.places <= each.places for smaller in found):
                continue
            if each.enough:
                found.append(each.found(coupled=self._coupled(each.places)))
            else:
                failed.append(each)
        for each in failed:
            found.extend(self._further(case, fixed, each, most, found))
        return found

    def _further(
        self, case: Case, fixed: frozenset[Place], tried: _Tried, most: int, found: Sequence[Found]
    ) -> Iterator[Found]:
        """Yield what is found from the cases in which a set that is not enough is carried out, first but for one of its numbers."""
        if any(smaller.places <= tried.places for smaller in found):
            return
        own: list[Found] = []
        for last in tried.variables if len(tried.variables) > 1 else ():
            if last.spec is not None and last.spec.type.kind in NUMERIC and not own:
                others = frozenset(self._asked.cone.places) - {last.place}
                own.extend(self._carried_out(case, others, tried, tried.places - {last.place}, 1))
        yield from own[:1]
        # Of two numbers at once not all values were tried.
        self.exact &= bool(own) or (tried.numeric < _COUPLED and not tried.cut)
        if not own and len(tried.variables) < most:
            left = most - len(tried.variables)
            yield from self._carried_out(case, fixed | tried.places, tried, tried.places, left)

    def _carried_out(
        self, case: Case, fixed: frozenset[Place], tried: _Tried, places: frozenset[Place], most: int
    ) -> Iterator[Found]:
        """Yield what is found from each case in which the changes of ``places`` are carried out."""
        variables = {variable.place: variable for variable in tried.variables if variable.place in places}
        for combination in tried.combinations:
            changes = {
                variable.place: each
                for variable, each in zip(tried.variables, combination, strict=True)
                if variable.place in places
            }
            values: Changes = {place: each.value for place, each in changes.items()}
            key = (id(case), frozenset(values.items()), fixed)
            if key in self._seen:
                continue
            self._seen.add(key)
            self._levels += 1
            if self._levels > _MOST_LEVELS:
                self.exact = False
                return
            then = otherwise(case, values)
            for more in self._from(then, self._evaluator.run(then), fixed, most):
                yield Found({**changes, **more.changes}, {}, {**variables, **more.variables})

    def _coupled(self, places: frozenset[Place]) -> bool:
        """Whether two numbers of a set meet in one comparison, so that how far one has to go depends on the other."""
        own = 0
        for number, place in enumerate(self._numeric):
            own |= (place in places) << number
        return any((met & own).bit_count() >= _COUPLED for met in self._met)

    def _variables(self, case: Case, rails: Rails, fixed: frozenset[Place]) -> tuple[Variable, ...]:
        changeable = Changeables(
            self._asked.cone.program, self._vocabulary, self._settings, case, self._asked.cone, fixed
        )
        places = cuts(self._asked.cone, rails, self._running(case, rails), changeable.numbers, self._now)
        return changeable.variables(places)

    def _running(self, case: Case, rails: Rails) -> RunWorlds:
        def run(hypotheses: Sequence[Hypothesis]) -> WorldRails:
            return self._worlds.run(case, rails, hypotheses)

        return run

    def _tried(
        self, variables: Sequence[Variable], sets: Iterable[Literals], run: RunWorlds
    ) -> tuple[_Tried, ...]:
        """Return each set of variables with the values that were tried, those with fewer variables first."""
        wanted: dict[tuple[int, ...], dict[tuple[int, ...], None]] = {}
        cut: set[tuple[int, ...]] = set()
        for each in sets:
            chosen = tuple(variable for variable, _ in each)
            combinations = wanted.setdefault(chosen, {})
            allowed = [tuple(_numbers(classes)) for _, classes in each]
            combinations.update(dict.fromkeys(_star(allowed)))
            combinations.update(dict.fromkeys(islice(product(*allowed), _MOST_VALUES)))
            if prod(map(len, allowed)) > _MOST_VALUES:
                cut.add(chosen)
        listed = [
            (chosen, combination)
            for chosen in sorted(wanted, key=lambda chosen: (len(chosen), chosen))
            for combination in wanted[chosen]
        ]
        if len(listed) > _MOST_WORLDS:
            self.exact = False
            del listed[_MOST_WORLDS:]
        if not listed:
            return ()
        worlds = run(
            [
                {
                    variables[variable].place: variables[variable].classes[number].value
                    for variable, number in zip(chosen, combination, strict=True)
                }
                for chosen, combination in listed
            ]
        )
        (position, lane), aim = self._asked.demand
        enough = worlds.yes(position, lane) if aim is Aim.YES else worlds.no(position, lane)
        found: dict[tuple[int, ...], _Tried] = {}
        for world, (chosen, combination) in enumerate(listed):
            own = found.get(chosen)
            if own is None:
                own = found[chosen] = _Tried(
                    tuple(variables[variable] for variable in chosen), [], [], chosen in cut
                )
            own.numbers.append(combination)
            if enough >> world & 1:
                own.enough.append(combination)
        return tuple(found.values())


class _Tried(NamedTuple):
    """A set of variables, the values (numbers of classes) that were tried, those of them that are enough, and whether there are more."""

    variables: tuple[Variable, ...]
    numbers: list[tuple[int, ...]]
    enough: list[tuple[int, ...]]
    cut: bool

    @property
    def places(self) -> frozenset[Place]:
        return frozenset(variable.place for variable in self.variables)

    @property
    def numeric(self) -> int:
        """How many of the variables are numbers."""
        return sum(each.spec is not None and each.spec.type.kind in NUMERIC for each in self.variables)

    @property
    def combinations(self) -> Iterator[tuple[Class, ...]]:
        return (self._classes(combination) for combination in self.numbers)

    def found(self, *, coupled: bool) -> Found:
        """Return the set with the nearest values, and with its options unless they hang together (``coupled``)."""
        nearest = min(self.enough, key=lambda combination: (sum(combination), combination))
        changes = {
            variable.place: each
            for variable, each in zip(self.variables, self._classes(nearest), strict=True)
        }
        options: dict[Place, tuple[Class, ...]] = {}
        if not coupled and not (self.cut and nearest != self.numbers[0]):
            working = set(self.enough)
            for place, variable in enumerate(self.variables):
                options[variable.place] = tuple(
                    each
                    for number, each in enumerate(variable.classes)
                    if (*nearest[:place], number, *nearest[place + 1 :]) in working
                )
        return Found(changes, options, {variable.place: variable for variable in self.variables})

    def _classes(self, combination: tuple[int, ...]) -> tuple[Class, ...]:
        return tuple(
            variable.classes[number] for variable, number in zip(self.variables, combination, strict=True)
        )


_COUPLED: Final = 2
"""With so many numbers in a set, how far one has to go may depend on another."""


def _minimal(found: Sequence[Found]) -> Iterator[Found]:
    kept: list[frozenset[Place]] = []
    for each in sorted(found, key=lambda each: len(each.changes)):
        if not any(smaller <= each.places for smaller in kept):
            kept.append(each.places)
            yield each


def _is_number(place: Place, vocabulary: Vocabulary) -> bool:
    return isinstance(place, FactAt) and vocabulary.field(place.fact).type.kind in NUMERIC


def _star(allowed: Sequence[Sequence[int]]) -> Iterator[tuple[int, ...]]:
    """Yield the first of all, and then each of the others in its place."""
    first = tuple(each[0] for each in allowed)
    yield first
    for place, each in enumerate(allowed):
        yield from ((*first[:place], other, *first[place + 1 :]) for other in each[1:])


def _numbers(classes: int) -> Iterator[int]:
    """Yield which bits are set, ascending."""
    while classes:
        yield (classes & -classes).bit_length() - 1
        classes &= classes - 1
