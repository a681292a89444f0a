"""A variant: which expressions of a policy are others, and which settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from relapse_rules.check.policy import (
    Declared,
    Listed,
    ParameterSpec,
    ReadingSpec,
    TypedDefinition,
    TypedException,
    TypedIndicator,
    TypedJudgement,
    TypedLimit,
    TypedPolicy,
)
from relapse_rules.check.typed_children import Expression


class Part(StrEnum):
    """What an expression is for its declaration."""

    RULE = "rule"
    """The condition of a 定义, 裁量 or 例外, the value of a 指标: what others use by name."""
    OUTCOME = "outcome"
    """When a 措施, step or 职责 applies, with the exceptions worked in."""
    DONE = "done"
    """When it is carried out."""
    START = "start"
    """From when its time limit counts."""


class Slot(NamedTuple):
    """A place that holds one expression: ``part`` of what is called ``owner``."""

    owner: str
    part: Part


class Held(NamedTuple):
    """What a slot holds, for the elements of which entity, in whose lanes."""

    expression: Expression
    entity: str
    domain: str


@dataclass(frozen=True, kw_only=True)
class Variant:
    """What is otherwise.

    ``limits``: by id the whole time limit. ``parameters`` and ``readings``: settings under new names, which the other parts use.
    ``valid``: the dates from and until which the policy is valid, where they are others.
    """

    parts: Mapping[Slot, Expression]
    limits: Mapping[str, TypedLimit] = field(default_factory=dict[str, TypedLimit])
    parameters: tuple[ParameterSpec, ...] = ()
    readings: tuple[ReadingSpec, ...] = ()
    valid: tuple[int | None, int | None] | None = None


def slots_of(policy: TypedPolicy) -> dict[Slot, Held]:
    """Return every expression of a policy that a 用例 can bear on, in written order."""
    return {
        slot: held
        for declared in (
            *policy.judgements,
            *policy.definitions,
            *policy.indicators,
            *policy.exceptions,
            *policy.measures,
            *policy.tasks,
        )
        for slot, held in slots(declared)
    }


def slots(declared: Declared) -> Iterator[tuple[Slot, Held]]:
    """Yield the expressions of one declaration."""

    def held(part: Part, expression: Expression | None) -> Iterator[tuple[Slot, Held]]:
        if expression is not None:
            yield Slot(declared.name, part), Held(expression, declared.entity, declared.domain)

    match declared:
        case TypedJudgement():
            yield from held(Part.RULE, declared.finding)
        case TypedDefinition():
            yield from held(Part.RULE, declared.condition)
        case TypedIndicator():
            yield from held(Part.RULE, declared.value)
        case Listed():
            own = Part.RULE if isinstance(declared, TypedException) else Part.OUTCOME
            yield from held(own, declared.outcome)
            yield from held(Part.DONE, declared.done)
            yield from held(Part.START, None if declared.limit is None else declared.limit.start)
        case _:
            message = f"nothing to decide in {declared.name}"
            raise AssertionError(message)
