"""What a policy can answer, by name and outcome; what of it was reached so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from relapse_rules.decisions.model import Decision, Outcome
from relapse_rules.diagnostics.suggest import closest
from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Program, outcomes
from relapse_rules.ir.rails import Rails
from relapse_rules.testing.blueprint import PolicyLike
from relapse_rules.values.truth import Truth

OUTCOMES: Final[Mapping[str, Truth]] = {"是": True, "否": False, "未知": None}
_WORDS: Final[Mapping[Truth, str]] = {truth: word for word, truth in OUTCOMES.items()}
_TRUTHS: Final[Mapping[Outcome, Truth]] = {Outcome.YES: True, Outcome.NO: False, Outcome.UNKNOWN: None}
_MOST_TRIES: Final = 3


class OutcomeNameError(ValueError):
    """The policy declares nothing of that name, or no such outcome. The message says what is meant perhaps."""


class Goal(NamedTuple):
    """A declaration and an outcome to reach. ``node``: its outcome; ``domain``: of which elements."""

    name: str
    wanted: Truth
    domain: str
    node: int

    def __str__(self) -> str:
        return f"{self.name} 为 {_WORDS[self.wanted]}"


def declared(program: Program) -> dict[str, tuple[str, int]]:
    """Return everything that a decision lists: name → entity with lanes, and the node of its outcome."""
    return {entry.id: (entry.domain, entry.node) for entry in outcomes(program)}


def goal(program: Program, name: str, wanted: Truth) -> Goal:
    """Return the goal of a name and an outcome.

    Raises:
        OutcomeNameError: the policy declares nothing of that name.
    """
    known = declared(program)
    if name not in known:
        guess = closest(name, known)
        near = f"，是不是“{guess}”" if guess else ""
        message = f"“{program.policy}”里没有叫“{name[:40]}”的定义、裁量、措施、任务或例外{near}"
        raise OutcomeNameError(message)
    return Goal(name, wanted, *known[name])


class Reached:
    """Which outcomes of which declarations of a policy were reached: by cases that are drawn for it, and by decisions that are added.

    As ``reaching`` of `cases`, it sends each new case to an outcome that no case had yet. It only ever learns, so one serves a whole
    test; make a new one for each test.
    """

    def __init__(self, policy: PolicyLike) -> None:
        program = policy.program
        self._goals = tuple(
            Goal(name, wanted, domain, node)
            for name, (domain, node) in declared(program).items()
            for wanted in (True, False, None)
        )
        self._reached: set[tuple[str, Truth]] = set()
        self._tried: dict[Goal, int] = {}
        self._given: dict[int, Goal | None] = {}

    @property
    def reached(self) -> tuple[str, ...]:
        """What was reached, as ``名称 为 是``, in the policy's order."""
        return tuple(str(each) for each in self._goals if each[:2] in self._reached)

    @property
    def open(self) -> tuple[str, ...]:
        """What was not reached yet."""
        return tuple(str(each) for each in self._goals if each[:2] not in self._reached)

    def __str__(self) -> str:
        rest = f"，还差：{'、'.join(self.open)}" if self.open else ""
        return f"到过 {len(self.reached)}/{len(self._goals)} 种结果{rest}"

    def add(self, decision: Decision) -> None:
        """Take in what a decision says."""
        for elements in (
            decision.conclusions,
            decision.judgements,
            decision.measures,
            decision.tasks,
            decision.exceptions,
        ):
            self._reached.update((each.id, _TRUTHS[each.outcome]) for each in elements)

    def take(self, case: Case, rails: Rails) -> None:
        """Take in what holds of a case that was drawn."""
        for name, wanted, domain, node in self._goals:
            table = case.tables[domain]
            if any(rails.truth(node, lane) is wanted for lane in range(len(table.rows))):
                self._reached.add((name, wanted))

    def goal(self, token: int) -> Goal | None:
        """Return where the case with this token is sent; None when there is nothing left to reach. The same token, the same goal."""
        # Hypothesis draws the same case again while it shrinks, and must get the same: so what was given once is kept.
        if token not in self._given:
            self._given[token] = self._next(self._goals)
        return self._given[token]

    def _next(self, goals: Iterable[Goal]) -> Goal | None:
        waiting = [each for each in goals if each[:2] not in self._reached]
        if not waiting:
            return None
        # What could not be reached may be impossible: it waits behind everything else.
        found = min(waiting, key=lambda each: self._tried.get(each, 0))
        tries = self._tried[found] = self._tried.get(found, 0) + 1
        return found if tries <= _MOST_TRIES else None
