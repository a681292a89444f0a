"""Keeps doctest collection away from the module of an engine that is not installed."""

from importlib.util import find_spec
from pathlib import Path

_DURABLE = Path(__file__).parent / "src" / "relapse_rules" / "engines" / "durable"
_WITHOUT_DURABLE = find_spec("durable_rules_engine") is None


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Skip ``engines/durable`` where its C extension is missing; leave every other path to pytest."""
    if _WITHOUT_DURABLE and collection_path.with_suffix("") == _DURABLE:
        return True
    return None
