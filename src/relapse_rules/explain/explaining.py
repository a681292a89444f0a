"""Why an element of a decision has its outcome: from the rails of its case to an `Explanation`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from relapse_rules.decisions.model import Decision, MeasureElement, Outcome, Target, TaskElement
from relapse_rules.decisions.trace import Step
from relapse_rules.explain.grounds import Chooser
from relapse_rules.explain.listed import Asked, Listed, place
from relapse_rules.explain.model import Explanation, Premise, StepKind
from relapse_rules.explain.model import Step as Shown
from relapse_rules.explain.naming import Naming
from relapse_rules.explain.premises import FactAt, Key, ListOf, only
from relapse_rules.explain.proof import OUTCOMES, Names, ProofWriter
from relapse_rules.explain.support import Support
from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Listing, Program, in_force
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of
from relapse_rules.values.relations import Relation

Run = Callable[[Case], Rails]
"""An engine: from a case to the rails of every node."""


class _Written(NamedTuple):
    """What an explanation says of an outcome; see `Explanation`."""

    outcome: Outcome
    proof: Shown
    premises: tuple[Premise, ...]
    missing: tuple[Premise, ...]
    exceptions: tuple[Shown, ...] = ()


class Explainer:
    """Explains decisions of one program. What depends on the program alone is worked out once."""

    def __init__(self, program: Program, run: Run) -> None:
        self._program = program
        self._run = run
        self._names = Names(program)
        self._exceptions = tuple(listing for listing in program.listings if listing.kind == "exception")
        self.listed = Listed(program)

    def explain(
        self,
        decision: Decision,
        case: Case,
        rails: Rails,
        naming: Naming,
        id_: str,
        target: Target | str | None = None,
    ) -> Explanation:
        """Return why ``id_`` has its outcome for ``target``.

        Raises:
            AskError: the decision does not list that.
        """
        asked = self.listed.find(id_)
        lane, element = place(asked, case, target)
        if lane is None:
            written = self._of_a_list(case, naming, asked, element)
        else:
            proof = _Proof(self._program, self._run, rails, case, self._names, naming)
            written = proof.of((asked.node, lane), asked.id)
            written = written._replace(exceptions=tuple(self._bearing(asked, case, lane, proof)))
        owed = _owed(decision, asked, element)
        return Explanation(
            policy=decision.policy,
            subject=decision.subject,
            kind=asked.kind,
            id=asked.id,
            target=element,
            outcome=written.outcome,
            cites=naming.cites(asked.cites),
            proof=written.proof,
            premises=written.premises,
            missing=written.missing,
            exceptions=written.exceptions,
            units=() if owed is None else owed.units_resolved,
            time_limit=None if owed is None else owed.time_limit,
            due=None if owed is None else owed.due,
        )

    def _of_a_list(self, case: Case, naming: Naming, asked: Asked, element: Target) -> _Written:
        """Return why something holds for nobody: its list is empty, or was not supplied."""
        premise = naming.list(self._names.lists[asked.domain], asked.domain)
        complete = case.tables[asked.domain].complete
        outcome = Outcome.NO if complete else Outcome.UNKNOWN
        step = Shown(
            number=1,
            kind=asked.kind,
            id=asked.id,
            text=f"对{naming.words.entity(asked.entity)}名单中的每一条",
            target=element,
            outcome=outcome,
            cites=naming.cites(asked.cites),
            premises=(premise,),
        )
        return _Written(outcome, step, (premise,) if complete else (), () if complete else (premise,))

    def _bearing(self, asked: Asked, case: Case, lane: int, proof: _Proof) -> Iterator[Shown]:
        """Yield each 例外 that could change what was asked, for each element that it is about, whether it applies or not."""
        for exception in self._exceptions:
            if asked.id in exception.changes:
                for other in _related(exception, asked.domain, case, lane):
                    yield proof.of((exception.node, other), exception.id).proof


class _Proof:
    """Everything that one explanation writes: its numbers run through."""

    def __init__(
        self, program: Program, run: Run, rails: Rails, case: Case, names: Names, naming: Naming
    ) -> None:
        self._program = program
        self._run = run
        today = day_of(case.as_of)
        settings = {entry.name: in_force(entry, today) for entry in program.parameters}
        self._unset = frozenset(name for name, held in settings.items() if held is None or held.value is None)
        self._case = case
        self._rails = rails
        self._support = Support(program, rails, case)
        self._writer = ProofWriter(program, names, naming)

    def of(self, step: Step, name: str) -> _Written:
        """Return the proof of a step, and everything that it rests on."""
        rails, case, support = self._rails, self._case, self._support
        known = support.truth(step) is not None
        least = support.sets(step)[0] if known else 0
        if known and not support.exact:
            case = only(case, self._without_needless(step, support.among(least)))
            rails = self._run(case)
            support = Support(self._program, rails, case)
            least = support.sets(step)[0]
        chooser = Chooser(self._program, rails, case, support, self._unset)
        shown = self._writer.write(chooser, rails, step, least, name)
        premises = tuple(map(self._writer.premise, support.among(least)))
        missing = () if known else tuple(map(self._writer.premise, chooser.missing(step)))
        return _Written(OUTCOMES[self._rails.truth(*step)], shown, premises, missing)

    def _without_needless(self, step: Step, keys: tuple[Key, ...]) -> tuple[Key, ...]:
        """Return a part of ``keys`` that still forces ``step``, and from which nothing can be left out.

        Where sets had to be dropped, the smallest that is left may hold a fact too many.
        """
        outcome = self._rails.truth(*step)
        for key in keys:
            rest = tuple(other for other in keys if other != key)
            if isinstance(key, FactAt | ListOf) and self._run(only(self._case, rest)).truth(*step) is outcome:
                keys = rest
        return keys


def _related(exception: Listing, domain: str, case: Case, lane: int) -> tuple[int, ...]:
    """Return the lanes of an exception that bear on the element in ``lane`` of ``domain``; see `Situation.applies`."""
    if exception.domain == domain:
        return (lane,)
    above = case.links.get(Relation(domain, exception.domain))
    if above is not None:
        parent = above[lane]
        return () if parent is None else (parent,)
    below = case.links.get(Relation(exception.domain, domain))
    if below is not None:
        return tuple(child for child, parent in enumerate(below) if parent == lane)
    return tuple(range(len(case.tables[exception.domain].rows)))


def _owed(decision: Decision, asked: Asked, element: Target) -> MeasureElement | TaskElement | None:
    """Return the measure or task that was asked about, as the decision has it."""
    elements: tuple[MeasureElement | TaskElement, ...] = (
        decision.measures if asked.kind is StepKind.MEASURE else decision.tasks
    )
    return next((owed for owed in elements if owed.id == asked.id and owed.target == element), None)
