"""What would have to be otherwise for an outcome to be another one: from the rails of a case to a `WhyNot`.

Changes speak of the elements that are listed: facts of them, which element one refers to, and that a list has no others. No element is
added or taken away. What a policy sets (参数) and how it is read (解读) no household can change; `robustness` tells what hinges on those. A
derived fact changes with what it is derived from; only where it was supplied by itself it has to be supplied otherwise, too.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from relapse_rules.decisions.model import Decision, Outcome, Target
from relapse_rules.decisions.trace import Step
from relapse_rules.engines.lanes import Evaluator
from relapse_rules.explain.by_itself import ByItself, by_itself
from relapse_rules.explain.change_telling import ChangeTelling, Given, Sought, list_change
from relapse_rules.explain.cone import Cone, Place
from relapse_rules.explain.errors import no_such_outcome
from relapse_rules.explain.listed import Asked as Listing
from relapse_rules.explain.listed import Listed, place
from relapse_rules.explain.model import Repair, WhyNot
from relapse_rules.explain.naming import Naming
from relapse_rules.explain.premises import ListOf
from relapse_rules.explain.proof import OUTCOMES, Names
from relapse_rules.explain.repairs import Asked, Found, Repairs
from relapse_rules.explain.singles import Aim, Demand
from relapse_rules.explain.worlds import Worlds
from relapse_rules.facts.case import Case
from relapse_rules.ir.rails import Rails
from relapse_rules.values.vocabulary import Mutability, Vocabulary

MOST_CHANGES: Final = 4
MOST_REPAIRS: Final = 40
"""So many repairs are told; with more of them the answer is not complete."""


class _Answer(NamedTuple):
    """What a `WhyNot` says of an outcome."""

    repairs: tuple[Repair, ...]
    complete: bool
    itself: ByItself = ByItself(None, None)


class WhyNots:
    """Answers why an outcome is not another one, for decisions of one program. What depends on the program alone is worked out once."""

    def __init__(self, evaluator: Evaluator, vocabulary: Vocabulary, listed: Listed) -> None:
        self._evaluator = evaluator
        self._vocabulary = vocabulary
        self._listed = listed
        self._worlds = Worlds(evaluator)
        self._lists = Names(evaluator.program).lists
        self._order = {
            spec.fact: number
            for number, spec in enumerate(spec for entity in vocabulary.entities for spec in entity.fields)
        }

    def why_not(
        self,
        decision: Decision,
        case: Case,
        rails: Rails,
        naming: Naming,
        id_: str,
        target: Target | str | None = None,
        wanted: Outcome | str | None = None,
        most_changes: int = MOST_CHANGES,
    ) -> WhyNot:
        """Return what would make ``id_`` ``wanted`` for ``target``. Without ``wanted``: yes, or no for what is yes already.

        Raises:
            AskError: the decision does not list that, or ``wanted`` is neither yes nor no.
        """
        asked = self._listed.find(id_)
        lane, element = place(asked, case, target)
        outcome = (
            OUTCOMES[rails.truth(asked.node, lane)] if lane is not None else self._of_a_list(asked, case)
        )
        sought = _sought(wanted, outcome)
        given = Given(case, rails, naming)
        if sought is outcome:
            answer = _Answer((), complete=True)
        elif lane is None:
            answer = self._about_a_list(given, asked, sought)
        else:
            answer = self._about(given, (asked.node, lane), sought, most_changes)
        return WhyNot(
            policy=decision.policy,
            subject=decision.subject,
            kind=asked.kind,
            id=asked.id,
            target=element,
            outcome=outcome,
            wanted=sought,
            repairs=answer.repairs,
            complete=answer.complete,
            most_changes=most_changes,
            by_itself_on=answer.itself.on,
            horizon=answer.itself.horizon,
        )

    def _about(self, given: Given, step: Step, sought: Outcome, most: int) -> _Answer:
        case, rails = given.case, given.rails
        cone = Cone(self._evaluator.program, case, step)
        yes = sought is Outcome.YES
        demand = Demand(step, Aim.YES if yes else Aim.NO)
        search = Repairs(
            self._evaluator, self._worlds, self._vocabulary, Asked(cone, case, rails, demand), most
        )
        found = sorted(search.find(), key=self._rank)
        telling = ChangeTelling(self._evaluator, self._lists, given, Sought(cone, step, yes))
        repairs = tuple(
            telling.repair(
                each if each.options else search.described(each),
                sorted(each.changes, key=self._place_in_order),
            )
            for each in found[:MOST_REPAIRS]
        )
        complete = search.exact and len(found) <= MOST_REPAIRS
        return _Answer(repairs, complete, by_itself(self._evaluator, cone, case, step, yes))

    def _rank(self, found: Found) -> tuple[bool, int, list[tuple[int, int, str]]]:
        fixed = any(_mark(each, found) is Mutability.FIXED for each in found.changes)
        return fixed, len(found.changes), sorted(map(self._place_in_order, found.changes))

    def _place_in_order(self, each: Place) -> tuple[int, int, str]:
        if isinstance(each, ListOf):
            return len(self._order), 0, each.domain
        return self._order[each.fact], each.lane, each.domain

    def _of_a_list(self, asked: Listing, case: Case) -> Outcome:
        return Outcome.NO if case.tables[asked.domain].complete else Outcome.UNKNOWN

    def _about_a_list(self, given: Given, asked: Listing, sought: Outcome) -> _Answer:
        """Return what is known of elements that are not listed: that there are none. Which ones would do is not said."""
        if sought is Outcome.YES:
            return _Answer((), complete=False)
        change = list_change(given, self._lists, ListOf(asked.domain))
        return _Answer((Repair(changes=(change,), possible=True),), complete=True)


def _sought(wanted: Outcome | str | None, outcome: Outcome) -> Outcome:
    if wanted is None:
        return Outcome.NO if outcome is Outcome.YES else Outcome.YES
    if wanted not in (Outcome.YES, Outcome.NO):
        raise no_such_outcome(str(wanted))
    return Outcome(wanted)


def _mark(each: Place, found: Found) -> Mutability:
    spec = found.variables[each].spec
    return Mutability.TO_BE_PROVED if spec is None else spec.mutability
