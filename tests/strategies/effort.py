"""How hard the laws search that compile a policy, or write and read a file, in each example."""

from __future__ import annotations

from typing import Final

from hypothesis import settings

COMPILED: Final = settings(max_examples=min(settings().max_examples, 300))
"""Each example takes as long as a hundred decisions, so the gate tries three hundred; it would take a third of its time otherwise."""
