"""The small policy of these tests, and short ways to ask about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, find, settings
from hypothesis import strategies as st

from relapse_rules.policy import Policy, load, load_plan

GRANTS = Path(__file__).parent / "grants.policy"
EFFORT = settings(max_examples=min(settings().max_examples, 15))
"""Each example draws and decides a case of the whole plan."""


@cache
def grants() -> Policy:
    return load(GRANTS)


@cache
def plan() -> Policy:
    return load_plan()


def outcomes(policy: Policy, facts: Mapping[str, Any], name: str) -> set[str]:
    """Return the outcomes of a declaration for the elements that there are."""
    decision = policy.decide(facts)
    listed = (
        *decision.conclusions,
        *decision.judgements,
        *decision.measures,
        *decision.tasks,
        *decision.exceptions,
    )
    return {str(each.outcome) for each in listed if each.id == name}


def smallest(cases: st.SearchStrategy[Any], wanted: Callable[[Any], bool], examples: int = 2_000) -> Any:
    """Return what a case with ``wanted`` shrinks to."""
    hard = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    return find(cases, wanted, settings=hard)
