"""Proofs in records: made when a decision is recorded, checked by what shares nothing with the engine that made it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from relapse_rules.audit.archive import archived
from relapse_rules.audit.canonical import Json
from relapse_rules.audit.checker import Checker
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.following import decision_follows
from relapse_rules.audit.making import PolicyLike, Prove
from relapse_rules.audit.replay import Check
from relapse_rules.audit.restore import restore
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.decisions.model import Decision
from relapse_rules.explain.certificate import Prover
from relapse_rules.explain.explained import Explained
from relapse_rules.facts import CaseReader

_MOST: Final = 20
"""So many problems of one proof are told."""


def proving(policy: PolicyLike) -> Prove:
    """Return what proves the decisions of ``policy``, for `making.make_record`. Takes as long as checking the policy, once.

    Raises:
        AuditError: the policy does not know its own files.
    """
    typed, _ = restore(archived(policy.details))
    prover = Prover(typed)

    def prove(decision: Decision) -> Json:
        if not isinstance(decision, Explained):
            message = "这份判定不带事实，不能给出证明"
            raise AuditError(message)
        certificate: Json = decision.certificate(prover)
        return certificate

    return prove


def checking() -> Check:
    """Return what checks the proofs of records, for `replay.Replayer`. Each policy is prepared once."""
    checkers: dict[str, Checker] = {}

    def check(typed: TypedPolicy, facts: Mapping[str, Any], body: Mapping[str, Any]) -> tuple[str, ...]:
        checker = checkers.get(typed.digest)
        if checker is None:
            checker = checkers[typed.digest] = Checker(typed)
        case = CaseReader(typed.vocabulary).read(facts)
        problems = decision_follows(checker, case, body["proof"], body["outcome"])
        told = [str(problem) for problem in problems[:_MOST]]
        return (*told, f"另有 {len(problems) - _MOST} 处") if len(problems) > _MOST else tuple(told)

    return check
