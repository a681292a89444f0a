"""Holds a household that was found to the reference evaluator, which shares nothing with the compiler or the engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from relapse_rules.analysis.proving.goals import Demand, Witness, met
from relapse_rules.analysis.proving.households import with_values
from relapse_rules.check.policy import TypedDefinition, TypedPolicy
from relapse_rules.check.typed import Condition
from relapse_rules.reference import evaluate


def require_agreement(
    policy: TypedPolicy,
    conditions: Sequence[Condition],
    demands: Sequence[Demand],
    subjects: Sequence[int],
    witness: Witness,
) -> None:
    """Evaluate ``conditions`` for the household of a witness. ``subjects``: which condition each demand is about.

    Raises:
        AssertionError: one is not as demanded; that is a bug of ours.
    """
    names = [f"\0{number}" for number in range(len(conditions))]
    definitions = tuple(
        TypedDefinition(name=name, condition=condition, domain=condition.domain)
        for name, condition in zip(names, conditions, strict=True)
    )
    asked = replace(
        policy,
        definitions=(*policy.definitions, *definitions),
        parameters=with_values(policy.parameters, witness.settings),
    )
    rails = [evaluate(asked, case) for case in (witness.case, witness.changed) if case is not None]
    for demand, subject in zip(demands, subjects, strict=True):
        told = rails[demand.changed].declared[names[subject]][witness.lane]
        assert told is None or isinstance(told, bool)
        assert met(told, demand.wanted), f"the reference does not see what was found: {demand}, {witness}"
