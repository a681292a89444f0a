"""One program for a policy and all its variants: each changed expression is lowered beside the policy, sharing what is the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from relapse_rules.analysis.variants.model import Held, Part, Slot, Variant
from relapse_rules.check import typed
from relapse_rules.check.policy import TypedDefinition, TypedIndicator, TypedPolicy
from relapse_rules.check.typed_children import Expression
from relapse_rules.engines.lanes import Evaluator, compile_program
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.lowering import lower
from relapse_rules.values.types import Kind, Type

_ANY: Final = Type(kind=Kind.INTEGER)
"""What kind of number a changed one is makes no difference to how it is worked out."""

_QUANTITIES: Final = (
    typed.NumberConstant,
    typed.NumberField,
    typed.NumberParameter,
    typed.NamedNumber,
    typed.Calculated,
    typed.AgeOf,
    typed.DateOf,
    typed.Apart,
    typed.Aggregated,
    typed.CountOf,
    typed.LiftedNumber,
)


@dataclass(frozen=True, kw_only=True)
class Extended:
    """A policy with its variants, as one program.

    ``base``: the node of each slot as the policy has it, which for a `Part.RULE` nothing else shares. ``roots``: by variant, the nodes
    that it puts in their place.
    """

    program: Program
    evaluator: Evaluator
    base: Mapping[Slot, int]
    roots: Sequence[Mapping[Slot, int]]


def extended(policy: TypedPolicy, slots: Mapping[Slot, Held], variants: Sequence[Variant]) -> Extended:
    """Return the program of ``policy`` (whose slots are ``slots``) and its ``variants``."""
    names: dict[tuple[str, str, Expression], str] = {}
    definitions: list[TypedDefinition] = []
    indicators: list[TypedIndicator] = []
    for variant in variants:
        for slot, expression in variant.parts.items():
            held = slots[slot]
            key = (held.entity, held.domain, expression)
            if key in names:
                continue
            name = names[key] = f"#{len(names)}"
            if isinstance(expression, _QUANTITIES):
                indicators.append(
                    TypedIndicator(
                        name=name, entity=held.entity, domain=held.domain, value=expression, type=_ANY
                    )
                )
            else:
                definitions.append(
                    TypedDefinition(name=name, entity=held.entity, domain=held.domain, condition=expression)
                )
    whole = replace(
        policy,
        definitions=(*policy.definitions, *definitions),
        indicators=(*policy.indicators, *indicators),
        parameters=(*policy.parameters, *(each for variant in variants for each in variant.parameters)),
        readings=(*policy.readings, *(each for variant in variants for each in variant.readings)),
    )
    named = frozenset(slot.owner for slot in slots if slot.part is Part.RULE)
    program = lower(whole, apart=named)
    roots = [
        {
            slot: program.named[names[slots[slot].entity, slots[slot].domain, expression]]
            for slot, expression in variant.parts.items()
        }
        for variant in variants
    ]
    return Extended(
        program=program,
        # Nobody asks it about readings, so it need not know what is listed.
        evaluator=compile_program(
            replace(program, conclusions=(), judgements=(), listings=(), expressions={}, origins=())
        ),
        base=_base(program, slots),
        roots=roots,
    )


def _base(program: Program, slots: Mapping[Slot, Held]) -> dict[Slot, int]:
    listings = {listing.id: listing for listing in program.listings}
    found: dict[Slot, int] = {}
    for slot in slots:
        match slot.part:
            case Part.RULE:
                found[slot] = _rule(program, program.named[slot.owner])
            case Part.OUTCOME:
                found[slot] = listings[slot.owner].node
            case Part.DONE:
                done = listings[slot.owner].done
                assert done is not None, "it has a slot"
                found[slot] = done
            case Part.START:
                limit = listings[slot.owner].limit
                assert limit is not None
                assert limit.start is not None, "it has a slot"
                found[slot] = limit.start
    return found


def _rule(program: Program, named: int) -> int:
    """Return the node that is a declaration's alone, below the one that merges in what was supplied."""
    node = program.nodes[named]
    match node:
        case nodes.Merge(rule=rule):
            return rule
        case nodes.MergeNumber(rule=rule, supplied=supplied) if rule != supplied:
            return rule
        case _:
            return named
