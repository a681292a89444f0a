"""A decision has to say what is proved, no more and no less."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from tests.strategies.policies import random_policy_and_case, seeded

from relapse_rules.audit.checker import Checker
from relapse_rules.audit.following import decision_follows
from relapse_rules.check import policy as checked
from relapse_rules.decisions import Concluder
from relapse_rules.engines.lanes import compile_program
from relapse_rules.explain.certificate import Prover
from relapse_rules.facts.case import Case
from relapse_rules.lowering import lower

LISTS = ("conclusions", "judgements", "measures", "tasks", "exceptions")
OUTCOMES = ("yes", "no", "unknown")
SEED = 3
"""A policy and a case without contradictions, with all lists that matter here."""


def decided(policy: checked.TypedPolicy, case: Case) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the proof and the decision as JSON."""
    program = lower(policy)
    rails = compile_program(program).run(case)
    decision = Concluder(program).conclude(rails, case, reading_changes={})
    return Prover(policy, program).certify(case, rails), json.loads(decision.model_dump_json())


@pytest.mark.usefixtures("untraced")
def test_every_decision_follows_and_no_other_outcome_does() -> None:
    """Each outcome of each list, turned into another, is found."""
    turned = contradictions = unlisted = 0
    for seed in range(60):
        policy, case = random_policy_and_case(seeded(seed))
        made, decision = decided(policy, case)
        checker = Checker(policy)

        assert decision_follows(checker, case, made, decision) == (), seed

        contradictions += len(decision["contradictions"])
        unlisted += sum(each["target"]["id"] is None for each in decision["tasks"])
        for other in _turned(decision):
            turned += 1
            assert decision_follows(checker, case, made, other), seed

    assert turned > 1000
    assert contradictions > 10
    assert unlisted > 3


def _turned(decision: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in LISTS:
        for at, element in enumerate(decision[name]):
            for member in ("outcome", "done") if name in {"measures", "tasks"} else ("outcome",):
                other = deepcopy({name: decision[name]})
                other[name][at][member] = OUTCOMES[OUTCOMES.index(element[member]) - 1]
                yield decision | other
    for at in range(len(decision["contradictions"])):
        kept = decision["contradictions"]
        yield decision | {"contradictions": [*kept[:at], *kept[at + 1 :]]}
        yield decision | {"contradictions": [*kept, kept[at]]}


def _without(decision: dict[str, Any], name: str) -> dict[str, Any]:
    return decision | {name: decision[name][1:]}


def _policy(**changes: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda decision: decision | {"policy": decision["policy"] | changes}


FOREIGN = "证明：判定不是按这份政策、这一判定时点对这一户作的"
TARGET = {"entity": "household", "id": "household[0]"}


@pytest.mark.parametrize(
    ("changed", "messages"),
    [
        pytest.param(lambda _: None, [FOREIGN], id="no decision"),
        pytest.param(_policy(digest="sha256:1"), [FOREIGN], id="another policy"),
        pytest.param(_policy(as_of="2023-08-02T09:00:01+08:00"), [FOREIGN], id="another moment"),
        pytest.param(_policy(as_of="昨天"), [FOREIGN], id="no moment"),
        pytest.param(
            lambda decision: decision | {"subject": {"entity": "household", "id": "另一户"}},
            [FOREIGN],
            id="another household",
        ),
        pytest.param(
            lambda decision: _without(decision, "measures"),
            ["“措施0”第 1 项：措施为 no，判定没有照证明这样说"],
            id="a measure is not listed",
        ),
        pytest.param(
            lambda decision: decision | {"measures": [*decision["measures"], decision["measures"][0]]},
            ["“措施0”第 1 项：措施为 no，判定所说的没有得到证明"],
            id="a measure is listed twice",
        ),
        pytest.param(
            lambda decision: decision | {"eligibility": {"outcome": "yes"}},
            [
                "证明第 1 项：资格为 yes，判定所说的没有得到证明",
                "证明第 1 项：资格为 unknown，判定没有照证明这样说",
            ],
            id="eligible without being so",
        ),
        pytest.param(
            lambda decision: decision | {"contradictions": [{"fact": "household.poor", "target": TARGET}]},
            ["“household.poor”第 1 项：矛盾，判定所说的没有得到证明"],
            id="a contradiction that is none",
        ),
        pytest.param(
            lambda decision: decision | {"scope": [{"event": "E1", "outcome": "yes"}]},
            ["证明：适用范围为 yes，判定所说的没有得到证明"],
            id="a disaster that is none",
        ),
        pytest.param(
            lambda decision: decision | {"scope": None},
            ["证明：适用范围为 unproved，判定所说的没有得到证明"],
            id="no list",
        ),
        pytest.param(
            lambda decision: decision | {"exceptions": [*decision["exceptions"], 1]},
            ["证明：例外为 unproved，判定所说的没有得到证明"],
            id="no element",
        ),
    ],
)
def test_a_decision_that_says_something_else(
    changed: Callable[[dict[str, Any]], object], messages: list[str]
) -> None:
    policy, case = random_policy_and_case(seeded(SEED))
    made, decision = decided(policy, case)

    found = decision_follows(Checker(policy), case, made, changed(decision))

    assert [str(each) for each in found] == messages


def test_a_decision_does_not_follow_from_a_proof_of_a_part() -> None:
    """What is not claimed is not unknown."""
    policy, case = random_policy_and_case(seeded(SEED))
    _, decision = decided(policy, case)

    found = decision_follows(Checker(policy), case, {"format": 1, "claims": {}}, decision)

    assert {each.declaration for each in found} >= {
        each["id"] for name in LISTS for each in decision[name] if each["target"]["id"]
    }


def test_a_decision_does_not_follow_from_a_refused_proof() -> None:
    policy, case = random_policy_and_case(seeded(SEED))
    _, decision = decided(policy, case)

    found = decision_follows(Checker(policy), case, {}, decision)

    assert [str(each) for each in found] == ["证明：不是这一版程序认识的证明"]
