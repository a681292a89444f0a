"""The mutation run of a policy: which mutants its 用例 notice, which none can, and for the others a 用例 that would."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from relapse_rules.analysis.cases import Decide, run_case
from relapse_rules.analysis.mutation.due import due_cases
from relapse_rules.analysis.mutation.kinds import Kind
from relapse_rules.analysis.mutation.mutants import Mutant, mutants
from relapse_rules.analysis.mutation.search import Search
from relapse_rules.analysis.mutation.witness import Writer
from relapse_rules.analysis.variants.equivalence import Equivalence
from relapse_rules.analysis.variants.trial import Trial
from relapse_rules.analysis.variants.workshop import Workshop
from relapse_rules.check.loading import Loaded
from relapse_rules.check.policy import Declared, TypedCase, TypedPolicy
from relapse_rules.syntax.declarations import Case

_NOTHING: Final[frozenset[int]] = frozenset()

Watch = Callable[[Sequence[TypedCase]], Iterator[TypedCase]]
"""Hands on cases one after the other, while somebody is shown how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """A mutant that no 用例 notices. ``case``: one that would, None where none was found."""

    mutant: Mutant
    case: Case | None


@dataclass(frozen=True, kw_only=True)
class MutationRun:
    """``killed``: by mutant the 用例 that notice it, in written order. ``same``: mutants that no 用例 can notice, which was shown."""

    mutants: tuple[Mutant, ...]
    killed: Mapping[int, tuple[str, ...]]
    same: frozenset[int]
    survivors: tuple[Survivor, ...]

    def counts(self, kind: Kind | None = None) -> tuple[int, int, int]:
        """Return how many mutants (of one kind) were killed, survived, and are the same as the policy."""
        of_kind = [
            number for number, mutant in enumerate(self.mutants) if kind is None or mutant.kind is kind
        ]
        killed = sum(1 for number in of_kind if number in self.killed)
        same = sum(1 for number in of_kind if number in self.same)
        return killed, len(of_kind) - killed - same, same


def mutation_run(
    loaded: Loaded, policy: TypedPolicy, decide: Decide, *, rule: str | None = None, watch: Watch = iter
) -> MutationRun:
    """Return what the cases of ``policy`` make of its mutants; ``rule``: only of those of one declaration.

    ``decide``: decides a case by the policy as it stands, by which all its cases must pass.
    """
    workshop = Workshop(loaded, policy)
    made = tuple(mutants(workshop, loaded, rule=rule))
    trial = Trial(policy, workshop.slots, [mutant.variant for mutant in made])
    killed: dict[int, list[str]] = {}
    for case in watch(policy.cases):
        for number in trial.failing(case):
            killed.setdefault(number, []).append(case.name)
    alive = [number for number in range(len(made)) if number not in killed]
    equivalence = Equivalence(trial.extended, policy)
    same = frozenset(number for number in alive if equivalence.is_same(made[number].variant, number))
    left = [number for number in alive if number not in same]
    return MutationRun(
        mutants=made,
        killed={number: tuple(names) for number, names in killed.items()},
        same=same,
        survivors=tuple(_survivors(policy, decide, workshop, [made[number] for number in left])),
    )


def _survivors(
    policy: TypedPolicy, decide: Decide, workshop: Workshop, left: Sequence[Mutant]
) -> Iterator[Survivor]:
    variants = [mutant.variant for mutant in left]
    told = Search(policy, workshop.slots, variants, workshop.bases_first()).all()
    writer = Writer(policy.vocabulary, frozenset(case.name for case in policy.cases))
    cites = _cites(policy)
    cases: dict[int, tuple[Case, ...]] = {
        number: (writer.case(each, cites.get(each.slot.owner, ())),) for number, each in told.items()
    }
    for number, variant in enumerate(variants):
        if number not in cases:
            cases[number] = tuple(due_cases(variant, policy, decide, writer))
    written = dict.fromkeys(case for each in cases.values() for case in each)
    trial = Trial(policy, workshop.slots, variants)
    # What was found is tried as it is written, by the same means as every other case.
    kills: dict[str, frozenset[int]] = {
        case.name: trial.failing(case) if run_case(decide, case).passed else frozenset()
        for case in workshop.cases(tuple(written))
    }
    for number, mutant in enumerate(left):
        telling = (case for case in cases[number] if number in kills.get(case.name.text, _NOTHING))
        yield Survivor(mutant=mutant, case=next(telling, None))


def _cites(policy: TypedPolicy) -> Mapping[str, tuple[str, ...]]:
    declared: tuple[Declared, ...] = (
        *policy.judgements,
        *policy.definitions,
        *policy.exceptions,
        *policy.measures,
        *policy.tasks,
    )
    return {each.name: each.cites for each in declared}
