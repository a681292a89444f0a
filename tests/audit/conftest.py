"""The PostgreSQL server of the tests of cases, and a place for a ledger in each database."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases.conftest import database, postgres_url

__all__ = ["postgres_url"]


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new ledger may be begun, in each sort of database."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.db")
    return database(request.getfixturevalue("postgres_url"))
