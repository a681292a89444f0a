"""What the tests of proofs know of certificates without the checker: every true claim, by the oracle, and what each claim's own rule gives.

For the latter each condition that a claim can stand for becomes a recorded fact, a probe, and a measure of its own that reads the probes
below it: with the claims as the values of the probes, the oracle works out each rule by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from relapse_rules.check import policy as checked
from relapse_rules.check import typed
from relapse_rules.check.typed_children import Expression, Path, children, walk
from relapse_rules.facts.case import Case, Table
from relapse_rules.reference import Rails, evaluate
from relapse_rules.values.types import Kind, Type
from relapse_rules.values.vocabulary import FieldSpec, Origin, Vocabulary

COMBINED = (typed.AllOf, typed.AnyOf, typed.AtLeast, typed.Quantified, typed.CountCompare)
LETTERS = {True: "y", False: "n", None: "u"}
OUTCOMES = {"y": True, "n": False, "u": None}

Place = tuple[str, Path]
Claims = dict[Place, str]


def conditions(policy: checked.TypedPolicy) -> Iterator[tuple[str, Expression]]:
    """Yield each declaration that claims can be about."""
    yield from ((declared.name, declared.finding) for declared in policy.judgements)
    yield from ((declared.name, declared.condition) for declared in policy.definitions)
    for declared in (*policy.measures, *policy.tasks, *policy.exceptions):
        yield declared.name, declared.outcome
        if declared.done is not None:
            yield f"{declared.name}#done", declared.done


def places(policy: checked.TypedPolicy) -> dict[Place, Expression]:
    """Return each condition that a claim can stand for; those within 指标 among them."""
    numbers = ((declared.name, declared.value) for declared in policy.indicators)
    return {
        (key, path): node
        for key, whole in (*conditions(policy), *numbers)
        for path, node in walk(whole)
        if isinstance(node, COMBINED) or (not path and isinstance(node, typed.Condition))
    }


def all_claims(policy: checked.TypedPolicy, rails: Rails) -> Claims:
    """Return every claim that there can be, as the oracle knows it."""
    return {
        place: "".join(LETTERS[value] for value in rails.expressions[place])  # type: ignore[index]
        for place in places(policy)
    }


def certificate(claims: Mapping[Place, str]) -> dict[str, Any]:
    """Return claims as the JSON of a certificate."""
    listed: dict[str, dict[str, str]] = {}
    for (key, path), letters in claims.items():
        listed.setdefault(key, {})[".".join(map(str, path))] = letters
    return {"format": 1, "claims": listed}


def claims_of(made: Mapping[str, Any]) -> Claims:
    """Return the claims of a certificate."""
    return {
        (key, tuple(map(int, path.split("."))) if path else ()): letters
        for key, paths in made["claims"].items()
        for path, letters in paths.items()
    }


def untrue(claims: Mapping[Place, str], rails: Rails) -> list[tuple[Place, int]]:
    """Return the claims that the oracle contradicts."""
    return [
        (place, lane)
        for place, letters in claims.items()
        for lane, letter in enumerate(letters)
        if letter != "-" and OUTCOMES[letter] is not rails.expressions[place][lane]
    ]


class Rules:
    """Each claim's own rule, one policy."""

    def __init__(self, policy: checked.TypedPolicy) -> None:
        self._places = places(policy)
        self._probes = {place: f"probe{number}" for number, place in enumerate(self._places)}
        self._derived = {(each.name, ()): each.derives for each in policy.definitions if each.derives}
        self._policy = replace(
            policy,
            vocabulary=self._vocabulary(policy.vocabulary),
            judgements=tuple(replace(each, finding=self._probe(each.name)) for each in policy.judgements),
            definitions=tuple(replace(each, condition=self._probe(each.name)) for each in policy.definitions),
            indicators=tuple(
                replace(each, value=self._cut(each.name, (), each.value)) for each in policy.indicators
            ),
            exceptions=tuple(
                replace(each, condition=self._probe(each.name), outcome=self._probe(each.name), done=None)
                for each in policy.exceptions
            ),
            measures=tuple(self._measure(place, node) for place, node in self._places.items()),
            tasks=(),
        )

    def outcomes(self, case: Case, claims: Mapping[Place, str], *absent: bool) -> Claims:
        """Return what each rule gives, with ``absent`` for whatever is not claimed.

        Without it that is unknown, but for a derived field the opposite of what was supplied: nothing weakens a conclusion more.
        """
        rows = {domain: [dict(row) for row in table.rows] for domain, table in case.tables.items()}
        for place, node in self._places.items():
            for lane, row in enumerate(rows[node.domain]):
                letter = claims[place][lane] if place in claims else "-"
                if letter != "-":
                    outcome = OUTCOMES[letter]
                elif absent:
                    outcome = absent[0]
                else:
                    supplied = row.get(self._derived.get(place, ""))
                    outcome = None if supplied is None else not supplied
                if outcome is not None:
                    row[f"{node.domain}.{self._probes[place]}"] = outcome
        tables: dict[str, Table] = {
            domain: table._replace(rows=tuple(rows[domain])) for domain, table in case.tables.items()
        }
        rails = evaluate(self._policy, replace(case, tables=tables))
        return {
            place: "".join(LETTERS[value] for value in rails.declared[self._probes[place]])  # type: ignore[index]
            for place in self._places
        }

    def _vocabulary(self, vocabulary: Vocabulary) -> Vocabulary:
        def probes(entity: str) -> tuple[FieldSpec, ...]:
            return tuple(
                FieldSpec(
                    entity=entity, name=name, english=name, type=Type(kind=Kind.CONDITION), origin=Origin.RAW
                )
                for place, name in self._probes.items()
                if self._places[place].domain == entity
            )

        entities = (
            replace(entity, fields=(*entity.fields, *probes(entity.english)))
            for entity in vocabulary.entities
        )
        return replace(vocabulary, entities=tuple(entities))

    def _measure(self, place: Place, node: Expression) -> checked.TypedMeasure:
        rule = rebuilt(
            node, tuple(self._cut(place[0], (*place[1], at), part) for at, part in enumerate(children(node)))
        )
        return checked.TypedMeasure(
            name=self._probes[place],
            entity=node.domain,
            domain=node.domain,
            category="类别",
            condition=rule,  # type: ignore[arg-type]
            outcome=rule,  # type: ignore[arg-type]
        )

    def _probe(self, key: str, path: Path = ()) -> typed.FieldTest:
        domain = self._places[key, path].domain
        return typed.FieldTest(
            domain=domain, fact=f"{domain}.{self._probes[key, path]}", kind=typed.TestKind.TRUE
        )

    def _cut(self, key: str, path: Path, node: Expression) -> Any:
        if isinstance(node, COMBINED):
            return self._probe(key, path)
        parts = tuple(self._cut(key, (*path, at), part) for at, part in enumerate(children(node)))
        return rebuilt(node, parts)


def rebuilt(node: Expression, parts: tuple[Any, ...]) -> Any:
    """Return ``node`` with other parts."""
    match node:
        case typed.AllOf() | typed.AnyOf() | typed.AtLeast():
            return replace(node, operands=parts)
        case typed.RatioCompare():
            names = ("left_top", "left_bottom", "right_top", "right_bottom")
        case typed.NumberCompare() | typed.Calculated() | typed.Apart():
            names = ("left", "right")
        case typed.CountCompare():
            names = ("condition", "limit")
        case typed.Aggregated():
            names = ("value", "condition")
        case typed.Quantified() | typed.CountOf():
            names = ("condition",)
        case typed.AgeOf():
            names = ("birth",)
        case typed.DateOf():
            names = ("time",)
        case _:
            names = ("operand",)
    return replace(node, **dict(zip(names, parts, strict=False)))
