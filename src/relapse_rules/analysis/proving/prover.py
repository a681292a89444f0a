"""Searches all households for a goal: by trying everything where that is little, else with z3. Every household found is decided for real."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from relapse_rules.analysis.proving.exhausting import Exhaustion
from relapse_rules.analysis.proving.goals import Demand, Goal, Limits, Method, Search, Witness, met
from relapse_rules.analysis.proving.households import with_settings
from relapse_rules.engines.lanes import Evaluator, compile_program
from relapse_rules.ir.order import leading_to
from relapse_rules.ir.program import Program
from relapse_rules.values.truth import Truth
from relapse_rules.values.types import Type
from relapse_rules.values.vocabulary import Vocabulary

if TYPE_CHECKING:
    from relapse_rules.analysis.proving.z3_search import Solver

SOLVER: Final = "z3"


class Prover:
    """Searches for goals over some programs of one vocabulary. What was built for one goal serves the next.

    ``programs``: one, or several that are compared; goals name them by position. They must have the same vocabulary.
    ``parameters``: of what type each 参数 is, so that one that is not set is given values of its kind.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        vocabulary: Vocabulary,
        limits: Limits | None = None,
        *,
        parameters: Mapping[str, Type] | None = None,
    ) -> None:
        self.programs = tuple(programs)
        self.vocabulary = vocabulary
        self.limits = limits or Limits()
        self._parameters = parameters
        self._evaluators = [compile_program(program) for program in self.programs]
        self._exhaustion = Exhaustion(self._evaluators, vocabulary, self.limits)

    def find(self, goal: Goal) -> Search:
        """Return how the search for ``goal`` ends.

        Without z3, a goal that is too large to be tried out ends with neither a household nor certainty, and `Search.needs_solver`.
        """
        if goal.facts and not self._can_change(goal):
            return Search(method=Method.STRUCTURE)
        found = self._exhaustion.find(goal)
        if found is None:
            if find_spec(SOLVER) is None:
                return Search(method=Method.SOLVER, complete=False, needs_solver=True)
            found = self._solver.find(goal)
        if found.witness is not None:
            self._replay(goal, found.witness)
        return found

    @cached_property
    def _solver(self) -> Solver:
        from relapse_rules.analysis.proving.z3_search import Solver  # noqa: PLC0415 - an extra, and slow to load

        return Solver(self.programs, self.vocabulary, self.limits, self._parameters)

    def _can_change(self, goal: Goal) -> bool:
        """Whether anything that is demanded of the changed household reads a fact that differs."""
        return any(
            getattr(self.programs[demand.program].nodes[position], "fact", None) in goal.facts
            for demand in goal.demands
            if demand.changed
            for position in leading_to(self.programs[demand.program], [demand.node])
        )

    def _replay(self, goal: Goal, witness: Witness) -> None:
        """Decide the household with the engine that decides real ones: a wrong witness is a bug of ours, and never shown."""
        for demand in goal.demands:
            got = self.truth(demand, witness)
            assert met(got, demand.wanted), f"the engine does not see what was found: {demand}, {witness}"

    def truth(self, demand: Demand, witness: Witness) -> Truth:
        """Return what the engine says of a demanded node for the household of a witness."""
        evaluator = self._evaluators[demand.program]
        if witness.settings:
            evaluator = Evaluator(with_settings(evaluator.program, witness.settings), evaluator.code)
        case = witness.changed if demand.changed and witness.changed is not None else witness.case
        return evaluator.run(case).truth(demand.node, witness.lane)
