"""Asks the oracle: whether the engine that decides and the reference evaluator, which share no code, say the same of a case."""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.check.check import check
from relapse_rules.check.loading import load_files, read_from
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.facts.read import Facts, read_case
from relapse_rules.policy import Policy
from relapse_rules.reference import evaluate
from relapse_rules.testing.outcomes import declared


def typed_of(policy: Policy) -> TypedPolicy | None:
    """Return what the texts of a policy say, checked anew; None for a policy that was not made from files."""
    details = policy.details
    if not details.entry:
        return None
    loaded = load_files(details.entry, read_from(dict(details.sources)), details.overlays)
    assert loaded.value is not None  # INVARIANT: files are always loaded, whatever is wrong with them
    return check(loaded.value).value


def disagreements(policy: Policy, typed: TypedPolicy, facts: Facts) -> Iterator[str]:
    """Yield each declaration of which the two say different things, with what they say of each element."""
    case = read_case(facts, policy.vocabulary)
    rails, oracle = policy.evaluator.run(case), evaluate(typed, case)
    for name, (domain, node) in declared(policy.program).items():
        decided = tuple(rails.truth(node, lane) for lane in range(len(case.tables[domain].rows)))
        if decided != oracle.declared[name]:
            yield f"{name}：判定 {decided}，参照 {oracle.declared[name]}"
