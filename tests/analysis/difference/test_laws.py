"""What a comparison claims, held to the oracle, which knows nothing of programs and provers."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from tests.analysis.difference.editing import edited, reordered
from tests.strategies.cases import random_case
from tests.strategies.policies import random_policy, randoms

from relapse_rules.analysis.difference.comparing import compare
from relapse_rules.analysis.difference.cubes import Pair
from relapse_rules.analysis.difference.model import Verdict
from relapse_rules.analysis.difference.version import version_of
from relapse_rules.analysis.proving.goals import Limits, Method
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.lowering import lower
from relapse_rules.reference import evaluate

ELEMENTS = 2
LIMITS = Limits(elements=ELEMENTS, effort=2_000_000)


@settings(max_examples=min(settings().max_examples, 60))
@given(randoms())
def test_order_is_nothing(rng: Random) -> None:
    """Of a policy in another order every outcome is the same, without a proof."""
    policy = random_policy(rng)

    found = compare(version_of(policy), version_of(reordered(policy, rng)))

    assert found.is_equal
    assert {each.method for each in found.declarations} == {Method.STRUCTURE}


@settings(max_examples=min(settings().max_examples, 12))
@given(randoms())
def test_claims_of_an_edited_policy(rng: Random) -> None:
    """Every household shown differs as is said, and what is said to be the same is, for any household that is small enough."""
    pytest.importorskip("z3", reason="extra prove is not installed")
    old = random_policy(rng, depth=3)
    new = edited(old, rng)

    found = compare(version_of(old), version_of(new), limits=LIMITS)

    for comparison in found.declarations:
        for way in comparison.ways:
            if way.before is not way.after and not way.household.settings:
                lane, case = way.household.lane, way.household.case
                assert evaluate(old, case).declared[comparison.name][lane] is way.before
                assert evaluate(new, case).declared[comparison.name][lane] is way.after
    same = [each.name for each in found.declarations if each.verdict is Verdict.EQUAL]
    for case in (random_case(rng) for _ in range(40)):
        before, after = evaluate(old, case), evaluate(new, case)
        if not before.contradictions and not after.contradictions and _is_small(case):
            assert {name: before.declared[name] for name in same} == {
                name: after.declared[name] for name in same
            }


def _is_small(case: Case) -> bool:
    return all(len(table.rows) <= ELEMENTS for table in case.tables.values())


# --- when two conditions differ -------------------------------------------------------------------


def _gates(rng: Random) -> tuple[Program, int, int]:
    """Return a program with two conditions over four facts."""
    facts = [nodes.Test(domain="household", fact=f"household.{name}", kind="true") for name in "abcd"]
    made: list[nodes.AnyNode] = [*facts]
    for _ in range(8):
        some = tuple(rng.sample(range(len(made)), rng.randint(2, 3)))
        gate = rng.choice((nodes.And, nodes.Or, nodes.Not, nodes.AtLeast))
        match gate:
            case nodes.Not:
                made.append(nodes.Not(domain="household", operand=some[0]))
            case nodes.AtLeast:
                made.append(nodes.AtLeast(domain="household", count=2, operands=some))
            case _:
                made.append(gate(domain="household", operands=some))
    return replace(lower(random_policy(Random(1))), nodes=tuple(made)), len(made) - 1, len(made) - 2


@settings(max_examples=min(settings().max_examples, 150))
@given(randoms())
def test_cubes_are_enough_and_are_all(rng: Random) -> None:
    """Each cube decides whatever else is known, and every full assignment that differs is in one."""
    program, old, new = _gates(rng)
    pair = Pair(program, old, new, frozenset())

    found = pair.cubes((False, True), {}, lambda _: True, most=64)

    for cube in found.cubes:
        assert pair.truths(cube) == (False, True)
        assert all(
            pair.truths({atom: value for atom, value in cube.items() if atom != left}) != (False, True)
            for left in cube
        )
    for world in range(1 << len(pair.atoms)):
        full = {atom: bool(world >> place & 1) for place, atom in enumerate(pair.atoms)}
        covered = any(all(full[atom] is value for atom, value in cube.items()) for cube in found.cubes)
        assert covered is (pair.truths(full) == (False, True)) or not found.complete


def _either_but_not_both() -> Pair:
    """Old: a and b. New: a or b."""
    facts = [nodes.Test(domain="household", fact=f"household.{name}", kind="true") for name in "ab"]
    gates = [kind(domain="household", operands=(0, 1)) for kind in (nodes.And, nodes.Or)]
    program = replace(lower(random_policy(Random(1))), nodes=(*facts, *gates))
    return Pair(program, 2, 3, frozenset())


def test_cubes_that_were_not_looked_for_are_admitted() -> None:
    """Of two ways in which the outcome differs only one is listed."""
    found = _either_but_not_both().cubes((False, True), {}, lambda _: True, most=1)

    assert (len(found.cubes), found.complete) == (1, False)


def test_cubes_that_no_household_has_are_left_out() -> None:
    found = _either_but_not_both().cubes((False, True), {}, lambda cube: cube == {0: True, 1: False})

    assert (found.cubes, found.complete) == (({0: True, 1: False},), True)


def test_cubes_of_which_nobody_knows_are_admitted() -> None:
    found = _either_but_not_both().cubes((False, True), {}, lambda _: None)

    assert (found.cubes, found.complete) == ((), False)
