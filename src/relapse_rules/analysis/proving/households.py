"""Households invented by a search: their names, their 判定时点, and texts that stand for any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, TypeVar

from relapse_rules.check.policy import ParameterSpec
from relapse_rules.explain.changeable import OTHER
from relapse_rules.facts.case import Case, Table, Value
from relapse_rules.facts.shape import host_of
from relapse_rules.ir.program import ParameterEntry, Program
from relapse_rules.values.moments import EPOCH_ORDINAL
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import SECONDS_PER_DAY, UTC_OFFSET_SECONDS, Kind
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Vocabulary

P = TypeVar("P", ParameterEntry, ParameterSpec)

USUAL_DAY: Final = date(2023, 8, 1).toordinal()
"""On this day invented households are judged, unless the policy was not yet in force."""

_NINE: Final = 9 * 3600
_TEXT: Final = "某某"
_CODE: Final = "999999"


def usual_moment(programs: Sequence[Program]) -> int:
    """Return nine in the morning of the first day from `USUAL_DAY` on when all 参数 have the values that they have in the end."""
    since = [each.since for program in programs for entry in program.parameters for each in entry.values]
    day = max([USUAL_DAY, *since, *(program.valid_from or 0 for program in programs)])
    last = min([day, *(program.valid_until or day for program in programs)])
    return (last - EPOCH_ORDINAL) * SECONDS_PER_DAY + _NINE - UTC_OFFSET_SECONDS


def names_of(entity: EntitySpec, size: int) -> tuple[str, ...]:
    """Return the ids of the elements of an entity, as the reader of facts would give them."""
    if entity.identifier is None:
        return (entity.english,) if entity.single else tuple(f"{entity.english}[{at}]" for at in range(size))
    if entity.identifier.positional:
        return tuple(f"{entity.english}[{at}]" for at in range(size))
    letter = entity.english[0].upper()
    return tuple(f"{letter}{at + 1}" for at in range(size))


def named_rows(entity: EntitySpec, size: int) -> tuple[tuple[str, ...], list[dict[str, Value]]]:
    """Return the ids of ``size`` elements, and for each a row that states nothing but its name."""
    names = names_of(entity, size)
    identifier = entity.identifier
    if identifier is None or identifier.positional:
        return names, [{} for _ in names]
    return names, [{identifier.fact: name} for name in names]


def stated_text(spec: FieldSpec, value: bool | str) -> bool | str:  # noqa: FBT001 - a value
    """Return a value that stands for its class as a facts file may state it."""
    if value != OTHER:
        return value
    is_code = spec.type.kind is Kind.AREA_CODE or spec.type.item is Kind.AREA_CODE
    return _CODE if is_code else _TEXT


def blank_case(program: Program, vocabulary: Vocabulary, sizes: Mapping[str, int | None], as_of: int) -> Case:
    """Return a case of which nothing is stated but the elements. ``sizes``: of each list; None, or not there: not supplied."""
    tables: dict[str, Table] = {}
    for domain, _ in program.domains:
        single = domain in program.singular
        size = 1 if single else sizes.get(domain)
        ids, rows = named_rows(vocabulary.by_english[domain], size or 0)
        tables[domain] = Table(entity=domain, ids=ids, rows=tuple(rows), complete=single or size is not None)
    for domain, under in hung_under(program, vocabulary):
        if tables[under].complete and not tables[under].rows:
            tables[domain] = tables[domain]._replace(complete=True)
    root = program.domains[0][0]
    tables[root] = tables[root]._replace(rows=({**tables[root].rows[0], f"{root}.as_of": as_of},))
    links = {relation: _links(program, relation, tables) for relation in program.relations}
    return Case(as_of=as_of, tables=tables, links=links)


def hung_under(program: Program, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield each list with each list under whose elements its own stand, or may: where there are none, there are none of its own."""
    for domain, parent in program.domains:
        if parent is not None and parent not in program.singular:
            yield domain, parent
        host = host_of(vocabulary, vocabulary.by_english[domain])
        if host is not None and host.type.entity is not None:
            yield domain, host.type.entity


def _links(program: Program, relation: Relation, tables: Mapping[str, Table]) -> tuple[int | None, ...]:
    """Return to whom the children belong: to the one household; who else they refer to is not stated."""
    known = relation.parent in program.singular
    return ((0 if known else None),) * len(tables[relation.child].rows)


def with_values(parameters: tuple[P, ...], settings: Mapping[str, int]) -> tuple[P, ...]:
    """Return 参数 with those set that the county has not set."""
    return tuple(
        replace(each, values=tuple(replace(dated, value=settings[each.name]) for dated in each.values))
        if each.name in settings
        else each
        for each in parameters
    )


def with_settings(program: Program, settings: Mapping[str, int]) -> Program:
    """Return ``program`` with 参数 set that the county has not set; nothing of its nodes changes."""
    return replace(program, parameters=with_values(program.parameters, settings)) if settings else program
