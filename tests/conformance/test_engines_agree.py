"""Every engine gives the oracle's answer, for every expression of every policy, at every element of every case."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from tests.conformance.agreement import Evaluator, differences, random_readings
from tests.conformance.isolated import WORKER, IsolatedEvaluator
from tests.strategies.cases import random_case
from tests.strategies.effort import COMPILED
from tests.strategies.policies import policies_and_cases, random_policy, seeded, shrinking_policies_and_cases

from relapse_rules.check.policy import TypedPolicy
from relapse_rules.engines.lanes import compile_program
from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Program
from relapse_rules.ir.verify import verify
from relapse_rules.lowering import lower

BULK_CASES = int(os.environ.get("RELAPSE_CONFORMANCE_CASES") or (8_000 if os.environ.get("CI") else 500))
CASES_PER_POLICY = 5
BLOCKS = 4  # so that two workers can share the bulk


ENGINES: dict[str, Callable[[Program], Evaluator]] = {"lanes": compile_program, "durable": IsolatedEvaluator}
SHARE = {"lanes": 1, "durable": 20}
"""An engine takes one of so many bulk cases; durable has a bulk of its own in `test_durable_bulk`."""
_NEEDS = {
    "durable": pytest.mark.skipif(
        find_spec("durable_rules_engine") is None, reason="durable_rules is not installed"
    )
}
EACH_ENGINE = pytest.mark.parametrize(
    "engine", [pytest.param(engine, marks=_NEEDS.get(engine, ())) for engine in ENGINES]
)


@pytest.fixture(scope="module", autouse=True)
def _no_worker_left() -> Iterator[None]:
    yield
    WORKER.close()


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("block", range(BLOCKS))
@EACH_ENGINE
def test_bulk_of_random_cases(engine: str, block: int) -> None:
    """Seeds are spread over the blocks; a failure names its own, for `random_policy(seeded(seed))`."""
    for seed in range(block, BULK_CASES // SHARE[engine] // CASES_PER_POLICY, BLOCKS):
        rng = seeded(seed)
        policy = random_policy(rng)
        program = lower(policy)
        evaluator = ENGINES[engine](program)
        for _ in range(CASES_PER_POLICY):
            case, readings = random_case(rng), random_readings(policy, rng)
            problems = differences(policy, program, evaluator, case, readings)
            assert not problems, f"seed {seed}: {problems[:3]}"


@EACH_ENGINE
@settings(max_examples=min(settings().max_examples, 100))  # the bulk searches; this makes what it finds small
@given(policy_and_case=shrinking_policies_and_cases())
def test_shrinking_cases(engine: str, policy_and_case: tuple[TypedPolicy, Case]) -> None:
    policy, case = policy_and_case
    program = lower(policy)

    assert differences(policy, program, ENGINES[engine](program), case, None) == []


@COMPILED
@given(policy_and_case=policies_and_cases())
def test_lowered_programs_keep_their_invariants(policy_and_case: tuple[TypedPolicy, Case]) -> None:
    policy, _ = policy_and_case

    assert verify(lower(policy)) == ()
