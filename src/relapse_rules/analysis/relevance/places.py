"""The conditions of a policy, each with the place where it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from relapse_rules.analysis.variants.model import Held, Slot, Variant
from relapse_rules.analysis.variants.rewriting import changed_at
from relapse_rules.check import typed
from relapse_rules.check.check import rules_of
from relapse_rules.check.loading import Loaded
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.check.typed_children import Expression, Path, walk
from relapse_rules.source import Span
from relapse_rules.syntax.declarations import ExceptionRule

_GATES = (typed.AllOf, typed.AnyOf, typed.AtLeast)
_ATOMS = (
    typed.FieldTest,
    typed.NumberCompare,
    typed.RatioCompare,
    typed.CountCompare,
    typed.Named,
    typed.ReadingIs,
    typed.Quantified,
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A condition where it is written. ``rule``: the declaration. ``setting``: how it stands by a 解读, whatever the facts are."""

    rule: str
    span: Span
    uses: tuple[tuple[Slot, Path], ...]
    setting: bool | None = None


def places(policy: TypedPolicy, slots: Mapping[Slot, Held], loaded: Loaded) -> tuple[Place, ...]:
    """Return every condition of a policy: each operand of 且, 或 and a list, each comparison and test, each effect of an 例外.

    What is only wrapped around one (非, a name seen from elsewhere) is no condition of its own, and neither is the whole of a rule that
    is made of others. In the order of the texts.
    """
    taken = {spec.name: spec.taken for spec in policy.readings}
    rules = _rules(policy)
    effects = _effects(loaded)
    found: dict[Span, list[tuple[Slot, Path]]] = {}
    owner: dict[Span, str] = {}
    standing: dict[Span, bool] = {}
    for slot, held in slots.items():
        rule = rules.get(slot.owner, slot.owner)
        seen: list[tuple[Span, Path]] = []
        for path, node, is_operand in _conditions(held.expression):
            if not (is_operand or isinstance(node, _ATOMS)):
                continue
            span = node.span
            if isinstance(node, typed.Named):
                span = effects.get((node.name, slot.owner), span)
            elif isinstance(node, typed.ReadingIs):
                span = _whole(node, loaded)
            if any(other == span and path[: len(above)] == above for other, above in seen):
                continue
            seen.append((span, path))
            # What a layer adds is used by name right where it is written: that is one place.
            owner.setdefault(span, rule)
            found.setdefault(span, []).append((slot, path))
            if isinstance(node, typed.ReadingIs):
                standing[span] = taken[node.reading] == node.option
    made = (
        Place(rule=owner[span], span=span, uses=tuple(uses), setting=standing.get(span))
        for span, uses in found.items()
        if span.file
    )
    files = {name: place for place, name in enumerate(loaded.sources)}
    return tuple(
        sorted(made, key=lambda each: (files[each.span.file], each.span.start, -each.span.end, each.rule))
    )


def flipped(place: Place, slots: Mapping[Slot, Held], *, to: bool) -> Variant:
    """Return the variant in which a condition is ``to`` wherever it is known; where it is unknown it stays so."""

    def flip(node: Expression) -> Expression:
        assert isinstance(node, typed.TypedNode)
        condition: typed.Condition = node  # type: ignore[assignment]  # a place holds a condition
        other = typed.Negation(domain=node.domain, span=node.span, operand=condition)
        # By Kleene's logic A and not A is no where A is known, A or not A is yes.
        gate = typed.AnyOf if to else typed.AllOf
        return gate(domain=node.domain, span=node.span, operands=(condition, other))

    parts: dict[Slot, Expression] = {}
    for slot, path in place.uses:
        parts[slot] = changed_at(parts.get(slot, slots[slot].expression), path, flip)
    return Variant(parts=parts)


def _conditions(expression: Expression) -> Iterator[tuple[Path, Expression, bool]]:
    """Yield the conditions within an expression that may be places, and whether they are operands of a gate."""
    gates: set[Path] = set()
    for path, node in walk(expression):
        if isinstance(node, _GATES):
            gates.add(path)
        if isinstance(node, typed.Negation | typed.Lifted | typed.Constant):
            continue
        if isinstance(node, (*_GATES, *_ATOMS)):
            yield path, node, bool(path) and path[:-1] in gates


def _whole(node: typed.ReadingIs, loaded: Loaded) -> Span:
    """Return the place of ``解读 为 取法``, of which the condition itself has only the last word."""
    source = loaded.sources.get(node.span.file)
    before = "" if source is None else source.text[: node.span.start].rstrip().removesuffix("为").rstrip()
    if not before.endswith(node.reading):
        return node.span
    return Span(node.span.file, len(before) - len(node.reading), node.span.end)


def _rules(policy: TypedPolicy) -> dict[str, str]:
    """Return the declaration in which each step is written."""
    return {task.name: task.procedure for task in policy.tasks if task.procedure is not None}


def _effects(loaded: Loaded) -> dict[tuple[str, str], Span]:
    """Return where each 例外 says that it changes something."""
    found: dict[tuple[str, str], Span] = {}
    rules = rules_of(loaded)
    for name, concept in rules.names.concepts.items():
        if isinstance(concept, ExceptionRule):
            for effect in concept.effects:
                for target in effect.targets:
                    for identity in rules.listings.all_of(target, []):
                        found[name, identity] = target.span
    return found
