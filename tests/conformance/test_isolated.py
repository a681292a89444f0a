"""The isolation that the durable suite relies on: what kills the engine's process fails one call."""

from importlib.util import find_spec

import pytest
from tests.conformance.isolated import WORKER, EngineCrashedError, IsolatedEvaluator
from tests.engines.gates import case_of, leaves, program_of

pytestmark = pytest.mark.skipif(
    find_spec("durable_rules_engine") is None, reason="durable_rules is not installed"
)


def test_a_dead_engine_fails_one_call_and_no_other():
    evaluator = IsolatedEvaluator(program_of(leaves(1)))
    before = evaluator.run(case_of([True]))
    assert WORKER._process is not None
    WORKER._process.kill()
    WORKER._process.wait()

    try:
        with pytest.raises(EngineCrashedError, match="-9"):
            evaluator.run(case_of([True]))
        after = evaluator.run(case_of([True]))
    finally:
        WORKER.close()

    assert before == after
