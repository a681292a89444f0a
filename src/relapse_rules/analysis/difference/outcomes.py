"""Whether an outcome is the same in both versions, and if not, how and when it differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from relapse_rules.analysis.difference.joining import Joined
from relapse_rules.analysis.difference.model import Comparison, Direction, Verdict
from relapse_rules.analysis.difference.version import Declaration
from relapse_rules.analysis.proving.goals import Demand, Goal, Limits, Method, Search, Wanted, Witness
from relapse_rules.analysis.proving.prover import Prover
from relapse_rules.ir import nodes
from relapse_rules.ir.order import leading_to
from relapse_rules.ir.program import Program
from relapse_rules.values.truth import Comparison as Compared
from relapse_rules.values.truth import Truth
from relapse_rules.values.vocabulary import Vocabulary

_TURNS: Final = (
    (Wanted.NO, Wanted.YES),
    (Wanted.YES, Wanted.NO),
)
_OPENINGS: Final = (
    (Wanted.YES, Wanted.NOT_YES),
    (Wanted.NOT_YES, Wanted.YES),
    (Wanted.NO, Wanted.NOT_NO),
    (Wanted.NOT_NO, Wanted.NO),
)
_TRUTHS: Final = {Wanted.YES: True, Wanted.NO: False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What was found of one pair of nodes; see `Comparison`."""

    verdict: Verdict
    method: Method
    bounded: tuple[str, ...] = ()
    found: tuple[tuple[Truth, Truth, Witness], ...] = ()
    never: tuple[tuple[Truth, Truth], ...] = ()
    needs_solver: bool = False


class Searching:
    """Compares outcomes of the joint program; what was found for one pair of nodes serves every declaration that is the same pair."""

    def __init__(
        self,
        joined: Joined,
        vocabulary: Vocabulary,
        numbers: Mapping[tuple[int, int], int],
        limits: Limits | None,
    ) -> None:
        self.program = joined.program
        self._joined = joined
        self._vocabulary = vocabulary
        self._numbers = numbers
        self._limits = limits
        self.prover = Prover([joined.program], vocabulary, limits)
        self._known: dict[tuple[int, int], Outcomes] = {}

    @cached_property
    def changed_parameters(self) -> frozenset[str]:
        """The 参数 of both versions, by their names in the joint program, that the versions set differently."""
        apart = [(name, here) for name, here in self._joined.parameters.items() if name != here]
        return frozenset(name for pair in apart for name in pair)

    @cached_property
    def _supposing(self) -> Prover:
        return Prover([self._joined.supposing()], self._vocabulary, self._limits)

    def outcomes(self, old: int, new: int, domain: str) -> Outcomes:
        """Return whether two nodes are the same for every household."""
        found = self._known.get((old, new))
        if found is None:
            found = self._known[old, new] = self._search(old, new, domain)
        return found

    def _search(self, old: int, new: int, domain: str) -> Outcomes:
        if old == new:
            return Outcomes(verdict=Verdict.EQUAL, method=Method.STRUCTURE)
        if (old, new) in self._numbers:
            return self._number(self._numbers[old, new], old, new, domain)
        turned = self._asked(self.prover, old, new, domain, turns=True)
        if turned.verdict is Verdict.DIFFERENT:
            return turned
        opened = self._asked(self.prover, old, new, domain, turns=False)
        if opened.verdict is Verdict.EQUAL and self._reads_open(old, new):
            supposed = self._asked(self._supposing, old, new, domain, turns=True)
            return supposed if supposed.verdict is Verdict.DIFFERENT else opened
        if opened.verdict is Verdict.DIFFERENT:
            return replace(opened, never=turned.never)
        return opened

    def _asked(self, prover: Prover, old: int, new: int, domain: str, *, turns: bool) -> Outcomes:
        found: list[tuple[Truth, Truth, Witness]] = []
        never: list[tuple[Truth, Truth]] = []
        searches: list[Search] = []
        for before, after in _TURNS if turns else _OPENINGS:
            goal = Goal(
                domain=domain, demands=(Demand(node=old, wanted=before), Demand(node=new, wanted=after))
            )
            search = prover.find(goal)
            searches.append(search)
            if search.witness is not None:
                truths = [prover.truth(demand, search.witness) for demand in goal.demands]
                found.append((truths[0], truths[1], search.witness))
            elif search.complete and turns:
                never.append((_TRUTHS[before], _TRUTHS[after]))
        verdict = (
            Verdict.DIFFERENT
            if found
            else Verdict.EQUAL
            if all(search.complete for search in searches)
            else Verdict.UNDECIDED
        )
        return Outcomes(
            verdict=verdict,
            method=_weakest(searches),
            bounded=tuple(dict.fromkeys(name for search in searches for name in search.bounded)),
            found=_distinct(found),
            never=tuple(never),
            needs_solver=any(search.needs_solver for search in searches),
        )

    def _number(self, unequal: int, old: int, new: int, domain: str) -> Outcomes:
        """Return whether two numbers are the same. ``unequal``: the node that says that both are known and differ."""
        goals = [Goal(domain=domain, demands=(Demand(node=unequal, wanted=Wanted.YES),))]
        for one, other in ((old, new), (new, old)):
            known, open_ = self._numbers[one, one], self._numbers[other, other]
            demands = (Demand(node=known, wanted=Wanted.YES), Demand(node=open_, wanted=Wanted.UNKNOWN))
            goals.append(Goal(domain=domain, demands=demands))
        searches = [self.prover.find(goal) for goal in goals]
        witness = next((search.witness for search in searches if search.witness is not None), None)
        complete = all(search.complete for search in searches)
        return Outcomes(
            verdict=Verdict.DIFFERENT if witness else Verdict.EQUAL if complete else Verdict.UNDECIDED,
            method=_weakest(searches),
            bounded=tuple(dict.fromkeys(name for search in searches for name in search.bounded)),
            found=() if witness is None else ((None, None, witness),),
            needs_solver=any(search.needs_solver for search in searches),
        )

    def _reads_open(self, old: int, new: int) -> bool:
        """Whether either side rests on a 参数 that both versions leave 待定."""
        names = self._joined.open
        if not names:
            return False
        cone = leading_to(self.program, [old, new])
        used = (self.program.nodes[place] for place in cone)
        return any(
            (isinstance(node, nodes.Parameter) and node.name in names)
            or (isinstance(node, nodes.Test) and node.parameter in names)
            for node in used
        )


