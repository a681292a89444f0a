"""Hypotheses carried out one by one, as whole cases and policies; what laws compare `explain.worlds` with."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.strategies.cases import NUMBERS, random_value

from relapse_rules.engines.lanes import Evaluator, compile_program
from relapse_rules.explain.premises import FactAt, Key, ListOf, ParameterOf, ReadingOf
from relapse_rules.explain.worlds import Hypothesis, Supposed
from relapse_rules.facts.case import Case
from relapse_rules.ir.program import DatedSetting, Program
from relapse_rules.ir.rails import Rails
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import Vocabulary


class Engines:
    """One policy with other values of its 参数, compiled once each."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.evaluator = compile_program(program)
        self._kept: dict[tuple[tuple[str, Supposed], ...], Evaluator] = {}

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
    spec = rng.choice(
        [
            spec
            for entity in vocabulary.entities
            if vocabulary.domain(entity.english) == domain
            for spec in entity.fields
        ]
    )
    if spec.type.kind is Kind.REFERENCE:
        assert spec.type.entity is not None
        value: Supposed = rng.choice((None, *case.tables[spec.type.entity].ids))
    else:
        value = rng.choice((None, *(random_value(spec.type, rng) for _ in range(4))))
    return FactAt(domain, lane, spec.fact), value
