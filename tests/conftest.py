"""Chooses how hard Hypothesis searches: ``dev`` at the desk, ``ci`` for the gate."""

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# No deadline: two cores shared by many workers make the time of one example meaningless.
_SLOW_IS_FINE = [HealthCheck.too_slow]
settings.register_profile("dev", max_examples=100, deadline=None, suppress_health_check=_SLOW_IS_FINE)
settings.register_profile(
    "ci", max_examples=1000, derandomize=True, deadline=None, suppress_health_check=_SLOW_IS_FINE
)
settings.load_profile(
    os.environ.get("RELAPSE_HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev")
)


@pytest.fixture
def untraced() -> Iterator[None]:
    """For bulk runs: they repeat by the thousand what smaller tests cover, and coverage would make them three times as slow."""
    tracer = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracer)
