"""What z3 and the prover say of a program, held to the engine; each answer is a list of what differs."""

from __future__ import annotations

from random import Random
from typing import Any, Final

import z3
from tests.strategies.vocabulary import VOCABULARY

from relapse_rules.analysis.proving.goals import Demand, Goal, Limits, Wanted
from relapse_rules.analysis.proving.households import with_settings
from relapse_rules.analysis.proving.prover import Prover
from relapse_rules.analysis.proving.z3_facts import Facts
from relapse_rules.analysis.proving.z3_rails import Rails
from relapse_rules.analysis.proving.z3_reading import ModelReading
from relapse_rules.engines.lanes import Evaluator, compile_program
from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Program
from relapse_rules.ir.verify import is_number

ELEMENTS: Final = 2
"""So many elements a list has at most here."""


def solved_as_decided(program: Program, rng: Random) -> list[str] | None:
    """Make z3 invent a household, and return the nodes that mean something else to the engine; None when it finds none in time."""
    facts = Facts([program], VOCABULARY, ELEMENTS)
    rails = Rails(program, facts)
    _build(program, rails)
    model = _random_model(facts, rng)
    if model is None:
        return None
    reading = ModelReading(model, facts, VOCABULARY)
    case = reading.case(changed=False)
    decided = with_settings(program, reading.settings())
    engine = Evaluator(decided, compile_program(program).code).run(case)
    found: list[str] = []
    for position, node in enumerate(program.nodes):
        for lane in range(len(case.tables[node.domain].rows)):
            if is_number(node):
                number = rails.number(position, lane)
                seen: object = reading.whole(number.value) if reading.holds(number.known) else None
                wanted: object = engine.number(position, lane)
            else:
                rail = rails.rail(position, lane)
                yes, no = reading.holds(rail.yes), reading.holds(rail.no)
                seen = "both" if yes and no else True if yes else False if no else None
                wanted = engine.truth(position, lane)
            if seen != wanted:
                found.append(f"{position} {node} of {lane}: {seen} to z3, {wanted} to the engine")
    clashes = {
        (node, lane)
        for (node, lane, _), clash in rails.clashes.items()
        if reading.holds(clash) and lane < len(case.tables[program.nodes[node].domain].rows)
    }
    stated = {(node, lane) for node, bits in engine.conflicts for lane in range(ELEMENTS) if bits >> lane & 1}
    return (
        found if clashes == stated else [*found, f"contradictions: {clashes} to z3, {stated} to the engine"]
    )


def shown_and_found(program: Program, case: Case, rng: Random) -> list[str]:
    """Return what ``case`` shows of some nodes, and the prover says cannot be. It has no contradictions and `ELEMENTS` elements at most."""
    rails = compile_program(program).run(case)
    prover = Prover([program], VOCABULARY, Limits(elements=ELEMENTS, effort=4_000_000))
    found: list[str] = []
    for node in rng.sample(conditions(program), 6):
        domain = program.nodes[node].domain
        for lane in range(len(case.tables[domain].rows)):
            truth = rails.truth(node, lane)
            if truth is not None:
                wanted = Wanted.YES if truth else Wanted.NO
                search = prover.find(Goal(domain=domain, demands=(Demand(node=node, wanted=wanted),)))
                if search.witness is None and search.complete:
                    found.append(
                        f"{node} {program.nodes[node]} of {lane} is {truth}, and the prover denies it"
                    )
    return found


def conditions(program: Program) -> list[int]:
    """Return the nodes that are conditions."""
    return [position for position, node in enumerate(program.nodes) if not is_number(node)]


def _build(program: Program, rails: Rails) -> None:
    for position, node in enumerate(program.nodes):
        for lane in range(rails.facts.lanes[node.domain]):
            if is_number(node):
                rails.number(position, lane)
            else:
                rails.rail(position, lane)


def _random_model(facts: Facts, rng: Random) -> Any:
    solver = z3.Solver(ctx=facts.context)
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
