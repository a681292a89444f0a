"""What can overflow is found before anything runs; what cannot is computed exactly."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies.cases import random_case
from tests.strategies.policies import random_policy, seeded

import relapse_rules
from relapse_rules.engines.lanes import compile_program
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.ir.ranges import INT64, largest_steps, ranges_of
from relapse_rules.ir.verify import is_number
from relapse_rules.lowering import lower
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
