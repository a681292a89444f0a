"""Which comparisons may be swayed by two changes together of which one alone goes in the wrong direction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from relapse_rules.check.typed import Aggregation
from relapse_rules.decisions.trace import Step
from relapse_rules.explain.changeable import Variable
from relapse_rules.explain.cone import Cone
from relapse_rules.explain.premises import FactAt
from relapse_rules.ir import nodes
from relapse_rules.ir.verify import is_number


def positive(cone: Cone, variables: Sequence[Variable]) -> Iterator[Step]:
    """Yield the steps that are a fact by which the vocabulary allows to divide, or that look at one."""
    facts = {each.place for each in variables if each.spec is not None and (each.spec.low or 0) > 0}
    found: set[Step] = set()
    for step in cone.steps:
        node, below = cone.program.nodes[step[0]], cone.below[step]
        is_fact = isinstance(node, nodes.FieldNumber) and facts.issuperset(below.places)
        if is_fact or (isinstance(node, nodes.LiftNumber) and found.issuperset(below.steps)):
            found.add(step)
            yield step


def tangled(cone: Cone, step: Step, reads: Mapping[Step, int], above_zero: Collection[Step]) -> bool:
    """Whether a comparison may be swayed by two changes together of which one alone goes in the wrong direction.

    Sums and differences go one way with each of their parts. So do not: which elements are summed, the largest of several, what hangs on
    another element, distances, products and quotients of two things that could be otherwise. ``above_zero``: steps that are never 0 or less.
    """
    waiting, seen = [step], {step}
    while waiting:
        part = waiting.pop()
        node = cone.program.nodes[part[0]]
        below = cone.below[part]
        moving = sum(bool(reads[each]) for each in below.steps)
        match node:
            case nodes.Aggregate() | nodes.Count():
                sums = isinstance(node, nodes.Aggregate) and node.kind == Aggregation.SUM
                elsewhere = any(isinstance(place, FactAt) for place in below.places)
                if reads[part] and (elsewhere or not sums or node.condition is not None):
                    return True
            case nodes.Apart() | nodes.CompareRatio():
                if moving > 1:
                    return True
            case nodes.Calculate(operation="*"):
                if moving > 1:
                    return True
            case nodes.Calculate(operation="/", right=right):
                if moving > 1 and (right, part[1]) not in above_zero:
                    return True
            case nodes.LiftNumber():
                if below.places and reads[part]:
                    return True
            case _:
                pass
        for each in below.steps:
            if each not in seen and is_number(cone.program.nodes[each[0]]):
                seen.add(each)
                waiting.append(each)
    return False