def _weakest(searches: list[Search]) -> Method:
    order = (Method.STRUCTURE, Method.EXHAUSTION, Method.SOLVER)
    return max((search.method for search in searches), key=order.index)


def _distinct(
    found: list[tuple[Truth, Truth, Witness]],
) -> tuple[tuple[Truth, Truth, Witness], ...]:
    """Return one household for each way of differing."""
    first: dict[tuple[Truth, Truth], Witness] = {}
    for before, after, witness in found:
        first.setdefault((before, after), witness)
    return tuple((*turn, witness) for turn, witness in first.items())


def with_numbers(
    program: Program, pairs: list[tuple[int, int]]
) -> tuple[Program, dict[tuple[int, int], int]]:
    """Return ``program`` with nodes that ask whether two numbers differ, and where these are; (n, n): whether n is known."""
    added = list(program.nodes)
    found: dict[tuple[int, int], int] = {}
    for old, new in pairs:
        if old == new:
            continue
        domain = program.nodes[old].domain
        for left, right, operator in (
            (old, new, Compared.UNEQUAL),
            (old, old, Compared.EQUAL),
            (new, new, Compared.EQUAL),
        ):
            if (left, right) not in found:
                added.append(nodes.Compare(domain=domain, operator=operator, left=left, right=right))
                found[left, right] = len(added) - 1
    return replace(program, nodes=tuple(added), origins=((),) * len(added)), found


def comparison_of(
    old: Declaration, new: Declaration, found: Outcomes, ways: tuple[Direction, ...]
) -> Comparison:
    """Return what was found of a declaration, without where and what else differs."""
    return Comparison(
        kind=new.kind,
        old=old,
        new=new,
        verdict=found.verdict,
        method=found.method,
        bounded=found.bounded,
        ways=ways,
        never=found.never,
        needs_solver=found.needs_solver,
    )
