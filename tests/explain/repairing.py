"""Repairs by brute force: all values of all sets of facts, tried one set after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice, product

from tests.strategies.cases import NUMBERS, TEXTS

from relapse_rules.explain.answers import Asking
from relapse_rules.explain.changeable import Changeables
from relapse_rules.explain.cone import Cone, Place
from relapse_rules.explain.otherwise import otherwise
from relapse_rules.explain.premises import ListOf
from relapse_rules.explain.repairs import Asked, Found, Repairs
from relapse_rules.explain.singles import Aim, Demand
from relapse_rules.explain.worlds import Supposed, Worlds
from relapse_rules.facts.case import Case
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of
from relapse_rules.values.types import NEVER, Kind

_MOST_VALUES = 4000


class Search:
    """One step of one case that shall become ``wanted``."""

    def __init__(
        self, asking: Asking, case: Case, rails: Rails, step: tuple[int, int], *, wanted: bool, most: int
    ) -> None:
        self.most = most
        self._asking = asking
        self._case = case
        self._rails = rails
        self._step = step
        self._wanted = wanted
        self._worlds = Worlds(asking.evaluator)
        cone = Cone(asking.program, case, step)
        demand = Demand(step, Aim.YES if wanted else Aim.NO)
        self.repairs = Repairs(
            asking.evaluator, self._worlds, asking.vocabulary, Asked(cone, case, rails, demand), most
        )
        settings = asking.evaluator.settings(day_of(case.as_of))
        changeable = Changeables(asking.program, asking.vocabulary, settings, case, cone, frozenset())
        self.places: tuple[Place, ...] = (*changeable.facts, *changeable.lists)

    def works(self, changes: Mapping[Place, Supposed]) -> bool:
        """Whether the changed case by itself has the wanted outcome."""
        changed = otherwise(self._case, changes)
        return self._asking.evaluator.run(changed).truth(*self._step) is self._wanted

    def sufficient(self, found: Sequence[Found]) -> Iterator[frozenset[Place]]:
        """Yield every set of places of which some values give the wanted outcome; also those values that ``found`` uses are tried."""
        used: dict[Place, dict[Supposed, None]] = {}
        for each in found:
            for place, chosen in each.changes.items():
                used.setdefault(place, {})[chosen.value] = None
        values = {
            place: tuple(dict.fromkeys((*self._values(place), *used.get(place, ())))) for place in self.places
        }
        for size in range(1, self.most + 1):
            for places in combinations(self.places, size):
                if self._some_work(places, [values[place] for place in places]):
                    yield frozenset(places)

    def _some_work(self, places: tuple[Place, ...], values: Sequence[Sequence[Supposed]]) -> bool:
        tried = [dict(zip(places, chosen, strict=True)) for chosen in islice(product(*values), _MOST_VALUES)]
        if not tried:
            return False
        worlds = self._worlds.run(self._case, self._rails, tried)
        return bool(worlds.yes(*self._step) if self._wanted else worlds.no(*self._step))

    def _values(self, place: Place) -> Sequence[Supposed]:
        if isinstance(place, ListOf):
            return (True,)
        kind = self._asking.vocabulary.field(place.fact).type
        names = tuple(value.name for value in kind.values) or TEXTS
        match kind.kind:
            case Kind.CONDITION:
                return (True, False)
            case Kind.REFERENCE:
                assert kind.entity is not None
                return self._case.tables[kind.entity].ids
            case Kind.SET:
                return tuple(
                    frozenset(chosen)
                    for size in range(len(names) + 1)
                    for chosen in combinations(names, size)
                )
            case Kind.ENUM | Kind.TEXT | Kind.AREA_CODE:
                return names
            case Kind.DATE | Kind.TIME:
                return (*NUMBERS[kind.kind], NEVER)
            case _:
                return NUMBERS[kind.kind]
