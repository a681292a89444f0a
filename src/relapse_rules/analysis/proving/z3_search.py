"""Asks z3 for a household of which a goal holds, and reads the household out of its model.

z3 works on exact whole numbers of any size. Its effort is limited in its own units of work, not in seconds, so that a verdict is the same
on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import z3

from relapse_rules.analysis.proving.goals import Demand, Goal, Limits, Method, Search, Turn, Wanted, Witness
from relapse_rules.analysis.proving.households import USUAL_DAY, usual_moment
from relapse_rules.analysis.proving.z3_facts import Facts
from relapse_rules.analysis.proving.z3_logic import Formula, Rail, all_of, any_of, negated
from relapse_rules.analysis.proving.z3_rails import Rails
from relapse_rules.analysis.proving.z3_reading import ModelReading
from relapse_rules.facts.stated import number_scale
from relapse_rules.ir import nodes
from relapse_rules.ir.order import leading_to, resting_on
from relapse_rules.ir.program import Program
from relapse_rules.values.moments import EPOCH_ORDINAL
from relapse_rules.values.types import SECONDS_PER_DAY, UTC_OFFSET_SECONDS, Kind, Type
from relapse_rules.values.vocabulary import FieldSpec, Vocabulary

_ROUND: Final = (0, 1, 2, 5, 10, 100, 1_000, 10_000, 100_000)
"""Numbers that read well."""


class Solver:
    """Searches households for goals over some programs of one vocabulary; what was built for one goal serves the next."""

    def __init__(
        self,
        programs: Sequence[Program],
        vocabulary: Vocabulary,
        limits: Limits,
        parameters: Mapping[str, Type] | None = None,
    ) -> None:
        self._programs = programs
        self._vocabulary = vocabulary
        self._limits = limits
        self._facts = Facts(programs, vocabulary, limits.elements, parameters)
        self._rails = [Rails(program, self._facts) for program in programs]
        self._solver = z3.Solver(ctx=self._facts.context)
        self._solver.set("rlimit", limits.effort)
        self._told = 0

    def find(self, goal: Goal) -> Search:
        """Return a household of which ``goal`` holds, or that there is none within the limits."""
        self._vary(goal)
        holds = [self._at(goal, lane) for lane in range(self._facts.lanes[goal.domain])]
        asked = [any_of(holds), *self._differing(goal), *self._calm(changed=bool(goal.facts))]
        rules = self._facts.rules
        self._solver.add(rules[self._told :])
        self._told = len(rules)
        if any(each is False for each in asked):
            return Search(method=Method.SOLVER, bounded=self._lists(goal))
        self._solver.push()
        open_ = [each for each in asked if each is not True]
        self._solver.add(open_)
        result = self._solver.check()
        witness = self._smallest(goal, holds, open_) if result == z3.sat else None
        self._solver.pop()
        if result == z3.unsat:
            return Search(method=Method.SOLVER, bounded=self._lists(goal))
        return Search(method=Method.SOLVER, witness=witness, complete=witness is not None)

    def _vary(self, goal: Goal) -> None:
        self._facts.vary(goal.facts)
        for rails in self._rails:
            own = {
                position
                for position, node in enumerate(rails.program.nodes)
                if getattr(node, "fact", None) in goal.facts
            }
            rails.vary(resting_on(rails.program, own))

    def _at(self, goal: Goal, lane: int) -> Formula:
        """Return whether the goal holds for the element in a lane."""
        return all_of(
            (
                self._facts.present(goal.domain, lane),
                *(self._meets(demand, lane) for demand in goal.demands),
            )
        )

    def _meets(self, demand: Demand, lane: int) -> Formula:
        rail = self._rails[demand.program].rail(demand.node, lane, changed=demand.changed)
        return meets(rail, demand.wanted)

    def _differing(self, goal: Goal) -> Iterator[Formula]:
        """The changed household differs: in every fact, where all go up, else in one at least."""
        differing = [
            self._facts.differs(self._vocabulary.domain(fact.partition(".")[0]), fact, goal.turn)
            for fact in goal.facts
        ]
        if goal.turn is Turn.UP:
            yield from differing
        elif differing:
            yield any_of(differing)

    def _calm(self, *, changed: bool) -> Iterator[Formula]:
        """No facts contradict each other, nor do those of the changed household where there is one."""
        for rails in self._rails:
            for position, node in enumerate(rails.program.nodes):
                if not isinstance(node, nodes.Merge | nodes.MergeNumber):
                    continue
                for lane in range(self._facts.lanes[node.domain]):
                    absent = negated(self._facts.present(node.domain, lane))
                    for each in (False, True) if changed else (False,):
                        yield any_of((absent, negated(rails.clash(position, lane, changed=each))))

    def _lists(self, goal: Goal) -> tuple[str, ...]:
        """Return the lists whose elements a goal speaks of."""
        used = {
            self._programs[number].nodes[position].domain
            for number, cone in enumerate(self._used(goal))
            for position in cone
        }
        return tuple(
            domain
            for domain in self._facts.lanes
            if domain in {goal.domain, *used} and domain not in self._facts.singular
        )

    def _used(self, goal: Goal) -> list[frozenset[int]]:
        return [
            leading_to(program, [each.node for each in goal.demands if each.program == number])
            for number, program in enumerate(self._programs)
        ]

    # --- the smallest model -----------------------------------------------------------------------

    def _smallest(self, goal: Goal, holds: Sequence[Formula], asked: Sequence[Formula]) -> Witness:
        """Return the household of the model, made smaller until no household with fewer facts is left."""
        model = self._solver.model()
        cost = self._cost()
        proved = False
        while True:
            now = sum(z3.is_true(model.eval(each, model_completion=True)) for each in cost)
            if not now:
                proved = True
                break
            self._solver.add(z3.AtMost(*cost, now - 1))
            result = self._solver.check()
            if result != z3.sat:
                proved = result == z3.unsat
                break
            model = self._solver.model()
        # The last bound, if any, was one too low for any household; without one, what is tidied could grow again.
        self._solver.pop()
        self._solver.push()
        self._solver.add(asked)
        if cost:
            self._solver.add(z3.AtMost(*cost, now))
        model = self._tidied(model)
        lane = next(
            lane
            for lane, each in enumerate(holds)
            if each is True or z3.is_true(model.eval(each, model_completion=True))
        )
        reading = ModelReading(model, self._facts, self._vocabulary)
        changed = reading.case(changed=True) if goal.facts else None
        return Witness(
            case=reading.case(changed=False),
            lane=lane,
            changed=changed,
            settings=reading.settings(),
            smallest=proved,
        )

    def _tidied(self, model: Any) -> Any:  # noqa: ANN401 - z3's model
        """Return a model as small, with a recent 判定时点 and numbers as round as can be."""
        reading = ModelReading(model, self._facts, self._vocabulary)
        wishes: list[tuple[Any, tuple[int, ...]]] = [(self._facts.now, (usual_moment(self._programs),))]
        for place, number in self._facts.numbers.items():
            if reading.holds(number.known) and not reading.holds(number.never):
                wishes.append((number.value, _round(self._vocabulary.field(place[2]))))
        wishes.extend(
            (number.value, _ROUND) for number in self._facts.unset.values() if reading.holds(number.known)
        )
        for value, candidates in wishes:
            for candidate in candidates:
                self._solver.push()
                self._solver.add(value == candidate)
                if self._solver.check() == z3.sat:
                    model = self._solver.model()
                    self._solver.pop()
                    self._solver.add(value == candidate)
                    break
                self._solver.pop()
        return model

    def _cost(self) -> list[Any]:
        """Return what a household states: its elements, its lists and its facts."""
        facts = self._facts
        cost: list[Formula] = [
            *(choice.known for choice in facts.choices.values()),
            *(members.known for members in facts.sets.values()),
            *(number.known for number in facts.numbers.values()),
            *(number.known for number in facts.unset.values()),
            *facts.elements(),
        ]
        cost.extend(
            one
            for (relation, _), each in facts.belongings.items()
            if relation.reference is not None and relation.parent not in facts.singular
            for one in each.to
        )
        return [each for each in cost if not isinstance(each, bool)]


def _round(spec: FieldSpec) -> tuple[int, ...]:
    """Return values that read well, the best first."""
    match spec.type.kind:
        case Kind.DATE:
            return tuple(USUAL_DAY - each for each in (0, 1, 31, 365, 3650, 10957, 25567))
        case Kind.TIME:
            noon = (USUAL_DAY - EPOCH_ORDINAL) * SECONDS_PER_DAY + 12 * 3600 - UTC_OFFSET_SECONDS
            return tuple(noon - each * 3600 for each in (0, 12, 24, 48, 240, 8760))
        case Kind.YEAR_MONTH:
            return ()
        case _:
            scale = number_scale(spec)
            return tuple(each * scale for each in _ROUND)


def meets(rail: Rail, wanted: Wanted) -> Formula:
    """Return whether a condition is as wanted."""
    match wanted:
        case Wanted.YES:
            return rail.yes
        case Wanted.NO:
            return rail.no
        case Wanted.NOT_YES:
            return negated(rail.yes)
        case Wanted.NOT_NO:
            return negated(rail.no)
        case Wanted.UNKNOWN:
            return all_of((negated(rail.yes), negated(rail.no)))
