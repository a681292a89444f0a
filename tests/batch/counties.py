"""Random counties of the plan's vocabulary, told twice: as one case for each household, and as one table for each entity."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

import pyarrow as pa

from relapse_rules.facts.stated import NEVER_TEXT, takes_never
from relapse_rules.policy import load_plan
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec

AS_OF = "2023-08-02T09:00:00+08:00"
PLAN = load_plan()
VOCABULARY = PLAN.vocabulary
SUBJECT = "household"
SHARED = ("disaster_event", "department_alert", "project", "accountability_case")
SINGLES = ("water", "finance")
LISTS = tuple(
    entity.english for entity in VOCABULARY.entities if entity.parent == SUBJECT and not entity.single
)

_CHOICES: dict[Kind, tuple[Any, ...]] = {
    Kind.CONDITION: (True, False),
    Kind.INTEGER: (1, 2, 3),
    Kind.DECIMAL: (0, 1.5, 40),
    Kind.MONEY: (0, 12.34, 3500, 7000),
    Kind.RATIO: (0, 0.25, 1),
    Kind.DURATION: (1, 2, 30),
    Kind.DATE: ("2007-08-02", "2023-08-01", "1950-02-28"),
    Kind.TIME: ("2023-08-01T20:00:00+08:00", "2023-08-02T08:59:59+08:00", "2023-07-30T00:00:00+08:00"),
    Kind.YEAR_MONTH: ("202301", "202212"),
    Kind.TEXT: ("甲", "乙"),
    Kind.AREA_CODE: ("511002", "511002101"),
}

Facts = dict[str, Any]


@dataclass
class County:
    """``supplied``: the entities that have a table. ``households``: facts of each, lists of the supplied entities included."""

    shared: dict[str, list[Facts]]
    supplied: frozenset[str]
    households: list[Facts]
    context: Facts = field(default_factory=dict)

    def case(self, household: Facts) -> Facts:
        """Return one household as the one-household reader takes it."""
        return {"context": {**self.context, "as_of": AS_OF}, **self.shared, SUBJECT: household}

    def tables(self, rng: Random | None = None) -> dict[str, pa.Table]:
        """Return a table for each entity that was supplied. With ``rng`` households are mixed, but each keeps the order of its own rows."""
        rows: dict[str, list[Facts]] = {name: list(given) for name, given in self.shared.items()}
        nested = {*self.supplied, *SINGLES}
        rows[SUBJECT] = [
            {key: value for key, value in each.items() if key not in nested} for each in self.households
        ]
        for entity in self.supplied:
            rows[entity] = [
                {**row, "household_id": each["household_id"]}
                for each in self.households
                for row in (_listed(each, entity))
            ]
        if self.context:
            rows["context"] = [self.context]
        found = {}
        for entity, given in rows.items():
            shuffles = rng is not None and entity in {SUBJECT, *LISTS, *SINGLES}
            found[entity] = table_of(entity, _interleaved(given, rng) if shuffles and rng else given)
        return found


def _interleaved(rows: list[Facts], rng: Random) -> list[Facts]:
    order = [row.get("household_id") for row in rows]
    own = {name: iter([row for row in rows if row.get("household_id") == name]) for name in order}
    rng.shuffle(order)
    return [next(own[name]) for name in order]


def _listed(household: Facts, entity: str) -> list[Facts]:
    found = household.get(entity, [])
    return [found] if isinstance(found, dict) else found


def table_of(entity: str, rows: list[Facts]) -> pa.Table:
    """Return rows as a table of texts, as a spreadsheet would hold them."""
    spec = VOCABULARY.by_english[entity]
    names = dict.fromkeys(key for row in rows for key in row)
    if not names:
        names = dict.fromkeys(("household_id", *(each.english for each in spec.fields if each.is_identifier)))
    return pa.table({name: pa.array([_text(row.get(name)) for row in rows], pa.string()) for name in names})


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "是" if value else "否"
        case list():
            return "、".join(value) if value else "[]"
        case {"value": inner}:
            return _text(inner)
        case _:
            return str(value)


def random_county(rng: Random, households: int, known: float = 0.5) -> County:
    """Return a county in which nothing is wrong."""
    shared: dict[str, list[Facts]] = {}
    for entity in SHARED:
        if rng.random() < 0.8:
            shared[entity] = [
                _facts(VOCABULARY.by_english[entity], rng, known, f"{entity}{n}")
                for n in range(rng.randrange(4))
            ]
    events = [each["event_id"] for each in shared.get("disaster_event", [])]
    supplied = frozenset(entity for entity in (*LISTS, *SINGLES) if rng.random() < 0.8)
    return County(
        shared=shared,
        supplied=supplied,
        households=[_household(f"户{n:04}", supplied, events, rng, known) for n in range(households)],
        context=_facts(VOCABULARY.by_english["context"], rng, known, "") if rng.random() < 0.7 else {},
    )


def _household(name: str, supplied: frozenset[str], events: list[str], rng: Random, known: float) -> Facts:
    found = _facts(VOCABULARY.by_english[SUBJECT], rng, known, name)
    for entity in SINGLES:
        if entity in supplied and rng.random() < 0.8:
            found[entity] = _facts(VOCABULARY.by_english[entity], rng, known, "")
    for entity in LISTS:
        if entity in supplied:
            size = rng.choice((0, 1, 1, 2, 3, 6 if rng.random() < 0.1 else 0))
            found[entity] = [
                _facts(VOCABULARY.by_english[entity], rng, known, f"{name}-{entity}{n}") for n in range(size)
            ]
    for job in found.get("employment", []):
        members = [each["person_id"] for each in found.get("member", [])]
        if members and rng.random() < 0.7:
            job["person_id"] = rng.choice(members)
    for impact in found.get("impact", []):
        if events and rng.random() < 0.7:
            impact["event_id"] = rng.choice(events)
    return found


def _facts(entity: EntitySpec, rng: Random, known: float, name: str) -> Facts:
    found: Facts = {}
    for spec in entity.fields:
        if spec.is_identifier:
            if not spec.positional or rng.random() < 0.5:
                found[spec.english] = name
        elif spec.type.kind is not Kind.REFERENCE and rng.random() < known and spec.english != "as_of":
            found[spec.english] = good_value(spec, rng)
    return found


def good_value(spec: FieldSpec, rng: Random) -> Any:
    """Return a value that a field takes, spelt alike in JSON and in tables."""
    if takes_never(spec) and rng.random() < 0.2:
        return NEVER_TEXT
    names = [value.name for value in spec.type.values]
    match spec.type.kind:
        case Kind.ENUM:
            return rng.choice(names) if names else "甲"
        case Kind.SET:
            return [name for name in names or ["511002"] if rng.random() < 0.4]
        case kind:
            return rng.choice(_CHOICES[kind])
