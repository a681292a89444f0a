"""Many worlds: hypotheses about one household, all worked out in one pass.

Each hypothesis says what would be otherwise than in the base case. Its world is one bit, and every rail has that bit for every element
(`world_nodes`), so a hundred worlds cost hardly more than one. Only nodes that some hypothesis can touch are worked out; all others are
as in the base.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, assert_never

from relapse_rules.engines.lanes import Evaluator
from relapse_rules.engines.lanes.answers import Answers, happened
from relapse_rules.engines.lanes.settings import Settings
from relapse_rules.explain.premises import FactAt, Key, ListOf, ParameterOf, ReadingOf
from relapse_rules.explain.world_columns import Rail, Ties
from relapse_rules.explain.world_nodes import Pool
from relapse_rules.facts.case import Case, Value
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Truth
from relapse_rules.values.types import Kind

Supposed = Value | tuple[str, ...] | None
"""What is supposed: of a fact a value (a reference is the id of an element), or None for not stated; of a list whether it is complete;
of a 参数 its value, None for 待定; of a 解读 its option."""

Hypothesis = Mapping[Key, Supposed]
"""What is otherwise in one world."""

_Otherwise = dict[Key, dict[Supposed, int]]
"""By key: what is supposed → in which worlds."""

_NOWHERE: Final[Mapping[Supposed, int]] = {}


class WorldRails:
    """What holds in each world. ``count``: how many there are; ``touched``: the nodes that may differ from the base."""

    def __init__(self, count: int, touched: frozenset[int], pool: Pool) -> None:
        self.count = count
        self.touched = touched
        self._pool = pool

    def yes(self, node: int, lane: int) -> int:
        """Return the worlds (bits) in which a condition is proved for an element."""
        return self._pool.rail(node)[0] >> lane * self.count & self._pool.full

    def no(self, node: int, lane: int) -> int:
        """Return the worlds in which a condition is disproved for an element."""
        return self._pool.rail(node)[1] >> lane * self.count & self._pool.full

    def known(self, node: int, lane: int) -> int:
        """Return the worlds in which a condition is not unknown for an element."""
        yes, no = self._pool.rail(node)
        return (yes | no) >> lane * self.count & self._pool.full

    def truth(self, node: int, lane: int, world: int) -> Truth:
        """Return a condition for an element in one world."""
        if self.yes(node, lane) >> world & 1:
            return True
        return False if self.no(node, lane) >> world & 1 else None

    def values(self, node: int, lane: int) -> Mapping[int | None, int]:
        """Return the values of a number for an element, each with its worlds."""
        return self._pool.column(node)[lane]

    def number(self, node: int, lane: int, world: int) -> int | None:
        """Return a number for an element in one world."""
        return next(value for value, worlds in self.values(node, lane).items() if worlds >> world & 1)

    def contradictions(self, stated: Mapping[int, int]) -> int:
        """Return the worlds in which facts contradict each other that do not in the base. ``stated``: by node, the base's lanes that do."""
        found = 0
        for node, rail in self._pool.clashes.items():
            new = rail & ~self._pool.spread(stated.get(node, 0))
            while new:
                found |= new & self._pool.full
                new >>= self.count
        return found

    def clashes(self, node: int, lane: int) -> int:
        """Return the worlds in which a derived fact (its Merge or MergeNumber) and what was supplied contradict each other.

        Of a node that is not `touched` nothing is said.
        """
        return self._pool.clashes.get(node, 0) >> lane * self.count & self._pool.full


