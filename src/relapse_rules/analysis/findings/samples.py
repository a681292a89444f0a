"""Invented households, many facts stated: what holds of one of them needs no proof, and most questions are settled so.

The same ones each time: they come from a fixed seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Final

from relapse_rules.analysis.proving.households import blank_case, stated_text, usual_moment
from relapse_rules.analysis.proving.values import Values
from relapse_rules.facts.case import Case, Value
from relapse_rules.facts.stated import number_scale
from relapse_rules.ir.order import leading_to
from relapse_rules.ir.program import Program
from relapse_rules.values.moments import day_of
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import SECONDS_PER_DAY, Kind
from relapse_rules.values.vocabulary import FieldSpec, Vocabulary

_SEED: Final = 20231128
_STATED: Final = 0.85
"""The share of facts that are stated."""
_YEAR: Final = 2022
_SIZES: Final = (0, 1, 1, 2)
_NUMBERS: Final = (0, 1, 2, 10, 100, 5_000, 100_000)
_DAYS: Final = (0, 1, 2, 30, 400, 3_000, 12_000)


def sampled(program: Program, vocabulary: Vocabulary, count: int) -> Iterator[Case]:
    """Yield ``count`` households in which what ``program`` reads is mostly stated."""
    drawing = _Drawing(program, vocabulary)
    for _ in range(count):
        yield drawing.case()


class _Drawing:
    """Draws households for one program."""

    def __init__(self, program: Program, vocabulary: Vocabulary) -> None:
        self._program = program
        self._vocabulary = vocabulary
        self._values = Values([program], vocabulary)
        self._random = Random(_SEED)  # noqa: S311 - invented households are no secrets
        self._as_of = usual_moment([program])
        read = {
            fact
            for position in leading_to(program, range(len(program.nodes)))
            if (fact := getattr(program.nodes[position], "fact", None)) is not None and "." in fact
        }
        self._fields: dict[str, list[FieldSpec]] = {}
        for fact in sorted(read - set(program.derived)):
            spec = vocabulary.field(fact)
            if not (spec.is_identifier or spec.type.kind is Kind.REFERENCE or spec.required):
                self._fields.setdefault(vocabulary.domain(spec.entity), []).append(spec)

    def case(self) -> Case:
        """Return the next household."""
        sizes: dict[str, int | None] = {}
        for domain, parent in self._program.domains:
            if domain not in self._program.singular:
                # An element hangs under one that is there.
                sizes[domain] = 0 if sizes.get(parent or "") == 0 else self._random.choice(_SIZES)
        case = blank_case(self._program, self._vocabulary, sizes, self._as_of)
        tables = {
            domain: table._replace(rows=tuple(self._row(domain, row) for row in table.rows))
            for domain, table in case.tables.items()
        }
        links = {relation: self._links(relation, parents, case) for relation, parents in case.links.items()}
        return replace(case, tables=tables, links=links)

    def _row(self, domain: str, row: Mapping[str, Value]) -> Mapping[str, Value]:
        drawn = dict(row)
        for spec in self._fields.get(domain, ()):
            if self._random.random() < _STATED:
                drawn[spec.fact] = self._value(spec)
        return drawn

    def _links(self, relation: Relation, parents: Sequence[int | None], case: Case) -> tuple[int | None, ...]:
        if relation.parent in self._program.singular:
            return tuple(parents)
        others = len(case.tables[relation.parent].rows)
        return tuple(self._random.randrange(others) if others else None for _ in parents)

    def _value(self, spec: FieldSpec) -> Value:
        match spec.type.kind:
            case Kind.DATE:
                return day_of(self._as_of) - self._random.choice(_DAYS)
            case Kind.TIME:
                return self._as_of - self._random.choice(_DAYS) * SECONDS_PER_DAY
            case Kind.YEAR_MONTH:
                return (_YEAR + self._random.randrange(2)) * 12 + self._random.randrange(12)
            case Kind.SET:
                elements = self._values.elements(spec.fact)
                size = self._random.randrange(min(len(elements), 3) + 1)
                return frozenset(str(stated_text(spec, each)) for each in self._random.sample(elements, size))
            case Kind.CONDITION:
                return self._random.random() < 0.5  # noqa: PLR2004 - as often yes as no
            case kind if kind in _NAMED:
                return stated_text(spec, self._random.choice(self._values.choices(spec.fact)))
            case _:
                number = self._random.choice(_NUMBERS) * number_scale(spec)
                least = number if spec.low is None else max(number, spec.low)
                return least if spec.high is None else min(least, spec.high)


_NAMED: Final = frozenset({Kind.ENUM, Kind.TEXT, Kind.AREA_CODE})
