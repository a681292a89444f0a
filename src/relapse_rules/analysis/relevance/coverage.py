"""Which conditions the 用例 of a policy show at work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from relapse_rules.analysis.relevance.places import Place, flipped, places
from relapse_rules.analysis.variants.equivalence import Equivalence
from relapse_rules.analysis.variants.model import slots_of
from relapse_rules.analysis.variants.trial import Trial
from relapse_rules.check.loading import Loaded
from relapse_rules.check.policy import TypedCase, TypedPolicy
from relapse_rules.source import Span

Watch = Callable[[Sequence[TypedCase]], Iterator[TypedCase]]
"""Hands on cases one after the other, while somebody is shown how far it is."""


class Mark(StrEnum):
    """How far a condition is shown."""

    BOTH = "✔"
    """Each way in which it can decide, some case has it decide."""
    HALF = "◐"
    """Only as yes, or only as no."""
    NEVER = "✘"
    """In no case does it decide anything that is expected."""
    IDLE = "－"
    """As the 解读 are taken and the 参数 set, it decides nothing for any household."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A condition: ``as_yes`` and ``as_no`` are the 用例 in which it alone decides as yes, and as no; None: it never can."""

    rule: str
    span: Span
    as_yes: tuple[str, ...] | None
    as_no: tuple[str, ...] | None

    @property
    def mark(self) -> Mark:
        """How far it is shown."""
        ways = [way for way in (self.as_yes, self.as_no) if way is not None]
        if not ways:
            return Mark.IDLE
        shown = sum(1 for way in ways if way)
        return Mark.BOTH if shown == len(ways) else Mark.HALF if shown else Mark.NEVER


def relevance(loaded: Loaded, policy: TypedPolicy, *, watch: Watch = iter) -> tuple[Shown, ...]:
    """Return every condition of ``policy`` with the cases that show it, in the order of the texts.

    A case shows a condition as yes when something that it expects would be otherwise, were the condition no instead, for all elements
    for which it is yes and with everything else as it is. The cases must pass as the policy stands.
    """
    slots = slots_of(policy)
    found = places(policy, slots, loaded)
    variants = [flipped(place, slots, to=to) for place in found for to in (False, True)]
    trial = Trial(policy, slots, variants)
    told: dict[int, list[str]] = {}
    for case in watch(policy.cases):
        for number in trial.failing(case):
            told.setdefault(number, []).append(case.name)
    equivalence = Equivalence(trial.extended, policy)

    def way(place: Place, number: int, *, yes: bool) -> tuple[str, ...] | None:
        if place.setting is not None and place.setting is not yes:
            return None
        if number not in told and equivalence.is_same(variants[number], number):
            return None
        return tuple(told.get(number, ()))

    return tuple(
        Shown(
            rule=place.rule,
            span=place.span,
            as_yes=way(place, 2 * number, yes=True),
            as_no=way(place, 2 * number + 1, yes=False),
        )
        for number, place in enumerate(found)
    )
