"""What a program means to z3 is what it means to the engine: for any policy and any household, at every node."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import assume, given, settings
from tests.strategies.policies import random_policy, randoms

from relapse_rules.lowering import lower

pytest.importorskip("z3", reason="extra prove is not installed")
from tests.analysis.proving.solving import solved_as_decided


@settings(max_examples=min(settings().max_examples, 80))
@given(randoms())
def test_every_node_of_a_random_household(rng: Random) -> None:
    """Literals are fixed at random for as long as there is such a household."""
    differing = solved_as_decided(lower(random_policy(rng, depth=3)), rng)

    assume(differing is not None)
    assert differing == []
