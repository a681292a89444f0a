"""What is hunted for: two ways to the same answer that differ on some policy and case. Each hunt is a function of its quarry alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from random import Random
from typing import NamedTuple

from tests.conformance.agreement import differences, random_readings
from tests.conformance.isolated import IsolatedEvaluator
from tests.strategies.cases import more_facts, random_case
from tests.strategies.policies import random_policy

from relapse_rules.check.policy import TypedPolicy
from relapse_rules.engines.lanes import compile_program
from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.ir.verify import is_number, verify
from relapse_rules.lowering import lower


class Quarry(NamedTuple):
    """A policy and a case, and the seed of whatever else a hunt draws."""

    policy: TypedPolicy
    case: Case
    seed: int


def quarry(seed: int) -> Quarry:
    """Return the quarry of a seed."""
    rng = Random(seed)
    return Quarry(random_policy(rng, depth=rng.choice((2, 3, 4, 5))), random_case(rng), seed)


def lanes(found: Quarry) -> list[str]:
    """The lanes engine and the oracle, with readings as taken or otherwise."""
    program = lower(found.policy)
    readings = random_readings(found.policy, Random(found.seed))
    return [
        *map(str, verify(program)),
        *differences(found.policy, program, compile_program(program), found.case, readings),
    ]


def durable(found: Quarry) -> list[str]:
    """The durable engine and the oracle."""
    program = lower(found.policy)
    return differences(found.policy, program, IsolatedEvaluator(program), found.case, None)


def blocks(found: Quarry) -> list[str]:
    """A block of households and each of them alone."""
    from tests.engines.stacking import in_block_as_alone  # noqa: PLC0415 - needs numpy

    rng = Random(found.seed)
    others = (replace(random_case(rng), as_of=found.case.as_of) for _ in range(rng.choice((0, 3, 70))))
    cases = [found.case, *others]
    return in_block_as_alone(lower(found.policy), cases, (0, len(cases) - 1))


def solver(found: Quarry) -> list[str]:
    """What nodes mean to z3 and to the engine, in a household that z3 makes up."""
    from tests.analysis.proving.solving import solved_as_decided  # noqa: PLC0415 - needs z3

    return solved_as_decided(lower(found.policy), Random(found.seed)) or []


def prover(found: Quarry) -> list[str]:
    """What a household shows is found by the prover."""
    from tests.analysis.proving.solving import ELEMENTS, shown_and_found  # noqa: PLC0415 - needs z3

    program = lower(found.policy)
    if any(len(table.rows) > ELEMENTS for table in found.case.tables.values()):
        return []
    if compile_program(program).run(found.case).conflicts:
        return []
    return shown_and_found(program, found.case, Random(found.seed))


def facts(found: Quarry) -> list[str]:
    """More facts never flip an answer, as long as they do not contradict each other.

    Where a derived fact contradicts what was supplied it is unknown; a second one that rests on it is then what was supplied for it, which
    may be otherwise than what its rule said before.
    """
    program = lower(found.policy)
    evaluator = compile_program(program)
    before = evaluator.run(found.case)
    after = evaluator.run(more_facts(found.case, Random(found.seed)))
    return _flipped(program, before, after, found.case)


def _flipped(program: Program, before: Rails, after: Rails, case: Case) -> list[str]:
    """Return what was known and is otherwise now; nothing where a contradiction has come to light."""
    if after.conflicts:
        return []
    found: list[str] = []
    for position, node in enumerate(program.nodes):
        for lane in range(len(case.tables[node.domain].rows)):
            one, other = (
                rails.number(position, lane) if is_number(node) else rails.truth(position, lane)
                for rails in (before, after)
            )
            if one is not None and one != other:
                found.append(f"{position} {node} of {lane}: {one} became {other}")
    return found


HUNTS: dict[str, Callable[[Quarry], list[str]]] = {
    "lanes": lanes,
    "facts": facts,
    "blocks": blocks,
    "solver": solver,
    "prover": prover,
    "durable": durable,
}

NEEDS = {"blocks": "numpy", "solver": "z3", "prover": "z3", "durable": "durable_rules_engine"}

SHARE = {"lanes": 1, "facts": 1, "blocks": 1, "solver": 5, "prover": 5, "durable": 20}
"""A hunt goes after one of so many quarries: some take long."""


def possible(hunt: str) -> bool:
    """Whether what a hunt needs is installed."""
    return hunt not in NEEDS or find_spec(NEEDS[hunt]) is not None
