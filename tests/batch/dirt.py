"""Mistakes that a case and a table can make alike."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any

from tests.batch.counties import LISTS, SINGLES, SUBJECT, VOCABULARY, County, Facts

from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import FieldSpec

_BAD: dict[Kind, tuple[Any, ...]] = {
    Kind.CONDITION: ("也许", "不详"),
    Kind.INTEGER: (1.5, "三"),
    Kind.DECIMAL: (0.00001, "许多"),
    Kind.MONEY: (1.001, "很多"),
    Kind.RATIO: ("一半",),
    Kind.DURATION: ("很久",),
    Kind.DATE: ("2023-02-30", "1850-01-01", "昨天", "2023-08-01T09:00:00"),
    Kind.TIME: ("2023-08-01", "2023-08-01T25:00:00+08:00", "刚才"),
    Kind.YEAR_MONTH: ("202313", "八月"),
    Kind.ENUM: ("没有这个", "脱贫尸"),
    Kind.SET: (["没有这个"],),
    Kind.AREA_CODE: ("12", "内江"),
    Kind.TEXT: ("坏\u0007字",),
}


def dirtied(county: County, rng: Random) -> County:
    """Return the county with mistakes in some of its households, none in what they share."""
    dirty = deepcopy(county)
    for household in dirty.households:
        if rng.random() < 0.4:
            _spoil(household, dirty, rng)
    return dirty


def _spoil(household: Facts, county: County, rng: Random) -> None:
    places = [(SUBJECT, household)]
    places += [(name, household[name]) for name in SINGLES if name in household]
    places += [(name, row) for name in LISTS for row in household.get(name, [])]
    entity, row = rng.choice(places)
    match rng.randrange(5):
        case 0 if entity in LISTS:
            _repeat(entity, household[entity], row)
        case 1 if entity == "employment" and "member" in county.supplied:
            others = [
                each["person_id"]
                for other in county.households
                if other is not household
                for each in other.get("member", [])
                if "person_id" in each
            ]
            row["person_id"] = rng.choice([*others, "没有这个人"])
        case 2 if entity == "impact":
            # Where the county has no list of disasters, nobody can say that there is none of that number.
            row["event_id"] = "没有这场灾害"
        case 3 if entity == "member":
            del row["person_id"]
        case _:
            _bad_field(entity, row, rng)


def _repeat(entity: str, rows: list[Facts], row: Facts) -> None:
    identifier = VOCABULARY.by_english[entity].identifier
    assert identifier is not None
    row.setdefault(identifier.english, "重")
    rows.append({identifier.english: row[identifier.english]})


def _bad_field(entity: str, row: Facts, rng: Random) -> None:
    fields = [spec for spec in VOCABULARY.by_english[entity].fields if _can_be_bad(spec)]
    spec = rng.choice(fields)
    row[spec.english] = rng.choice(_BAD[spec.type.kind])


def _can_be_bad(spec: FieldSpec) -> bool:
    return (
        spec.type.kind in _BAD
        and not spec.is_identifier
        and not (spec.type.is_open and spec.type.kind is not Kind.CONDITION)
    )
