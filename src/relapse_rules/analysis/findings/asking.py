"""Asks the prover, again with longer lists where two elements are too few to know, and tells what it found as an officer reads it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from relapse_rules.analysis.findings.model import Shown
from relapse_rules.analysis.proving.goals import Demand, Goal, Limits, Wanted, Witness
from relapse_rules.analysis.proving.prover import Prover
from relapse_rules.analysis.worked_case import Expected, case_text, stated_facts
from relapse_rules.decisions.model import NO, UNKNOWN, YES, Outcome, Target
from relapse_rules.decisions.words import OUTCOMES, Words
from relapse_rules.ir import nodes
from relapse_rules.ir.order import leading_to
from relapse_rules.ir.program import Program
from relapse_rules.values.literals import text_of
from relapse_rules.values.truth import Truth
from relapse_rules.values.types import Type
from relapse_rules.values.vocabulary import Vocabulary

_MOST: Final = 8
"""Elements that a list is given at most; more make the search long, and a verdict says how many there were."""

_UNPLAIN: Final = re.compile(r"\W+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How the search for a household ended, or several searches for the same.

    Without a ``witness`` there is none, if it is ``complete``: then lists that are ``bounded`` were searched up to ``elements`` elements.
    ``needs_solver``: it is not complete for want of z3.
    """

    witness: Witness | None = None
    complete: bool = True
    bounded: tuple[str, ...] = ()
    elements: int = 0
    needs_solver: bool = False

    @property
    def is_impossible(self) -> bool:
        """Whether there is proved to be no such household."""
        return self.complete and self.witness is None


def together(answers: Iterable[Answer]) -> Answer:
    """Return how it ends when any of several households will do: with the first that is found. Later answers are not asked for then."""
    all_of: list[Answer] = []
    for answer in answers:
        if answer.witness is not None:
            return answer
        all_of.append(answer)
    return Answer(
        complete=all(each.complete for each in all_of),
        bounded=tuple(dict.fromkeys(name for each in all_of for name in each.bounded)),
        elements=min((each.elements for each in all_of if each.bounded), default=0),
        needs_solver=any(each.needs_solver for each in all_of),
    )


class Saying(NamedTuple):
    """What one rule says of a household: its name for a reader and its node. ``rule``: the declaration, None for a variant of one."""

    name: str
    node: int
    rule: str | None = None


class Asking:
    """Searches for goals over one program."""

    def __init__(self, program: Program, vocabulary: Vocabulary) -> None:
        self.program = program
        self._vocabulary = vocabulary
        self._provers: dict[int, Prover] = {}

    def find(self, *demands: tuple[int, Wanted]) -> Answer:
        """Search a household in whose element all nodes are as wanted. They are of one domain."""
        goal = Goal(
            domain=self.program.nodes[demands[0][0]].domain,
            demands=tuple(Demand(node=node, wanted=wanted) for node, wanted in demands),
        )
        elements = Limits().elements
        found = self._prover(elements).find(goal)
        needed = self._needed(node for node, _ in demands)
        if found.witness is None and found.complete and found.bounded and needed > elements:
            elements = needed
            found = self._prover(elements).find(goal)
        return Answer(
            witness=found.witness,
            complete=found.complete,
            bounded=found.bounded,
            elements=elements if found.bounded else 0,
            needs_solver=found.needs_solver,
        )

    def truth(self, node: int, witness: Witness) -> Truth:
        """Return what the engine says of a node for the household that was found."""
        return self._prover(Limits().elements).truth(Demand(node=node, wanted=Wanted.YES), witness)

    def _prover(self, elements: int) -> Prover:
        found = self._provers.get(elements)
        if found is None:
            found = self._provers[elements] = Prover(
                [self.program], self._vocabulary, Limits(elements=elements)
            )
        return found

    def _needed(self, positions: Iterable[int]) -> int:
        """Return how many elements let each fold over a list have one of its own, and each count reach its limit."""
        folds: Counter[str] = Counter()
        for position in leading_to(self.program, positions):
            node = self.program.nodes[position]
            match node:
                case nodes.Exists() | nodes.Every() | nodes.Count() | nodes.Aggregate():
                    folds[node.relation.child] += 1
                case nodes.CompareCount(relation=relation, limit=limit):
                    bound = self.program.nodes[limit]
                    folds[relation.child] += bound.value + 1 if isinstance(bound, nodes.Number) else 1
                case _:
                    pass
        return min(_MOST, max(folds.values(), default=0))


