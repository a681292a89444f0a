"""A variant in its world is what the policy would be with it, node by node, for policies and cases at random."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import TypeVar

import pytest
from hypothesis import given, settings
from tests.strategies.policies import policies_and_cases, randoms

from relapse_rules.analysis.variants.extended import extended
from relapse_rules.analysis.variants.model import Part, Slot, Variant, slots_of
from relapse_rules.analysis.variants.rewriting import changed_at
from relapse_rules.analysis.variants.worlds import Lanes
from relapse_rules.check import typed
from relapse_rules.check.policy import Listed, TypedException, TypedPolicy
from relapse_rules.check.typed_children import Expression, walk
from relapse_rules.engines.lanes import compile_program
from relapse_rules.facts.case import Case
from relapse_rules.lowering import lower

AnyListed = TypeVar("AnyListed", bound=Listed)

_CONDITIONS = (
    typed.FieldTest,
    typed.AllOf,
    typed.AnyOf,
    typed.AtLeast,
    typed.NumberCompare,
    typed.CountCompare,
    typed.Quantified,
    typed.Named,
)


def negated(node: Expression) -> Expression:
    return typed.Negation(domain=node.domain, span=node.span, operand=node)  # type: ignore[arg-type]


def random_variant(policy: TypedPolicy, rng: Random) -> Variant:
    """Return a variant that turns round a condition in one or two expressions."""
    slots = slots_of(policy)
    parts: dict[Slot, Expression] = {}
    for slot in rng.sample(sorted(slots), rng.randint(1, 2)):
        expression = slots[slot].expression
        paths = [path for path, node in walk(expression) if isinstance(node, _CONDITIONS)]
        if paths and slot.part is not Part.START:
            parts[slot] = changed_at(expression, rng.choice(paths), negated)
    return Variant(parts=parts)


def told_otherwise(policy: TypedPolicy, parts: Mapping[Slot, Expression]) -> TypedPolicy:
    """Return the policy with some of its expressions replaced."""

    def rule(name: str, own: Expression) -> Expression:
        return parts.get(Slot(name, Part.RULE), own)

    def listed(each: AnyListed) -> AnyListed:
        part = Part.RULE if isinstance(each, TypedException) else Part.OUTCOME
        done = None if each.done is None else parts.get(Slot(each.name, Part.DONE), each.done)
        outcome = parts.get(Slot(each.name, part), each.outcome)
        return replace(each, outcome=outcome, condition=outcome, done=done)  # type: ignore[arg-type]

    return replace(
        policy,
        judgements=tuple(replace(each, finding=rule(each.name, each.finding)) for each in policy.judgements),
        definitions=tuple(
            replace(each, condition=rule(each.name, each.condition)) for each in policy.definitions
        ),
        indicators=tuple(replace(each, value=rule(each.name, each.value)) for each in policy.indicators),
        exceptions=tuple(map(listed, policy.exceptions)),
        measures=tuple(map(listed, policy.measures)),
        tasks=tuple(map(listed, policy.tasks)),
    )


@pytest.mark.usefixtures("untraced")
@settings(max_examples=25)
@given(drawn=policies_and_cases(), rng=randoms())
def test_a_world_is_the_policy_told_otherwise(drawn: tuple[TypedPolicy, Case], rng: Random) -> None:
    policy, case = drawn
    variants = [random_variant(policy, rng) for _ in range(6)]
    program = extended(policy, slots_of(policy), variants)
    lanes = Lanes(program)
    rails = program.evaluator.run(case)

    active = lanes.active(rails)

    # One world more than is needed, so that there is always one.
    worlds = lanes.worlds(case, rails, [*active, 0])
    for number, variant in enumerate(variants):
        other = lower(told_otherwise(policy, variant.parts))
        own = compile_program(other).run(case)
        for entry in (*program.program.conclusions, *program.program.judgements):
            if entry.id not in other.named:
                continue
            there = other.named[entry.id]
            for lane in range(len(case.tables[entry.domain].rows)):
                if number in active:
                    world = active.index(number)
                    found = (
                        worlds.yes(entry.node, lane) >> world & 1,
                        worlds.no(entry.node, lane) >> world & 1,
                    )
                else:
                    found = _bits(rails, entry.node, lane)
                assert found == _bits(own, there, lane), (entry.id, variant)


def _bits(rails: object, node: int, lane: int) -> tuple[int, int]:
    return rails.first[node] >> lane & 1, rails.second[node] >> lane & 1  # type: ignore[attr-defined]
