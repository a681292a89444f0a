"""Runs the 用例 of a policy that changes; those whose outcome cannot have changed keep it.

What a case expects is read off some nodes of the program. When these are made as they were the last time, of the same 参数 and 解读, and
the case says the same, it passes again. A case that failed is run each time, since what is told of it may change with anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from relapse_rules.analysis.cases import CaseResult, Decide, Told, run_case
from relapse_rules.check.policy import TypedCase, TypedExpectation
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands, renumbered
from relapse_rules.ir.program import Limit, Program
from relapse_rules.syntax.declarations import ExpectationKind
from relapse_rules.values.vocabulary import Vocabulary

_OF_WHAT_IS_NAMED: Final = frozenset(
    {
        *(ExpectationKind.OUTCOME, ExpectationKind.DONE, ExpectationKind.DUE),
        *(ExpectationKind.MEASURES, ExpectationKind.NO_MEASURES),
    }
)
"""Expectations that only what they name can fulfil; 缺 and 矛盾 depend on everything."""


@dataclass(frozen=True, slots=True)
class Run:
    """The results of all cases, in their order, and how many of them had to be run for it."""

    results: tuple[CaseResult, ...]
    fresh: int


@dataclass(frozen=True, slots=True)
class _Passed:
    """A case that passed, and what that rests on."""

    case: TypedCase
    rests_on: object


class CaseMemory:
    """What is known of the cases of one policy."""

    def __init__(self) -> None:
        self._forms: dict[object, int] = {}
        self._passed: dict[str, _Passed] = {}
        self._setting: object = None

    def run(
        self,
        program: Program,
        vocabulary: Vocabulary,
        cases: Sequence[TypedCase],
        make: Callable[[], tuple[Decide, Told]],
    ) -> Run:
        """Return how the cases go. ``make`` readies the policy for deciding; it is called only when some case has to be run."""
        # Which facts a case may state, and whether anything is decided on its day.
        setting = (vocabulary, program.valid_from, program.valid_until)
        if setting != self._setting:
            self._setting, self._passed = setting, {}
        resting = _Resting(program, self._forms)
        ready: tuple[Decide, Told] | None = None
        results: list[CaseResult] = []
        passed: dict[str, _Passed] = {}
        fresh = 0
        for case in cases:
            now = _Passed(case, tuple(map(resting.of, case.expectations)))
            if self._passed.get(case.name) == now:
                result = CaseResult(name=case.name, failures=())
            else:
                ready = ready or make()
                result = run_case(ready[0], case, told=ready[1])
                fresh += 1
            if result.passed:
                passed[case.name] = now
            results.append(result)
        self._passed = passed
        return Run(tuple(results), fresh)


class _Resting:
    """What expectations rest on, for one program. Equal values mean that nothing changed, also between programs."""

    def __init__(self, program: Program, forms: dict[object, int]) -> None:
        self._program = program
        self._forms = forms
        self._parameters = {entry.name: entry for entry in program.parameters}
        self._taken = {entry.name: entry.taken for entry in program.readings}
        self._of_node: dict[int, int] = {}
        for position, node in enumerate(program.nodes):
            place = {used: self._of_node[used] for used in operands(node)}
            form = (renumbered(node, place), self._besides(node))
            self._of_node[position] = forms.setdefault(form, len(forms))

    def of(self, expectation: TypedExpectation) -> object:
        """Return what decides whether an expectation is fulfilled."""
        if expectation.kind not in _OF_WHAT_IS_NAMED:
            return self._everything
        return tuple(part for subject in expectation.subjects for part in self._by_subject.get(subject, ()))

    @cached_property
    def _everything(self) -> int:
        """Return what the missing facts and the contradictions of any case rest on, as a number of its own."""
        program = self._program
        form = (
            tuple(sorted((subject, *parts) for subject, parts in self._by_subject.items())),
            tuple(sorted((fact, self._of_node[node]) for fact, node in program.derived.items())),
            program.parameters,
            tuple(program.facts.items()),
            program.relations,
            program.scope,
            program.eligibility,
        )
        return self._forms.setdefault(form, len(self._forms))

    @cached_property
    def _by_subject(self) -> dict[str, list[int]]:
        """What each id rests on."""
        parts: dict[str, list[int]] = {}
        for subject, part in self._parts():
            parts.setdefault(subject, []).append(self._forms.setdefault(part, len(self._forms)))
        return parts

    def _parts(self) -> Iterator[tuple[str, object]]:
        for concluded in (*self._program.conclusions, *self._program.judgements):
            yield concluded.id, (concluded.domain, self._of_node[concluded.node])
        for listing in self._program.listings:
            done = None if listing.done is None else self._of_node[listing.done]
            limit = self._limit(listing.limit)
            yield listing.id, (listing.domain, listing.kind, self._of_node[listing.node], done, limit)

    def _limit(self, limit: Limit | None) -> object:
        if limit is None:
            return None
        start = None if limit.start is None else self._of_node[limit.start]
        within = self._parameters.get(limit.within) if isinstance(limit.within, str) else limit.within
        taken = None if limit.reading is None else self._taken.get(limit.reading)
        return (start, limit.start_is_date, within, limit.within_unit, limit.same_day, taken)

    def _besides(self, node: nodes.AnyNode) -> object:
        """Return what a node says besides its own fields."""
        match node:
            case nodes.Reading():
                return self._taken.get(node.reading)
            case nodes.Parameter():
                return self._parameters.get(node.name)
            case nodes.Test() if node.parameter is not None:
                return self._parameters.get(node.parameter)
            case _:
                return None
