"""The firing sequence of the durable engine: a proof of its rails, in whatever order the literals arrive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.isolated import WORKER, IsolatedEvaluator
from tests.engines.gates import HOUSEHOLD, case_of, leaves, program_of
from tests.strategies.effort import COMPILED
from tests.strategies.policies import policies_and_cases

from relapse_rules.ir.nodes import And, AtLeast, Merge, Not, Or
from relapse_rules.lowering import lower

if find_spec("durable_rules_engine") is None:
    pytest.skip("durable_rules is not installed", allow_module_level=True)

from relapse_rules.engines import durable
from relapse_rules.engines.durable import Firing, Literal, Trace, check_trace


@pytest.fixture(autouse=True, scope="module")
def _no_worker_left() -> Iterator[None]:
    yield
    WORKER.close()


def yes(node: int) -> Literal:
    return Literal(node, rail=True)


def no(node: int) -> Literal:
    return Literal(node, rail=False)


def shown(trace: Trace) -> list[tuple[Literal, tuple[Literal, ...]]]:
    return [(firing.conclusion, firing.antecedents) for firing in trace.firings]


# Nodes 0 to 2 are facts; 3 is 0 or 1, 4 is "not 2", 5 is 3 and 4.
PROGRAM = program_of(
    (
        *leaves(3),
        Or(domain=HOUSEHOLD, operands=(0, 1)),
        Not(domain=HOUSEHOLD, operand=2),
        And(domain=HOUSEHOLD, operands=(3, 4)),
    )
)


@pytest.fixture(scope="module")
def evaluator() -> Iterator[durable.DurableEvaluator]:
    made = durable.compile_program(PROGRAM)
    yield made
    made.close()


def test_each_rule_fires_on_what_proves_it(evaluator):
    trace = evaluator.trace(case_of([True, None, False]))

    assert shown(trace) == [(yes(3), (yes(0),)), (yes(5), (yes(3), no(2)))]
    assert trace.rails.truth(5, 0) is True
    assert check_trace(PROGRAM, trace) == ()


def test_what_is_unknown_proves_nothing(evaluator):
    trace = evaluator.trace(case_of([None, False, None]))

    assert trace.firings == ()
    assert trace.rails.truth(5, 0) is None


def test_one_no_refutes_a_conjunction(evaluator):
    trace = evaluator.trace(case_of([None, None, True]))

    assert shown(trace) == [(no(5), (yes(2),))]


def test_a_contradiction_is_a_firing_and_clears_both_rails():
    program = program_of((*leaves(2), Merge(domain=HOUSEHOLD, fact="household.f1", rule=0, supplied=1)))
    evaluator = durable.compile_program(program)

    trace = evaluator.trace(case_of([True, False]))

    assert (Literal(2, rail=True, part=-1), (yes(2), no(2))) in shown(trace)
    assert trace.rails.truth(2, 0) is None
    assert trace.rails.conflicts == ((2, 1),)
    assert check_trace(program, trace) == ()


def proved() -> tuple[durable.DurableEvaluator, Trace]:
    made = durable.compile_program(PROGRAM)
    return made, made.trace(case_of([True, True, False]))


def without_the_first(firings: Sequence[Firing]) -> tuple[Firing, ...]:
    return tuple(firing for firing in firings if firing.conclusion != yes(3))


def upside_down(firings: Sequence[Firing]) -> tuple[Firing, ...]:
    return tuple(reversed(firings))


def on_less(firings: Sequence[Firing]) -> tuple[Firing, ...]:
    return (*firings[:-1], replace(firings[-1], antecedents=firings[-1].antecedents[:1]))


def on_what_does_not_hold(firings: Sequence[Firing]) -> tuple[Firing, ...]:
    return (replace(firings[0], antecedents=(no(0),)), *firings[1:])


def with_another_claim(firings: Sequence[Firing]) -> tuple[Firing, ...]:
    claim = replace(firings[-1].claim, count=1)
    return (*firings[:-1], replace(firings[-1], claim=claim))


def for_another_element(firings: Sequence[Firing]) -> tuple[Firing, ...]:
    return (*firings[:-1], replace(firings[-1], lane=1))


def of_a_fact(firings: Sequence[Firing]) -> tuple[Firing, ...]:
    return (*firings, replace(firings[0], node=0, antecedents=(yes(1),)))


@pytest.mark.parametrize(
    "damage",
    [
        without_the_first,
        upside_down,
        on_less,
        on_what_does_not_hold,
        with_another_claim,
        for_another_element,
        of_a_fact,
    ],
)
def test_a_damaged_sequence_is_no_proof(damage):
    evaluator, trace = proved()
    assert check_trace(PROGRAM, trace) == ()

    damaged = replace(trace, firings=damage(trace.firings))

    assert check_trace(PROGRAM, damaged) != ()
    evaluator.close()


def test_intermediate_results_are_steps_of_the_proof():
    program = program_of((*leaves(40), AtLeast(domain=HOUSEHOLD, count=20, operands=tuple(range(40)))))
    evaluator = durable.compile_program(program)

    trace = evaluator.trace(case_of([True] * 20 + [False] * 20))
    evaluator.close()

    assert trace.rails.truth(40, 0) is True
    assert any(firing.part > 0 for firing in trace.firings)
    assert check_trace(program, trace) == ()
    overstated = tuple(
        replace(firing, claim=replace(firing.claim, count=firing.claim.count + 1))
        if firing.part > 0
        else firing
        for firing in trace.firings
    )
    assert check_trace(program, replace(trace, firings=overstated)) != ()


@COMPILED
@given(policy_and_case=policies_and_cases(), data=st.data())
def test_any_order_of_assertion_gives_the_same_rails(policy_and_case, data):
    policy, case = policy_and_case
    evaluator = IsolatedEvaluator(lower(policy))
    seed = data.draw(st.integers(0, 2**32))

    told = evaluator.run(case)
    trace = evaluator.shuffled_trace(case, seed)

    assert trace.rails == told
    assert check_trace(lower(policy), trace) == ()
