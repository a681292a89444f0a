"""What 例外 switch: which declarations, and whether on or off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from relapse_rules.check.policy import Listed, TypedPolicy
from relapse_rules.check.typed import AllOf, Condition, Lifted, Named, Negation


class Switch(NamedTuple):
    """An exception that makes a measure or task apply (``on``), or not apply."""

    exception: str
    target: str
    on: bool


def switches(policy: TypedPolicy) -> Iterator[Switch]:
    """Yield every switch, by exception in written order."""
    listed: dict[str, Listed] = {each.name: each for each in (*policy.measures, *policy.tasks)}
    for exception in policy.exceptions:
        for target in exception.switches:
            yield Switch(exception.name, target, not _is_off(listed[target].outcome, exception.name))


def _is_off(outcome: Condition, exception: str) -> bool:
    """Whether an outcome holds only where the exception does not (`check.outcomes.switched`)."""
    return isinstance(outcome, AllOf) and any(
        isinstance(each, Negation) and _names(each.operand, exception) for each in outcome.operands
    )


def _names(condition: Condition, exception: str) -> bool:
    while isinstance(condition, Lifted):
        condition = condition.operand
    return isinstance(condition, Named) and condition.name == exception
