"""What can overflow is found before anything runs; what cannot is computed exactly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies.cases import random_case
from tests.strategies.policies import random_policy, seeded

import relapse_rules
from relapse_rules.engines.lanes import compile_program
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.ir.ranges import INT64, MOST_ELEMENTS, largest_steps, ranges_of
from relapse_rules.ir.verify import is_number
from relapse_rules.lowering import lower
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Comparison
from relapse_rules.values.types import NEVER

BOUNDS: dict[str, tuple[int | None, int | None]] = {}


def test_the_plan_is_safe():
    plan = relapse_rules.load_plan()
    bounds = {
        spec.fact: (spec.low, spec.high) for entity in plan.vocabulary.entities for spec in entity.fields
    }

    assert largest_steps(plan.program, bounds) == ()


def squared(program: Program) -> Program:
    """Return a program with one more number: a sum of money times itself."""
    place = len(program.nodes)
    money = nodes.FieldNumber(domain="household", fact="household.income")
    product = nodes.Calculate(
        domain="household", operation="*", left=place, right=place, rounding="exact", scale=1
    )
    return replace(program, nodes=(*program.nodes, money, product))


def test_a_square_of_money_without_bounds_is_named():
    program = squared(lower(random_policy(seeded(1))))

    unsafe = largest_steps(program, BOUNDS)

    assert [found.node for found in unsafe][-1] == len(program.nodes) - 1
    assert all(found.reach >= INT64 for found in unsafe)


def test_bounds_of_the_vocabulary_make_it_safe():
    program = squared(lower(random_policy(seeded(1))))

    unsafe = largest_steps(program, {"household.income": (0, 10**9)})

    assert len(program.nodes) - 1 not in [found.node for found in unsafe]


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32))
def test_no_number_leaves_its_range(seed):
    rng = seeded(seed)
    program, given_case = lower(random_policy(rng)), random_case(rng)
    ranges = ranges_of(program, BOUNDS)
    rails = compile_program(program).run(given_case)

    for position, node in enumerate(program.nodes):
        if is_number(node):
            for lane in range(len(given_case.tables[node.domain].rows)):
                number = rails.number(position, lane)
                if number is not None and number != NEVER:
                    assert ranges[position].low <= number <= ranges[position].high, node


def with_numbers(*made: nodes.AnyNode) -> tuple[Program, int]:
    """Return a program with these nodes at its end, and the place of the first of them."""
    program = lower(random_policy(seeded(1)))
    return replace(program, nodes=(*program.nodes, *made)), len(program.nodes)


def reach_of(program: Program, place: int, bounds: dict[str, tuple[int | None, int | None]]) -> int | None:
    """Return how far the node at ``place`` is found to reach beyond the width, if it does."""
    return next((found.reach for found in largest_steps(program, bounds) if found.node == place), None)


@pytest.mark.parametrize(
    ("parts", "reach"),
    [
        pytest.param((10**13, 3, 7, 5 * 10**6), 5 * 10**19, id="the top against the other bottom"),
        pytest.param((2, 3 * 10**6, 10**13, 5), 3 * 10**19, id="the other top against the bottom"),
        pytest.param((10**13, 10**6, 10**12, 10**6), 10**19, id="the larger of both"),
        pytest.param((10**12, 10**7, 10**13, 10**7), 10**20, id="the larger of both, the other one"),
    ],
)
def test_a_ratio_reaches_as_far_as_its_products(parts, reach):
    place = len(lower(random_policy(seeded(1))).nodes)
    ratio = nodes.CompareRatio(
        domain="household",
        operator=Comparison.LESS,
        left_top=place,
        left_bottom=place + 1,
        right_top=place + 2,
        right_bottom=place + 3,
    )
    numbers = (nodes.Number(domain="household", value=value) for value in parts)
    program, _ = with_numbers(*numbers, ratio)

    assert reach_of(program, place + 4, BOUNDS) == reach


def test_a_distance_reaches_from_the_earliest_to_the_latest():
    program, place = with_numbers(
        nodes.FieldNumber(domain="household", fact="household.included_on"),
        nodes.Number(domain="household", value=100),
        nodes.Apart(domain="household", left=-1, right=-1, step=86_400),
    )
    apart = replace(program.nodes[place + 2], left=place, right=place + 1)
    program = replace(program, nodes=(*program.nodes[:-1], apart))

    ranges = ranges_of(program, {"household.included_on": (40, 130)})

    assert ranges[place + 2] == (0, 60 * 86_400)


def test_the_largest_of_several_is_one_of_them_and_a_sum_is_not():
    relation = Relation(child="member", parent="household")
    program, place = with_numbers(
        nodes.FieldNumber(domain="member", fact="member.wage"),
        *(
            nodes.Aggregate(domain="household", kind=kind, relation=relation, value=-1, condition=None)
            for kind in ("max", "min", "sum")
        ),
    )
    folded = tuple(replace(node, value=place) for node in program.nodes[place + 1 :])
    program = replace(program, nodes=(*program.nodes[: place + 1], *folded))

    ranges = ranges_of(program, {"member.wage": (-5, 9)})

    assert ranges[place + 1 : place + 3] == ((-5, 9), (-5, 9))
    assert ranges[place + 3] == (-5 * MOST_ELEMENTS, 9 * MOST_ELEMENTS)


def test_one_mistake_is_told_once():
    """What rests on a number that may overflow is judged as if it were safe."""
    program = squared(lower(random_policy(seeded(1))))
    place = len(program.nodes) - 1
    more = nodes.Calculate(
        domain="household", operation="+", left=place, right=place, rounding="exact", scale=1
    )
    program = replace(program, nodes=(*program.nodes, more))

    assert place + 1 not in [found.node for found in largest_steps(program, BOUNDS)]


def test_exactly_the_width_is_too_far():
    at, below = (with_numbers(nodes.Number(domain="household", value=value)) for value in (INT64, INT64 - 1))

    assert reach_of(*at, BOUNDS) == INT64
    assert reach_of(*below, BOUNDS) is None
