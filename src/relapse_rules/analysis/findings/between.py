"""Conditions of one domain seen from another, so that a search can demand them of one element."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from relapse_rules.analysis.findings.asking import Answer, Asking
from relapse_rules.analysis.findings.desk import Desk
from relapse_rules.analysis.findings.sketch import Sketch, readings_taken
from relapse_rules.analysis.proving.goals import Wanted
from relapse_rules.check.reach import way_up
from relapse_rules.ir import nodes
from relapse_rules.values.vocabulary import Vocabulary


class Wish(NamedTuple):
    """A node of the policy's program, and what is wanted of it."""

    node: int
    wanted: Wanted


class Found(NamedTuple):
    """How a search ended, in what, and where the nodes wished for are there, in the order of the wishes."""

    search: Answer
    asking: Asking
    places: tuple[int, ...]


def search(desk: Desk, wishes: Sequence[Wish], taken: tuple[str, str] | None = None) -> Found | None:
    """Search a household in whose element all wishes hold at once; None when they are of domains that no one element sees.

    ``taken``: a 解读, and the option that is taken of it in place of the policy's own.
    """
    sketch = Sketch(desk.program)
    domain = lowest(desk.vocabulary, [desk.program.nodes[wish.node].domain for wish in wishes])
    if domain is None:
        return None
    otherwise = {
        position: sketch.constant(desk.program.nodes[position].domain, value=holds)
        for position, holds in (() if taken is None else readings_taken(desk.program, *taken).items())
    }
    seen = [
        seen_from(sketch, desk.vocabulary, sketch.taking(wish.node, otherwise), domain) for wish in wishes
    ]
    program, place = sketch.drawn(seen)
    asking = Asking(program, desk.vocabulary)
    places = tuple(place[node] for node in seen)
    demands = [(node, wish.wanted) for node, wish in zip(places, wishes, strict=True)]
    return Found(asking.find(*dict.fromkeys(demands)), asking, places)


def lowest(vocabulary: Vocabulary, domains: Sequence[str]) -> str | None:
    """Return the domain that is the same as, or below, each of ``domains``; None when there is none among them."""
    return next(
        (each for each in domains if all(way_up(vocabulary, each, other) is not None for other in domains)),
        None,
    )


def seen_from(sketch: Sketch, vocabulary: Vocabulary, node: int, domain: str) -> int:
    """Return a condition as seen from an element of ``domain``, which is below its own, or its own."""
    way = way_up(vocabulary, domain, sketch.nodes[node].domain)
    assert way is not None, "asked only of domains above"
    for relation in reversed(way):
        node = sketch.add(nodes.Lift(domain=relation.child, relation=relation, operand=node))
    return node
