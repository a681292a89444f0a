"""Chooses how hard Hypothesis searches: ``dev`` at the desk, ``ci`` for the gate."""

import gc
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
    "ci", max_examples=200, derandomize=True, deadline=None, suppress_health_check=_SLOW_IS_FINE
)
settings.load_profile(
    os.environ.get("RELAPSE_HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev")
)


_TRACED_EXAMPLES: Final = 10
"""So many first examples of a law count for coverage: it learns next to nothing from the hundreds after them."""


def pytest_collection_finish() -> None:
    """Leave what is loaded now out of every later search for garbage: it stays, and looking at it again took a tenth of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture
def untraced() -> Iterator[None]:
    """For bulk runs in a loop: they repeat by the thousand what smaller tests cover, and coverage makes them three times as slow."""
    tracer = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracer)


@pytest.fixture(autouse=True)
def _laws_are_traced_at_first(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let coverage see the first examples of each law, and the rest run at full speed."""
    law = getattr(getattr(request, "function", None), "hypothesis", None)
    if law is None or sys.gettrace() is None:
        yield
        return
    tracer, example = sys.gettrace(), law.inner_test
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
