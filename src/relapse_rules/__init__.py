"""Compile a relief policy written in Chinese, decide households, and prove each decision.

Everything public is named in ``__all__``; any other name may change without notice. The names load on first
use, so ``import relapse_rules`` costs next to nothing and a script that only prints its help never waits for
the grammar or the fact models.

>>> import relapse_rules
>>> "load_plan" in dir(relapse_rules)
True
"""

# Type checkers take this name for true; importing `typing` for it would cost ten times what the rest of this file does.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from relapse_rules.decisions import Decision
    from relapse_rules.explain.errors import AskError
    from relapse_rules.explain.explained import Explained
    from relapse_rules.explain.rendering import render
    from relapse_rules.facts import FactsError
    from relapse_rules.policy import Policy, PolicyError, load, load_plan

__all__ = [
    "AskError",
    "Decision",
    "Explained",
    "FactsError",
    "Policy",
    "PolicyError",
    "load",
    "load_plan",
    "render",
]

_HOMES = {
    "AskError": "relapse_rules.explain.errors",
    "Decision": "relapse_rules.decisions",
    "Explained": "relapse_rules.explain.explained",
    "FactsError": "relapse_rules.facts",
    "Policy": "relapse_rules.policy",
    "PolicyError": "relapse_rules.policy",
    "load": "relapse_rules.policy",
    "load_plan": "relapse_rules.policy",
    "render": "relapse_rules.explain.rendering",
}


def __getattr__(name: str) -> object:
    """Import the module that defines ``name`` and return the attribute; later uses skip this function."""
    home = _HOMES.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    # Imported here because this line runs only when a public name is first asked for.
    from importlib import import_module  # noqa: PLC0415  (see above)

    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names too, loaded or not."""
    return sorted({*globals(), *__all__})
