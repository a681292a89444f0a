"""What a program means to z3 is what it means to the engine: for any policy and any household, at every node."""

from __future__ import annotations

from random import Random
from typing import Any, Final

import pytest
from hypothesis import assume, given, settings
from tests.strategies.policies import random_policy, randoms
from tests.strategies.vocabulary import VOCABULARY

from relapse_rules.analysis.proving.households import with_settings
from relapse_rules.engines.lanes import Evaluator, compile_program
from relapse_rules.ir.program import Program
from relapse_rules.ir.verify import is_number
from relapse_rules.lowering import lower

z3 = pytest.importorskip("z3")
from relapse_rules.analysis.proving.z3_facts import Facts  # noqa: E402
from relapse_rules.analysis.proving.z3_rails import Rails  # noqa: E402
from relapse_rules.analysis.proving.z3_search import ModelReading  # noqa: E402

ELEMENTS: Final = 2
FEW: Final = settings(max_examples=min(settings().max_examples, 80))


@FEW
@given(randoms())
def test_every_node_of_a_random_household(rng: Random) -> None:
    """Literals are fixed at random for as long as there is such a household."""
    program = lower(random_policy(rng, depth=3))
    facts = Facts([program], VOCABULARY, ELEMENTS)
    rails = Rails(program, facts)
    _build(program, rails)
    model = _random_model(facts, rng)
    assume(model is not None)
    reading = ModelReading(model, facts, VOCABULARY)
    case = reading.case(changed=False)
    set_ = with_settings(program, reading.settings())

    engine = Evaluator(set_, compile_program(program).code).run(case)

    for position, node in enumerate(program.nodes):
        for lane in range(len(case.tables[node.domain].rows)):
            if is_number(node):
                number = rails.number(position, lane)
                seen = reading.whole(number.value) if reading.holds(number.known) else None
                assert seen == engine.number(position, lane), (position, node, lane)
            else:
                rail = rails.rail(position, lane)
                yes, no = reading.holds(rail.yes), reading.holds(rail.no)
                assert not (yes and no)
                assert (True if yes else False if no else None) is engine.truth(position, lane), (
                    position,
                    node,
                    lane,
                )
    clashes = {(node, lane) for (node, lane, _), clash in rails.clashes.items() if reading.holds(clash)}
    stated = {(node, lane) for node, bits in engine.conflicts for lane in range(ELEMENTS) if bits >> lane & 1}
    assert {
        (node, lane) for node, lane in clashes if lane < len(case.tables[program.nodes[node].domain].rows)
    } == stated


def _build(program: Program, rails: Rails) -> None:
    for position, node in enumerate(program.nodes):
        for lane in range(rails.facts.lanes[node.domain]):
            if is_number(node):
                rails.number(position, lane)
            else:
                rails.rail(position, lane)


def _random_model(facts: Facts, rng: Random) -> Any:
    solver = z3.Solver()
    solver.set("rlimit", 5_000_000)
    solver.add(facts.rules)
    literals = [
        *(one for choice in facts.choices.values() for one in choice.picked),
        *(members.known for members in facts.sets.values()),
        *(one for members in facts.sets.values() for one in members.has),
        *(number.known for number in facts.numbers.values()),
        *(number.known for number in facts.unset.values()),
        *(one for each in facts.belongings.values() for one in each.to),
        *facts.elements(),
    ]
    literals = [each for each in literals if not isinstance(each, bool)]
    wishes = [each for each in rng.sample(literals, min(len(literals), 30)) if rng.random() < 0.8]
    for number in facts.numbers.values():
        close = rng.choice((0, 1, -1, 2, 100, 738_000, 738_735, 1_690_900_000, 350_000))
        wishes.append(number.value == close + rng.choice((-1, 0, 1)))
    for wish in wishes:
        solver.push()
        solver.add(wish)
        if solver.check() != z3.sat:
            solver.pop()
    return solver.model() if solver.check() == z3.sat else None
