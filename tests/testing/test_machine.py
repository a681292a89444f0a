"""The stateful machine: quiet over policies that are in order, loud about a planted fault, and over the day on which versions change."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import invariant, precondition, run_state_machine_as_test
from tests.testing.sample import GRANTS, grants

from relapse_rules.decisions.model import Outcome
from relapse_rules.policy import Policy, load
from relapse_rules.testing import PolicyMachine

FEW = settings(
    max_examples=15, stateful_step_count=12, derandomize=True, deadline=None, phases=[Phase.generate]
)


class Guessed:
    """A decision with other conclusions."""

    def __init__(self, decided, conclusions):
        self._decided = decided
        self.conclusions = conclusions

    def __getattr__(self, name):
        return getattr(self._decided, name)

    def __eq__(self, other):
        return self.conclusions == other.conclusions

    __hash__ = None


class Grants(PolicyMachine):
    policies = ((date(2023, 1, 1), grants()),)


def test_a_policy_in_order_is_quiet():
    run_state_machine_as_test(Grants, settings=FEW)


@pytest.mark.usefixtures("untraced")
def test_an_invariant_of_ones_own_is_checked():
    """The mistake: the machine is told that nobody is ever given anything."""

    class Stingy(Grants):
        @precondition(lambda self: bool(self.facts))
        @invariant()
        def nobody_gets_anything(self) -> None:
            assert not self.decision.measures_with(Outcome.YES)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Stingy, settings=settings(FEW, max_examples=200, stateful_step_count=20))


@pytest.mark.usefixtures("untraced")
def test_an_engine_that_flips_answers_is_found(monkeypatch):
    """The planted fault: what is not known counts as no, so that knowing it later turns no into yes."""
    whole = Policy.decide

    def guessing(self, facts, **more):
        decided = whole(self, facts, **more)
        conclusions = tuple(
            each._replace(outcome=Outcome.NO) if each.outcome is Outcome.UNKNOWN else each
            for each in decided.conclusions
        )
        return Guessed(decided, conclusions)

    class Learning(Grants):
        @invariant()
        def a_live_case_is_decided_as_all_its_facts(self) -> None:
            """Left out: a live case does not guess."""

    monkeypatch.setattr(Policy, "decide", guessing)

    with pytest.raises(AssertionError, match="多知道一件事"):
        run_state_machine_as_test(Learning, settings=settings(FEW, max_examples=100))
    with pytest.raises(AssertionError, match="逐件收到的事实"):
        run_state_machine_as_test(Grants, settings=settings(FEW, max_examples=100))


@pytest.mark.usefixtures("untraced")
def test_versions_change_on_their_day(tmp_path):
    text = GRANTS.read_text("utf-8")
    later = tmp_path / "later.policy"
    later.write_text(text.replace("政策 试验补助", "政策 新试验补助"), "utf-8")
    newer = load(later)

    class Both(PolicyMachine):
        policies = ((date(2023, 1, 1), grants()), (date(2025, 6, 1), newer))
        seen: ClassVar[set[str]] = set()

        @precondition(lambda self: bool(self.facts))
        @invariant()
        def which_decides(self) -> None:
            self.seen.add(self.decision.policy.name)

    run_state_machine_as_test(Both, settings=settings(FEW, max_examples=40))

    assert Both.seen == {"试验补助", "新试验补助"}


def test_without_policies_it_says_what_is_missing():
    with pytest.raises(ValueError, match="policies"):
        PolicyMachine()
