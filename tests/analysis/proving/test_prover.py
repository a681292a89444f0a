"""What the prover finds is so, what it says cannot be is not so anywhere, and trying out and solving come to the same."""

from __future__ import annotations

from random import Random
from typing import Final

import pytest
from hypothesis import assume, example, given, settings
from tests.strategies.cases import random_case
from tests.strategies.policies import random_policy, randoms, seeded
from tests.strategies.vocabulary import VOCABULARY

from relapse_rules.analysis.proving.goals import Demand, Goal, Limits, Method, Turn, Wanted, met
from relapse_rules.analysis.proving.prover import Prover
from relapse_rules.engines.lanes import compile_program
from relapse_rules.facts.case import Case
from relapse_rules.lowering import lower

pytest.importorskip("z3", reason="extra prove is not installed")
from tests.analysis.proving.solving import ELEMENTS, conditions, shown_and_found

FEW: Final = settings(max_examples=min(settings().max_examples, 60))


@FEW
@given(randoms())
def test_what_a_household_shows_is_found(rng: Random) -> None:
    """Whatever is true of some household, however random, the prover does not say that it cannot be."""
    program = lower(random_policy(rng, depth=3))
    case = _small_case(rng)
    assume(not compile_program(program).run(case).conflicts)

    assert shown_and_found(program, case, rng) == []


@FEW
@given(randoms())
def test_what_is_found_is_so(rng: Random) -> None:
    """Two nodes, each wanted in some way: the household that is found is decided so, in the element that is named."""
    program = lower(random_policy(rng, depth=3))
    prover = Prover([program], VOCABULARY, Limits(elements=ELEMENTS, effort=4_000_000))
    nodes = conditions(program)
    for _ in range(4):
        first = rng.choice(nodes)
        domain = program.nodes[first].domain
        second = rng.choice([each for each in nodes if program.nodes[each].domain == domain])
        demands = tuple(Demand(node=node, wanted=rng.choice([*Wanted])) for node in (first, second))

        witness = prover.find(Goal(domain=domain, demands=demands)).witness

        if witness is not None and not witness.settings:
            rails = compile_program(program).run(witness.case)
            assert not rails.conflicts
            assert all(met(rails.truth(each.node, witness.lane), each.wanted) for each in demands)


@FEW
@given(randoms())
@example(seeded(560))  # the first model is the smallest, and has numbers to tidy
def test_trying_out_and_solving_agree(rng: Random) -> None:
    """Where both can be done: there is a household or there is none, and the smallest is of the same size."""
    program = lower(random_policy(rng, depth=2))
    both = Prover([program], VOCABULARY, Limits(elements=1, effort=4_000_000))
    solver = Prover([program], VOCABULARY, Limits(elements=1, effort=4_000_000, assignments=0))
    for node in rng.sample(conditions(program), 6):
        goal = Goal(
            domain=program.nodes[node].domain, demands=(Demand(node=node, wanted=rng.choice([*Wanted])),)
        )

        one, other = both.find(goal), solver.find(goal)

        if one.method is Method.EXHAUSTION and other.complete:
            assert (one.witness is None) == (other.witness is None)
            if one.witness is not None and other.witness is not None and other.witness.smallest:
                assert one.witness.size == other.witness.size


@FEW
@given(randoms())
def test_a_changed_household_differs_in_nothing_else(rng: Random) -> None:
    program = lower(random_policy(rng, depth=3))
    prover = Prover([program], VOCABULARY, Limits(elements=ELEMENTS, effort=4_000_000))
    fact = rng.choice(("household.income", "household.population", "member.wage", "household.included_on"))
    for node in rng.sample(conditions(program), 4):
        goal = Goal(
            domain=program.nodes[node].domain,
            demands=(
                Demand(node=node, wanted=Wanted.YES),
                Demand(node=node, wanted=Wanted.NO, changed=True),
            ),
            facts=(fact,),
            turn=Turn.UP,
        )

        witness = prover.find(goal).witness

        if witness is not None:
            assert witness.changed is not None
            before, after = _stated(witness.case), _stated(witness.changed)
            differing = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
            assert differing
            assert {key[2] for key in differing} == {fact}
            assert all(after[key] > before[key] for key in differing)  # type: ignore[operator]


def test_a_goal_that_needs_the_solver_says_so_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(5)
    program = lower(random_policy(rng, depth=3))
    monkeypatch.setattr("relapse_rules.analysis.proving.prover.find_spec", lambda _: None)
    prover = Prover([program], VOCABULARY, Limits(assignments=0))

    node = conditions(program)[-1]
    found = prover.find(
        Goal(domain=program.nodes[node].domain, demands=(Demand(node=node, wanted=Wanted.YES),))
    )

    assert (found.witness, found.complete, found.needs_solver) == (None, False, True)


def _small_case(rng: Random) -> Case:
    while True:
        case = random_case(rng)
        if all(len(table.rows) <= ELEMENTS for table in case.tables.values()):
            return case


def _stated(case: Case) -> dict[tuple[str, int, str], object]:
    return {
        (domain, lane, fact): value
        for domain, table in case.tables.items()
        for lane, row in enumerate(table.rows)
        for fact, value in row.items()
    }
