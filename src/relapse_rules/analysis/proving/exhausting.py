"""Tries everything: all assignments of the facts that can matter are lanes of one pass, so that a small goal is settled without a solver.

Only for goals whose cone asks facts for their names and truths; numbers and dates have too many values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, product
from math import prod
from typing import Final, NamedTuple

from relapse_rules.analysis.proving.goals import Demand, Goal, Limits, Method, Search, Wanted, Witness
from relapse_rules.analysis.proving.households import blank_case, stated_text, usual_moment
from relapse_rules.analysis.proving.values import Values
from relapse_rules.engines.lanes import Evaluator
from relapse_rules.explain.premises import FactAt, Key
from relapse_rules.explain.worlds import Supposed, WorldRails, Worlds
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.order import leading_to
from relapse_rules.ir.program import Program
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import Vocabulary

_TRIED: Final = (
    nodes.Constant,
    nodes.Test,
    nodes.Reading,
    nodes.And,
    nodes.Or,
    nodes.AtLeast,
    nodes.Not,
    nodes.Merge,
    nodes.Exists,
    nodes.Every,
    nodes.Lift,
)
_MOST_ELEMENTS: Final = 3


class _Variable(NamedTuple):
    """A fact of one element, not stated or with one of these values."""

    key: FactAt
    values: tuple[Supposed, ...]


class Exhaustion:
    """Tries all households for goals over some programs of one vocabulary."""

    def __init__(self, evaluators: Sequence[Evaluator], vocabulary: Vocabulary, limits: Limits) -> None:
        self._evaluators = evaluators
        self._programs: tuple[Program, ...] = tuple(each.program for each in evaluators)
        self._vocabulary = vocabulary
        self._limits = limits
        self._as_of = usual_moment(self._programs)
        self._values = Values(self._programs, vocabulary)
        self._worlds = [Worlds(evaluator) for evaluator in evaluators]

    def find(self, goal: Goal) -> Search | None:
        """Return how the search for ``goal`` ends, or None when it is not one to be tried out."""
        if goal.facts or any(demand.changed for demand in goal.demands):
            return None
        cones = [
            leading_to(program, [each.node for each in goal.demands if each.program == number])
            for number, program in enumerate(self._programs)
        ]
        used = [
            program.nodes[position]
            for program, cone in zip(self._programs, cones, strict=True)
            for position in cone
        ]
        if not all(isinstance(node, _TRIED) and _is_steady(node) for node in used):
            return None
        facts = sorted({node.fact for node in used if isinstance(node, nodes.Test)})
        if not all(self._is_calm(program, facts) for program in self._programs):
            return None
        relations = [relation for relation in self._programs[0].relations if _is_used(relation, used)]
        domains = {goal.domain, *(node.domain for node in used)}
        lists = [
            domain
            for domain, _ in self._programs[0].domains
            if domain in domains and domain not in self._programs[0].singular
        ]
        if any(relation.parent in lists and relation.reference is None for relation in relations):
            return None  # lists in lists come in too many shapes
        plans = self._plans(goal, facts, relations, lists)
        if plans is None:
            return None
        return self._run(goal, plans, tuple(lists))

    def _is_calm(self, program: Program, facts: Sequence[str]) -> bool:
        """Whether contradictions of these facts with what rules derive are the same at every date, and about names and truths alone."""
        for position, node in enumerate(program.nodes):
            if isinstance(node, nodes.Merge | nodes.MergeNumber):
                below = [program.nodes[each] for each in leading_to(program, [position])]
                if any(getattr(each, "fact", None) in facts for each in below) and not all(
                    isinstance(each, _TRIED) and _is_steady(each) for each in below
                ):
                    return False
        return True

    def _plans(
        self, goal: Goal, facts: Sequence[str], relations: Sequence[Relation], lists: Sequence[str]
    ) -> list[tuple[Case, tuple[_Variable, ...]]] | None:
        """Return the shapes of households to be tried, each with what is assigned; None when they are too many."""
        found: list[tuple[Case, tuple[_Variable, ...]]] = []
        assignments = 0
        for sizes in product((None, *range(self._limits.elements + 1)), repeat=len(lists)):
            shape = dict(zip(lists, sizes, strict=True))
            if not shape.get(goal.domain, 1):
                continue
            case = blank_case(self._programs[0], self._vocabulary, shape, self._as_of)
            variables = self._variables(case, facts, relations)
            if variables is None:
                return None
            assignments += prod(len(variable.values) + 1 for variable in variables)
            if assignments > self._limits.assignments:
                return None
            found.append((case, variables))
        return found

    def _variables(
        self, case: Case, facts: Sequence[str], relations: Sequence[Relation]
    ) -> tuple[_Variable, ...] | None:
        found: list[_Variable] = []
        for fact in facts:
            domain = self._vocabulary.domain(fact.partition(".")[0])
            values = self._fact_values(fact)
            if values is None:
                return None
            found.extend(
                _Variable(FactAt(domain, lane, fact), values) for lane in range(len(case.tables[domain].rows))
            )
        for relation in relations:
            if relation.reference is not None and relation.parent not in self._programs[0].singular:
                fact = f"{relation.child}.{relation.reference}"
                found.extend(
                    _Variable(FactAt(relation.child, lane, fact), case.tables[relation.parent].ids)
                    for lane in range(len(case.tables[relation.child].rows))
                )
        return tuple(found)

    def _fact_values(self, fact: str) -> tuple[Supposed, ...] | None:
        spec = self._vocabulary.field(fact)
        if spec.required or spec.type.kind is Kind.REFERENCE:
            return None
        if spec.type.kind is not Kind.SET:
            return tuple(stated_text(spec, value) for value in self._values.choices(fact))
        elements = self._values.elements(fact)
        if len(elements) > _MOST_ELEMENTS:
            return None
        return tuple(
            frozenset(str(stated_text(spec, each)) for each in chosen)
            for size in range(len(elements) + 1)
            for chosen in combinations(elements, size)
        )

    def _run(
        self, goal: Goal, plans: Sequence[tuple[Case, tuple[_Variable, ...]]], lists: tuple[str, ...]
    ) -> Search:
        best: Witness | None = None
        for case, variables in plans:
            found = self._smallest(goal, case, variables)
            if found is not None and (best is None or found.size < best.size):
                best = found
        return Search(method=Method.EXHAUSTION, witness=best, bounded=lists)

    def _smallest(self, goal: Goal, case: Case, variables: tuple[_Variable, ...]) -> Witness | None:
        """Return the assignment with the fewest facts for which the goal holds, of one shape."""
        count = prod(len(variable.values) + 1 for variable in variables)
        otherwise: dict[Key, dict[Supposed, int]] = {}
        stride = 1
        strides: list[int] = []
        for variable in variables:
            width = len(variable.values) + 1
            otherwise[variable.key] = {
                value: _digit(count, stride, width, place) for place, value in enumerate(variable.values, 1)
            }
            strides.append(stride)
            stride *= width
        rails = [self._rails(number, case, count, otherwise) for number in range(len(self._programs))]
        best: tuple[int, int, int] | None = None
        for lane in range(len(case.tables[goal.domain].rows)):
            holds = (1 << count) - 1
            for each in rails:
                holds &= ~each.contradictions({})
            for demand in goal.demands:
                holds &= _meets(rails[demand.program], demand, lane, (1 << count) - 1)
            for world in _bits(holds):
                size = sum(
                    world // stride % (len(variable.values) + 1) > 0
                    for stride, variable in zip(strides, variables, strict=True)
                )
                if best is None or (size, world) < best[:2]:
                    best = (size, world, lane)
        if best is None:
            return None
        _, world, lane = best
        stated = {
            variable.key: variable.values[digit - 1]
            for stride, variable in zip(strides, variables, strict=True)
            if (digit := world // stride % (len(variable.values) + 1))
        }
        return Witness(case=_with(case, stated), lane=lane, smallest=True)

    def _rails(
        self, number: int, case: Case, count: int, otherwise: Mapping[Key, Mapping[Supposed, int]]
    ) -> WorldRails:
        return self._worlds[number].run_sets(case, self._evaluators[number].run(case), count, otherwise)


def _is_steady(node: nodes.AnyNode) -> bool:
    """Whether a node means the same at every date."""
    return not isinstance(node, nodes.Test) or (node.kind != "happened" and node.parameter is None)


def _is_used(relation: Relation, used: Sequence[nodes.AnyNode]) -> bool:
    return any(getattr(node, "relation", None) == relation for node in used)


def _digit(count: int, stride: int, width: int, place: int) -> int:
    """Return the worlds (bits, of ``count``) whose digit of ``width`` values at ``stride`` is ``place``."""
    period = stride * width
    once = ((1 << stride) - 1) << place * stride
    return once * (((1 << count) - 1) // ((1 << period) - 1))


def _meets(rails: WorldRails, demand: Demand, lane: int, full: int) -> int:
    yes, no = rails.yes(demand.node, lane), rails.no(demand.node, lane)
    match demand.wanted:
        case Wanted.YES:
            return yes
        case Wanted.NO:
            return no
        case Wanted.NOT_YES:
            return full & ~yes
        case Wanted.NOT_NO:
            return full & ~no
        case Wanted.UNKNOWN:
            return full & ~(yes | no)


def _bits(rail: int) -> Iterator[int]:
    while rail:
        lowest = rail & -rail
        yield lowest.bit_length() - 1
        rail ^= lowest


def _with(case: Case, stated: Mapping[FactAt, Supposed]) -> Case:
    """Return ``case`` with facts stated."""
    tables = dict(case.tables)
    links = dict(case.links)
    for key, value in stated.items():
        assert value is not None
        assert not isinstance(value, tuple)
        table = tables[key.domain]
        rows = list(table.rows)
        rows[key.lane] = {**rows[key.lane], key.fact: value}
        tables[key.domain] = table._replace(rows=tuple(rows))
        for relation, parents in links.items():
            if relation.child == key.domain and key.fact == f"{relation.child}.{relation.reference}":
                own = list(parents)
                own[key.lane] = tables[relation.parent].ids.index(str(value))
                links[relation] = tuple(own)
    return replace(case, tables=tables, links=links)
