"""From claims to rules: every claim becomes rules of at most so many antecedents, through intermediate results where needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, count
from math import comb
from typing import Final

from relapse_rules.engines.durable.literals import Claim, Literal, Rule, Term

_MOST_SUBSETS: Final = 40
"""Up to so many subsets are looked at one by one; beyond, counting step by step needs fewer rules."""


def rules_needed(claim: Claim) -> int:
    """Return an upper bound of how many rules `rules_of` gives, without making them."""
    if claim.count in (1, claim.total) or _is_small(claim):
        return _MOST_SUBSETS + 2 * len(claim.terms)
    return 2 * len(claim.terms) * claim.count


def rules_of(
    conclusion: Literal, claim: Claim, parts: Iterator[int], *, most_antecedents: int
) -> Iterator[Rule]:
    """Yield the rules that prove ``conclusion``, each after those that prove its antecedents.

    ``parts`` numbers the intermediate results of one node. ``most_antecedents`` is at least 2.
    """
    if claim.count > claim.total:
        return
    if claim.count == claim.total:
        yield from _all(conclusion, claim, parts, most_antecedents)
    elif all(weight >= claim.count for _, weight in claim.terms):
        for literal, _ in claim.terms:
            yield Rule(conclusion=conclusion, claim=claim, antecedents=(literal,))
    elif _is_small(claim) and claim.count <= most_antecedents:
        for subset in _smallest_subsets(claim):
            yield Rule(conclusion=conclusion, claim=claim, antecedents=subset)
    else:
        yield from _counted(conclusion, claim, parts)


def _all(conclusion: Literal, claim: Claim, parts: Iterator[int], most: int) -> Iterator[Rule]:
    """Yield a conjunction; a long one through conjunctions of its pieces."""
    terms = claim.terms
    while len(terms) > most:
        pieces = [terms[start : start + most] for start in range(0, len(terms), most)]
        joined: list[Term] = []
        for piece in pieces:
            if len(piece) == 1:
                joined.extend(piece)
                continue
            part = Claim(count=sum(weight for _, weight in piece), terms=_spelled_out(piece, claim, joined))
            helper = Literal(conclusion.node, conclusion.rail, next(parts))
            yield Rule(conclusion=helper, claim=part, antecedents=tuple(literal for literal, _ in piece))
            joined.append((helper, part.count))
        terms = tuple(joined)
    yield Rule(conclusion=conclusion, claim=claim, antecedents=tuple(literal for literal, _ in terms))


def _spelled_out(piece: Sequence[Term], claim: Claim, joined: Sequence[Term]) -> tuple[Term, ...]:
    """Return the terms of ``claim`` that a piece stands for: pieces are taken in order, whatever their depth."""
    done = sum(weight for _, weight in joined)
    wanted = done + sum(weight for _, weight in piece)
    found: list[Term] = []
    passed = 0
    for term in claim.terms:
        if done <= passed < wanted:
            found.append(term)
        passed += term[1]
    return tuple(found)


def _is_small(claim: Claim) -> bool:
    size = len(claim.terms)
    if size > _MOST_SUBSETS:
        return False
    return sum(comb(size, taken) for taken in range(1, min(claim.count, size) + 1)) <= _MOST_SUBSETS


def _smallest_subsets(claim: Claim) -> Iterator[tuple[Literal, ...]]:
    """Yield the sets of literals that reach the count and would not without any one of them."""
    for taken in range(1, min(claim.count, len(claim.terms)) + 1):
        for subset in combinations(claim.terms, taken):
            reached = sum(weight for _, weight in subset)
            if reached >= claim.count and all(reached - weight < claim.count for _, weight in subset):
                yield tuple(literal for literal, _ in subset)


def _counted(conclusion: Literal, claim: Claim, parts: Iterator[int]) -> Iterator[Rule]:
    """Yield rules that count term by term: so many among the first ones, from as many or fewer among those before."""
    row: dict[int, Literal] = {}
    passed, total = 0, claim.total
    for place, (literal, weight) in enumerate(claim.terms, start=1):
        before, row = row, {}
        passed += weight
        # Fewer than `least` so far could not become enough with all that is left.
        least = max(1, claim.count - (total - passed))
        for reached in range(least, min(claim.count, passed) + 1):
            is_last = place == len(claim.terms)
            target = conclusion if is_last else Literal(conclusion.node, conclusion.rail, next(parts))
            said = Claim(count=reached, terms=claim.terms[:place])
            for antecedents in _ways(before, literal, weight, reached):
                row[reached] = target
                yield Rule(conclusion=target, claim=said, antecedents=antecedents)


def _ways(
    before: dict[int, Literal], literal: Literal, weight: int, reached: int
) -> Iterator[tuple[Literal, ...]]:
    if reached in before:
        yield (before[reached],)
    if reached <= weight:
        yield (literal,)
    elif reached - weight in before:
        yield (before[reached - weight], literal)


def part_numbers() -> Callable[[int], Iterator[int]]:
    """Return where each node takes the numbers of its intermediate results from."""
    numbers: dict[int, Iterator[int]] = {}
    return lambda node: numbers.setdefault(node, count(1))
