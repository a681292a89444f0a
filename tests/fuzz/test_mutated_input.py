"""Real policies and cases, damaged at random: always findings or a decision, never a traceback, never a hang.

A failure names its seed. ``RELAPSE_FUZZ_ROUNDS`` says how many rounds (CI: more).
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

import relapse_rules
from relapse_rules import Decision, FactsError, Policy
from relapse_rules.check.check import check
from relapse_rules.check.loading import load_files, read_from
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.render import render_concise, render_json, render_terminal
from relapse_rules.policy import plan_path
from relapse_rules.source import SourceText
from relapse_rules.syntax.parse import parse

pytestmark = pytest.mark.usefixtures("untraced")

ROOT = Path(__file__).parent.parent.parent
ROUNDS = int(os.environ.get("RELAPSE_FUZZ_ROUNDS") or (600 if os.environ.get("CI") else 150))
TEXTS = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in sorted((ROOT / "policies").rglob("*.*"))
}
NAMES = sorted(name for name in TEXTS if name.endswith(".policy"))
CASES = [path.read_text("utf-8") for path in sorted((ROOT / "examples").glob("*.json"))]

ODD = (
    "\0",
    "\t",
    "\u3000",
    "\ufeff",
    "“",
    "「",
    "」",
    "(",
    ")",
    ":",
    "#",
    "\r",
    "\u2028",
    "\u0301",
    "\U0001f600",
    "\ud7ff",
    "１",
    "9" * 400,
)
WORDS = (
    "且",
    "或",
    "非",
    "当",
    "为",
    "以下全部:",
    "存在",
    "满足",
    "措施",
    "定义",
    "对象",
    "依据 9.9-99",
    "待定",
    "未知",
    "未发生",
    "{",
    "}",
    "÷ 0",
)


def _swap(text: str, rng: Random) -> str:
    at = rng.randrange(max(1, len(text)))
    return text[:at] + rng.choice(ODD + WORDS) + text[at + rng.randrange(3) :]


def _drop(text: str, rng: Random) -> str:
    lines = text.splitlines(keepends=True)
    start = rng.randrange(max(1, len(lines)))
    return "".join(lines[:start] + lines[start + rng.randrange(1, 4) :])


def _double(text: str, rng: Random) -> str:
    lines = text.splitlines(keepends=True)
    start = rng.randrange(max(1, len(lines)))
    return "".join(lines[: start + 2] + lines[start:])


def _indent(text: str, rng: Random) -> str:
    lines = text.splitlines(keepends=True)
    at = rng.randrange(max(1, len(lines)))
    lines[at : at + 1] = [
        rng.choice(("", " ", "\t", "      ")) + line.lstrip() for line in lines[at : at + 1]
    ]
    return "".join(lines)


def _cut(text: str, rng: Random) -> str:
    return text[: rng.randrange(max(1, len(text)))]


DAMAGES: tuple[Callable[[str, Random], str], ...] = (_swap, _swap, _swap, _drop, _double, _indent, _cut)


def _damaged(text: str, rng: Random) -> str:
    for _ in range(rng.randrange(1, 4)):
        text = rng.choice(DAMAGES)(text, rng)
    return text


def _rendered(found: tuple[Diagnostic, ...], sources: dict[str, SourceText]) -> str:
    return (
        render_terminal(found, sources, colour=False)
        + render_concise(found, sources)
        + render_json(found, sources)
    )


def test_damaged_policies_parse_to_findings() -> None:
    for seed in range(ROUNDS):
        rng = Random(seed)
        source = SourceText("坏.policy", _damaged(TEXTS[rng.choice(NAMES)], rng))

        parsed = parse(source)

        assert parsed.value is not None, f"seed {seed}"
        assert _rendered(parsed.diagnostics, {source.name: source}) or not parsed.diagnostics, f"seed {seed}"


def test_damaged_policies_check_to_findings() -> None:
    entry = (
        plan_path().relative_to(ROOT).as_posix()
        if plan_path().is_relative_to(ROOT)
        else "policies/plan.policy"
    )
    for seed in range(max(8, ROUNDS // 25)):
        rng = Random(seed)
        name = rng.choice(sorted(TEXTS))
        loaded = load_files(entry, read_from({**TEXTS, name: _damaged(TEXTS[name], rng)}))
        assert loaded.value is not None, f"seed {seed}"

        checked = check(loaded.value)

        found = (*loaded.diagnostics, *checked.diagnostics)
        assert _rendered(found, dict(loaded.value.sources)), f"seed {seed}"
        assert checked.value is not None or any(each.severity == "error" for each in found), f"seed {seed}"


@pytest.fixture(scope="module")
def plan() -> Policy:
    return relapse_rules.load_plan()


def _outcome(plan: Policy, facts: object) -> Decision | FactsError:
    try:
        return plan.decide(facts)  # type: ignore[arg-type]  # that is the point
    except FactsError as error:
        assert str(error)
        return error


def test_damaged_case_texts_decide_or_say_why(plan: Policy) -> None:
    for seed in range(ROUNDS):
        rng = Random(seed)
        text = _damaged(rng.choice(CASES), rng)

        assert isinstance(_outcome(plan, text), Decision | FactsError), f"seed {seed}"


VALUES = (
    None,
    True,
    False,
    0,
    -1,
    10**30,
    0.1,
    float("nan"),
    float("inf"),
    "",
    "无",
    "未发生",
    "2023-02-30",
    [],
    {},
    [[]],
    {"value": True},
    "x" * 10_000,
)


def _poisoned(value: object, rng: Random) -> object:
    """Return ``value`` with one place in it replaced, removed, renamed or doubled."""
    if isinstance(value, dict) and value:
        key = rng.choice(sorted(value))
        action = rng.randrange(5)
        if action == 0:
            return {name: inner for name, inner in value.items() if name != key}
        if action == 1:
            return {**value, key + "x": value[key]}
        return {**value, key: _poisoned(value[key], rng)}
    if isinstance(value, list) and value and rng.randrange(4):
        at = rng.randrange(len(value))
        return [*value[:at], _poisoned(value[at], rng), *value[at + rng.randrange(2) :]]
    return rng.choice(VALUES)


def test_poisoned_cases_decide_or_say_why(plan: Policy) -> None:
    for seed in range(ROUNDS * 2):
        rng = Random(seed)
        facts: object = json.loads(rng.choice(CASES))
        for _ in range(rng.randrange(1, 4)):
            facts = _poisoned(facts, rng)

        outcome = _outcome(plan, facts)

        assert isinstance(outcome, Decision | FactsError), f"seed {seed}"
        if isinstance(outcome, Decision):
            assert outcome.model_dump_json(), f"seed {seed}"
