"""Decides each 性质 of a policy for all households: proved, refuted by the smallest household, or undecided with the reason.

A household refutes a 性质 when its facts prove the opposite; what is unknown refutes nothing. So "甲 蕴含 乙" is refuted by a household of which
甲 is 是 and 乙 is 否. Facts that contradict each other are no household. A 参数 that the county has not set may have any value.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from relapse_rules.analysis.proving.goals import Demand, Goal, Limits, Method, Search, Turn, Wanted, Witness
from relapse_rules.analysis.proving.oracle import require_agreement
from relapse_rules.analysis.proving.prover import Prover
from relapse_rules.analysis.proving.verdicts import Doubt, Outcome, Said, Verdict
from relapse_rules.check.policy import TypedPolicy, TypedProperty
from relapse_rules.decisions.words import Words
from relapse_rules.ir.program import Claim, Listing, outcomes
from relapse_rules.lowering import lower
from relapse_rules.syntax.declarations import PropertyKind
from relapse_rules.values.vocabulary import Vocabulary

LoadOther = Callable[[TypedProperty], TypedPolicy | str]
"""Gives the policy that a 性质 compares with (不严于), or says in Chinese why it cannot be used."""

_YES, _NO = Wanted.YES, Wanted.NO


class _Part(NamedTuple):
    """One goal that refutes a 性质 when it is found. ``subjects``: which subjects the demands are about, by position."""

    goal: Goal
    subjects: tuple[int, ...]


def no_other(_: TypedProperty) -> str:
    """Stand in for a `LoadOther` where no other policy can be read."""
    return "这里读不到另一份政策"


def prove(
    policy: TypedPolicy,
    *,
    only: Collection[str] | None = None,
    limits: Limits | None = None,
    load_other: LoadOther = no_other,
) -> Iterator[Verdict]:
    """Yield the verdict on each 性质 of ``policy``, in written order, as soon as it is there.

    ``only``: the names of those that are wanted; None for all. ``limits``: how far is searched.
    """
    proving = _Proving(policy, limits or Limits(), load_other)
    for claim, declared in zip(proving.program.claims, policy.properties, strict=True):
        if only is None or claim.name in only:
            yield proving.verdict(claim, declared)


class _Proving:
    """One policy whose 性质 are decided."""

    def __init__(self, policy: TypedPolicy, limits: Limits, load_other: LoadOther) -> None:
        self._policy = policy
        self._limits = limits
        self._load_other = load_other
        self.program = lower(policy, claims=True)
        self._kinds = {spec.name: spec.type for spec in policy.parameters}
        self._prover = Prover([self.program], policy.vocabulary, limits, parameters=self._kinds)
        self._listings = {listing.id: listing for listing in self.program.listings}

    def verdict(self, claim: Claim, declared: TypedProperty) -> Verdict:
        """Return what becomes of one 性质."""
        kind = PropertyKind(claim.kind)
        match kind:
            case PropertyKind.HAS_OWNER | PropertyKind.HAS_LIMIT:
                return self._listed(claim, declared, kind)
            case PropertyKind.NOT_STRICTER:
                return self._compared(claim, declared)
            case _:
                return self._searched(claim, declared, _parts(claim, kind), self._prover)

    def _verdict(self, claim: Claim, declared: TypedProperty, outcome: Outcome, **told: object) -> Verdict:
        return Verdict(
            name=claim.name,
            kind=claim.kind,
            outcome=outcome,
            sentence=sentence(claim, self._policy.vocabulary),
            cites=claim.cites,
            span=declared.span,
            elements=self._limits.elements,
            **told,  # type: ignore[arg-type]  # the rest of the fields, by name
        )

    def _listed(self, claim: Claim, declared: TypedProperty, kind: PropertyKind) -> Verdict:
        """Look at what each listing declares: no household is needed for that."""
        wanting = tuple(each for each in claim.listings if not _has(self._listings[each], kind))
        outcome = Outcome.REFUTED if wanting else Outcome.PROVED
        return self._verdict(claim, declared, outcome, methods=(Method.STRUCTURE,), refuting=wanting)

    def _searched(
        self, claim: Claim, declared: TypedProperty, parts: Sequence[_Part], prover: Prover
    ) -> Verdict:
        searches: list[Search] = []
        for part in parts:
            found = prover.find(part.goal)
            searches.append(found)
            if found.witness is not None:
                return self._refuted(claim, declared, part, found, prover)
        told = {
            "methods": tuple(dict.fromkeys(each.method for each in searches)),
            "bounded": tuple(dict.fromkeys(name for each in searches for name in each.bounded)),
        }
        if any(each.needs_solver for each in searches):
            return self._verdict(claim, declared, Outcome.UNDECIDED, doubt=Doubt.NO_SOLVER, **told)
        if not all(each.complete for each in searches):
            return self._verdict(claim, declared, Outcome.UNDECIDED, doubt=Doubt.EFFORT, **told)
        return self._verdict(claim, declared, Outcome.PROVED, **told)

    def _refuted(
        self, claim: Claim, declared: TypedProperty, part: _Part, found: Search, prover: Prover
    ) -> Verdict:
        assert found.witness is not None
        said = tuple(
            Said(
                subject=claim.subjects[subject] if subject < len(claim.subjects) else "",
                outcome=prover.truth(demand, found.witness),
                changed=demand.changed,
                other=demand.program > 0,
            )
            for demand, subject in zip(part.goal.demands, part.subjects, strict=True)
        )
        if len(prover.programs) == 1:
            self._ask_oracle(declared, part, found.witness)
        return self._verdict(
            claim,
            declared,
            Outcome.REFUTED,
            methods=(found.method,),
            witness=found.witness,
            said=said,
            refuting=tuple(dict.fromkeys(each.subject for each in said if each.subject)),
        )

    def _ask_oracle(self, declared: TypedProperty, part: _Part, witness: Witness) -> None:
        """Replay through the reference, which shares nothing with the compiler: a wrong witness is a bug of ours, and never shown."""
        conditions = (*declared.conditions, *(() if declared.when is None else (declared.when,)))
        require_agreement(self._policy, conditions, part.goal.demands, part.subjects, witness)

    def _compared(self, claim: Claim, declared: TypedProperty) -> Verdict:
        """Search a household to which the other policy gives what this one refuses."""
        other = self._load_other(declared)
        if isinstance(other, str):
            return self._doubtful(claim, declared, other)
        if other.vocabulary != self._policy.vocabulary:
            return self._doubtful(claim, declared, f"“{other.name}”的词汇与这份政策的不同，没法逐户比较")
        theirs = lower(other)
        nodes = {each.id: each for each in outcomes(theirs)}
        missing = [name for name in claim.subjects if name not in nodes]
        if missing:
            return self._doubtful(claim, declared, f"“{other.name}”里没有“{missing[0]}”")
        parts = tuple(
            _Part(
                Goal(
                    domain=claim.domain,
                    demands=(
                        Demand(node=node, wanted=_NO),
                        Demand(node=nodes[name].node, wanted=_YES, program=1),
                    ),
                ),
                (subject, subject),
            )
            for subject, (name, node) in enumerate(zip(claim.subjects, claim.nodes, strict=True))
        )
        prover = Prover([self.program, theirs], self._policy.vocabulary, self._limits, parameters=self._kinds)
        return self._searched(claim, declared, parts, prover)

    def _doubtful(self, claim: Claim, declared: TypedProperty, reason: str) -> Verdict:
        return self._verdict(claim, declared, Outcome.UNDECIDED, doubt=Doubt.OTHER_POLICY, reason=reason)


def _parts(claim: Claim, kind: PropertyKind) -> tuple[_Part, ...]:
    """Return the goals any of which refutes ``claim``."""
    match kind:
        case PropertyKind.IMPLIES:
            return (_part(claim, ((0, _YES), (1, _NO))),)
        case PropertyKind.NEVER_BOTH:
            pairs = combinations(range(len(claim.nodes)), 2)
            return tuple(_part(claim, ((one, _YES), (other, _YES))) for one, other in pairs)
        case PropertyKind.AT_LEAST_ONE:
            none = tuple((subject, _NO) for subject in range(len(claim.nodes)))
            return (_part(claim, none),)
        case PropertyKind.NOT_INCREASING:
            return _turned(claim, Turn.UP, ((_NO, _YES),))
        case PropertyKind.NOT_DECREASING:
            return _turned(claim, Turn.UP, ((_YES, _NO),))
        case PropertyKind.UNCHANGED:
            return _turned(claim, Turn.ANY, ((_YES, _NO),))
        case _:
            message = f"not about households: {kind}"
            raise AssertionError(message)


def _part(claim: Claim, wanted: Sequence[tuple[int, Wanted]]) -> _Part:
    demands = [Demand(node=claim.nodes[subject], wanted=each) for subject, each in wanted]
    subjects = [subject for subject, _ in wanted]
    if claim.when is not None:
        demands.append(Demand(node=claim.when, wanted=_YES))
        subjects.append(len(claim.nodes))
    return _Part(Goal(domain=claim.domain, demands=tuple(demands)), tuple(subjects))


def _turned(claim: Claim, turn: Turn, pairs: Sequence[tuple[Wanted, Wanted]]) -> tuple[_Part, ...]:
    """Return the goals: a subject is one way for a household, and the other way for the changed one."""
    return tuple(
        _Part(
            Goal(
                domain=claim.domain,
                demands=(
                    Demand(node=node, wanted=before),
                    Demand(node=node, wanted=after, changed=True),
                ),
                facts=claim.facts,
                turn=turn,
            ),
            (subject, subject),
        )
        for subject, node in enumerate(claim.nodes)
        for before, after in pairs
    )


def _has(listing: Listing, kind: PropertyKind) -> bool:
    return bool(listing.units) if kind is PropertyKind.HAS_OWNER else listing.limit is not None


def sentence(claim: Claim, vocabulary: Vocabulary) -> str:
    """Return what a 性质 says, in one line of Chinese."""
    named = "、".join(claim.subjects)
    varied = Words(vocabulary).facts(claim.facts)
    match PropertyKind(claim.kind):
        case PropertyKind.IMPLIES:
            return f"凡“{claim.subjects[0]}”的，都“{claim.subjects[1]}”"
        case PropertyKind.NEVER_BOTH:
            return f"{named}从不同时成立"
        case PropertyKind.AT_LEAST_ONE:
            return f"{named}至少有一项成立"
        case PropertyKind.NOT_INCREASING:
            return f"只是“{varied}”变大，{named}不会从否变为是"
        case PropertyKind.NOT_DECREASING:
            return f"只是“{varied}”变大，{named}不会从是变为否"
        case PropertyKind.UNCHANGED:
            return f"只是“{varied}”不同，{named}不会不同"
        case PropertyKind.HAS_OWNER:
            return f"{len(claim.listings)} 项都有责任单位"
        case PropertyKind.HAS_LIMIT:
            return f"{len(claim.listings)} 项都有时限"
        case PropertyKind.NOT_STRICTER:
            return f"{named}不比{claim.other or '上级'}严"
