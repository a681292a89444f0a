"""Thousands of generated policies on the durable engine: the oracle's answers, in any order of assertion, each with a proof."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context

import pytest
from tests.conformance.agreement import differences, random_readings
from tests.strategies.cases import random_case
from tests.strategies.policies import random_policy, seeded

from relapse_rules.lowering import lower

pytestmark = pytest.mark.skipif(
    find_spec("durable_rules_engine") is None, reason="durable_rules is not installed"
)

POLICIES = int(os.environ.get("RELAPSE_DURABLE_POLICIES") or (1_500 if os.environ.get("CI") else 200))
BLOCKS = 4


def problems(seeds: Iterable[int]) -> list[str]:
    """Return what is wrong with the policies of ``seeds``; runs where the C module may crash."""
    from relapse_rules.engines.durable import check_trace, compile_program  # noqa: PLC0415

    found: list[str] = []
    for seed in seeds:
        rng = seeded(1_000_000 + seed)
        policy = random_policy(rng)
        case, readings = random_case(rng), random_readings(policy, rng)
        program = lower(policy)
        evaluator = compile_program(program)
        try:
            told = differences(policy, program, evaluator, case, readings)
            trace = evaluator.trace(case, readings)
            shuffled = evaluator.run(
                case, readings, arrange=lambda told, rng=rng: rng.sample(told, len(told))
            )
        finally:
            evaluator.close()
        found += [f"seed {seed}: {line}" for line in (*told, *check_trace(program, trace))]
        if shuffled != trace.rails:
            found.append(f"seed {seed}: another order of assertion gives other rails")
    return found


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("block", range(BLOCKS))
def test_generated_policies_agree_with_the_oracle_and_prove_it(block: int) -> None:
    """A crash of the C module breaks the pool, which fails this test and no other."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = pool.submit(problems, range(block, POLICIES, BLOCKS)).result()

    assert found == []
