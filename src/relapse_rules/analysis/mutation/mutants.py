"""The mutants of a policy: the mistakes that its checker lets pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from relapse_rules.analysis.mutation.declarations import misdeclared
from relapse_rules.analysis.mutation.kinds import Kind
from relapse_rules.analysis.variants.model import Slot, Variant
from relapse_rules.analysis.variants.workshop import Changeable, Workshop
from relapse_rules.check.loading import Loaded
from relapse_rules.source import Span
from relapse_rules.syntax.declarations import Header


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One mistake.

    ``rule``: the declaration in which it is made. ``before``: what is written at ``span``; ``after``: what instead, empty when it is
    left out. ``made``: the whole declaration with the mistake.
    """

    kind: Kind
    rule: str
    span: Span
    before: str
    after: str
    made: Changeable
    variant: Variant


def mutants(workshop: Workshop, loaded: Loaded, *, rule: str | None = None) -> Iterator[Mutant]:
    """Yield the mutants of a policy, by default of all its rules, in written order.

    A mistake that the checker reports is none that a policy could be run with, and one that leaves everything as it is no mistake; of
    two that come to the same the first stands for both.
    """
    seen: set[object] = set()
    headers = [each for each in loaded.declarations if isinstance(each, Header)]
    written: tuple[Changeable, ...] = (*headers[:1], *workshop.declared())
    for declared in written:
        if rule not in {None, declared.name.text}:
            continue
        for kind, span, before, after, made in misdeclared(declared):
            variant = workshop.variant(made)
            if variant is None:
                continue
            key = _key(declared.name.text, variant)
            if key in seen:
                continue
            seen.add(key)
            yield Mutant(
                kind=kind,
                rule=declared.name.text,
                span=span,
                before=before,
                after=after,
                made=made,
                variant=variant,
            )


def _key(rule: str, variant: Variant) -> object:
    parts: frozenset[tuple[Slot, object]] = frozenset(variant.parts.items())
    settings = (*(each.values for each in variant.parameters), *(each.taken for each in variant.readings))
    if settings:
        return rule, settings
    return rule, parts, frozenset(variant.limits.items()), variant.valid
