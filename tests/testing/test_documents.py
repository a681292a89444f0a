"""What `docs/testing.md` shows runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

DOCUMENT = Path(__file__).parents[2] / "docs" / "testing.md"
FEW = settings(
    max_examples=3, stateful_step_count=5, derandomize=True, deadline=None, phases=[Phase.generate]
)


def test_the_examples_run():
    shown: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        exec(block, shown)  # noqa: S102 - our own document

    FEW(shown["test_rebuilt_houses_are_dangerous"])()
    run_state_machine_as_test(shown["Plan"], settings=FEW)