class Telling:
    """Tells of households that were found.

    ``standing``: the program as the policy has it, by which a 用例 is judged. ``rules``: the node of each declaration there.
    ``usual``: the declarations of which a 用例 says what they come to when the finding names none.
    """

    def __init__(
        self,
        standing: Asking,
        vocabulary: Vocabulary,
        rules: Mapping[str, int],
        parameters: Mapping[str, Type],
        usual: tuple[str, ...],
    ) -> None:
        self._standing = standing
        self._parameters = parameters
        self._usual = usual
        self._vocabulary = vocabulary
        self._words = Words(vocabulary)
        self._rules = rules

    def told(
        self,
        name: str,
        asking: Asking,
        witness: Witness,
        sayings: Iterable[Saying],
        given: Iterable[str] = (),
    ) -> Shown:
        """Return the household of a witness with what rules say of it. ``name``: of the 用例. ``given``: as in `Shown`."""
        says: list[tuple[str, str]] = []
        rules: list[str] = []
        for saying in sayings:
            outcome = _outcome(asking.truth(saying.node, witness))
            domain = asking.program.nodes[saying.node].domain
            if saying.rule is not None:
                rules.append(saying.rule)
                domain = self._domain(saying.rule, domain)
            says.append((f"{saying.name}（{self._target(domain, witness, outcome)}）", OUTCOMES[outcome]))
        return self._shown(name, witness, says, rules, given)

    def plain(
        self, name: str, witness: Witness, says: Iterable[tuple[str, str]], given: Iterable[str] = ()
    ) -> Shown:
        """Return the household of a witness of which others have told what rules say."""
        told = tuple(says)
        return self._shown(name, witness, told, (rule for rule, _ in told if rule in self._rules), given)

    def _shown(
        self,
        name: str,
        witness: Witness,
        says: Iterable[tuple[str, str]],
        rules: Iterable[str],
        given: Iterable[str],
    ) -> Shown:
        settings = (
            f"参数“{parameter}”设为 {_value_text(value, self._parameters[parameter])}"
            for parameter, value in sorted(witness.settings.items())
        )
        # A 用例 expects something, though these rules may have no name that it could use.
        expected = self._all_expected(rules, witness) or self._all_expected(self._usual, witness)
        return Shown(
            says=tuple(says),
            case=case_text(_UNPLAIN.sub("_", name), witness.case, self._vocabulary, expected),
            facts=stated_facts(witness.case, self._vocabulary),
            given=(*given, *settings),
        )

    def lists(self, bounded: Iterable[str]) -> tuple[str, ...]:
        """Return the Chinese names of lists."""
        return tuple(self._words.entity(each) for each in bounded)

    def _domain(self, rule: str, seen_from: str) -> str:
        """Return the domain of which a rule is shown: its own, when that has one element, else that from which it was seen."""
        own = self._standing.program.nodes[self._rules[rule]].domain
        return own if own in self._standing.program.singular else seen_from

    def _target(self, domain: str, witness: Witness, outcome: Outcome) -> str:
        return self._words.target(Target(domain, self._element(domain, witness)), outcome)

    def _element(self, domain: str, witness: Witness) -> str | None:
        ids = witness.case.tables[domain].ids
        if self._vocabulary.by_english[domain].parent is None:
            return None
        return ids[0 if domain in self._standing.program.singular else witness.lane]

    def _all_expected(self, rules: Iterable[str], witness: Witness) -> tuple[Expected, ...]:
        found = (self._expected(rule, witness) for rule in rules)
        return tuple(dict.fromkeys(each for each in found if each is not None))

    def _expected(self, rule: str, witness: Witness) -> Expected | None:
        """Return the line of a 用例 that says what ``rule`` comes to as the policy stands, no 参数 set; None when it has no element of its own there."""
        node = self._rules[rule]
        domain = self._standing.program.nodes[node].domain
        single = domain in self._standing.program.singular
        lane = 0 if single else witness.lane
        ids = witness.case.tables[domain].ids
        if lane >= len(ids):
            return None
        truth = self._standing.truth(node, Witness(case=witness.case, lane=lane))
        return rule, None if single or len(ids) == 1 else ids[lane], OUTCOMES[_outcome(truth)]


def _value_text(value: int, kind: Type) -> str:
    """Return a value of a 参数; the prover may choose a day that no calendar has."""
    try:
        return text_of(value, kind)
    except (ValueError, OverflowError):
        return "别的值"


def _outcome(truth: Truth) -> Outcome:
    return UNKNOWN if truth is None else YES if truth else NO
