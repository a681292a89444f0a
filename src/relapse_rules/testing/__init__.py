"""What a county's engineers import to test their own policies: Hypothesis strategies, a stateful machine, and a pytest plugin.

The names load on first use: pytest imports this package in every run to find the plugin, and most runs need nothing of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from relapse_rules.testing.machine import PolicyMachine
    from relapse_rules.testing.outcomes import OutcomeNameError, Reached
    from relapse_rules.testing.strategies import cases, households

__all__ = ["OutcomeNameError", "PolicyMachine", "Reached", "cases", "households"]

_HOMES: Final = {
    "OutcomeNameError": "relapse_rules.testing.outcomes",
    "PolicyMachine": "relapse_rules.testing.machine",
    "Reached": "relapse_rules.testing.outcomes",
    "cases": "relapse_rules.testing.strategies",
    "households": "relapse_rules.testing.strategies",
}


def __getattr__(name: str) -> object:
    """Import the module that defines ``name`` and return the attribute. Raises AttributeError when there is none."""
    home = _HOMES.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(home), name)
