"""Every world of a pass has the same rails as the changed case has by itself."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from tests.explain.supposing import Engines, random_hypothesis
from tests.strategies.policies import random_policy_and_case, randoms

from relapse_rules.explain.worlds import Hypothesis, WorldRails, Worlds
from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.ir.verify import is_number
from relapse_rules.lowering import lower


def differences(
    program: Program, case: Case, found: WorldRails, world: int, alone: Rails
) -> list[tuple[int, int]]:
    """Return the (node, lane) where a world is not as the changed case alone."""
    return [
        (position, lane)
        for position, node in enumerate(program.nodes)
        for lane in range(len(case.tables[node.domain].rows))
        if (
            found.number(position, lane, world) != alone.number(position, lane)
            if is_number(node)
            else found.truth(position, lane, world) is not alone.truth(position, lane)
        )
    ]


def require_the_same(engines: Engines, case: Case, hypotheses: list[Hypothesis], worlds: Worlds) -> None:
    """Compare all worlds of one pass with each changed case by itself."""
    base = engines.run(case, {})
    found = worlds.run(case, base, hypotheses)
    for world, hypothesis in enumerate(hypotheses):
        alone = engines.run(case, hypothesis)
        assert differences(engines.program, case, found, world, alone) == []
        clashes = {node: lanes for node, lanes in alone.conflicts if node in found.touched}
        for node in engines.program.derived.values():
            for lane in range(len(case.tables[engines.program.nodes[node].domain].rows)):
                told = found.clashes(node, lane) >> world & 1
                assert told == clashes.get(node, 0) >> lane & 1


@settings(max_examples=60)
@given(randoms())
def test_a_world_is_the_changed_case(rng: Random):
    drawn, case = random_policy_and_case(rng)
    engines = Engines(lower(drawn))
    hypotheses = [random_hypothesis(drawn.vocabulary, engines.program, case, rng) for _ in range(8)]

    require_the_same(engines, case, hypotheses, Worlds(engines.evaluator))
