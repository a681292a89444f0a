"""What holds of reading whatever is stated."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.facts.sample import AS_OF, flood, problems, read, shipped
from tests.strategies.policies import seeded

from relapse_rules.facts.case import Case
from relapse_rules.facts.errors import FactsError
from relapse_rules.facts.shape import EntityReader, Place, shape_of
from relapse_rules.facts.stated import NEVER_TEXT, takes_never
from relapse_rules.values.types import Kind, Type
from relapse_rules.values.vocabulary import FieldSpec, Origin

_TEXTS = {
    Kind.DATE: "2023-02-03",
    Kind.TIME: AS_OF,
    Kind.YEAR_MONTH: "202302",
    Kind.AREA_CODE: "511002",
    Kind.TEXT: "甲",
}


def _value(spec: FieldSpec, rng: Random) -> Any:
    """Return a value that ``spec`` takes; a reference is left out."""
    kind: Type = spec.type
    if takes_never(spec) and rng.random() < 0.2:
        return NEVER_TEXT
    match kind.kind:
        case Kind.CONDITION:
            value: Any = rng.choice([True, False, "是", "否"])
        case Kind.INTEGER | Kind.DECIMAL | Kind.MONEY | Kind.RATIO | Kind.DURATION:
            value = rng.choice([1, 2, 30])
        case Kind.ENUM:
            value = rng.choice(kind.values).name
        case Kind.SET:
            value = [each.name for each in kind.values if rng.random() < 0.5]
        case Kind.REFERENCE:
            value = None
        case _:
            value = _TEXTS[kind.kind]
    return (
        {"value": value, "by": "某乡镇"} if spec.origin is Origin.JUDGEMENT and rng.random() < 0.3 else value
    )


def _object(reader: EntityReader, rng: Random, number: list[int]) -> dict[str, Any]:
    """Return an object of ``reader`` under English names, with some of its fields and everything under it."""
    stated: dict[str, Any] = {}
    for entry in {entry.fact: entry for entry in reader.keys.values()}.values():
        spec = entry.spec
        if spec.is_identifier and not spec.positional:
            number[0] += 1
            stated[spec.english] = f"N{number[0]}"
        elif not spec.is_identifier and (spec.required or rng.random() < 0.5):
            value = _value(spec, rng)
            if value is not None:
                stated[spec.english] = value
    for child in reader.children:
        if child.place in {Place.OBJECT, Place.MERGED}:
            stated[child.reader.english] = _object(child.reader, rng, number)
        elif rng.random() < 0.6:
            many = range(rng.randrange(3))
            stated[child.reader.english] = [_object(child.reader, rng, number) for _ in many]
    return stated


SHAPE = shape_of(shipped())
CASES = st.integers(0, 2**32).map(lambda seed: _object(SHAPE.outermost, seeded(seed), [0]))


def _shuffled(stated: Any, rng: Random) -> Any:
    if isinstance(stated, dict):
        keys = list(stated)
        rng.shuffle(keys)
        return {key: _shuffled(stated[key], rng) for key in keys}
    return [_shuffled(each, rng) for each in stated] if isinstance(stated, list) else stated


def _renamed(reader: EntityReader, stated: dict[str, Any], rng: Random) -> dict[str, Any]:
    """Return the same facts, each key under any of its names."""
    renamed: dict[str, Any] = {}
    for key, value in stated.items():
        if key in reader.keys:
            names = [name for name, entry in reader.keys.items() if entry is reader.keys[key]]
            renamed[rng.choice(names)] = value
            continue
        child = reader.children_by_key[key]
        names = [name for name, other in reader.children_by_key.items() if other is child]
        inner = child.reader
        renamed[rng.choice(names)] = (
            [_renamed(inner, each, rng) for each in value]
            if isinstance(value, list)
            else _renamed(inner, value, rng)
        )
    return renamed


@given(CASES)
def test_well_formed_facts_are_read(stated):
    case = read(stated)

    assert len(case.tables) == len(SHAPE.domains)


@given(CASES, st.integers(0, 2**32))
def test_the_order_of_keys_does_not_matter(stated, seed):
    assert read(_shuffled(stated, seeded(seed))) == read(stated)


@given(CASES, st.integers(0, 2**32))
def test_chinese_and_english_names_are_the_same(stated, seed):
    assert read(_renamed(SHAPE.outermost, stated, seeded(seed))) == read(stated)


@given(CASES)
def test_json_text_and_mapping_are_the_same(stated):
    assert read(json.dumps(stated, ensure_ascii=False).encode()) == read(stated)


@given(CASES)
def test_links_and_tables_fit_together(stated):
    case = read(stated)

    for relation, parents in case.links.items():
        assert len(parents) == len(case.tables[relation.child].ids) == len(case.tables[relation.child].rows)
        assert all(each is None or 0 <= each < len(case.tables[relation.parent].ids) for each in parents)
    for table in case.tables.values():
        assert len(set(table.ids)) == len(table.ids)


def _read_or_problems(facts: Any) -> None:
    found = problems(facts)

    if found:
        str(FactsError(found)).encode()  # printable anywhere
    else:
        assert isinstance(read(facts), Case)


_KEYS = st.sampled_from(
    sorted(
        {
            key
            for reader in (SHAPE.outermost, *(domain.reader for domain in SHAPE.domains))
            for key in (*reader.keys, *reader.children_by_key)
        }
    )
)
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=5)
    | st.dates()
    | st.datetimes()
    | st.sampled_from(["是", "未发生", "未知", AS_OF, "2023-02-29", "E1", "H1", "", "\ud800"])
)
_JSON = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_KEYS | st.text(max_size=3), inner, max_size=6)
    ),
)


@given(_JSON)
def test_anything_is_a_case_or_problems(facts):
    _read_or_problems(facts)


@given(st.sampled_from(["context", "disaster_event", "household"]), _KEYS, _JSON)
def test_a_case_with_anything_put_in_is_a_case_or_problems(entity, key, value):
    facts = flood()
    target = facts[entity][0] if isinstance(facts[entity], list) else facts[entity]
    target[key] = value

    _read_or_problems(facts)


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_text_is_a_case_or_problems(content):
    _read_or_problems(content)


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=3))
def test_a_damaged_text_is_a_case_or_problems(place, damage):
    content = json.dumps(flood(), ensure_ascii=False).encode()

    _read_or_problems(content[:place] + damage + content[place + 1 :])
