"""What would have to be otherwise for an outcome to be another one: from the rails of a case to a `WhyNot`.

Changes speak of the elements that are listed: facts of them, which element one refers to, and that a list has no others. No element is
added or taken away. What a policy sets (参数) and how it is read (解读) no household can change; `robustness` tells what hinges on those. A
derived fact changes with what it is derived from; only where it was supplied by itself it has to be supplied otherwise, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from relapse_rules.decisions.model import Decision, Outcome, Target
from relapse_rules.decisions.situation import HOUSEHOLD
from relapse_rules.decisions.trace import Step
from relapse_rules.engines.lanes import Evaluator
from relapse_rules.explain.by_itself import ByItself, by_itself
from relapse_rules.explain.changeable import Run
from relapse_rules.explain.changing import LISTED_IN_FULL, nearest_in, run_around, value_wanted, wanted_text
from relapse_rules.explain.cone import Cone, Place
from relapse_rules.explain.distance import distance_text
from relapse_rules.explain.errors import no_such_outcome
from relapse_rules.explain.listed import Asked as Listing
from relapse_rules.explain.listed import Listed, place
from relapse_rules.explain.model import Change, Mark, Repair, WhyNot
from relapse_rules.explain.naming import Naming
from relapse_rules.explain.otherwise import otherwise
from relapse_rules.explain.premises import FactAt, ListOf
from relapse_rules.explain.proof import OUTCOMES, Names
from relapse_rules.explain.repairs import Asked, Found, Repairs
from relapse_rules.explain.singles import Aim, Demand
from relapse_rules.explain.worlds import Supposed, Worlds
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.rails import Rails
from relapse_rules.values.types import NEVER, NUMERIC, Type
from relapse_rules.values.vocabulary import FieldSpec, Vocabulary

MOST_CHANGES: Final = 4
MOST_REPAIRS: Final = 40
"""So many repairs are told; with more of them the answer is not complete."""


class _Given(NamedTuple):
    """The case that is asked about."""

    case: Case
    rails: Rails
    naming: Naming


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
        given = _Given(case, rails, naming)
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

    def _about(self, given: _Given, step: Step, sought: Outcome, most: int) -> _Answer:
        case, rails = given.case, given.rails
        cone = Cone(self._evaluator.program, case, step)
        yes = sought is Outcome.YES
        demand = Demand(step, Aim.YES if yes else Aim.NO)
        search = Repairs(
            self._evaluator, self._worlds, self._vocabulary, Asked(cone, case, rails, demand), most
        )
        found = sorted(search.find(), key=self._rank)
        telling = _Telling(self._evaluator, self._lists, given, cone)
        repairs = tuple(
            telling.repair(each if each.options else search.described(each)) for each in found[:MOST_REPAIRS]
        )
        complete = search.exact and len(found) <= MOST_REPAIRS
        return _Answer(repairs, complete, by_itself(self._evaluator, cone, case, step, yes))

    def _rank(self, found: Found) -> tuple[bool, int, list[tuple[int, int, str]]]:
        fixed = any(_mark(each, found) is Mark.FIXED for each in found.changes)
        return fixed, len(found.changes), sorted(map(self._place_in_order, found.changes))

    def _place_in_order(self, each: Place) -> tuple[int, int, str]:
        if isinstance(each, ListOf):
            return len(self._order), 0, each.domain
        return self._order[each.fact], each.lane, each.domain

    def _of_a_list(self, asked: Listing, case: Case) -> Outcome:
        return Outcome.NO if case.tables[asked.domain].complete else Outcome.UNKNOWN

    def _about_a_list(self, given: _Given, asked: Listing, sought: Outcome) -> _Answer:
        """Return what is known of elements that are not listed: that there are none. Which ones would do is not said."""
        if sought is Outcome.YES:
            return _Answer((), complete=False)
        change = _list_change(given, self._lists, ListOf(asked.domain))
        return _Answer((Repair(changes=(change,), possible=True),), complete=True)


def _sought(wanted: Outcome | str | None, outcome: Outcome) -> Outcome:
    if wanted is None:
        return Outcome.NO if outcome is Outcome.YES else Outcome.YES
    if wanted not in (Outcome.YES, Outcome.NO):
        raise no_such_outcome(str(wanted))
    return Outcome(wanted)


def _mark(each: Place, found: Found) -> Mark:
    spec = found.variables[each].spec
    return Mark.TO_BE_PROVED if spec is None else Mark(spec.mutability.value)


def _list_change(given: _Given, lists: Mapping[str, str], each: ListOf) -> Change:
    name = lists[each.domain]
    return Change(
        fact=name,
        name=given.naming.words.fact(name),
        target=Target(HOUSEHOLD, given.case.tables[HOUSEHOLD].ids[0]),
        mark=Mark.TO_BE_PROVED,
        stated=None,
        wanted=LISTED_IN_FULL,
    )


class _Telling:
    """Puts the repairs of one step into words."""

    def __init__(self, evaluator: Evaluator, lists: Mapping[str, str], given: _Given, cone: Cone) -> None:
        self._evaluator = evaluator
        self._lists = lists
        self._given = given
        self._cone = cone
        program = evaluator.program
        numbers = given.naming.details.numbers
        named: dict[int, tuple[str, Type]] = {
            program.named[name]: (name, kind) for name, kind in numbers.items() if name in program.named
        }
        for fact, node in program.derived.items():
            spec = given.naming.spec(fact)
            if spec is not None and not given.naming.hides(fact):
                named[node] = (spec.name, spec.type)
        self._named = named

    def repair(self, found: Found) -> Repair:
        """Return a set of changes as it is told; its numbers no further away than they have to be."""
        values = {each: self._value(each, found) for each in found.changes}
        then = self._evaluator.run(otherwise(self._given.case, values))
        changes = tuple(self._change(each, found, values[each], then) for each in _ordered(found))
        return Repair(changes=changes, possible=all(change.mark is not Mark.FIXED for change in changes))

    def _value(self, each: Place, found: Found) -> Supposed:
        chosen, variable = found.changes[each], found.variables[each]
        run = self._run(each, found)
        if variable.spec is None or run is None:
            return chosen.value
        stated = variable.stated
        assert isinstance(chosen.value, int)
        return nearest_in(variable.spec, run, stated if isinstance(stated, int) else None, chosen.value)

    def _run(self, each: Place, found: Found) -> Run | None:
        chosen = found.changes[each]
        if chosen.run is None or chosen.value == NEVER:
            return None
        return run_around(found.options[each], chosen.run)

    def _change(self, each: Place, found: Found, value: Supposed, then: Rails) -> Change:
        if isinstance(each, ListOf):
            return _list_change(self._given, self._lists, each)
        naming, variable, chosen = self._given.naming, found.variables[each], found.changes[each]
        spec, stated = variable.spec, variable.stated
        assert spec is not None
        hidden = naming.hides(each.fact)
        if chosen.follows:
            value = self._followed(each, then)
        wanted = (
            value_wanted(spec, value)
            if chosen.follows and isinstance(value, int)
            else wanted_text(variable, found.options[each], chosen)
        )
        distance = "" if hidden else self._distance(each, spec, (stated, value), then)
        return Change(
            fact=each.fact,
            name=naming.words.fact(each.fact),
            target=naming.target(spec.entity, each.domain, each.lane),
            mark=Mark(spec.mutability.value),
            stated=None if stated is None or isinstance(stated, tuple) else naming.value(each.fact, stated),
            wanted=wanted,
            distance=distance,
            source=naming.supplier(each.fact),
            documents=spec.documents,
            hidden=hidden and stated is not None,
        )

    def _distance(self, each: FactAt, spec: FieldSpec, ends: tuple[Supposed, Supposed], then: Rails) -> str:
        """Return how far a number has to go from what is stated, and how far a named number goes with it."""
        now, after = ends
        if spec.type.kind not in NUMERIC or not isinstance(now, int) or not isinstance(after, int):
            return ""
        if NEVER in ends:
            return ""
        return distance_text(spec.type, now, after) + self._passed_on(each, then)

    def _followed(self, each: FactAt, then: Rails) -> int | None:
        """Return what a supplied derived number would have to be: what its rule gives then."""
        node = self._cone.program.nodes[self._cone.program.derived[each.fact]]
        assert isinstance(node, nodes.MergeNumber)
        return then.number(node.rule, each.lane)

    def _passed_on(self, each: FactAt, then: Rails) -> str:
        """Return how far a named number moves that a change moves, where that number decides a comparison."""
        reads = self._cone.reads((each,))
        for step in self._cone.steps:
            position, lane = step
            node = self._cone.program.nodes[position]
            if not reads[step] or not isinstance(node, nodes.Compare | nodes.CompareRatio):
                continue
            if self._given.rails.truth(position, lane) is then.truth(position, lane) or self._tells_hidden(
                step
            ):
                continue
            for part in self._cone.below[step].steps:
                told = self._moved(part, then) if reads[part] else ""
                if told:
                    return f"（{told}）"
        return ""

    def _moved(self, part: Step, then: Rails) -> str:
        """Return how far a named number moves; nothing for another, or for one that is not known."""
        while isinstance(self._cone.program.nodes[part[0]], nodes.LiftNumber) and part[0] not in self._named:
            (part,) = self._cone.below[part].steps[:1]
        position, lane = part
        named = self._named.get(position)
        if named is None:
            return ""
        now, after = self._given.rails.number(position, lane), then.number(position, lane)
        if now is None or after is None or NEVER in (now, after) or now == after:
            return ""
        return f"{named[0]} {distance_text(named[1], now, after)}"

    def _tells_hidden(self, step: Step) -> bool:
        """Whether a number is made of personal facts that were not asked for."""
        hidden = tuple(
            each
            for each in self._cone.places
            if isinstance(each, FactAt) and self._given.naming.hides(each.fact)
        )
        return bool(self._cone.reads(hidden)[step])


def _ordered(found: Found) -> Iterator[Place]:
    """Yield the places of a set in the order of the vocabulary, as the search gives them, lists last."""
    places: Iterable[Place] = found.changes
    yield from sorted(places, key=lambda each: isinstance(each, ListOf))
