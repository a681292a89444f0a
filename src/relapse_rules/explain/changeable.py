"""Facts that could be otherwise, each with the classes of values that an outcome can tell apart.

Two values of a class are the same to every test and comparison below the outcome, as long as nothing else changes. So a handful of values
stands for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import Final, NamedTuple

from relapse_rules.engines.lanes.answers import Bits
from relapse_rules.engines.lanes.settings import Settings
from relapse_rules.explain.cone import Cone, Place
from relapse_rules.explain.premises import FactAt, ListOf
from relapse_rules.explain.worlds import Supposed
from relapse_rules.facts.case import Case
from relapse_rules.facts.shape import AS_OF
from relapse_rules.facts.stated import takes_never
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.values.moments import day_of
from relapse_rules.values.types import NEVER, NUMERIC, Kind
from relapse_rules.values.vocabulary import FieldSpec, Vocabulary

Run = tuple[int, int]
"""Numbers from one to another, both included."""

OTHER: Final = "\0其他"
"""Stands for every text that no test asks for."""

_CODES: Final = frozenset({Kind.TEXT, Kind.AREA_CODE})
_CHOICES: Final = frozenset({Kind.ENUM, *_CODES})
_MOST_ELEMENTS: Final = 6
"""Of a set with so many elements that matter all subsets are tried."""

# The years 2 to 9998 in Asia/Shanghai, as dates and as seconds: what a calendar holds with a margin.
_DATES: Final = (366, 3_651_694)
_TIMES: Final = (-62_104_000_000, 253_370_000_000)
_MONTHS: Final = (24, 119_987)
_ANY_NUMBER: Final = 10**15


class Class(NamedTuple):
    """Values that come to the same. ``value`` stands for them; ``names``: all of an enumeration; ``run``: all numbers; ``sets``: all sets.

    ``follows``: the fact is no longer supplied by itself, but follows from its rule.
    """

    value: Supposed
    names: tuple[str, ...] = ()
    run: Run | None = None
    sets: tuple[frozenset[str], ...] = ()
    follows: bool = False


class Variable(NamedTuple):
    """A fact of an element, or a list. ``classes[0]`` is how it stands now; ``spec`` is None for a list."""

    place: Place
    spec: FieldSpec | None
    classes: tuple[Class, ...]

    @property
    def stated(self) -> Supposed:
        """What is stated now; None for nothing."""
        return self.classes[0].value

    @property
    def any_change(self) -> int:
        """All classes but the present one, as bits."""
        return (1 << len(self.classes)) - 2


class Number(NamedTuple):
    """A fact that is a number: what it is, and between what it may lie."""

    place: FactAt
    spec: FieldSpec
    stated: int | None
    low: int
    high: int
    anchor: int
    """The value to stay close to: what is stated, else 判定时点 for a moment, else 0."""


class Changeables:
    """What could be otherwise below one step of a case. ``fixed``: places that must stay as they are."""

    def __init__(
        self,
        program: Program,
        vocabulary: Vocabulary,
        settings: Settings,
        case: Case,
        cone: Cone,
        fixed: frozenset[Place],
    ) -> None:
        self._program = program
        self._settings = settings
        self._case = case
        self._cone = cone
        self._tests: dict[str, list[int]] = {}
        for position in sorted(cone.positions):
            node = program.nodes[position]
            if isinstance(node, nodes.Test) and node.kind != "happened":
                self._tests.setdefault(node.fact, []).append(position)
        order = {
            spec.fact: number
            for number, spec in enumerate(spec for entity in vocabulary.entities for spec in entity.fields)
        }
        specs = {place: vocabulary.field(place.fact) for place in cone.places if isinstance(place, FactAt)}
        facts = (
            place
            for place in cone.places
            if isinstance(place, FactAt) and place not in fixed and self._may_change(place, specs[place])
        )
        self._specs = specs
        self.facts = tuple(sorted(facts, key=lambda place: (order[place.fact], place.lane)))
        self.lists = tuple(
            place
            for place in cone.places
            if isinstance(place, ListOf) and place not in fixed and not case.tables[place.domain].complete
        )
        self.numbers = tuple(self._number(place) for place in self.facts if specs[place].type.kind in NUMERIC)

    def variables(self, cuts: Mapping[Place, Sequence[int]]) -> tuple[Variable, ...]:
        """Return everything that could be otherwise, in the order of the vocabulary, lists last.

        ``cuts``: for each number, after which values an answer changes.
        """
        numbers = {number.place: number for number in self.numbers}
        found = [
            self._numeric(numbers[place], cuts.get(place, ()))
            if place in numbers
            else Variable(place, self._specs[place], tuple(self._classes(place)))
            for place in self.facts
        ]
        found += (Variable(place, None, (Class(value=False), Class(value=True))) for place in self.lists)
        return tuple(variable for variable in found if len(variable.classes) > 1)

    def _may_change(self, place: FactAt, spec: FieldSpec) -> bool:
        """Whether a fact is one that could be otherwise: no identifier, not 判定时点, and derived only where it was supplied."""
        if spec.is_identifier or spec.english == AS_OF:
            return False
        return place.fact not in self._program.derived or self._stated(place) is not None

    def _stated(self, place: FactAt) -> Supposed:
        for relation, parents in self._case.links.items():
            if place.domain == relation.child and place.fact == f"{relation.child}.{relation.reference}":
                parent = parents[place.lane]
                return None if parent is None else self._case.tables[relation.parent].ids[parent]
        return self._case.tables[place.domain].rows[place.lane].get(place.fact)

    # --- numbers ------------------------------------------------------------------------------------

    def _number(self, place: FactAt) -> Number:
        spec, stated = self._specs[place], self._stated(place)
        assert stated is None or isinstance(stated, int)
        low, high = bounds(spec)
        anchor = stated
        if anchor is None or anchor == NEVER:
            now = {Kind.DATE: day_of(self._case.as_of), Kind.TIME: self._case.as_of}
            anchor = now.get(spec.type.kind, 0)
        return Number(place, spec, stated, low, high, anchor)

    def _numeric(self, number: Number, cuts: Sequence[int]) -> Variable:
        """Return a number with its classes, those nearest to what is stated first."""
        edges = sorted({number.low - 1, number.low, *cuts, number.high - 1, number.high})
        runs = [(before + 1, last) for before, last in pairwise(edges) if number.low <= last <= number.high]
        stated = number.stated
        present = next((run for run in runs if stated is not None and run[0] <= stated <= run[1]), None)
        others = [
            Class(value=min(max(number.anchor, run[0]), run[1]), run=run) for run in runs if run != present
        ]
        others.sort(key=lambda each: (abs(int(str(each.value)) - number.anchor), each.value))
        if stated == NEVER:
            present = (NEVER, NEVER)
        elif takes_never(number.spec):
            others.append(Class(value=NEVER, run=(NEVER, NEVER)))
        if number.place.fact in self._program.derived:
            others.append(Class(value=None, follows=True))
        return Variable(number.place, number.spec, (Class(value=stated, run=present), *others))

    # --- everything else ----------------------------------------------------------------------------

    def _classes(self, place: FactAt) -> Iterator[Class]:
        """Yield what is stated and all that answers some test otherwise."""
        spec, stated = self._specs[place], self._stated(place)
        kind = spec.type.kind
        values: Iterable[Supposed]
        if kind is Kind.CONDITION:
            values = (True, False)
        elif kind is Kind.REFERENCE:
            yield Class(stated, names=() if stated is None else (str(stated),))
            yield from (Class(name, names=(name,)) for name in self._referred(place) if name != stated)
            return
        elif kind is Kind.SET:
            values = self._sets(place, frozenset() if stated is None else stated)
        else:
            values = self._names(place)
        groups: dict[tuple[Bits, ...], list[Supposed]] = {}
        for value in values:
            groups.setdefault(self._answers(place.fact, value), []).append(value)
        own = None if stated is None else groups.pop(self._answers(place.fact, stated), [stated])
        yield Class(stated, names=_named(own or ()))
        yield from (
            Class(
                group[0],
                names=_named(group),
                sets=tuple(each for each in group if isinstance(each, frozenset)),
            )
            for group in groups.values()
        )

    def _answers(self, fact: str, value: Supposed) -> tuple[Bits, ...]:
        return tuple(self._settings.tables[test][value] for test in self._tests.get(fact, ()))

    def _asked(self, fact: str) -> Iterator[tuple[str, ...]]:
        """Yield the values that each test of a fact asks for, as 判定时点 has it."""
        for test in self._tests.get(fact, ()):
            yield self._settings.tables[test].values_asked

    def _names(self, place: FactAt) -> tuple[str, ...]:
        kind = self._specs[place].type
        names = [value.name for value in kind.values]
        names += (name for asked in self._asked(place.fact) for name in asked)
        if kind.is_open or kind.kind in _CODES:
            names.append(OTHER)
        return tuple(dict.fromkeys(names))

    def _referred(self, place: FactAt) -> Iterator[str]:
        for relation in self._case.links:
            if place.domain == relation.child and place.fact == f"{relation.child}.{relation.reference}":
                yield from self._case.tables[relation.parent].ids

    def _sets(self, place: FactAt, stated: Supposed) -> tuple[frozenset[str], ...]:
        """Return sets that tests tell apart, those nearest to what is stated first."""
        assert isinstance(stated, frozenset)
        asked = tuple(dict.fromkeys(self._asked(place.fact)))
        kind = self._specs[place].type
        relevant = dict.fromkeys(name for names in asked for name in names)
        narrower = (name for each in relevant for name in sorted(kind.descendants(each)))
        listed = (value.name for value in kind.values)
        others = () if kind.values and not kind.is_open else (OTHER,)
        known = dict.fromkeys((*relevant, *narrower, *sorted(stated), *listed))
        elements = (*tuple(known)[:_MOST_ELEMENTS], *others)
        found: dict[frozenset[str], None] = dict.fromkeys((stated, frozenset()))
        for size in range(len(elements) + 1):
            found.update(dict.fromkeys(map(frozenset, combinations(elements, size))))
        for names in asked:
            own = frozenset(names)
            found.update(dict.fromkeys((own, stated | own, stated - own)))
        return tuple(sorted(found, key=lambda each: (len(each ^ stated), sorted(each))))


def _named(values: Iterable[Supposed]) -> tuple[str, ...]:
    return tuple(value for value in values if isinstance(value, str))


def bounds(spec: FieldSpec) -> Run:
    """Return the least and the greatest value that a number may have; something wide where the vocabulary says nothing."""
    match spec.type.kind:
        case Kind.DATE:
            low, high = _DATES
        case Kind.TIME:
            low, high = _TIMES
        case Kind.YEAR_MONTH:
            low, high = _MONTHS
        case Kind.DURATION:
            low, high = 0, _ANY_NUMBER
        case _:
            low, high = -_ANY_NUMBER, _ANY_NUMBER
    return low if spec.low is None else spec.low, high if spec.high is None else spec.high
