"""Every decision of the county plan's worked cases has a proof, and says exactly what is proved."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.audit.claiming import certificate, claims_of
from tests.audit.mutants import each_claim, with_claim

from relapse_rules import policy as policies
from relapse_rules.audit.checker import Checker
from relapse_rules.audit.following import decision_follows
from relapse_rules.decisions import Concluder, changed_by_readings
from relapse_rules.engines.lanes import compile_program
from relapse_rules.explain.certificate import Prover
from relapse_rules.facts import CaseReader
from relapse_rules.facts.case import Case
from relapse_rules.lowering import lower
from relapse_rules.resources import policies_directory

EXAMPLES = Path(__file__).parents[2] / "examples"
CASES = policies.inspect(policies_directory() / "cases/all.policy").cases
POLICY = policies.inspect(policies.plan_path(), local=[EXAMPLES / "county.policy"]).policy
assert POLICY is not None
PROGRAM = lower(POLICY)
EVALUATOR, CONCLUDER = compile_program(PROGRAM), Concluder(PROGRAM)
PROVER, CHECKER = Prover(POLICY, PROGRAM), Checker(POLICY)
READER = CaseReader(POLICY.vocabulary)
FLOOD = json.loads((EXAMPLES / "01-flood-dibao.json").read_text(encoding="utf-8"))


def decided(facts: object) -> tuple[Case, dict[str, Any], dict[str, Any]]:
    """Return the case, its proof and its decision, both as a record holds them."""
    case = READER.read(facts)
    rails = EVALUATOR.run(case)
    changes = changed_by_readings(EVALUATOR, rails, case)
    decision = CONCLUDER.conclude(rails, case, reading_changes=changes)
    made = PROVER.certify(case, rails)
    return case, json.loads(json.dumps(made)), json.loads(decision.model_dump_json())


@pytest.mark.usefixtures("untraced")
def test_every_other_worked_case_and_every_example_is_proved() -> None:
    examples = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(EXAMPLES.glob("*.json"))]

    # Most cases differ from another in a few facts only.
    for facts in (*examples, *(dict(case.facts) for case in CASES[::2])):
        assert decision_follows(CHECKER, *decided(facts)) == ()

    assert len(CASES) > 290


@pytest.mark.usefixtures("untraced")
def test_no_claim_about_the_plan_can_be_turned_around() -> None:
    """One claim at a time; every one of the example's, to a random other outcome."""
    case, made, _ = decided(FLOOD)
    claims = claims_of(made)
    rng = Random(0)
    turned = [
        with_claim(claims, place, lane, rng.choice("ynu".replace(letter, "")))
        for place, lane, letter in each_claim(claims)
    ]

    assert len(turned) > 400
    assert all(CHECKER.check(case, certificate(other))[1] for other in turned)


def test_a_proof_holds_no_number_and_no_fact() -> None:
    _, made, _ = decided(FLOOD)

    letters = {letter for paths in made["claims"].values() for each in paths.values() for letter in each}

    assert letters <= {"y", "n", "u", "-"}


def test_a_proof_stays_small() -> None:
    """Bytes of canonical JSON for the whole decision about one household."""
    _, made, decision = decided(FLOOD)

    size = len(json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode())

    assert size < 12_000
    assert size * 5 < len(json.dumps(decision, ensure_ascii=False, separators=(",", ":")).encode())
