"""Whether two programs decide alike: their nodes told apart by what they come to, not by how they were written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Final

from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands, renumbered
from relapse_rules.ir.program import Program
from relapse_rules.values.truth import Comparison

_POSITIVE: Final = {
    Comparison.UNEQUAL: Comparison.EQUAL,
    Comparison.AT_LEAST: Comparison.LESS,
    Comparison.AT_MOST: Comparison.MORE,
}
_OF_WRITING: Final = frozenset({"nodes", "origins", "expressions", "digest"})


def decide_alike(one: Program, other: Program) -> bool:
    """Whether two programs give every household the same decision. Sound; that it says no proves nothing.

    Double negations, repeated operands, gates of one operand and counts of all or of one of several make no difference.
    """
    forms: dict[object, int] = {}
    return _meaning(one, forms) == _meaning(other, forms)


def _meaning(program: Program, forms: dict[object, int]) -> dict[str, object]:
    place = _forms(program, forms)
    said: dict[str, object] = {
        field.name: getattr(program, field.name) for field in fields(program) if field.name not in _OF_WRITING
    }
    said["named"] = {name: place[node] for name, node in program.named.items()}
    said["derived"] = {fact: place[node] for fact, node in program.derived.items()}
    said["conclusions"] = tuple(replace(each, node=place[each.node]) for each in program.conclusions)
    said["judgements"] = tuple(replace(each, node=place[each.node]) for each in program.judgements)
    said["listings"] = tuple(
        replace(
            each,
            node=place[each.node],
            condition=place[each.condition],
            done=None if each.done is None else place[each.done],
            limit=each.limit
            if each.limit is None or each.limit.start is None
            else replace(each.limit, start=place[each.limit.start]),
        )
        for each in program.listings
    )
    return said


def _forms(program: Program, forms: dict[object, int]) -> Mapping[int, int]:
    """Return for each node the number of what it comes to; equal numbers are equal for every household."""
    place: dict[int, int] = {}
    inverse: dict[int, int] = {}
    for form, number in forms.items():
        match form:
            case ("not", int(operand)):
                inverse[number] = operand
            case _:
                pass

    def number_of(form: object) -> int:
        return forms.setdefault(form, len(forms))

    def negated(number: int) -> int:
        if number in inverse:
            return inverse[number]
        made = number_of(("not", number))
        inverse[made] = number
        return made

    def gate(kind: str, domain: str, parts: tuple[int, ...]) -> int:
        different = tuple(sorted({*parts}))
        return different[0] if len(different) == 1 else number_of((kind, domain, different))

    for position, node in enumerate(program.nodes):
        match node:
            case nodes.Not():
                place[position] = negated(place[node.operand])
            case nodes.And():
                place[position] = gate("all", node.domain, tuple(place[each] for each in node.operands))
            case nodes.Or():
                place[position] = gate("any", node.domain, tuple(place[each] for each in node.operands))
            case nodes.AtLeast() if node.count in {1, len(node.operands)}:
                kind = "any" if node.count == 1 else "all"
                place[position] = gate(kind, node.domain, tuple(place[each] for each in node.operands))
            case nodes.Compare() | nodes.CompareRatio() | nodes.CompareCount() if node.operator in _POSITIVE:
                said = renumbered(replace(node, operator=_POSITIVE[node.operator]), _used(node, place))
                place[position] = negated(number_of(said))
            case _:
                place[position] = number_of(renumbered(node, _used(node, place)))
    return place


def _used(node: nodes.AnyNode, place: Mapping[int, int]) -> Mapping[int, int]:
    return {used: place[used] for used in operands(node)}
