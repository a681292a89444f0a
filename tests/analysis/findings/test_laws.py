"""What is proved of random policies holds of random households, as the engine judges them."""

from __future__ import annotations

import pytest
from tests.strategies.cases import random_case
from tests.strategies.policies import random_policy, seeded

from relapse_rules.analysis.findings.finders import find_all
from relapse_rules.analysis.findings.model import Ground
from relapse_rules.engines.lanes import compile_program
from relapse_rules.lowering import lower

pytest.importorskip("z3", reason="extra prove is not installed")

CODES = {"RR0801", "RR0802", "RR0806", "RR0807"}
HOUSEHOLDS = 60
SEEDS = (100, 101, 103, 105, 106, 108, 109, 110, 112, 116, 118, 119, 120, 123, 124, 127, 138, 142, 143, 148)
"""Of policies about which something is proved."""


@pytest.mark.parametrize("seed", SEEDS)
def test_no_household_is_what_none_can_be(seed, untraced):
    policy = random_policy(seeded(seed), depth=3)
    program = lower(policy)
    nodes = {entry.id: entry.node for entry in (*program.conclusions, *program.judgements, *program.listings)}
    proved = [each for each in find_all(policy, {}, only=CODES) if each.ground is Ground.PROVED]
    evaluator, draw = compile_program(program), seeded(seed + 1000)
    wrong = []

    for case in (random_case(draw) for _ in range(HOUSEHOLDS)):
        rails = evaluator.run(case)
        longest = max(len(table.rows) for table in case.tables.values())
        for each in proved:
            first, last = nodes[each.rules[0]], nodes[each.rules[-1]]
            no, yes = rails.second[first], rails.first[first]
            holds = {
                "RR0801": yes,
                "RR0802": no,
                "RR0806": yes & rails.second[last],
                "RR0807": yes & rails.second[last] | no & rails.first[last],
            }[each.code.id]
            within = not each.bounded or longest <= each.elements
            # What is so only while a 参数 is not set, or as a 解读 is taken, is so here as well.
            if holds and within and not rails.conflicts:
                wrong.append((each.code.id, each.rules))

    assert wrong == []
    assert proved