class Worlds:
    """Runs hypotheses about cases of one program. Nothing changes after it is made but what it remembers of the program."""

    def __init__(self, evaluator: Evaluator) -> None:
        program = evaluator.program
        self.program = program
        self._evaluator = evaluator
        self._facts: dict[str, list[int]] = {}
        self._parameters: dict[str, list[int]] = {}
        self._readings: dict[str, list[int]] = {}
        self._inner: list[tuple[int, tuple[int, ...], Relation | None]] = []
        self._reached: dict[int | Relation, frozenset[int]] = {}
        for position, node in enumerate(program.nodes):
            match node:
                case nodes.Test(fact=fact, parameter=parameter):
                    self._facts.setdefault(fact, []).append(position)
                    if parameter is not None:
                        self._parameters.setdefault(parameter, []).append(position)
                case nodes.FieldNumber(fact=fact):
                    self._facts.setdefault(fact, []).append(position)
                case nodes.Parameter(name=name):
                    self._parameters.setdefault(name, []).append(position)
                case nodes.Reading(reading=reading):
                    self._readings.setdefault(reading, []).append(position)
                case nodes.Constant() | nodes.Number():
                    pass
                case _:
                    relation = getattr(node, "relation", None)
                    self._inner.append((position, operands(node), relation))

    def leaves(self, key: Key) -> Sequence[int]:
        """Return the leaves that read what ``key`` is about; for a list none."""
        match key:
            case FactAt(fact=fact):
                return self._facts.get(fact, ())
            case ParameterOf(name=name):
                return self._parameters.get(name, ())
            case ReadingOf(name=name):
                return self._readings.get(name, ())
            case ListOf():
                return ()
            case _:
                assert_never(key)

    def settings(self, today: int) -> Settings:
        """Return what holds on the date ``today`` (ordinal)."""
        return self._evaluator.settings(today)

    def run(self, case: Case, rails: Rails, hypotheses: Sequence[Hypothesis]) -> WorldRails:
        """Return what holds in the world of each hypothesis (at least one). ``rails``: those of ``case`` itself."""
        otherwise: _Otherwise = {}
        for world, hypothesis in enumerate(hypotheses):
            bit = 1 << world
            for key, supposed in hypothesis.items():
                where = otherwise.setdefault(key, {})
                where[supposed] = where.get(supposed, 0) | bit
        return self.run_sets(case, rails, len(hypotheses), otherwise)

    def run_sets(
        self, case: Case, rails: Rails, count: int, otherwise: Mapping[Key, Mapping[Supposed, int]]
    ) -> WorldRails:
        """Do the same as `run` for ``count`` worlds, told by what is otherwise: what is supposed → its worlds (bits)."""
        filling = _Filling(self, case, otherwise, (1 << count) - 1)
        today = day_of(case.as_of)
        pool = Pool(
            rails.first,
            rails.second,
            full=(1 << count) - 1,
            sizes={domain: len(table.rows) for domain, table in case.tables.items()},
            ties=filling.ties,
            today=today,
        )
        touched: set[int] = set()
        lists: set[str] = set()
        references: set[tuple[str, str]] = set()
        for key in otherwise:
            touched.update(self.leaves(key))
            if isinstance(key, FactAt):
                references.add((key.domain, key.fact))
            elif isinstance(key, ListOf):
                lists.add(key.domain)
        settings = self._evaluator.settings(today)
        for leaf in touched:
            filling.leaf(pool, leaf, settings)
        retied = {
            relation
            for relation in self.program.relations
            if relation.child in lists
            or (relation.child, f"{relation.child}.{relation.reference}") in references
        }
        above = set[int]().union(*map(self._above, touched), *map(self._above, retied))
        for position in sorted(above):
            pool.evaluate(position, self.program.nodes[position])
        return WorldRails(count, frozenset(touched | above), pool)

    def _above(self, start: int | Relation) -> frozenset[int]:
        """Return the inner nodes that a leaf, or who belongs to whom by a relation, can bear on."""
        found = self._reached.get(start)
        if found is None:
            above = set[int]()
            for position, used, relation in self._inner:
                if relation == start or start in used or not above.isdisjoint(used):
                    above.add(position)
            found = self._reached[start] = frozenset(above)
        return found


