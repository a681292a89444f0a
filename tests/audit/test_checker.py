"""The checker accepts what is proved, and refuses exactly the claims that do not follow."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.audit.claiming import (
    COMBINED,
    Claims,
    Rules,
    all_claims,
    certificate,
    claims_of,
    places,
    untrue,
)
from tests.audit.mutants import MUTATIONS, World, each_claim, with_claim
from tests.strategies.policies import policies_and_cases, random_policy_and_case, seeded
from tests.strategies.vocabulary import VOCABULARY

from relapse_rules.audit import checker as checker_module
from relapse_rules.audit.checker import Checker, Problem
from relapse_rules.check import policy as checked
from relapse_rules.check import typed
from relapse_rules.check.typed_children import walk
from relapse_rules.engines.lanes import compile_program
from relapse_rules.explain.certificate import Prover
from relapse_rules.facts.case import Case
from relapse_rules.lowering import lower
from relapse_rules.reference import evaluate

POLICIES = 220
MUTANTS = {
    "flip": 10,
    "move": 8,
    "fact": 2,
    "completeness": 1,
    "tie": 1,
    "moment": 1,
    "parameter": 1,
    "reading": 1,
}
"""How many of each kind for one policy."""


class Proving:
    """Proves decisions of one policy."""

    def __init__(self, policy: checked.TypedPolicy) -> None:
        program = lower(policy)
        self._prover, self._evaluator = Prover(policy, program), compile_program(program)

    def proof(self, case: Case, names: tuple[str, ...] | None = None) -> dict[str, Any]:
        return self._prover.certify(case, self._evaluator.run(case), names)


def proved(policy: checked.TypedPolicy, case: Case, names: tuple[str, ...] | None = None) -> dict[str, Any]:
    return Proving(policy).proof(case, names)


def problems(policy: checked.TypedPolicy, case: Case, made: object) -> tuple[Problem, ...]:
    known, found = Checker(policy).check(case, made)
    assert (known is None) == bool(found)
    return found


# --- what is proved is accepted, and true -----------------------------------------------------------------


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(policies_and_cases())
def test_proofs_and_all_true_claims_are_accepted(drawn: tuple[checked.TypedPolicy, Case]) -> None:
    policy, case = drawn
    proving = Proving(policy)

    whole, part = proving.proof(case), proving.proof(case, ("措施0",))

    assert problems(policy, case, whole) == ()
    assert problems(policy, case, part) == ()
    assert problems(policy, case, certificate(all_claims(policy, evaluate(policy, case)))) == ()
    assert "措施0" in part["claims"]
    assert part["claims"].keys() <= whole["claims"].keys()


# --- what does not follow is refused ----------------------------------------------------------------------


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("block", range(4))
def test_refuses_exactly_what_does_not_follow(block: int) -> None:
    """Claims at random: each is refused or not as its own rule says, worked out by the oracle."""
    refused = kept = 0
    for seed in range(block, 240, 4):
        rng = seeded(seed)
        policy, case = random_policy_and_case(rng)
        if _derives_numbers_from_conditions(policy):
            continue
        rules, true = Rules(policy), all_claims(policy, evaluate(policy, case))
        for _ in range(5):
            claims = _scrambled(true, rng)
            found = {each[1:] for each in problems(policy, case, certificate(claims))}
            by_rule = rules.outcomes(case, claims)
            others = [rules.outcomes(case, claims, absent) for absent in (True, False)]
            for (key, path), lane, letter in each_claim(claims):
                outcome = by_rule[key, path][lane]
                is_refused = (key, ".".join(map(str, path)), lane) in found
                if letter == "u":
                    # An unknown is refused also for want of a claim that could not have changed it.
                    open_ = {outcome, *(other[key, path][lane] for other in others)} == {"u"}
                    assert open_ or is_refused, (seed, key, path, lane)
                    assert outcome != "u" or not is_refused or "-" in "".join(claims.values()), (
                        seed,
                        key,
                        path,
                        lane,
                    )
                else:
                    assert is_refused == (outcome != letter), (seed, key, path, lane)
                refused, kept = refused + is_refused, kept + (not is_refused)

    assert refused > 300
    assert kept > 300


def _derives_numbers_from_conditions(policy: checked.TypedPolicy) -> bool:
    """Whether what is missing for a derived number cannot be told by a probe."""
    return any(
        isinstance(node, (*COMBINED, typed.Named, typed.NamedNumber))
        for declared in policy.indicators
        if declared.derives is not None
        for _, node in walk(declared.value)
    )


def _scrambled(true: Claims, rng: Random) -> Claims:
    """Return the claims with some left out, and few others made up."""
    dropped, changed = rng.choice(((0.0, 0.1), (0.1, 0.0), (0.3, 0.1), (0.7, 0.3)))
    return {
        place: "".join(
            "-" if rng.random() < dropped else rng.choice("ynu") if rng.random() < changed else letter
            for letter in letters
        )
        for place, letters in true.items()
    }


@pytest.mark.usefixtures("untraced")
def test_refuses_every_mutant_that_is_not_true() -> None:
    """Whatever is accepted of a mutant holds, by the oracle; and what is still a proof is accepted."""
    false: Counter[str] = Counter()
    for seed in range(POLICIES):
        rng = seeded(seed)
        policy, case = random_policy_and_case(rng)
        proving, rails = Proving(policy), evaluate(policy, case)
        world = World(policy, case, claims_of(proving.proof(case)))
        for kind, mutated in MUTATIONS.items():
            for _ in range(MUTANTS[kind]):
                other = mutated(world, rng)
                is_same_world = other[:2] == world[:2]
                lies = untrue(other.claims, rails if is_same_world else evaluate(*other[:2]))
                found = problems(*other[:2], certificate(other.claims))
                assert found or not lies, (seed, kind, lies[:3])
                if found and other.policy is policy:
                    assert certificate(other.claims) != proving.proof(other.case), (seed, kind)
                false[kind] += bool(lies)

    assert false.total() > 3000
    assert min(false[kind] for kind in MUTATIONS) > 5, false


@pytest.mark.usefixtures("untraced")
def test_nothing_can_be_left_out_of_the_proof_of_one_outcome() -> None:
    """A proof holds no more than it takes; only of a count it gives every part."""
    left_out = 0
    for seed in range(POLICIES):
        policy, case = random_policy_and_case(seeded(seed))
        if any(isinstance(node, typed.CountCompare) for node in places(policy).values()):
            continue
        proving = Proving(policy)
        for name in ("措施0", "措施1", "例外乙", "职责甲"):
            claims = claims_of(proving.proof(case, (name,)))
            for place, lane, _ in each_claim(claims):
                if place[1] or place[0].removesuffix("#done") != name:
                    left_out += 1
                    fewer = with_claim(claims, place, lane, "-")
                    assert problems(policy, case, certificate(fewer)), (seed, place, lane)

    assert left_out > 200


# --- what is no proof at all ------------------------------------------------------------------------------


def test_a_circular_proof_is_refused() -> None:
    """Two declarations that are each other: every claim would follow from the other one."""

    def named(name: str, other: str) -> checked.TypedDefinition:
        condition = typed.Named(domain="household", name=other)
        return checked.TypedDefinition(name=name, entity="household", domain="household", condition=condition)

    policy = checked.TypedPolicy(
        name="循环",
        digest="sha256:0",
        vocabulary=VOCABULARY,
        definitions=(named("甲", "乙"), named("乙", "甲")),
    )
    _, case = random_policy_and_case(seeded(0))

    found = problems(policy, case, certificate({("甲", ()): "y", ("乙", ()): "y"}))

    assert [str(each) for each in found] == ["证明：甲、乙、甲 互为依据，成了循环"]


UNKNOWN_FORM = "证明：不是这一版程序认识的证明"
BAD_OUTCOMES = "“措施”：断言的写法不对，或与对象的个数不符"


@pytest.mark.parametrize(
    ("made", "message"),
    [
        pytest.param(None, UNKNOWN_FORM, id="nothing"),
        pytest.param([], UNKNOWN_FORM, id="a list"),
        pytest.param({"format": 2, "claims": {}}, UNKNOWN_FORM, id="another format"),
        pytest.param({"format": 1, "claims": []}, UNKNOWN_FORM, id="no claims"),
        pytest.param({"format": 1, "claims": {}, "more": 1}, UNKNOWN_FORM, id="more than claims"),
        pytest.param(
            {"format": 1, "claims": {"没有": {"": "y"}}},
            "“没有”：政策在这一处没有可以断言的条件",
            id="unknown declaration",
        ),
        pytest.param(
            {"format": 1, "claims": {"措施": {"9.9": "y"}}},
            "“措施”的 9.9 处：政策在这一处没有可以断言的条件",
            id="unknown path",
        ),
        pytest.param(
            {"format": 1, "claims": {"措施": {"0": "y"}}},
            "“措施”的 0 处：政策在这一处没有可以断言的条件",
            id="nothing to choose there",
        ),
        pytest.param({"format": 1, "claims": {"措施": {"": "yy"}}}, BAD_OUTCOMES, id="too many elements"),
        pytest.param({"format": 1, "claims": {"措施": {"": "x"}}}, BAD_OUTCOMES, id="no outcome"),
        pytest.param({"format": 1, "claims": {"措施": {"": True}}}, BAD_OUTCOMES, id="no text"),
        pytest.param({"format": 1, "claims": {"措施": "y"}}, BAD_OUTCOMES, id="no paths"),
    ],
)
def test_what_is_no_certificate_is_refused(made: object, message: str) -> None:
    policy, case = _small()

    assert [str(each) for each in problems(policy, case, made)] == [message]


def test_a_refusal_names_the_place_and_the_reason() -> None:
    policy, case = _small()

    found = problems(policy, case, certificate({("贫困", ()): "u", ("措施", ()): "y"}))

    assert [str(each) for each in found] == [
        "“贫困”第 1 项：断言为“未知”，得出的却是“是”",
        "“措施”第 1 项：断言为“是”，它所依据的断言没有列全",
    ]


# --- what a proof holds -----------------------------------------------------------------------------------


def _small() -> tuple[checked.TypedPolicy, Case]:
    """Return a policy of two definitions and a measure that takes either, and a household in 低保."""
    home = "household"

    def definition(name: str, fact: str) -> checked.TypedDefinition:
        test = typed.FieldTest(domain=home, fact=f"{home}.{fact}", kind=typed.TestKind.TRUE)
        return checked.TypedDefinition(name=name, entity=home, domain=home, condition=test)

    either = typed.AnyOf(
        domain=home,
        operands=(typed.Named(domain=home, name="贫困"), typed.Named(domain=home, name="能自救")),
    )
    policy = checked.TypedPolicy(
        name="小",
        digest="sha256:0",
        vocabulary=VOCABULARY,
        definitions=(definition("贫困", "dibao"), definition("能自救", "judged_able")),
        measures=(
            checked.TypedMeasure(
                name="措施", entity=home, domain=home, category="类别", condition=either, outcome=either
            ),
        ),
    )
    _, case = random_policy_and_case(seeded(0))
    table = case.tables[home]._replace(rows=({"household.dibao": True},))
    return policy, replace(case, tables={**case.tables, home: table})


def test_a_proof_takes_only_what_forces_the_outcome() -> None:
    """Of two definitions that a measure takes either of, the one that holds is enough."""
    policy, case = _small()

    assert proved(policy, case, ("措施",)) == certificate({("措施", ()): "y", ("贫困", ()): "y"})


def test_an_unknown_takes_everything_that_could_settle_it() -> None:
    policy, case = _small()
    unknown = replace(
        case, tables={**case.tables, "household": case.tables["household"]._replace(rows=({},))}
    )

    assert proved(policy, unknown, ("措施",)) == certificate(
        {("措施", ()): "u", ("能自救", ()): "u", ("贫困", ()): "u"}
    )


def test_the_checker_is_short_enough_to_read() -> None:
    assert len(Path(checker_module.__file__).read_text(encoding="utf-8").splitlines()) < 300
