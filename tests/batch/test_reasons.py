"""A household's reasons are the same bits whether it is decided alone or with others, and tell different reasons apart."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.stacking import stacked
from tests.strategies.cases import random_case
from tests.strategies.policies import random_policy, seeded

from relapse_rules.batch.reasons import Questions
from relapse_rules.engines.lanes import compile_program
from relapse_rules.engines.lanes.blocks import BlockEvaluator
from relapse_rules.ir.verify import is_number
from relapse_rules.lowering import lower


@settings(max_examples=80)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 70))
def test_the_reasons_are_those_of_each_household_alone(seed, count):
    rng = seeded(seed)
    program = lower(random_policy(rng))
    cases = [random_case(rng) for _ in range(count)]
    cases = [replace(case, as_of=cases[0].as_of) for case in cases]
    block = stacked(program, cases)
    questions = Questions(program, frozenset())
    rails = BlockEvaluator(program, frozenset(), cases[0].as_of).run(block)

    together = questions.of_block(rails, block.frame, count).to_pylist()

    evaluator = compile_program(program)
    assert together == [questions.of_case(evaluator.run(case), case) for case in cases]


@settings(max_examples=80)
@given(seed=st.integers(0, 2**32))
def test_the_same_reasons_give_the_same_outcomes(seed):
    """Two households of the same shape with the same bits agree on every condition that rests on them."""
    rng = seeded(seed)
    program = lower(random_policy(rng))
    case = random_case(rng)
    questions, evaluator = Questions(program, frozenset()), compile_program(program)
    changed = replace(
        case,
        tables={
            domain: table._replace(
                rows=tuple(
                    {fact: value for fact, value in row.items() if rng.random() < 0.95} for row in table.rows
                )
            )
            for domain, table in case.tables.items()
        },
    )
    one, other = evaluator.run(case), evaluator.run(changed)

    if questions.of_case(one, case) == questions.of_case(other, changed):
        conditions = [place for place, node in enumerate(program.nodes) if not is_number(node)]
        assert [one.first[place] for place in conditions] == [other.first[place] for place in conditions]
