"""用例 that tell a mutant by when something is due: of a time limit nothing else can be expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from relapse_rules.analysis.cases import Decide
from relapse_rules.analysis.mutation.other_cases import on_day
from relapse_rules.analysis.mutation.search import BASES
from relapse_rules.analysis.mutation.witness import Writer
from relapse_rules.analysis.variants.model import Part, Variant
from relapse_rules.check.policy import TypedCase, TypedPolicy
from relapse_rules.decisions.model import MeasureElement, TaskElement
from relapse_rules.syntax.declarations import Case, Expectation, ExpectationKind, Reference
from relapse_rules.syntax.tree import Moment
from relapse_rules.values.literals import SHANGHAI, text_of
from relapse_rules.values.types import Kind, Type

_MOST_CASES: Final = 6


def due_cases(variant: Variant, policy: TypedPolicy, decide: Decide, writer: Writer) -> Iterator[Case]:
    """Yield cases that expect when what the variant bears on is due, as the policy has it; whether one tells the variant is to be tried.

    The cases that are there are taken as they are, and on the days about which a changed 参数 has a new value.
    """
    owners = dict.fromkeys(
        (*variant.limits, *(slot.owner for slot in variant.parts if slot.part is Part.START))
    )
    since = {value.since for parameter in variant.parameters for value in parameter.values}
    days = [None, *(date.fromordinal(day) for day in sorted({*since, *(each - 1 for each in since)}))]
    for owner in owners:
        for case in _near(owner, policy.cases):
            for day in days:
                dated = case if day is None else on_day(case, day, policy.vocabulary)
                yield from _expecting(owner, case, dated, day, decide, writer)


def _near(owner: str, cases: Sequence[TypedCase]) -> list[TypedCase]:
    near = [case for case in cases if any(owner in each.subjects for each in case.expectations)]
    first = {case.name: case for case in (*near[:_MOST_CASES], *cases[:BASES])}
    return list(first.values())


def _expecting(
    owner: str, case: TypedCase, dated: TypedCase, day: date | None, decide: Decide, writer: Writer
) -> Iterator[Case]:
    decision = decide(dated)
    known: tuple[MeasureElement | TaskElement, ...] = (*decision.measures, *decision.tasks)
    listed = [each for each in known if each.id == owner]
    for due in dict.fromkeys(each.due for each in listed):
        if due is None and any(each.due is not None for each in listed):
            continue
        yield writer.dated(
            case,
            day,
            Expectation(
                kind=ExpectationKind.DUE,
                subjects=(Reference(text=owner),),
                due=None if due is None else _moment(due),
            ),
        )


def _moment(iso: str) -> Moment:
    seconds = int(datetime.fromisoformat(iso).astimezone(SHANGHAI).timestamp())
    return Moment(text=text_of(seconds, Type(kind=Kind.TIME)))
