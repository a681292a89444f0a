import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from relapse_rules.facts import read_case
from relapse_rules.facts.case import Case, Table, Value
from relapse_rules.facts.stated import takes_never
from relapse_rules.ir.rails import Rails
from relapse_rules.policy import Policy, load_plan
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import NEVER, Kind
from relapse_rules.values.vocabulary import FieldSpec, Vocabulary

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.json"))
FILLS = 300


@cache
def plan() -> Policy:
    return load_plan()


@pytest.fixture(scope="module")
def handwritten() -> Callable[..., Any]:
    sys.path.insert(0, str(ROOT / "bench"))
    try:
        from handwritten import decide  # noqa: PLC0415 - the benchmark's folder is no package
    finally:
        sys.path.pop(0)
    return decide


def lanes(rails: Rails, case: Case, node: int, domain: str) -> list[Any]:
    return [rails.truth(node, lane) for lane in range(len(case.tables[domain].rows))]


def assert_same(decide: Callable[..., Any], case: Case, readings: dict[str, str] | None = None) -> None:
    program = plan().program
    rails = plan().evaluator.run(case, readings)
    taken = {entry.name: entry.taken for entry in program.readings} | (readings or {})
    outcomes, done = decide(case, taken)
    ours, ours_done = {}, {}
    for entry in (*program.conclusions, *program.judgements, *program.listings):
        ours[entry.id] = lanes(rails, case, entry.node, entry.domain)
    for entry in program.listings:
        if entry.done is not None:
            ours_done[entry.id] = lanes(rails, case, entry.done, entry.domain)
    for name, node in program.named.items():
        if name not in ours:
            ours[name] = [rails.number(node, 0)]
    assert as_lists(outcomes) == ours
    assert as_lists(done) == ours_done


def as_lists(answers: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: answer if isinstance(answer, list) else [answer] for name, answer in answers.items()}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_plan_written_by_hand_gives_the_examples_the_same_rails(path, handwritten):
    case = read_case(path.read_bytes(), plan().vocabulary)
    assert_same(handwritten, case)


@pytest.mark.parametrize("seed", range(FILLS))
def test_the_plan_written_by_hand_gives_random_households_the_same_rails(seed, handwritten):
    rng = Random(seed)
    assert_same(handwritten, random_case(plan().vocabulary, rng))


@pytest.mark.parametrize("seed", range(40))
def test_the_plan_written_by_hand_follows_other_readings_too(seed, handwritten):
    rng = Random(seed)
    readings = {entry.name: rng.choice(entry.options) for entry in plan().program.readings}
    assert_same(handwritten, random_case(plan().vocabulary, rng), readings)


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


def test_a_hand_written_condition_stands_for_each_of_the_plan(handwritten):
    case = read_case(EXAMPLES[0].read_bytes(), plan().vocabulary)
    outcomes, done = handwritten(case)
    assert len(outcomes) + len(done) > 250
