"""Which answers to a question make a difference: one for each way in which the policy can tell them apart."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType
from typing import Final, NamedTuple

from relapse_rules.explain.levels import Levels
from relapse_rules.explain.naming import Naming
from relapse_rules.explain.premises import FactAt, Key, ListOf, ParameterOf
from relapse_rules.explain.worlds import Supposed, WorldRails, Worlds
from relapse_rules.facts.case import Case
from relapse_rules.facts.stated import takes_never
from relapse_rules.ir import nodes
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of
from relapse_rules.values.types import NEVER, NUMERIC, Kind, Type

OTHER: Final = "其他"
NOT_EMPTY: Final = "不为空"

_MOST_TOLD_APART: Final = 6
"""Of so many values of a set, every selection is tried."""

_COMPARING = (nodes.Compare, nodes.CompareRatio, nodes.CompareCount, nodes.Test, nodes.MergeNumber)


class Alternatives(NamedTuple):
    """Answers that the policy can tell apart, numbers ascending. ``whole``: any answer is like one of them.

    ``alike``: for an answer that stands for several names, all of these.
    """

    values: tuple[Supposed, ...]
    whole: bool
    alike: Mapping[Supposed, tuple[str, ...]] = MappingProxyType({})


class Trying:
    """Finds the answers to try for unknown facts of one case."""

    def __init__(
        self, worlds: Worlds, naming: Naming, case: Case, rails: Rails, unset: Collection[str]
    ) -> None:
        self._worlds = worlds
        self._program = worlds.program
        self._naming = naming
        self._case = case
        self._rails = rails
        self._unset = unset
        self._tables = worlds.settings(day_of(case.as_of)).tables

    def of(self, keys: Sequence[Key]) -> tuple[Alternatives, ...]:
        """Return the answers to each question."""
        numbers = self.numbers([key for key in keys if self.is_number(key)])
        return tuple(numbers[key] if key in numbers else self._named(key) for key in keys)

    def is_number(self, key: Key) -> bool:
        """Whether the answers to a question are numbers or moments."""
        return not isinstance(key, ListOf) and self.type_of(key).kind in NUMERIC

    def type_of(self, key: Key) -> Type:
        """Return the type of the answers to a question about a fact or a 参数."""
        match key:
            case FactAt(fact=fact):
                return self._program.facts[fact].type
            case ParameterOf(name=name):
                return self._naming.details.parameters.get(name) or self._guessed_type(key)
            case _:
                message = f"no single value: {key}"
                raise AssertionError(message)

    def _guessed_type(self, key: Key) -> Type:
        """Return a type for a 参数 of a policy that was not made from files."""
        numbers = any(
            isinstance(self._program.nodes[leaf], nodes.Parameter) for leaf in self._worlds.leaves(key)
        )
        return Type(kind=Kind.INTEGER if numbers else Kind.SET)

    # --- names ------------------------------------------------------------------------------------

    def _named(self, key: Key) -> Alternatives:
        match key:
            case ListOf():
                return Alternatives((True,), whole=False)
            case FactAt(domain=domain, lane=lane, fact=fact):
                stated = self._case.tables[domain].rows[lane].get(fact)
                return self._of_fact(fact, stated, self._asking(key))
            case ParameterOf() if self.type_of(key).kind is Kind.CONDITION:
                return Alternatives((True, False), whole=True)
            case ParameterOf():
                kinds = [self._program.facts[node.fact].type for _, node in self._asking(key)]
                names = dict.fromkeys(value.name for kind in kinds for value in kind.values)
                return Alternatives((tuple(names), ()), whole=False)
            case _:
                message = f"not a question: {key}"
                raise AssertionError(message)

    def _asking(self, key: Key) -> list[tuple[int, nodes.Test]]:
        found = ((leaf, self._program.nodes[leaf]) for leaf in self._worlds.leaves(key))
        return [(leaf, node) for leaf, node in found if isinstance(node, nodes.Test)]

    def _of_fact(self, fact: str, stated: object, tests: Sequence[tuple[int, nodes.Test]]) -> Alternatives:
        kind = self._program.facts[fact].type
        match kind.kind:
            case Kind.CONDITION:
                return Alternatives((True, False), whole=True)
            case Kind.REFERENCE:
                table = self._case.tables[kind.entity or ""]
                return Alternatives(table.ids, whole=table.complete)
            case Kind.SET:
                return self._sets(kind, stated, tests)
            case _:
                return self._one_of(kind, stated, tests)

    def _one_of(self, kind: Type, stated: object, tests: Sequence[tuple[int, nodes.Test]]) -> Alternatives:
        names = self._names(kind, tests)
        if isinstance(stated, str):
            # Stated, but too broadly: 水旱灾害 where 洪涝 is asked for.
            names = tuple(name for name in names if name != stated and stated in kind.ancestors(name))
        waits = any(node.parameter in self._unset for _, node in tests)
        found: dict[object, list[str]] = {}
        for name in names:
            answers = tuple(self._tables[leaf][name] for leaf, _ in tests)
            if waits or (0, 0) not in answers:
                found.setdefault(name if waits else answers, []).append(name)
        alike: dict[Supposed, tuple[str, ...]] = {each[0]: tuple(each) for each in found.values()}
        return Alternatives(tuple(alike), whole=not waits, alike=alike)

    def _sets(self, kind: Type, stated: object, tests: Sequence[tuple[int, nodes.Test]]) -> Alternatives:
        asked = self._asked(tests)
        waits = any(node.parameter in self._unset for _, node in tests)
        told_apart = len(asked) <= _MOST_TOLD_APART and not waits and stated is None
        # A broader value than one that is asked for would leave the question open.
        broader = {above for name in asked for above in kind.ancestors(name)}
        other = next((name for name in self._names(kind, tests) if name not in broader), None)
        few = [()] if other is None else [(), (other,)]
        chosen: Iterator[tuple[str, ...]] = (
            (*these, *more)
            for number in (range(len(asked) + 1) if told_apart else (0, 1, len(asked)))
            for these in combinations(asked, number)
            for more in few
        )
        already = stated if isinstance(stated, frozenset) else frozenset[str]()
        found: dict[object, frozenset[str]] = {}
        for names in chosen:
            value = already | frozenset(names)
            answers = tuple(self._tables[leaf][value] for leaf, _ in tests)
            if waits or (0, 0) not in answers:
                found.setdefault(answers, value)
        alike: dict[Supposed, tuple[str, ...]] = {}
        if other is not None:
            alike[already | {other}] = (OTHER,) if asked else (NOT_EMPTY,)
        return Alternatives(tuple(found.values()), whole=told_apart, alike=alike)

    def _names(self, kind: Type, tests: Sequence[tuple[int, nodes.Test]]) -> tuple[str, ...]:
        """Return what may be stated: what is asked for first, then the type's own, and something else where any text may be."""
        known = dict.fromkeys((*self._asked(tests), *(value.name for value in kind.values)))
        if kind.is_open or not kind.values:
            other = OTHER
            while other in known:
                other += OTHER
            known[other] = None
        return tuple(known)

    def _asked(self, tests: Sequence[tuple[int, nodes.Test]]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value for leaf, _ in tests for value in self._tables[leaf].values_asked))

    # --- numbers ----------------------------------------------------------------------------------

    def numbers(self, keys: Sequence[Key]) -> Mapping[Key, Alternatives]:
        """Return the answers to questions for numbers: the first of each stretch in which nothing that is asked becomes otherwise."""
        if not keys:
            return {}
        guesses = {key: self._guess(key) for key in keys}
        guessed = self._worlds.run(self._case, self._rails, [guesses])
        levels = Levels(
            self._program,
            self._case,
            guessed.touched,
            self._rails.number,
            lambda node, lane: guessed.number(node, lane, 0),
        )
        points = {key: self._points(key, guesses[key], levels) for key in keys}
        apart = self._told_apart(points, guesses)
        return {
            key: Alternatives(apart[key], whole=not any(levels.vague(*leaf) for leaf in self._leaves(key)))
            for key in keys
        }

    def _leaves(self, key: Key) -> Iterator[tuple[int, int]]:
        """Yield the leaves of a question, each with its lane."""
        for leaf in self._worlds.leaves(key):
            if isinstance(key, FactAt):
                yield leaf, key.lane
            else:
                for lane in range(len(self._case.tables[self._program.nodes[leaf].domain].rows)):
                    yield leaf, lane

    def _guess(self, key: Key) -> int:
        if not isinstance(key, FactAt):
            return 1
        kind = self._program.facts[key.fact].type.kind
        if kind is Kind.TIME:
            return self._case.as_of
        if kind is Kind.DATE:
            return day_of(self._case.as_of)
        low, _ = self._range(key)
        return 1 if low is None else max(low, 1)

    def _range(self, key: Key) -> tuple[int | None, int | None]:
        if isinstance(key, FactAt):
            spec = self._naming.spec(key.fact)
            return (None, None) if spec is None else (spec.low, spec.high)
        return None, None

    def _points(self, key: Key, guess: int, levels: Levels) -> list[int]:
        found = {guess}
        for leaf, lane in self._leaves(key):
            node = self._program.nodes[leaf]
            at = (levels.of_test(node),) if isinstance(node, nodes.Test) else levels.at(leaf, lane)
            for level in at:
                found.update((level - 1, level, level + 1))
        low, high = self._range(key)
        points = sorted(
            point
            for point in found
            if point != NEVER and (low is None or point >= low) and (high is None or point <= high)
        )
        if isinstance(key, FactAt):
            kind = self._program.facts[key.fact].type.kind
            if kind is Kind.DATE:
                points = [point for point in points if 1 <= point <= _LAST_DAY]
            spec = self._naming.spec(key.fact)
            if spec is not None and takes_never(spec):
                points.append(NEVER)
        return points

    def _told_apart(
        self, points: Mapping[Key, Sequence[int]], guesses: Mapping[Key, int]
    ) -> Mapping[Key, tuple[int, ...]]:
        """Return those points at which something that is asked becomes otherwise, all other numbers being as guessed."""
        count = sum(map(len, points.values()))
        full = (1 << count) - 1
        supposed: dict[Key, dict[Supposed, int]] = {}
        start = 0
        for key, own in points.items():
            mine = (1 << len(own)) - 1 << start
            where: dict[Supposed, int] = {guesses[key]: full & ~mine}
            for place, point in enumerate(own, start):
                where[point] = where.get(point, 0) | 1 << place
            supposed[key] = {value: worlds for value, worlds in where.items() if worlds}
            start += len(own)
        changes = self._changes(self._worlds.run_sets(self._case, self._rails, count, supposed))
        found: dict[Key, tuple[int, ...]] = {}
        start = 0
        for key, own in points.items():
            found[key] = tuple(
                point
                for place, point in enumerate(own, start)
                if place == start or point == NEVER or changes >> place - 1 & 1
            )
            start += len(own)
        return found

    def _changes(self, found: WorldRails) -> int:
        """Return the worlds in which some comparison is not as in the next."""
        changes = 0
        for position in found.touched:
            node = self._program.nodes[position]
            if isinstance(node, _COMPARING):
                for lane in range(len(self._case.tables[node.domain].rows)):
                    if isinstance(node, nodes.MergeNumber):
                        changes |= _steps(found.clashes(position, lane))
                    elif isinstance(node, nodes.CompareCount):
                        # How many count is not guessed: every limit up to their number is told apart from the next.
                        changes |= self._limits(found, node, lane)
                    else:
                        changes |= _steps(found.yes(position, lane)) | _steps(found.no(position, lane))
        return changes

    def _limits(self, found: WorldRails, node: nodes.CompareCount, lane: int) -> int:
        """Return the worlds in which a count is compared with another limit than in the next."""
        most = len(self._case.links[node.relation]) + 1
        worlds: dict[int | None, int] = {}
        for value, where in found.values(node.limit, lane).items():
            limit = None if value is None else min(max(value, -1), most)
            worlds[limit] = worlds.get(limit, 0) | where
        changes = 0
        for where in worlds.values():
            changes |= _steps(where)
        return changes


def _steps(rail: int) -> int:
    """Return the worlds in which a rail is not as in the next."""
    return rail ^ rail >> 1


_LAST_DAY: Final = 3_652_059
"""31 December 9999."""
