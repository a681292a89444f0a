"""Programs at and beyond what one durable_rules ruleset can bear: split, or refused with the reason, and always exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from random import Random
from typing import TypeVar

import pytest
from tests.engines.gates import HOUSEHOLD, case_of, leaves, program_of

from relapse_rules.engines import lanes
from relapse_rules.ir.nodes import And, AnyNode, AtLeast, Merge, Not, Or

pytestmark = pytest.mark.skipif(
    find_spec("durable_rules_engine") is None, reason="durable_rules is not installed"
)

Answer = TypeVar("Answer")
LARGEST = 4_000
"""Rules that a ruleset may have; asked for so that only the engine's own limits split a program."""


def one_gate(kind: type[And | Or], count: int) -> tuple[AnyNode, ...]:
    """A gate over ``count`` facts."""
    return (*leaves(count), kind(domain=HOUSEHOLD, operands=tuple(range(count))))


def at_least(count: int, *operands: int) -> tuple[AnyNode, ...]:
    """``count`` of ``operands``; one that stands twice counts twice."""
    return (*leaves(max(operands) + 1), AtLeast(domain=HOUSEHOLD, count=count, operands=operands))


def one_fact_used_often(count: int) -> tuple[AnyNode, ...]:
    """``count`` conjunctions of one and the same fact with another."""
    return (
        *leaves(count + 1),
        *(And(domain=HOUSEHOLD, operands=(0, other)) for other in range(1, count + 1)),
    )


def wide(count: int) -> tuple[AnyNode, ...]:
    """A disjunction beginning at each of ``count`` facts, so that one ruleset asks for all of them."""
    steps = (tuple((first + step) % count for step in range(3)) for first in range(count))
    return (*leaves(count), *(Or(domain=HOUSEHOLD, operands=operands) for operands in steps))


def chain(count: int) -> tuple[AnyNode, ...]:
    """Gates of which each uses the one before."""
    own: list[AnyNode] = list(leaves(100))
    for number in range(count):
        kind = And if number % 2 else Or
        own.append(kind(domain=HOUSEHOLD, operands=(len(own) - 1, number % 99, (7 * number + 3) % 99)))
    return tuple(own)


def merged() -> tuple[AnyNode, ...]:
    """A derived fact with what was supplied, and gates that use it."""
    return (
        *leaves(3),
        Or(domain=HOUSEHOLD, operands=(0, 1)),
        Merge(domain=HOUSEHOLD, fact="household.f2", rule=3, supplied=2),
        Not(domain=HOUSEHOLD, operand=4),
        And(domain=HOUSEHOLD, operands=(5, 1)),
    )


def differences(own: tuple[AnyNode, ...], likelihoods: tuple[float, ...]) -> list[str]:
    """Return where durable differs from lanes, or its firings prove nothing; runs where the C module may crash.

    ``likelihoods``: for one household each, how likely a fact is to hold; every seventh is not stated.
    """
    from relapse_rules.engines import durable  # noqa: PLC0415

    program = program_of(own)
    rng = Random(1)
    evaluator = durable.compile_program(program, preferred_rules=LARGEST)
    expected = lanes.compile_program(program)
    found: list[str] = []
    for likely in likelihoods:
        truths = [rng.choice((rng.random() < likely,) * 6 + (None,)) for _ in program.facts]
        case = case_of(truths)
        trace = evaluator.trace(case)
        if trace.rails != expected.run(case):
            found.append(f"other rails at {likely}")
        found += durable.check_trace(program, trace)
    evaluator.close()
    return found


@pytest.fixture(scope="module")
def in_own_process() -> Iterator[Callable[[Callable[[], Answer]], Answer]]:
    """Return what runs work in a process of its own, where a crash fails the test that asked and no other."""
    pools: list[ProcessPoolExecutor] = []

    def run(work: Callable[[], Answer]) -> Answer:
        if not pools:
            pools.append(ProcessPoolExecutor(1, mp_context=get_context("spawn")))
        try:
            return pools[0].submit(work).result()
        except BrokenProcessPool:
            pools.clear()
            raise

    yield run
    for pool in pools:
        pool.shutdown()


