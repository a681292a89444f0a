"""The durable engine between calls: after errors, from several threads, through pickle, and over many decisions."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import pytest
from tests.engines.gates import HOUSEHOLD, case_of, leaves, program_of

from relapse_rules.ir.nodes import And, Or

if find_spec("durable_rules_engine") is None:
    pytest.skip("durable_rules is not installed", allow_module_level=True)

from relapse_rules.engines import durable, lanes
from relapse_rules.engines.durable.driver import Handle

SOAK = Path(__file__).parents[2] / "bench" / "soak_durable.py"
PROGRAM = program_of(
    (
        *leaves(3),
        And(domain=HOUSEHOLD, operands=(0, 1, 2)),
        Or(domain=HOUSEHOLD, operands=(0, 1, 2)),
    )
)
CASES = [case_of(truths) for truths in product((True, False, None), repeat=3)]


@pytest.fixture
def evaluator() -> Iterator[durable.DurableEvaluator]:
    made = durable.compile_program(PROGRAM)
    yield made
    made.close()


@pytest.fixture
def handle(evaluator) -> Iterator[Handle]:
    made = Handle(evaluator.rulesets[0])
    yield made
    made.close()


def fired(handle: Handle, facts: list[str]) -> list[str]:
    """Return the names of the rules that fire on ``facts``."""
    names: list[str] = []

    def on_firing(name: str, _: str) -> None:
        names.append(name)

    handle.run(facts, on_firing)
    return names


def test_an_error_in_the_middle_of_a_run_leaves_nothing_behind(evaluator, handle):
    facts = list(evaluator.rulesets[0].facts.values())
    expected = fired(handle, facts)

    def fail(name: str, _: str) -> None:
        raise KeyError(name)

    with pytest.raises(KeyError):
        handle.run(facts, fail)

    assert fired(handle, facts) == expected


def test_a_refused_fact_is_an_error_and_the_handle_lives_on(evaluator, handle):
    fact, *_ = facts = list(evaluator.rulesets[0].facts.values())
    expected = fired(handle, facts)

    with pytest.raises(durable.DurableEngineError, match="拒绝"):
        fired(handle, [fact, fact])

    assert fired(handle, facts) == expected


def test_a_run_without_facts_fires_nothing(handle):
    assert fired(handle, []) == []


def test_threads_share_an_evaluator(evaluator):
    expected = [lanes.compile_program(PROGRAM).run(case) for case in CASES]

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(evaluator.run, CASES * 20))

    assert found == expected * 20


def test_an_evaluator_goes_through_pickle(evaluator):
    copied = pickle.loads(pickle.dumps(evaluator))

    assert [copied.run(case) for case in CASES] == [evaluator.run(case) for case in CASES]
    copied.close()


def test_closing_twice_does_nothing(evaluator):
    evaluator.close()
    evaluator.close()


def test_memory_stays_flat():
    """`bench/soak_durable.py` does the same a hundred thousand times."""
    finished = subprocess.run(
        [sys.executable, "-X", "utf8", SOAK, "1500"], capture_output=True, encoding="utf-8", check=False
    )

    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "0 differ from lanes" in finished.stdout
