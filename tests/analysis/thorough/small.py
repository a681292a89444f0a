"""Small policies in text, their mutants decided for real, and their conditions by what is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from tests.check.support import HEADER

from relapse_rules.analysis.cases import run_case
from relapse_rules.analysis.mutation.mutants import Mutant, mutants
from relapse_rules.analysis.mutation.run import MutationRun, mutation_run
from relapse_rules.analysis.relevance.coverage import Shown, relevance
from relapse_rules.analysis.variants.workshop import Workshop
from relapse_rules.check.check import check
from relapse_rules.check.loading import Loaded, load_files, read_from
from relapse_rules.check.policy import TypedCase, TypedPolicy
from relapse_rules.decisions.model import Decision
from relapse_rules.policy import Policy, compile_policy
from relapse_rules.syntax.declarations import AnyDeclaration, Case, PolicyFile
from relapse_rules.syntax.declared import Declaration
from relapse_rules.syntax.format import format_file

NAME = "试验.policy"
LOCAL = "本县.policy"
NOW = "    判定时点 为 2023-08-20 09:00\n"


@cache
def loaded(text: str, header: str = HEADER, local: str = "") -> Loaded:
    texts = {NAME: header + text, **({LOCAL: local} if local else {})}
    found = load_files(NAME, read_from(texts), [LOCAL] if local else []).value
    assert found is not None
    return found


@cache
def typed(text: str, header: str = HEADER, local: str = "") -> TypedPolicy:
    checked = check(loaded(text, header, local))
    assert checked.value is not None, [(each.code, each.message) for each in checked.diagnostics]
    return checked.value


def decide(policy: TypedPolicy) -> Policy:
    return compile_policy(policy)


def run(text: str, header: str = HEADER, rule: str | None = None, local: str = "") -> MutationRun:
    policy = decide(typed(text, header, local))

    def decided(case: TypedCase) -> Decision:
        return policy.decide(case.facts)

    return mutation_run(loaded(text, header, local), typed(text, header, local), decided, rule=rule)


def shown(text: str) -> dict[str, Shown]:
    """Return the conditions by what is written, on one line."""
    sources = loaded(text).sources
    return {
        " ".join(sources[each.span.file].slice(each.span).split()): each
        for each in relevance(loaded(text), typed(text))
    }


def told(mutant: Mutant) -> tuple[str, str, str]:
    return mutant.kind.value, mutant.before, mutant.after


def made(text: str, rule: str, header: str = HEADER) -> list[tuple[str, str, str]]:
    """Return the mutants of a rule: kind, what is written, what instead."""
    workshop = Workshop(loaded(text, header), typed(text, header))
    return [told(each) for each in mutants(workshop, loaded(text, header), rule=rule)]


def failing_for_real(text: str, mutant: Mutant, header: str = HEADER, local: str = "") -> frozenset[str]:
    """Write the policy with the mistake, read it again, decide its cases one by one, and return those that fail."""
    return failing_with(text, {mutant.rule: mutant.made}, header, local)


def failing_with(
    text: str, instead: dict[str, AnyDeclaration], header: str = HEADER, local: str = ""
) -> frozenset[str]:
    own = next(file for file in loaded(text, header).files if file.span.file == NAME)
    changed = replace(own, declarations=tuple(_changed(own.declarations, instead)))
    texts = {NAME: format_file(changed), **({LOCAL: local} if local else {})}
    found = load_files(NAME, read_from(texts), [LOCAL] if local else []).value
    assert found is not None
    policy = check(found).value
    assert policy is not None, format_file(changed)
    decider = compile_policy(policy)
    return frozenset(
        case.name
        for case in policy.cases
        if not run_case(lambda case: decider.decide(case.facts), case).passed
    )


def _changed(
    declarations: Iterable[AnyDeclaration], instead: dict[str, AnyDeclaration]
) -> list[AnyDeclaration]:
    return [
        instead.get(each.name.text, each)
        if isinstance(each, Declaration) and not isinstance(each, Case)
        else each
        for each in declarations
    ]


def with_cases(text: str, cases: Iterable[Case]) -> str:
    return text + "\n" + format_file(PolicyFile(declarations=tuple(cases)))
