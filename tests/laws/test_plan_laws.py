"""The laws of the language, on the shipped plan and real cases."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

import relapse_rules
from relapse_rules import Decision, Policy
from relapse_rules.check.check import check
from relapse_rules.check.loading import load_files, read_from_disk
from relapse_rules.facts import read_case
from relapse_rules.ir.verify import is_number, verify
from relapse_rules.lowering import lower
from relapse_rules.policy import compile_policy, inspect, plan_path
from relapse_rules.reference import evaluate

EXAMPLES = sorted((Path(__file__).parent.parent.parent / "examples").glob("*.json"))
ROUNDS = int(os.environ.get("RELAPSE_LAW_ROUNDS") or (40 if os.environ.get("CI") else 4))
IDENTIFIERS = ("household_id", "person_id", "event_id", "id", "alert_id", "household_ids")

each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def plan() -> Policy:
    return relapse_rules.load_plan()


def _outcomes(decision: Decision) -> dict[tuple[str, str, str | None], str]:
    """Return the outcome of everything listed, by kind, id and target."""
    listed = {
        (kind, element.id, element.target.id): str(element.outcome)
        for kind in ("conclusions", "measures", "tasks", "exceptions", "judgements")
        for element in getattr(decision, kind)
    }
    return listed | {("scope", element.event, None): str(element.outcome) for element in decision.scope}


def _facts(example: Path) -> dict[str, Any]:
    return json.loads(example.read_text("utf-8"))


def _places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield every place of a value that may be left out; a judgement's record goes as a whole."""
    if isinstance(value, dict) and "value" not in value:
        for key, inner in value.items():
            if key not in {
                "context",
                "household",
                "政策上下文",
                "农户",
                "as_of",
                "判定时点",
                "户编号",
                "灾害事件编号",
                *IDENTIFIERS,
            }:
                yield (*path, key)
            yield from _places(inner, (*path, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _places(inner, (*path, position))


def _without(facts: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    copy = json.loads(json.dumps(facts))
    holder = copy
    for step in path[:-1]:
        holder = holder[step]
    holder.pop(path[-1], None)
    return copy


def _named(facts: dict[str, Any]) -> dict[str, Any]:
    """Give every element of the household an id, so that it has one name wherever it stands."""
    household = facts.get("household", facts.get("农户", {}))
    for name, children in household.items():
        if isinstance(children, list) and name not in {"member", "impact", "受灾影响"}:
            for position, child in enumerate(children):
                if isinstance(child, dict):
                    child.setdefault("id", f"{name}-{position}")
    for person in household.get("member", []):
        own = person.get("employment", [])
        for position, child in enumerate(own if isinstance(own, list) else [own]):
            child.setdefault("id", f"{person['person_id']}-{position}")
    return facts


@each_example
def test_more_facts_never_flip_an_answer(plan: Policy, example: Path) -> None:
    """Read backwards: a case with facts left out is never decided otherwise than the whole case."""
    for seed in range(ROUNDS):
        rng = Random(seed)
        whole = _named(_facts(example))
        part = whole
        for _ in range(rng.randrange(1, 12)):
            places = list(_places(part))
            if places:
                part = _without(part, rng.choice(places))
        fewer, more = _outcomes(plan.decide(part)), _outcomes(plan.decide(whole))

        flipped = {
            key: (outcome, more[key])
            for key, outcome in fewer.items()
            if outcome != "unknown" and key in more and more[key] not in {outcome, "unknown"}
        }
        assert not flipped, f"seed {seed}"


@each_example
def test_the_order_of_keys_does_not_matter(plan: Policy, example: Path) -> None:
    def turned(value: object) -> object:
        if isinstance(value, dict):
            return {key: turned(inner) for key, inner in reversed(list(value.items()))}
        return [turned(inner) for inner in value] if isinstance(value, list) else value

    facts = _facts(example)

    assert plan.decide(turned(facts)).model_dump_json() == plan.decide(facts).model_dump_json()


@each_example
def test_the_order_of_lists_does_not_matter(plan: Policy, example: Path) -> None:
    def turned(value: object) -> object:
        if isinstance(value, dict):
            return {key: turned(inner) for key, inner in value.items()}
        return [turned(inner) for inner in reversed(value)] if isinstance(value, list) else value

    facts = _named(_facts(example))
    before, after = _outcomes(plan.decide(facts)), _outcomes(plan.decide(turned(facts)))

    # 受灾影响 has no name of its own: it goes by its position.
    assert {key: outcome for key, outcome in after.items() if "impact[" not in str(key[2])} == {
        key: outcome for key, outcome in before.items() if "impact[" not in str(key[2])
    }


@each_example
def test_renaming_ids_does_not_matter(plan: Policy, example: Path) -> None:
    text = example.read_text("utf-8")
    facts = json.loads(text)
    names: dict[str, str] = {}

    def renamed(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {inner_key: renamed(inner, inner_key) for inner_key, inner in value.items()}
        if isinstance(value, list):
            return [renamed(inner, key) for inner in value]
        if key in {*IDENTIFIERS, "户编号", "灾害事件编号", "case_ref"} and isinstance(value, str):
            return names.setdefault(value, f"名{len(names)}")
        return value

    before = _outcomes(plan.decide(facts))
    after = _outcomes(plan.decide(renamed(facts)))

    translated = {
        (
            kind,
            names.get(id_, id_) if kind == "scope" else id_,
            None if target is None else names.get(target, target),
        ): outcome
        for (kind, id_, target), outcome in before.items()
    }
    assert after == translated


def test_the_order_of_declarations_does_not_matter(plan: Policy) -> None:
    loaded = load_files(plan_path().as_posix(), read_from_disk)
    assert loaded.value is not None
    rng = Random(7)
    files = tuple(
        replace(file, declarations=tuple(rng.sample(file.declarations, len(file.declarations))))
        for file in reversed(loaded.value.files)
    )

    shuffled = check(replace(loaded.value, files=files))

    assert shuffled.value is not None
    policy = compile_policy(shuffled.value)
    for example in EXAMPLES:
        assert _outcomes(policy.decide(_facts(example))) == _outcomes(plan.decide(_facts(example))), (
            example.stem
        )


def test_the_oracle_agrees_on_the_plan() -> None:
    typed = inspect(plan_path()).policy
    assert typed is not None
    policy = compile_policy(typed)
    assert verify(policy.program) == ()
    rng = Random(11)
    for example in EXAMPLES:
        facts = _facts(example)
        for _ in range(max(2, ROUNDS // 4)):
            case = read_case(facts, policy.vocabulary)
            expected = evaluate(typed, case)
            rails = policy.evaluator.run(case)
            for place, column in expected.expressions.items():
                node = policy.program.expressions[place]
                value = rails.number if is_number(policy.program.nodes[node]) else rails.truth
                assert tuple(value(node, lane) for lane in range(len(column))) == column, (
                    example.stem,
                    place,
                )
            places = list(_places(facts))
            facts = _without(facts, rng.choice(places)) if places else facts


def test_lowering_the_plan_is_deterministic() -> None:
    typed = inspect(plan_path()).policy
    assert typed is not None

    assert lower(typed).nodes == lower(typed).nodes
