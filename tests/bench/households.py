"""Random households of the shipped vocabulary."""

from dataclasses import replace
from pathlib import Path
from random import Random

from relapse_rules.facts import read_case
from relapse_rules.facts.case import Case, Table, Value
from relapse_rules.facts.stated import takes_never
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import NEVER, Kind
from relapse_rules.values.vocabulary import FieldSpec, Vocabulary

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.json"))


def random_case(vocabulary: Vocabulary, rng: Random) -> Case:
    """Return the first example with every fact filled anew, lists of up to three elements, some of them not supplied."""
    base = read_case(EXAMPLES[0].read_bytes(), vocabulary)
    known = rng.choice((0.4, 0.8, 1.0))
    sizes: dict[str, int] = {}
    tables: dict[str, Table] = {}
    for name in base.tables:
        single = vocabulary.by_english[name].single
        complete = single or rng.random() < 0.85
        sizes[name] = 1 if single else rng.randrange(4) if complete else 0
        fields = [
            spec
            for entity in vocabulary.entities
            if vocabulary.domain(entity.english) == name
            for spec in entity.fields
        ]
        rows = tuple(
            {spec.fact: random_value(spec, base.as_of, rng) for spec in fields if rng.random() < known}
            for _ in range(sizes[name])
        )
        tables[name] = Table(
            entity=name,
            ids=tuple(f"{name}[{place}]" for place in range(sizes[name])),
            rows=rows,
            complete=complete,
        )
    links = {relation: random_links(relation, sizes, known, rng) for relation in base.links}
    return replace(base, tables=tables, links=links, recorded={})


def random_links(
    relation: Relation, sizes: dict[str, int], known: float, rng: Random
) -> tuple[int | None, ...]:
    children, parents = sizes[relation.child], sizes[relation.parent]
    if relation.reference is None or relation.parent == "household":
        return (0,) * children
    return tuple(
        rng.randrange(parents) if parents and rng.random() < known else None for _ in range(children)
    )


def random_value(spec: FieldSpec, as_of: int, rng: Random) -> Value:
    names = [value.name for value in spec.type.values] or ["511002", "甲"]
    if takes_never(spec) and rng.random() < 0.15:
        return NEVER
    match spec.type.kind:
        case Kind.CONDITION:
            return rng.random() < 0.6
        case Kind.SET:
            return frozenset(name for name in names if rng.random() < 0.3)
        case Kind.TIME:
            return as_of + rng.choice((-90_000_000, -90_000, 0, 90_000))
        case Kind.DATE:
            return rng.choice((733_000, 734_500, 738_000, 738_734, 738_735, 740_000))
        case Kind.YEAR_MONTH:
            return 2023 * 12 + 7 + rng.choice((-20, -1, 0, 1))
        case Kind.ENUM | Kind.TEXT | Kind.REFERENCE | Kind.AREA_CODE:
            return rng.choice(names)
        case _:
            return rng.choice((0, 1, 2, 3, 100_000, 350_000, 8_000_000, 1_200))
