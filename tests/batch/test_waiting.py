"""What the open outcomes of a block wait for is what each household's own decision says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.stacking import stacked
from tests.strategies.cases import random_case
from tests.strategies.policies import random_policy, seeded

from relapse_rules.batch.waiting import missing_facts
from relapse_rules.decisions import Concluder
from relapse_rules.decisions.names import FactNames
from relapse_rules.engines.lanes import compile_program
from relapse_rules.engines.lanes.blocks import BlockEvaluator
from relapse_rules.engines.lanes.frame import unpacked
from relapse_rules.ir.program import in_force
from relapse_rules.lowering import lower
from relapse_rules.values.moments import day_of

NOBODY_SHARES: frozenset[str] = frozenset()


def no_county(node: int, lane: int) -> tuple[str, ...]:
    raise AssertionError((node, lane))


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 70))
def test_a_block_misses_what_each_household_misses(seed, count):
    rng = seeded(seed)
    program = lower(random_policy(rng))
    cases = [random_case(rng) for _ in range(count)]
    cases = [replace(case, as_of=cases[0].as_of) for case in cases]
    today = day_of(cases[0].as_of)
    settings_ = {entry.name: in_force(entry, today) for entry in program.parameters}
    block = stacked(program, cases)
    rails = BlockEvaluator(program, NOBODY_SHARES, cases[0].as_of).run(block)
    listed = [listing.node for listing in program.listings if listing.kind != "exception"]

    found = missing_facts(
        program,
        FactNames(program),
        block,
        rails,
        listed,
        shared=NOBODY_SHARES,
        unset=frozenset(name for name, held in settings_.items() if held is None or held.value is None),
        county=no_county,
    )

    evaluator, concluder = compile_program(program), Concluder(program)
    households = {name: unpacked(np.ascontiguousarray(words)) for name, words in found.items()}
    for at, case in enumerate(cases):
        decision = concluder.conclude(evaluator.run(case), case, reading_changes={})
        assert {name for name, whose in households.items() if whose[at]} == {
            missing.fact for missing in decision.missing
        }
