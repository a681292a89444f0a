"""From rails to a decision: the contract that every engine and every reader shares.

What depends on the policy alone is prepared once (`Concluder`), what depends on the day once a day (`Standing`), the rest for each case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from relapse_rules.decisions import elements
from relapse_rules.decisions.contradictions import contradictions
from relapse_rules.decisions.missing import Waiting
from relapse_rules.decisions.model import (
    UNKNOWN,
    Decision,
    Eligibility,
    PolicyReference,
    ReadingElement,
    Target,
)
from relapse_rules.decisions.moments import moment_text
from relapse_rules.decisions.names import FactNames
from relapse_rules.decisions.scope import Scope
from relapse_rules.decisions.situation import HOUSEHOLD, Situation
from relapse_rules.decisions.standing import Standing
from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of

_MOST_DAYS = 64
"""Days whose settings are kept; a batch over years must not fill the memory."""


def conclude(
    program: Program,
    rails: Rails,
    case: Case,
    *,
    reading_changes: Mapping[str, Collection[int]],
    readings: Mapping[str, str] | None = None,
) -> Decision:
    """Return the decision that ``rails`` give. For more than one, make a `Concluder` and keep it."""
    return Concluder(program).conclude(rails, case, reading_changes=reading_changes, readings=readings)


class Concluder:
    """Makes decisions of one program. Safe to share between threads: nothing changes but a small cache of days."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._names = FactNames(program)
        self._waiting = Waiting(program, self._names)
        self._scope = Scope(program)
        self._exceptions = tuple(listing for listing in program.listings if listing.kind == "exception")
        self._eligibility = next(
            (entry for entry in program.conclusions if entry.id == program.eligibility), None
        )
        self._taken = {entry.name: entry.taken for entry in program.readings}
        self._ids, self._places_of = _ids(program)
        self._standing: dict[int, Standing] = {}

    def conclude(
        self,
        rails: Rails,
        case: Case,
        *,
        reading_changes: Mapping[str, Collection[int]],
        readings: Mapping[str, str] | None = None,
    ) -> Decision:
        """Return the decision that ``rails`` give for ``case``.

        ``reading_changes``: the nodes that other options of each 解读 would change (`readings.changed_by_readings`).
        ``readings``: the 解读 that ``rails`` took otherwise than the policy does.
        """
        standing = self._standing_on(day_of(case.as_of))
        taken = self._taken
        if readings:
            taken = {name: readings.get(name, option) for name, option in taken.items()}
        situation = Situation(
            case,
            rails,
            unset=standing.unset,
            suppliers=standing.suppliers,
            readings=taken,
            names=self._names,
            waiting=self._waiting,
            unit_names=standing.units,
        )
        eligibility = self._eligible(situation)
        measures = tuple(elements.measures(standing.measures, situation))
        tasks = tuple(elements.tasks(standing.tasks, situation))
        return Decision(
            policy=PolicyReference(self._program.policy, self._program.digest, moment_text(case.as_of)),
            subject=Target(HOUSEHOLD, case.tables[HOUSEHOLD].ids[0]),
            scope=self._scope.elements(rails, case),
            eligibility=eligibility,
            conclusions=tuple(elements.conclusions(self._program.conclusions, situation)),
            measures=measures,
            tasks=tasks,
            exceptions=tuple(elements.exceptions(self._exceptions, situation)),
            missing=situation.missing(),
            judgements=tuple(elements.judgements(self._program.judgements, situation)),
            readings=tuple(self._readings(taken, reading_changes)),
            assumptions=standing.assumptions,
            contradictions=tuple(contradictions(self._program, rails, case)),
        )

    def _standing_on(self, day: int) -> Standing:
        found = self._standing.get(day)
        if found is None:
            if len(self._standing) >= _MOST_DAYS:
                self._standing = {}
            found = self._standing[day] = Standing(self._program, self._names, day)
        return found

    def _eligible(self, situation: Situation) -> Eligibility:
        """Return the outcome of 资格 for the household; unknown for a policy that names none."""
        entry = self._eligibility
        if entry is None:
            return Eligibility(UNKNOWN, ())
        outcome = situation.outcome(entry.node, 0)
        if outcome is UNKNOWN:
            situation.waits_for(entry.node, entry.domain, 0)
        return Eligibility(outcome, entry.cites)

    def _readings(
        self, taken: Mapping[str, str], changes: Mapping[str, Collection[int]]
    ) -> Iterator[ReadingElement]:
        for name, option in taken.items():
            nodes = changes.get(name)
            if nodes:
                places = {place for node in nodes for place in self._places_of.get(node, ())}
                yield ReadingElement(name, option, tuple(self._ids[place] for place in sorted(places)))
            else:
                yield ReadingElement(name, option, ())


def _ids(program: Program) -> tuple[tuple[str, ...], Mapping[int, tuple[int, ...]]]:
    """Return what a reading can change, in listed order, and by node its places there.

    These are 定义 (资格 is one of them), then measures, tasks and exceptions.
    """
    nodes = {entry.id: entry.node for entry in program.conclusions}
    nodes.update({listing.id: listing.node for listing in program.listings})
    places: dict[int, tuple[int, ...]] = {}
    for place, node in enumerate(nodes.values()):
        places[node] = (*places.get(node, ()), place)
    return tuple(nodes), places
