"""What was reached sends the next cases elsewhere."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings
from tests.testing.sample import grants, smallest

from relapse_rules.testing import Reached, cases

ALL = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_sixty_cases_come_to_every_outcome_that_there_is():
    reached = Reached(grants())

    @ALL
    @given(cases(grants(), reaching=reached))
    def decide(facts):
        grants().decide(facts)

    decide()

    assert reached.open == ()
    assert str(reached) == "到过 39/39 种结果"


def test_it_says_what_is_left():
    reached = Reached(grants())

    reached.add(
        grants().decide(
            {
                "context": {"as_of": "2024-01-01T00:00:00+08:00"},
                "household": {"household_id": "H1", "household_type": "一般户"},
            }
        )
    )

    assert reached.reached[:2] == ("大灾 为 未知", "低收入 为 未知")
    assert "发补助 为 是" in reached.open
    assert "发补助 为 否" not in reached.open
    assert "还差：大灾 为 是、大灾 为 否" in str(reached)


def test_a_failure_found_on_the_way_shrinks_to_itself():
    """The same choices give the same case, though what was reached has changed meanwhile."""
    reached = Reached(grants())

    found = smallest(cases(grants(), reaching=reached), lambda facts: facts["household"].get("hard") is True)

    assert found["household"]["hard"] is True