PROGRAMS = {
    "16 antecedents": one_gate(And, 16),
    "17 antecedents": one_gate(And, 17),
    "257 antecedents, split twice": one_gate(Or, 257),
    "1 of many": at_least(1, *range(40)),
    "5 of 40": at_least(5, *range(40)),
    "20 of 40": at_least(20, *range(40)),
    "39 of 40": at_least(39, *range(40)),
    "an operand twice": at_least(3, 0, 0, 1, 2, 2, 2),
    "an operand so often that it is enough": at_least(3, 0, 1, 2, 2, 2, 3),
    "255 uses": one_fact_used_often(255),
    "256 uses": one_fact_used_often(256),
    "510 tests and the start": wide(510),
    "more tests than a level has": wide(511),
    "a chain over several rulesets": chain(400),
    "a contradiction": merged(),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_at_the_limits_agree_with_lanes(in_own_process, name: str) -> None:
    assert in_own_process(partial(differences, PROGRAMS[name], (0.0, 0.5, 1.0))) == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_ruleset_exceeds_a_limit(in_own_process, name: str) -> None:
    for rules, longest, most_used, tests, names in in_own_process(partial(sizes, PROGRAMS[name])):
        assert rules <= 4_000
        assert longest <= 16
        assert most_used <= 255
        assert tests <= 511
        assert names == {"sid", "id", "p", "v"}


def sizes(own: tuple[AnyNode, ...]) -> list[tuple[int, int, int, int, set[str]]]:
    """Return what durable_rules is given, ruleset by ruleset, read from the definitions themselves."""
    import json  # noqa: PLC0415

    from relapse_rules.engines import durable  # noqa: PLC0415

    found = []
    for ruleset in durable.compile_program(program_of(own), preferred_rules=LARGEST).rulesets:
        rules = json.loads(ruleset.definition)
        patterns = [next(iter(one.values())) for rule in rules.values() for one in rule["all"]]
        uses = Counter(json.dumps(pattern) for pattern in patterns)
        places = {json.dumps(pattern["$and"][0] if "$and" in pattern else pattern) for pattern in patterns}
        names = {name for fact in (*ruleset.facts.values(), ruleset.start) for name in json.loads(fact)}
        longest = max(len(rule["all"]) for rule in rules.values())
        found.append((len(rules), longest, max(uses.values()), len(places), names))
    return found


def test_too_many_rules_for_one_ruleset_are_split(in_own_process):
    gates = (
        Or(domain=HOUSEHOLD, operands=(first, second, third))
        for first in range(18)
        for second in range(18, 36)
        for third in range(36, 40)
    )
    own = (*leaves(40), *gates)

    found = in_own_process(partial(sizes, own))

    assert sum(rules for rules, *_ in found) > 4_000
    assert in_own_process(partial(differences, own, (0.5,))) == []


def test_a_program_too_large_is_refused_with_the_reason(in_own_process):
    code, message = in_own_process(partial(refusal, at_least(300, *range(600))))

    assert code == "RR0702"
    assert message == (
        "RR0702 “门”用 durable 引擎至少要 360000 条规则，超过上限 100000 条。"
        "改用 lanes 引擎（结论相同），或把条件很多的“至少……项”拆开"
    )


def refusal(own: tuple[AnyNode, ...]) -> tuple[str, str]:
    from relapse_rules.engines import durable  # noqa: PLC0415

    with pytest.raises(durable.ProgramRefusedError) as refused:
        durable.compile_program(program_of(own))
    return refused.value.diagnostic.code, str(refused.value)


def test_ids_that_the_engine_would_confuse_are_never_given():
    from relapse_rules.engines.durable.limits import identity  # noqa: PLC0415

    assert identity("H65974") == identity("H142600")
    assert len({identity(str(number)) for number in range(1, 10_000)}) == 9_999
