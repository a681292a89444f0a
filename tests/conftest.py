"""Chooses how hard Hypothesis searches: ``dev`` at the desk, ``ci`` for the gate."""

import os
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from itertools import count
from typing import Final

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


_TRACED_EXAMPLES: Final = 30
"""So many first examples of a bulk law count for coverage."""


@pytest.fixture
def untraced(request: pytest.FixtureRequest) -> Iterator[None]:
    """For bulk runs: coverage would make them three times as slow, and learns nothing after the first examples of a law.

    A test without examples (no Hypothesis) is not traced at all.
    """
    tracer = sys.gettrace()
    law = getattr(request.function, "hypothesis", None)
    if law is None:
        sys.settrace(None)
        yield
    else:
        example = law.inner_test
        law.inner_test = _traced_at_first(example)
        yield
        law.inner_test = example
    sys.settrace(tracer)


def _traced_at_first(example: Callable[..., None]) -> Callable[..., None]:
    tried = count(1)

    @wraps(example)
    def stopping(*arguments: object, **named: object) -> None:
        if next(tried) > _TRACED_EXAMPLES:
            sys.settrace(None)
        example(*arguments, **named)

    return stopping
