"""Hypotheses carried out one by one, as whole cases and policies; what laws compare `explain.worlds` with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from tests.strategies.cases import NUMBERS, random_value

from relapse_rules.engines.lanes import Evaluator, compile_program
from relapse_rules.explain.premises import FactAt, Key, ListOf, ParameterOf, ReadingOf
from relapse_rules.explain.worlds import Hypothesis, Supposed
from relapse_rules.facts.case import Case, Value
from relapse_rules.ir.program import DatedSetting, Program
from relapse_rules.ir.rails import Rails
from relapse_rules.values.types import Kind, Type
from relapse_rules.values.vocabulary import FieldSpec, Origin, Vocabulary


class Engines:
    """One policy with other values of its 参数, compiled once each."""

    def __init__(self, program: Program, evaluator: Evaluator | None = None) -> None:
        self.program = program
        self.evaluator = compile_program(program) if evaluator is None else evaluator
        self._kept: dict[tuple[tuple[str, Supposed], ...], Evaluator] = {(): self.evaluator}

    def run(self, case: Case, hypothesis: Hypothesis) -> Rails:
        """Return the rails of the changed case, from an evaluator that knows nothing of worlds."""
        settings = tuple(
            (key.name, value) for key, value in hypothesis.items() if isinstance(key, ParameterOf)
        )
        if settings not in self._kept:
            self._kept[settings] = compile_program(_set(self.program, dict(settings)))
        readings = {key.name: str(value) for key, value in hypothesis.items() if isinstance(key, ReadingOf)}
        return self._kept[settings].run(changed(case, hypothesis), readings)


def _set(program: Program, values: dict[str, Supposed]) -> Program:
    return replace(
        program,
        parameters=tuple(
            replace(
                entry,
                values=(
                    DatedSetting(since=1, value=values[entry.name], text=None, source="本地", origin=""),
                ),
            )
            if entry.name in values
            else entry
            for entry in program.parameters
        ),
    )


def changed(case: Case, hypothesis: Hypothesis) -> Case:
    """Return the case as a hypothesis has it."""
    tables, links = dict(case.tables), dict(case.links)
    for key, value in hypothesis.items():
        if isinstance(key, ListOf):
            tables[key.domain] = tables[key.domain]._replace(complete=bool(value))
        elif isinstance(key, FactAt):
            table = tables[key.domain]
            row = {fact: stated for fact, stated in table.rows[key.lane].items() if fact != key.fact}
            if value is not None:
                row[key.fact] = value
            rows = (*table.rows[: key.lane], row, *table.rows[key.lane + 1 :])
            tables[key.domain] = table._replace(rows=rows)
            for relation in case.links:
                if key.fact == f"{relation.child}.{relation.reference}":
                    place = None if value is None else tables[relation.parent].ids.index(str(value))
                    own = links[relation]
                    links[relation] = (*own[: key.lane], place, *own[key.lane + 1 :])
    return replace(case, tables=tables, links=links)


def random_hypothesis(vocabulary: Vocabulary, program: Program, case: Case, rng: Random) -> Hypothesis:
    """Return up to four things that are otherwise, of every kind."""
    draws = rng.choice((0, 1, 1, 2, 3, 4))
    return dict(_random_change(vocabulary, program, case, rng) for _ in range(draws))


def _random_change(vocabulary: Vocabulary, program: Program, case: Case, rng: Random) -> tuple[Key, Supposed]:
    match rng.randrange(6):
        case 0:
            domain = rng.choice([name for name in case.tables if name not in {"context", "household"}])
            return ListOf(domain), rng.random() < 0.5
        case 1:
            entry = rng.choice(program.parameters)
            sets = entry.name == "参数集合"
            kind = Kind.SET if sets else Kind(entry.name.removeprefix("参数"))
            values = (("洪涝",), ("水旱灾害", "地震")) if sets else NUMBERS[kind]
            return ParameterOf(entry.name), rng.choice((*values, None))
        case 2:
            reading = rng.choice(program.readings)
            return ReadingOf(reading.name), rng.choice(reading.options)
        case _:
            return _random_fact(vocabulary, case, rng)


def _random_fact(vocabulary: Vocabulary, case: Case, rng: Random) -> tuple[Key, Supposed]:
    domain = rng.choice([name for name, table in case.tables.items() if table.rows])
    lane = rng.randrange(len(case.tables[domain].rows))
    spec = rng.choice(_specs(vocabulary, domain))
    if spec.type.kind is Kind.REFERENCE:
        assert spec.type.entity is not None
        value: Supposed = rng.choice((None, *case.tables[spec.type.entity].ids))
    else:
        value = rng.choice((None, *(random_value(spec.type, rng) for _ in range(4))))
    return FactAt(domain, lane, spec.fact), value


# --- real answers ---------------------------------------------------------------------------------


def definite(kind: Type, rng: Random) -> Value:
    """Return a value of ``kind`` that is as narrow as any: 洪涝 and not 水旱灾害."""
    narrowest = [value for value in kind.values if not kind.descendants(value.name)]
    return random_value(replace(kind, values=tuple(narrowest)), rng)


def answered(vocabulary: Vocabulary, case: Case, keys: Iterable[Key], rng: Random, *, most: int = 2) -> Case:
    """Return ``case`` with everything that is asked for stated, whole lists with all facts of up to ``most`` more elements."""
    asked = tuple(keys)
    for key in asked:
        if isinstance(key, ListOf):
            case = _listed(vocabulary, case, key.domain, rng, most)
    return changed(
        case, {key: _answer(vocabulary, case, key, rng) for key in asked if isinstance(key, FactAt)}
    )


def _listed(vocabulary: Vocabulary, case: Case, domain: str, rng: Random, most: int) -> Case:
    table, links = case.tables[domain], dict(case.links)
    own = [relation for relation in links if relation.child == domain]
    added = 0
    if all(case.tables[relation.parent].rows for relation in own):
        added = rng.randint(0, most)
    ids = tuple(f"{domain}[{len(table.rows) + place}]" for place in range(added))
    for relation in own:
        parents = len(case.tables[relation.parent].rows)
        links[relation] = (*links[relation], *(rng.randrange(parents) for _ in ids))
    rows = tuple(
        {
            spec.fact: definite(spec.type, rng)
            for spec in _specs(vocabulary, domain)
            if spec.type.kind is not Kind.REFERENCE and spec.origin is not Origin.DERIVED
        }
        for _ in ids
    )
    full = table._replace(ids=(*table.ids, *ids), rows=(*table.rows, *rows), complete=True)
    return replace(case, tables={**case.tables, domain: full}, links=links)


def _answer(vocabulary: Vocabulary, case: Case, key: FactAt, rng: Random) -> Supposed:
    kind = vocabulary.field(key.fact).type
    if kind.kind is Kind.REFERENCE:
        ids = case.tables[kind.entity or ""].ids
        return rng.choice(ids) if ids else None
    stated = case.tables[key.domain].rows[key.lane].get(key.fact)
    if isinstance(stated, str):
        narrower = [name for name in sorted(kind.descendants(stated)) if not kind.descendants(name)]
        return rng.choice(narrower) if narrower else stated
    return definite(kind, rng) if stated is None else stated


def unknown(vocabulary: Vocabulary, case: Case) -> list[Key]:
    """Return everything that is not stated, or not narrowly, in the order of the vocabulary. 推导 follows from the rest."""
    found: list[Key] = [ListOf(domain) for domain, table in case.tables.items() if not table.complete]
    for domain, table in case.tables.items():
        for lane, row in enumerate(table.rows):
            for spec in _specs(vocabulary, domain):
                stated = row.get(spec.fact)
                vague = isinstance(stated, str) and spec.type.descendants(stated)
                if spec.origin is not Origin.DERIVED and (stated is None or vague):
                    if spec.type.kind is Kind.REFERENCE and _refers(case, domain, lane, spec):
                        continue
                    found.append(FactAt(domain, lane, spec.fact))
    return found


def _refers(case: Case, domain: str, lane: int, spec: FieldSpec) -> bool:
    return any(
        parents[lane] is not None
        for relation, parents in case.links.items()
        if relation.child == domain and relation.reference == spec.english
    )


def _specs(vocabulary: Vocabulary, domain: str) -> list[FieldSpec]:
    return [
        spec
        for entity in vocabulary.entities
        if vocabulary.domain(entity.english) == domain
        for spec in entity.fields
    ]
