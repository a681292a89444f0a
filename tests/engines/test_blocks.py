"""Households in blocks have the rails that each has alone, for every node."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.stacking import in_block_as_alone, stacked
from tests.strategies.cases import random_case
from tests.strategies.policies import random_policy, seeded

from relapse_rules.engines.lanes.blocks import BlockEvaluator
from relapse_rules.ir.order import leading_to
from relapse_rules.lowering import lower

NOBODY_SHARES = frozenset()


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 70))
def test_a_block_agrees_with_each_household_alone(seed, count):
    rng = seeded(seed)
    program = lower(random_policy(rng))
    cases = [random_case(rng) for _ in range(count)]
    cases = [replace(case, as_of=cases[0].as_of) for case in cases]

    assert in_block_as_alone(program, cases, range(0, count, max(1, count // 5))) == []


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 70))
def test_the_wanted_nodes_are_what_they_are_among_all(seed, count):
    rng = seeded(seed)
    program = lower(random_policy(rng))
    as_of = random_case(rng).as_of
    cases = [replace(random_case(rng), as_of=as_of) for _ in range(count)]
    wanted = rng.sample(range(len(program.nodes)), min(3, len(program.nodes)))

    all_of_it = BlockEvaluator(program, NOBODY_SHARES, as_of).run(stacked(program, cases))
    only = BlockEvaluator(program, NOBODY_SHARES, as_of, wanted).run(stacked(program, cases))

    for node in wanted:
        for rails, whole in ((only.first, all_of_it.first), (only.second, all_of_it.second)):
            np.testing.assert_array_equal(rails[node], whole[node])
    computed = {node for node, rail in enumerate(only.first) if rail is not None}
    assert computed == leading_to(program, wanted)
