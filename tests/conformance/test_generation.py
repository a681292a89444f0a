"""The conformance tests are worth what their cases are: every node, every answer, every kind of ignorance occurs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import get_args

import pytest
from tests.strategies.cases import more_facts, random_case
from tests.strategies.policies import random_policy, random_policy_and_case, seeded

from relapse_rules.check import typed
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.check.typed_children import Expression, children, walk
from relapse_rules.reference import evaluate

SEEDS = range(150)
CONDITIONS = get_args(typed.Condition)
QUANTITIES = get_args(typed.Quantity)


def _expressions(policy: TypedPolicy) -> Iterator[Expression]:
    for definition in policy.definitions:
        yield from (node for _, node in walk(definition.condition))
    for indicator in policy.indicators:
        yield from (node for _, node in walk(indicator.value))


@pytest.fixture(scope="module")
def expressions() -> tuple[Expression, ...]:
    return tuple(node for seed in SEEDS for node in _expressions(random_policy(seeded(seed))))


@pytest.mark.parametrize("kind", [*CONDITIONS, *QUANTITIES])
def test_every_node_is_drawn(expressions: tuple[Expression, ...], kind: type) -> None:
    assert sum(isinstance(node, kind) for node in expressions) >= 5


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (typed.FieldTest, typed.TestKind),
        (typed.Quantified, typed.Quantification),
        (typed.Aggregated, typed.Aggregation),
    ],
)
def test_every_kind_of_test_fold_and_aggregate_is_drawn(expressions, kind, values) -> None:
    assert {node.kind for node in expressions if isinstance(node, kind)} == set(values)


def test_every_operation_rounding_and_comparison_is_drawn(expressions) -> None:
    calculated = [node for node in expressions if isinstance(node, typed.Calculated)]
    compared = (typed.NumberCompare, typed.RatioCompare, typed.CountCompare)

    assert {node.operation for node in calculated} == set(typed.Calculation)
    assert {node.rounding for node in calculated} == set(typed.RoundingMode)
    assert {node.operator for node in expressions if isinstance(node, compared)} == set(typed.Comparison)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("kind", CONDITIONS)
def test_conditions_of_every_kind_answer_yes_and_no(kind: type) -> None:
    answers = set()
    for seed in SEEDS:
        policy, case = random_policy_and_case(seeded(seed))
        rails = evaluate(policy, case)
        for definition in policy.definitions:
            for path, node in walk(definition.condition):
                if isinstance(node, kind):
                    answers.update(rails.expressions[definition.name, path])

    assert {True, False} <= answers


def test_cases_hold_every_kind_of_ignorance() -> None:
    cases = [random_case(seeded(seed)) for seed in SEEDS]
    tables = [table for case in cases for table in case.tables.values()]

    assert {len(table.rows) for table in tables} == {0, 1, 2, 3, 4}
    assert any(not table.complete and table.rows for table in tables)
    assert any(not table.complete and not table.rows for table in tables)
    assert any(None in links for case in cases for links in case.links.values())


def test_contradictions_occur_in_conditions_and_numbers() -> None:
    found = [
        item for seed in SEEDS for item in evaluate(*random_policy_and_case(seeded(seed))).contradictions
    ]

    assert {type(item.rule) for item in found} == {bool, int}


def test_more_facts_decide_something() -> None:
    decided = 0
    for seed in SEEDS:
        rng = seeded(seed)
        policy, case = random_policy_and_case(rng)
        before, after = evaluate(policy, case), evaluate(policy, more_facts(case, rng))
        decided += sum(
            old is None and new is not None
            for place, column in before.expressions.items()
            for old, new in zip(column, after.expressions[place], strict=False)
        )

    assert decided > len(SEEDS)


def test_children_are_the_expressions_among_the_fields_in_their_order(expressions) -> None:
    for node in expressions:
        parts = []
        for field in fields(node):
            value = getattr(node, field.name)
            parts += [
                part
                for part in (value if isinstance(value, tuple) else (value,))
                if isinstance(part, typed.TypedNode)
            ]
        assert list(children(node)) == parts
