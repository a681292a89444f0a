"""Logs to run the same tests on: in memory, SQLite, and a PostgreSQL server of the tests' own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from relapse_rules.cases.log import EventLog, MemoryLog
from relapse_rules.cases.sql_log import SqlLog

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
USER = "postgres"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a real server: Debian's package, run as its own user in a directory of its own, on a socket only."""
    if not POSTGRES:
        pytest.skip("没有 /usr/lib/postgresql:sudo apt install postgresql")
    programs = POSTGRES[-1]
    place = Path(tempfile.mkdtemp(prefix="rr-pg-", dir="/tmp"))  # a socket's path must be short
    if os.geteuid() == 0:
        shutil.chown(place, USER)

    def run(*command: str | Path) -> None:
        prefix = ("runuser", "-u", USER, "--") if os.geteuid() == 0 else ()
        subprocess.run([*prefix, *map(str, command)], check=True, capture_output=True, cwd=place)

    try:
        run(
            programs / "initdb",
            "-D",
            place / "data",
            "-A",
            "trust",
            "-U",
            USER,
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
        )
        run(
            programs / "pg_ctl",
            "-D",
            place / "data",
            "-w",
            "-l",
            place / "log",
            "-o",
            f"-c listen_addresses='' -c unix_socket_directories={place}",
            "start",
        )
        yield f"postgresql://{USER}@/postgres?host={place}"
    finally:
        if (place / "data" / "postmaster.pid").exists():
            run(programs / "pg_ctl", "-D", place / "data", "-m", "immediate", "stop")
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventLog]:
    """An empty log of each sort."""
    if request.param == "memory":
        yield MemoryLog()
        return
    where = (
        tmp_path / "cases.db"
        if request.param == "sqlite"
        else database(request.getfixturevalue("postgres_url"))
    )
    opened = SqlLog(where)
    yield opened
    opened.close()


def database(url: str) -> str:
    """Return the URL of a new, empty database on the server at ``url``."""
    import psycopg  # noqa: PLC0415 - only where a server was found

    name = f"t{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return url.replace("/postgres?", f"/{name}?")