class _Filling:
    """Fills leaves and ties of relations from hypotheses."""

    def __init__(
        self, worlds: Worlds, case: Case, otherwise: Mapping[Key, Mapping[Supposed, int]], full: int
    ) -> None:
        self._program = worlds.program
        self._case = case
        self._otherwise = otherwise
        self._full = full
        self._ties: dict[Relation, Ties] = {}
        self._taken = {entry.name: entry.taken for entry in worlds.program.readings}

    def ties(self, relation: Relation) -> Ties:
        """Return how the children of a relation belong to its parents."""
        found = self._ties.get(relation)
        if found is None:
            found = self._ties[relation] = self._tied(relation)
        return found

    def leaf(self, pool: Pool, position: int, settings: Settings) -> None:
        """Fill one leaf."""
        node = self._program.nodes[position]
        match node:
            case nodes.Test():
                pool.rails[position] = self._test(node, position, settings)
            case nodes.FieldNumber(domain=domain, fact=fact):
                pool.columns[position] = tuple(
                    {
                        value if isinstance(value, int) else None: worlds
                        for value, worlds in self._stated(domain, lane, fact).items()
                    }
                    for lane in range(len(self._case.tables[domain].rows))
                )
            case nodes.Parameter(domain=domain, name=name):
                column: dict[int | None, int] = {}
                for value, worlds in self._partition(ParameterOf(name), settings.numbers[name]).items():
                    number = value if isinstance(value, int) else None
                    column[number] = column.get(number, 0) | worlds
                pool.columns[position] = (column,) * len(self._case.tables[domain].rows)
            case nodes.Reading(domain=domain, reading=reading, option=option):
                taken = self._partition(ReadingOf(reading), self._taken[reading])
                yes = taken.get(option, 0)
                size = len(self._case.tables[domain].rows)
                pool.rails[position] = self._beside([(yes, self._full ^ yes)] * size)
            case _:
                message = f"no hypothesis is about this: {node}"
                raise AssertionError(message)

    def _test(self, node: nodes.Test, position: int, settings: Settings) -> Rail:
        own = settings.tables[position]
        tables: list[tuple[Answers, int]] = [(own, self._full)]
        if node.parameter is not None:
            changed = self._otherwise.get(ParameterOf(node.parameter), _NOWHERE)
            tables = [
                (
                    Answers(
                        node, self._program.facts[node.fact].type, value if isinstance(value, tuple) else None
                    ),
                    worlds,
                )
                for value, worlds in changed.items()
            ]
            tables.append((own, self._full & ~sum(changed.values())))
        lanes: list[Rail] = []
        for lane in range(len(self._case.tables[node.domain].rows)):
            yes = no = 0
            for value, stated in self._stated(node.domain, lane, node.fact).items():
                for table, where in tables:
                    if worlds := stated & where:
                        answer = self._happened(node, value) if node.kind == "happened" else table[value]
                        yes |= worlds if answer[0] else 0
                        no |= worlds if answer[1] else 0
            lanes.append((yes, no))
        return self._beside(lanes)

    def _happened(self, node: nodes.Test, value: Supposed) -> tuple[int, int]:
        assert value is None or isinstance(value, int)
        is_date = self._program.facts[node.fact].type.kind is Kind.DATE
        return happened(value, day_of(self._case.as_of) if is_date else self._case.as_of)

    def _stated(self, domain: str, lane: int, fact: str) -> Mapping[Supposed, int]:
        return self._partition(FactAt(domain, lane, fact), self._case.tables[domain].rows[lane].get(fact))

    def _partition(self, key: Key, base: Supposed) -> Mapping[Supposed, int]:
        """Return what is supposed in which worlds; in all others it is as in the base."""
        changed = self._otherwise.get(key)
        if changed is None:
            return {base: self._full}
        found = dict(changed)
        if rest := self._full & ~sum(changed.values()):
            found[base] = found.get(base, 0) | rest
        return found

    def _beside(self, lanes: Sequence[Rail]) -> Rail:
        yes = no = 0
        width = self._full.bit_length()
        for lane_yes, lane_no in reversed(lanes):
            yes = yes << width | lane_yes
            no = no << width | lane_no
        return yes, no

    def _tied(self, relation: Relation) -> Ties:
        tables = self._case.tables
        complete = self._partition(ListOf(relation.child), tables[relation.child].complete).get(True, 0)
        pairs: list[tuple[int, int, int]] = []
        loose: list[tuple[int, int]] = []
        for child, parent in enumerate(self._case.links[relation]):
            rest = self._full
            if relation.reference is not None:
                key = FactAt(relation.child, child, f"{relation.child}.{relation.reference}")
                for element, worlds in self._otherwise.get(key, _NOWHERE).items():
                    rest &= ~worlds
                    if element is None:
                        loose.append((child, worlds))
                    else:
                        pairs.append((child, tables[relation.parent].ids.index(str(element)), worlds))
            if rest and parent is None:
                loose.append((child, rest))
            elif rest and parent is not None:
                pairs.append((child, parent, rest))
        return Ties(relation, tuple(pairs), tuple(loose), complete)
