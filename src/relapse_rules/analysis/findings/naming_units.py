"""Which declarations name which 单位, by whatever name."""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.check.policy import TypedException, TypedMeasure, TypedPolicy, TypedTask, UnitSpec


def naming(policy: TypedPolicy, unit: UnitSpec) -> tuple[str, ...]:
    """Return the declarations that make a unit responsible, a recipient or a decider, in written order."""
    names = {unit.name, *unit.aliases}
    return tuple(name for name, units in _units(policy) if not names.isdisjoint(units))


def _units(policy: TypedPolicy) -> Iterator[tuple[str, tuple[str, ...]]]:
    for judged in policy.judgements:
        yield judged.name, judged.deciders
    listed: tuple[TypedMeasure | TypedTask | TypedException, ...] = (
        *policy.measures,
        *policy.tasks,
        *policy.exceptions,
    )
    for each in listed:
        supporting = each.supporting_units if isinstance(each, TypedMeasure) else ()
        recipient = each.recipient if isinstance(each, TypedTask) else ()
        yield each.name, (*each.units, *supporting, *recipient)
