"""例外 worked into what they change: outcomes switched on or off, and orders; and the orders that make a circle.

An outcome that exceptions switch both on and off is off: 不适用 has the last word, whatever the order of writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from relapse_rules.check.listings import Listings
from relapse_rules.check.names import Names
from relapse_rules.check.policy import Listed, TypedException
from relapse_rules.check.reach import Way, lift, way_up
from relapse_rules.check.strata import circle
from relapse_rules.check.typed import AllOf, AnyOf, Condition, Named, Negation
from relapse_rules.check.wording import around_text
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.codes_conflicts import EXCEPTION_ORDER_CYCLE
from relapse_rules.diagnostics.codes_names import NOT_REACHABLE
from relapse_rules.source import Span
from relapse_rules.syntax.declarations import Effect, EffectKind, ExceptionRule, Reference

AnyListed = TypeVar("AnyListed", bound=Listed)


@dataclass(frozen=True, slots=True)
class Switch:
    """An exception that turns something on or off."""

    exception: str
    entity: str
    on: bool
    reference: Reference


def with_effects(
    typed: Sequence[TypedException],
    concepts: Mapping[str, ExceptionRule],
    listings: Listings,
    found: list[Diagnostic],
) -> tuple[tuple[TypedException, ...], dict[str, list[Switch]]]:
    """Return the exceptions with their orders and the ids that they switch, and the switches by id."""
    switches: dict[str, list[Switch]] = {}
    made: list[TypedException] = []
    for exception in typed:
        orders: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        switched: list[str] = []
        for effect in concepts[exception.name].effects:
            if effect.kind is EffectKind.AFTER:
                orders.append(_order(effect, listings, found))
                continue
            for target in effect.targets:
                for identity in listings.all_of(target, found):
                    on = effect.kind is EffectKind.ON
                    switches.setdefault(identity, []).append(
                        Switch(exception.name, exception.entity, on, target)
                    )
                    switched.append(identity)
        made.append(replace(exception, orders=tuple(orders), switches=tuple(dict.fromkeys(switched))))
    return tuple(made), switches


def _order(
    effect: Effect, listings: Listings, found: list[Diagnostic]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids that come later and those that come before them."""
    later = (each for target in effect.targets for each in listings.all_of(target, found))
    earlier = (each for other in effect.others for each in listings.ends_of(other, found))
    return tuple(dict.fromkeys(later)), tuple(dict.fromkeys(earlier))


def switched(
    listed: AnyListed, switches: Iterable[Switch], names: Names, found: list[Diagnostic]
) -> AnyListed:
    """Return ``listed`` with its outcome as the exceptions leave it."""
    on: list[Condition] = []
    off: list[Condition] = []
    for switch in switches:
        way = way_up(names.vocabulary, listed.domain, switch.entity)
        if way is None:
            found.append(_not_seen(listed, switch, names))
            continue
        condition = _named(switch, way, names, listed.span)
        if switch.on:
            on.append(condition)
        else:
            off.append(Negation(domain=listed.domain, span=condition.span, operand=condition))
    outcome = listed.condition
    if on:
        outcome = AnyOf(domain=listed.domain, span=listed.condition.span, operands=(outcome, *on))
    if off:
        outcome = AllOf(domain=listed.domain, span=listed.condition.span, operands=(outcome, *off))
    return replace(listed, outcome=outcome)


def _named(switch: Switch, way: Way, names: Names, span: Span) -> Condition:
    domain = names.vocabulary.domain(switch.entity)
    return lift(Named(domain=domain, span=span, name=switch.exception), way)


def _not_seen(listed: Listed, switch: Switch, names: Names) -> Diagnostic:
    by_english = names.vocabulary.by_english
    return NOT_REACHABLE.at(
        switch.reference.span,
        f"例外的对象是“{by_english[switch.entity].name}”，不能决定“{listed.name}”（对象是“{by_english[listed.entity].name}”）",
        help="把例外的对象改为它要改变的对象，或那个对象的上级",
    )


def check_orders(
    listed: Sequence[Listed], exceptions: Sequence[TypedException], found: list[Diagnostic]
) -> None:
    """Report orders that make a circle: among what is written as 之后, and among the effects of one exception.

    An exception may turn the written order round (that is what it is for), and two exceptions need not hold together.
    """
    spans = {each.name: each.span for each in listed}
    _report({each.name: each.after for each in listed}, spans, found)
    for exception in exceptions:
        after: dict[str, tuple[str, ...]] = {}
        for later, earlier in exception.orders:
            for identity in later:
                after[identity] = (*after.get(identity, ()), *earlier)
        _report(after, dict.fromkeys(after, exception.span), found)


def _report(after: Mapping[str, tuple[str, ...]], spans: Mapping[str, Span], found: list[Diagnostic]) -> None:
    around = circle(after)
    if around is not None:
        found.append(
            EXCEPTION_ORDER_CYCLE.at(
                spans[around[0]],
                f"先后次序绕成了圈，前一个都要在后一个之后：{around_text(around)}",
                help="去掉圈中的一个“之后”",
            )
        )
