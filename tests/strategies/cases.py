"""Random cases over the test vocabulary, and what may be done to a case without changing what is true of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from random import Random

from tests.strategies.vocabulary import DOMAINS, FIELDS, RELATIONS, SINGLE_ROWS

from relapse_rules.facts.case import Case, Table, Value
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import NEVER, Kind, Type
from relapse_rules.values.vocabulary import FieldSpec

# The last second of a day and the first of the next in Asia/Shanghai, a working morning, and a 28 February.
MOMENTS = tuple(
    int(datetime(*parts, tzinfo=UTC).timestamp())
    for parts in (
        (2023, 8, 2, 1, 0, 0),
        (2023, 7, 31, 15, 59, 59),
        (2023, 7, 31, 16, 0, 0),
        (2023, 2, 27, 18, 0, 0),
    )
)
NUMBERS: dict[Kind, tuple[int, ...]] = {
    Kind.INTEGER: (0, 1, 2, 3, 4, -1),
    Kind.DECIMAL: (0, 10_000, 5_000, 15_000, 350_000, 1),
    Kind.MONEY: (0, 100, 50, 350_000, 350_001, 349_999, -100),
    Kind.DATE: tuple(
        date(*parts).toordinal()
        for parts in (
            (2023, 8, 1),
            (2023, 8, 2),
            (2023, 7, 31),
            (2023, 2, 28),
            (2004, 2, 29),
            (2007, 8, 2),
            (2007, 8, 3),
        )
    ),
    Kind.TIME: (*MOMENTS, MOMENTS[0] + 1, MOMENTS[0] - 86_400),
    Kind.DURATION: (0, 3_600, 86_400, 90_000),
}
"""Few values of each kind, so that two of them are often equal or one step apart."""
TEXTS = ("甲", "乙", "丙")


def random_value(kind: Type, rng: Random) -> Value:
    """Return a value that a field of type ``kind`` may state."""
    match kind.kind:
        case Kind.CONDITION:
            return rng.random() < 0.5
        case Kind.ENUM | Kind.TEXT | Kind.SET:
            names = tuple(value.name for value in kind.values) or TEXTS
            if kind.kind is Kind.SET:
                return frozenset(name for name in names if rng.random() < 0.3)
            return rng.choice(names)
        case Kind.DATE | Kind.TIME if rng.random() < 0.15:
            return NEVER
        case _:
            return rng.choice(NUMBERS[kind.kind])


def random_case(rng: Random) -> Case:
    """Return a case with unknown facts, lists not supplied or empty, up to four elements, and unknown references."""
    known = rng.choice((1.0, 0.8, 0.5))
    tables = {domain: _random_table(domain, rng, known) for domain in DOMAINS}
    links = {relation: _random_links(relation, tables, rng, known) for relation in RELATIONS}
    return Case(as_of=rng.choice(MOMENTS), tables=tables, links=links)


def _random_table(domain: str, rng: Random, known: float) -> Table:
    complete = domain in SINGLE_ROWS or rng.random() < max(known, 0.7)
    size = 1 if domain in SINGLE_ROWS else rng.choice((1, 2, 0, 3, 4) if complete else (0, 0, 0, 1, 2))
    ids = tuple(f"{domain}[{position}]" for position in range(size))
    return Table(
        entity=domain, ids=ids, rows=tuple(_random_row(domain, rng, known) for _ in ids), complete=complete
    )


def _random_row(domain: str, rng: Random, known: float) -> dict[str, Value]:
    stated = (
        spec for spec in FIELDS[domain] if spec.type.kind is not Kind.REFERENCE and rng.random() < known
    )
    return {spec.fact: random_value(spec.type, rng) for spec in stated}


def _random_links(
    relation: Relation, tables: Mapping[str, Table], rng: Random, known: float
) -> tuple[int | None, ...]:
    children, parents = len(tables[relation.child].ids), len(tables[relation.parent].ids)
    if relation.reference is None:
        return (0,) * children
    return tuple(
        rng.randrange(parents) if parents and rng.random() < known else None for _ in range(children)
    )


def more_facts(case: Case, rng: Random) -> Case:
    """Return ``case`` with some of what is unknown filled in; every element keeps its place, new ones come last."""
    tables = {domain: _filled(table, rng) for domain, table in case.tables.items()}
    links = {}
    for relation, known in case.links.items():
        added = len(tables[relation.child].ids) - len(known)
        parents = len(tables[relation.parent].ids)
        old = (
            rng.randrange(parents) if parent is None and parents and rng.random() < 0.5 else parent
            for parent in known
        )
        links[relation] = (*old, *_new_links(relation, added, parents, rng))
    return replace(case, tables=tables, links=links)


def _new_links(relation: Relation, added: int, parents: int, rng: Random) -> tuple[int | None, ...]:
    if relation.reference is None:
        return (0,) * added
    return tuple(rng.randrange(parents) if parents and rng.random() < 0.7 else None for _ in range(added))


def _filled(table: Table, rng: Random) -> Table:
    rows = tuple(_filled_row(row, FIELDS[table.entity], rng) for row in table.rows)
    if table.complete:
        return table._replace(rows=rows)
    added = rng.choice((0, 1, 2))
    ids = tuple(f"{table.entity}[{position}]" for position in range(len(rows) + added))
    new_rows = tuple(_random_row(table.entity, rng, 0.7) for _ in range(added))
    return table._replace(ids=ids, rows=rows + new_rows, complete=rng.random() < 0.7)


def _filled_row(row: Mapping[str, Value], specs: tuple[FieldSpec, ...], rng: Random) -> dict[str, Value]:
    filled = dict(row)
    for spec in specs:
        if spec.type.kind is Kind.REFERENCE or rng.random() < 0.5:
            continue
        stated = filled.get(spec.fact)
        if stated is None:
            filled[spec.fact] = random_value(spec.type, rng)
        elif isinstance(stated, str):
            filled[spec.fact] = _refined(spec.type, stated, rng)
    return filled


def _refined(kind: Type, stated: str, rng: Random) -> str:
    """Return ``stated`` or a narrower value: knowing that it was a flood is more than knowing that it was water."""
    return rng.choice((stated, *sorted(kind.descendants(stated))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shuffled:
    """A case with the elements of each list in another order; ``order[domain][new place]`` is the old place."""

    case: Case
    order: Mapping[str, tuple[int, ...]]


def shuffled(case: Case, rng: Random) -> Shuffled:
    """Return the same case told in another order."""
    order = {
        domain: tuple(rng.sample(range(len(table.ids)), len(table.ids)))
        for domain, table in case.tables.items()
    }
    tables = {
        domain: table._replace(
            ids=tuple(table.ids[old] for old in order[domain]),
            rows=tuple(table.rows[old] for old in order[domain]),
        )
        for domain, table in case.tables.items()
    }
    links = {
        relation: tuple(
            None if known[old] is None else order[relation.parent].index(known[old])
            for old in order[relation.child]
        )
        for relation, known in case.links.items()
    }
    return Shuffled(case=replace(case, tables=tables, links=links), order=order)


def renamed(case: Case) -> Case:
    """Return the same case with every element called otherwise."""
    tables = {
        domain: table._replace(ids=tuple(f"另名{position}" for position in range(len(table.ids))))
        for domain, table in case.tables.items()
    }
    return replace(case, tables=tables)
