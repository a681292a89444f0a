"""A block's columns hold what each household's own decision lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.stacking import stacked
from tests.strategies.cases import random_case
from tests.strategies.policies import random_policy, seeded

from relapse_rules.batch.outcomes import (
    carried_out,
    columns_of,
    contradicting,
    due_moments,
    entities_with_outcomes,
    listed_columns,
    names_of_households,
    outcomes,
    places_of,
)
from relapse_rules.decisions import Concluder
from relapse_rules.decisions.model import Outcome
from relapse_rules.engines.lanes import compile_program
from relapse_rules.engines.lanes.blocks import BlockEvaluator
from relapse_rules.engines.lanes.settings import settings_on
from relapse_rules.lowering import lower
from relapse_rules.values.moments import day_of

OUTCOMES = {Outcome.YES: True, Outcome.NO: False, Outcome.UNKNOWN: None}


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


@settings(max_examples=80)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 70))
def test_columns_say_what_decisions_say(seed, count):
    rng = seeded(seed)
    program = lower(random_policy(rng))
    cases = [random_case(rng) for _ in range(count)]
    cases = [replace(case, as_of=cases[0].as_of) for case in cases]
    block = stacked(program, cases)
    rails = BlockEvaluator(program, frozenset(), cases[0].as_of).run(block)
    numbers = settings_on(program, day_of(cases[0].as_of)).numbers
    taken = {entry.name: entry.taken for entry in program.readings}
    listed = listed_columns(program)

    found: list[dict[tuple[str, str], tuple[object, ...]]] = [{} for _ in cases]
    for domain in entities_with_outcomes(listed):
        places = places_of(block.frame, domain)
        for column in columns_of(listed, domain):
            rows = zip(
                outcomes(rails, block.frame, column, places).to_pylist(),
                carried_out(rails, block.frame, column, places).to_pylist(),
                due_moments(rails, block.frame, column, places, settings=numbers, readings=taken).to_pylist(),
                places.households,
                places.slots,
                strict=True,
            )
            for outcome, done, due, household, slot in rows:
                found[household][column.id, cases[household].tables[domain].ids[slot]] = (outcome, done, due)

    evaluator, concluder = compile_program(program), Concluder(program)
    found_clashes = contradicting(program, rails, block.frame)
    clashes = names_of_households(found_clashes, count, sorted(found_clashes)).to_pylist()
    for at, case in enumerate(cases):
        decision = concluder.conclude(evaluator.run(case), case, reading_changes={})
        expected: dict[tuple[str, str], tuple[object, ...]] = {}
        for element in (*decision.conclusions, *decision.judgements, *decision.exceptions):
            expected[element.id, element.target.id or "?"] = (OUTCOMES[element.outcome],)
        for element in (*decision.measures, *decision.tasks):
            expected[element.id, element.target.id or "?"] = (
                OUTCOMES[element.outcome],
                OUTCOMES[element.done],
                moment(element.due),
            )
        for (id_, target), told in expected.items():
            if target in {"?", "511000"}:
                continue
            assert found[at][id_, target][: len(told)] == told, (id_, target)
        assert set(clashes[at]) == {clash.fact for clash in decision.contradictions}
