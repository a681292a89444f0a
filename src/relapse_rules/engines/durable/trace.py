"""The firing sequence as a proof: which rule fired on which literals, and whether each firing follows from those before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from relapse_rules.engines.durable.claims import GATES, claims
from relapse_rules.engines.durable.literals import CLASH, Claim, Literal
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """A rule fired for the element in ``lane`` of the domain of ``node``: ``antecedents`` prove ``rail`` of ``node``.

    ``part`` is 0 for the node itself, `CLASH` for a contradiction found, and otherwise an intermediate result, which says
    ``claim``: at least so many of these literals hold.
    """

    node: int
    rail: bool
    lane: int
    antecedents: tuple[Literal, ...]
    claim: Claim
    part: int = 0

    @property
    def conclusion(self) -> Literal:
        """The literal that was proved."""
        return Literal(self.node, self.rail, self.part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """All firings of one run in their order, and the rails that they led to."""

    firings: tuple[Firing, ...]
    rails: Rails


def check_trace(program: Program, trace: Trace) -> tuple[str, ...]:
    """Return why ``trace`` is no proof of its rails, one line for each flaw; nothing when it is one.

    Every firing must follow from literals that are given (rails of nodes that are no gates) or were proved by firings before it,
    and every rail of a gate must have been proved. What a gate claims is worked out anew from ``program``.
    """
    return (*_unproved_steps(program, trace), *_unproved_rails(program, trace))


def _unproved_steps(program: Program, trace: Trace) -> Iterator[str]:
    proved: dict[tuple[Literal, int], Claim] = {}
    for number, firing in enumerate(trace.firings):
        for literal in firing.antecedents:
            if (literal, firing.lane) not in proved and not _is_given(
                program, trace.rails, literal, firing.lane
            ):
                yield f"firing {number}: {literal} of lane {firing.lane} is not proved yet"
        own = dict(claims(program.nodes, firing.node)).get(firing.conclusion)
        if own is not None and own != firing.claim:
            yield f"firing {number}: {firing.conclusion} claims {firing.claim}, which is not what its gate says"
        if own is None and firing.part <= 0:
            yield f"firing {number}: node {firing.node} is no gate"
        if not _follows(firing, proved):
            yield f"firing {number}: {firing.conclusion} does not follow from {firing.antecedents}"
        proved[firing.conclusion, firing.lane] = firing.claim


def _is_given(program: Program, rails: Rails, literal: Literal, lane: int) -> bool:
    if literal.part or isinstance(program.nodes[literal.node], GATES):
        return False
    return rails.truth(literal.node, lane) is literal.rail


def _follows(firing: Firing, proved: dict[tuple[Literal, int], Claim]) -> bool:
    """Whether the antecedents, which must not overlap, together reach the count of what the firing claims."""
    weights = dict(firing.claim.terms)
    reached = 0
    for antecedent in firing.antecedents:
        claim = Claim(count=1, terms=((antecedent, 1),))
        if antecedent.part > 0:
            claim = proved.get((antecedent, firing.lane), claim)
            if any(weights.get(literal) != weight for literal, weight in claim.terms):
                return False
            reached += claim.count
        else:
            reached += weights.get(antecedent, 0)
        for literal, _ in claim.terms:
            weights.pop(literal, None)
    return reached >= firing.claim.count


def _unproved_rails(program: Program, trace: Trace) -> Iterator[str]:
    """Yield the rails of gates without a firing, and firings without a rail unless a contradiction cleared it."""
    fired = {(firing.conclusion, firing.lane) for firing in trace.firings}
    for position, node in enumerate(program.nodes):
        if not isinstance(node, GATES) or isinstance(node, nodes.Not):
            continue
        yes, no = trace.rails.first[position], trace.rails.second[position]
        assert isinstance(yes, int)
        clash = sum(
            1 << lane for literal, lane in fired if literal == Literal(position, rail=True, part=CLASH)
        )
        for rail, bits in ((True, yes), (False, no)):
            shown = sum(1 << lane for literal, lane in fired if literal == Literal(position, rail))
            if shown & ~clash != bits:
                yield f"node {position}: rail {rail} is {bits:b}, but {shown & ~clash:b} was proved"
