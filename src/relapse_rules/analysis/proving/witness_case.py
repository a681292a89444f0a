"""The 用例 that holds a policy to a 性质 which a household refutes: it fails until the policy is mended."""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.proving.verdicts import Outcome, Said, Verdict
from relapse_rules.analysis.worked_case import Expected, case_text
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.syntax.declarations import PropertyKind


def witness_case(verdict: Verdict, policy: TypedPolicy) -> str | None:
    """Return the 用例 of a refuted 性质, as text; None when none can be written.

    None can be written where no household is needed, where the county would have to set a 参数 first, and where the 性质 speaks of conditions
    without a name.
    """
    witness = verdict.witness
    if verdict.outcome is not Outcome.REFUTED or witness is None or witness.settings:
        return None
    domains = _domains(policy)
    wanted = next(((said, mended) for said, mended in _mended(verdict) if said.subject in domains), None)
    if wanted is None:
        return None
    said, outcome = wanted
    case = witness.changed if said.changed and witness.changed is not None else witness.case
    table = case.tables[domains[said.subject]]
    target = table.ids[witness.lane] if len(table.rows) > 1 else None
    expected: Expected = (said.subject, target, outcome)
    return case_text(
        case_name(verdict),
        case,
        policy.vocabulary,
        [expected],
        cites=verdict.cites,
        note=f"反例：{verdict.sentence}",
    )


def case_name(verdict: Verdict) -> str:
    """Return the name of the 用例 of a verdict."""
    return f"性质_{verdict.name}"


def _mended(verdict: Verdict) -> Iterator[tuple[Said, str]]:
    """Yield what should be said of the household instead, the likeliest first: the conclusion rather than the premise."""
    said = list(verdict.said)
    match PropertyKind(verdict.kind):
        case PropertyKind.IMPLIES | PropertyKind.NEVER_BOTH:
            ordered = said[::-1]
        case PropertyKind.NOT_INCREASING | PropertyKind.NOT_DECREASING | PropertyKind.UNCHANGED:
            ordered = [each for each in said if each.changed]
        case PropertyKind.NOT_STRICTER:
            ordered = [each for each in said if not each.other]
        case _:
            ordered = said
    for each in ordered:
        yield each, "否" if each.outcome else "是"


def _domains(policy: TypedPolicy) -> dict[str, str]:
    """Return what 期望 can name, each with the entity whose elements it is about."""
    declared = (
        *policy.definitions,
        *policy.judgements,
        *policy.measures,
        *policy.tasks,
        *policy.exceptions,
    )
    return {each.name: each.domain for each in declared}
