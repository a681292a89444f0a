"""Which declarations answer for each statement of the plan, and which worked cases show it at work.

A statement is *accounted for* when a declaration cites it, or 不适用 gives a reason. It is *shown* when some 用例 expects yes, some no
and some unknown of a declaration that cites it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from relapse_rules.check.outline import Statement
from relapse_rules.check.policy import (
    Declared,
    Listed,
    ParameterSpec,
    ReadingSpec,
    TypedCase,
    TypedPolicy,
    UnitSpec,
)
from relapse_rules.syntax.declarations import ExpectationKind, Outcome

OUTCOMES: Final = tuple(str(outcome) for outcome in Outcome)
"""是， 否， 未知."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementCoverage:
    """One statement.

    ``cited_by``: names of declarations, in written order. ``concluded``: whether any of them has an outcome (a 参数, 解读, 单位 or 指标
    has none, so no case can expect one). ``cases``: by outcome, the 用例 that expect it.
    """

    statement: Statement
    cited_by: tuple[str, ...]
    reason: str | None
    concluded: bool
    cases: Mapping[str, tuple[str, ...]]

    @property
    def accounted_for(self) -> bool:
        """Whether it is cited, excused, or cannot be decided anyway."""
        return bool(self.cited_by) or self.reason is not None or not self.statement.must_be_accounted_for

    @property
    def not_shown(self) -> tuple[str, ...]:
        """The outcomes that no case expects though one could."""
        if not self.concluded or not self.statement.must_be_accounted_for:
            return ()
        return tuple(outcome for outcome in OUTCOMES if not self.cases[outcome])


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """All statements in the order of the plan. ``unknown_cites``: (statement id, declaration) for ids that the outline lacks."""

    statements: tuple[StatementCoverage, ...]
    unknown_cites: tuple[tuple[str, str], ...]

    @property
    def unaccounted(self) -> tuple[StatementCoverage, ...]:
        """The statements that nothing answers for."""
        return tuple(each for each in self.statements if not each.accounted_for)

    @property
    def not_shown(self) -> tuple[StatementCoverage, ...]:
        """The statements for which some outcome is expected by no case."""
        return tuple(each for each in self.statements if each.not_shown)

    def by_clause(self) -> Iterator[tuple[str, tuple[StatementCoverage, ...]]]:
        """Yield each clause of the plan with its statements."""
        for clause, members in groupby(self.statements, key=lambda each: each.statement.clause):
            yield clause, tuple(members)


def coverage(policy: TypedPolicy, cases: Iterable[TypedCase]) -> Coverage:
    """Return the coverage of the policy's outline; empty for a policy without one."""
    citing = _citing(policy)
    ids = _ids(policy)
    expected = _expected(cases)
    reasons = {excused.cite: excused.reason for excused in policy.excused}
    statements = () if policy.outline is None else policy.outline.statements
    known = {statement.id for statement in statements}
    return Coverage(
        statements=tuple(
            _statement(statement, citing.get(statement.id, ()), reasons.get(statement.id), ids, expected)
            for statement in statements
        ),
        unknown_cites=tuple(
            (cite, name) for cite, names in citing.items() if cite not in known for name in names
        ),
    )


def _statement(
    statement: Statement,
    names: Sequence[str],
    reason: str | None,
    ids: Mapping[str, tuple[str, ...]],
    expected: Mapping[tuple[str, str], Sequence[str]],
) -> StatementCoverage:
    concluded = tuple(id_ for name in names for id_ in ids.get(name, ()))
    cases = {
        outcome: tuple(dict.fromkeys(case for id_ in concluded for case in expected.get((id_, outcome), ())))
        for outcome in OUTCOMES
    }
    return StatementCoverage(
        statement=statement, cited_by=tuple(names), reason=reason, concluded=bool(concluded), cases=cases
    )


def _citing(policy: TypedPolicy) -> dict[str, tuple[str, ...]]:
    """Return the names of the declarations that cite each statement, at their head or at an attribute."""
    found: dict[str, dict[str, None]] = {}
    for name, cites in _cites(policy):
        for cite in cites:
            found.setdefault(cite, {})[name] = None
    return {cite: tuple(names) for cite, names in found.items()}


def _cites(policy: TypedPolicy) -> Iterator[tuple[str, tuple[str, ...]]]:
    settings: list[UnitSpec | ParameterSpec | ReadingSpec] = [
        *policy.units,
        *policy.parameters,
        *policy.readings,
    ]
    for setting in settings:
        yield setting.name, setting.cites
    for declared in _declared(policy):
        yield declared.name, declared.cites
        if isinstance(declared, Listed):
            yield declared.name, declared.also_cites


def _declared(policy: TypedPolicy) -> tuple[Declared, ...]:
    return (
        *policy.judgements,
        *policy.definitions,
        *policy.indicators,
        *policy.measures,
        *policy.procedures,
        *policy.tasks,
        *policy.exceptions,
        *policy.properties,
    )


def _ids(policy: TypedPolicy) -> dict[str, tuple[str, ...]]:
    """Return the ids in a decision by which each declaration's outcome is known; a 程序 is known by its steps."""
    concluded: tuple[Declared, ...] = (
        *policy.judgements,
        *policy.definitions,
        *policy.measures,
        *policy.tasks,
        *policy.exceptions,
    )
    ids = {declared.name: (declared.name,) for declared in concluded}
    return {**ids, **{procedure.name: procedure.steps for procedure in policy.procedures}}


def _expected(cases: Iterable[TypedCase]) -> dict[tuple[str, str], list[str]]:
    """Return the cases that expect each (id, outcome). 措施 不含 says only that it is not yes, so it shows neither."""
    found: dict[tuple[str, str], list[str]] = {}
    for case in cases:
        for each in case.expectations:
            if each.kind == ExpectationKind.OUTCOME and each.outcome is not None:
                outcome = each.outcome
            elif each.kind == ExpectationKind.MEASURES:
                outcome = str(Outcome.YES)
            else:
                continue
            for subject in each.subjects:
                found.setdefault((subject, outcome), []).append(case.name)
    return found
