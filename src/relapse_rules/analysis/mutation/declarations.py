"""Mistakes in a declaration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple, cast

from relapse_rules.analysis.mutation.expressions import (
    LEFT_OUT,
    days,
    mistakes,
    numbers,
    other_units,
    replaced,
    steps,
    text,
    without_one,
)
from relapse_rules.analysis.mutation.kinds import Kind
from relapse_rules.analysis.variants.workshop import Changeable
from relapse_rules.source import Span
from relapse_rules.syntax.declarations import (
    DatedValue,
    Definition,
    Duty,
    EffectKind,
    ExceptionRule,
    Header,
    Indicator,
    Judgement,
    Measure,
    Parameter,
    Procedure,
    Reading,
    Step,
    TimeLimit,
)
from relapse_rules.syntax.tree import Expression, Moment, Name, Node, Number, Truth


class Misdeclared(NamedTuple):
    """One mistake: where, what is written there and what instead (empty: nothing), and the whole declaration with it."""

    kind: Kind
    span: Span
    before: str
    after: str
    made: Changeable


class _Slip(NamedTuple):
    """The same for any part of a declaration."""

    kind: Kind
    span: Span
    before: str
    after: str
    made: object


def misdeclared(declared: Changeable) -> Iterator[Misdeclared]:
    """Yield every mistake in a declaration, in the order of its attributes."""
    for slip in _slips(declared):
        yield Misdeclared(slip.kind, slip.span, slip.before, slip.after, cast("Changeable", slip.made))


def _slips(declared: Changeable) -> Iterator[_Slip]:
    match declared:
        case Definition():
            yield from _expression(declared, "condition", declared.condition)
        case Judgement():
            yield from _expression(declared, "finding", declared.finding)
        case Indicator():
            yield from _expression(declared, "value", declared.value, condition=False)
        case Measure():
            yield from _expression(declared, "condition", declared.condition)
            yield from _listed(declared)
        case Duty():
            yield from _expression(declared, "trigger", declared.trigger)
            yield from _listed(declared)
        case Procedure():
            yield from _expression(declared, "condition", declared.condition)
            for place, step in enumerate(declared.steps):
                for slip in (*_expression(step, "condition", step.condition), *_listed(step)):
                    steps_ = (*declared.steps[:place], cast("Step", slip.made), *declared.steps[place + 1 :])
                    yield slip._replace(made=replace(declared, steps=steps_))
        case ExceptionRule():
            yield from _expression(declared, "condition", declared.condition)
            yield from _expression(declared, "done", declared.done)
            yield from _effects(declared)
        case Parameter():
            yield from _parameter(declared)
        case Reading():
            for option in declared.options:
                if option.text != declared.taken.text:
                    made = replace(declared, taken=option)
                    yield _Slip(
                        Kind.READING,
                        declared.taken.span,
                        f"取 {declared.taken.text}",
                        f"取 {option.text}",
                        made,
                    )
        case Header():
            yield from _validity(declared)


def _expression(
    declared: Node, name: str, expression: Expression | None, *, condition: bool = True
) -> Iterator[_Slip]:
    if expression is not None:
        for kind, span, before, after, made in mistakes(expression, condition=condition):
            yield _Slip(kind, span, before, after, replaced(declared, name, made))


def _listed(declared: Measure | Duty | Step) -> Iterator[_Slip]:
    if declared.time_limit is not None:
        for slip in _limit(declared.time_limit):
            limit = cast("TimeLimit", slip.made)
            yield slip._replace(made=replace(declared, time_limit=limit))
    yield from _expression(declared, "done", declared.done)


def _limit(limit: TimeLimit) -> Iterator[_Slip]:
    if isinstance(limit.within, Number):
        for other in (*steps(limit.within), *other_units(limit.within)):
            yield _Slip(
                Kind.LIMIT, limit.within.span, text(limit.within), text(other), replace(limit, within=other)
            )
    if limit.same_day:
        day = Number(span=limit.span, digits="1", unit="天")
        yield _Slip(Kind.LIMIT, limit.span, "当天", "起 1天 内", replace(limit, same_day=False, within=day))
    if limit.reading is not None:
        yield _Slip(
            Kind.LIMIT, limit.reading.span, f"按 {limit.reading.text}", LEFT_OUT, replace(limit, reading=None)
        )
    if limit.start is not None:
        for mistake in mistakes(limit.start, condition=False):
            yield _Slip(*mistake[:4], replace(limit, start=mistake.made))


def _effects(declared: ExceptionRule) -> Iterator[_Slip]:
    for place, effect in enumerate(declared.effects):
        if effect.kind is EffectKind.AFTER:
            continue
        for target in effect.targets:
            others = tuple(each for each in effect.targets if each is not target)
            kept = (replace(effect, targets=others),) if others else ()
            made = replace(
                declared, effects=(*declared.effects[:place], *kept, *declared.effects[place + 1 :])
            )
            yield _Slip(Kind.EXCEPTION, target.span, f"{effect.kind} {target.text}", LEFT_OUT, made)


def _parameter(declared: Parameter) -> Iterator[_Slip]:
    for place, dated in enumerate(declared.values):
        for slip in _dated(dated):
            values = (*declared.values[:place], cast("DatedValue", slip.made), *declared.values[place + 1 :])
            yield slip._replace(made=replace(declared, values=values))


def _dated(dated: DatedValue) -> Iterator[_Slip]:
    if dated.value is not None:
        for day in days(dated.since):
            yield _Slip(
                Kind.DATE,
                dated.since.span,
                f"自 {dated.since.text}",
                f"自 {day.text}",
                replace(dated, since=day),
            )
    match dated.value:
        case Number() as number:
            for mistake in numbers(number):
                yield _Slip(*mistake[:4], replace(dated, value=mistake.made))
        case Moment() as moment:
            for other in days(moment):
                yield _Slip(Kind.DATE, moment.span, moment.text, other.text, replace(dated, value=other))
        case Truth(value=value, span=span):
            other_truth = Truth(span=span, value=not value)
            yield _Slip(
                Kind.NEGATED, span, text(dated.value), text(other_truth), replace(dated, value=other_truth)
            )
        case tuple() as values:
            for each, rest in without_one(values):
                before = each.text if isinstance(each, Name) else text(each)
                yield _Slip(Kind.DROPPED, each.span, before, LEFT_OUT, replace(dated, value=rest))
        case _:
            pass


def _validity(header: Header) -> Iterator[_Slip]:
    """Yield only what a 用例 could tell: that the policy does not hold on some day cannot be expected."""
    if header.valid_from is not None:
        _, later = days(header.valid_from)
        yield _Slip(
            Kind.DATE,
            header.valid_from.span,
            f"生效日期 {header.valid_from.text}",
            f"生效日期 {later.text}",
            replace(header, valid_from=later),
        )
    if header.valid_until is not None:
        earlier, _ = days(header.valid_until)
        yield _Slip(
            Kind.DATE,
            header.valid_until.span,
            f"失效日期 {header.valid_until.text}",
            f"失效日期 {earlier.text}",
            replace(header, valid_until=earlier),
        )
