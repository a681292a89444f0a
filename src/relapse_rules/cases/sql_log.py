"""A log in SQLite or PostgreSQL, through SQLAlchemy Core; the one module that knows it.

SQLite runs in WAL mode with full synchronisation, and takes its write lock when a transaction begins: what `append` has returned
survives the process and the machine. On PostgreSQL the unique keys decide who came first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike, fspath
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    RowMapping,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    func,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from relapse_rules.cases.errors import CaseError, CaseProblem
from relapse_rules.cases.log import (
    NO_DIGEST,
    Conflict,
    ConflictError,
    Entry,
    Snapshot,
    StaleError,
    Stored,
    chained,
)

_BUSY_SECONDS: Final = 60
"""How long a writer waits for SQLite's lock."""

_CREATION_LOCK: Final = 0x5252  # any number that nobody else locks
_META: Final = MetaData()
_EVENTS: Final = Table(
    "events",
    _META,
    Column("case_id", String, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("event_id", String, nullable=False),
    Column("recorded_at", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("digest", String, nullable=False),
    PrimaryKeyConstraint("case_id", "sequence"),
    UniqueConstraint("case_id", "event_id"),
)
_CONFLICTS: Final = Table(
    "conflicts",
    _META,
    Column("number", Integer, primary_key=True),
    Column("case_id", String, nullable=False, index=True),
    Column("sequence", Integer, nullable=False),
    Column("event_id", String, nullable=False),
    Column("recorded_at", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", Text, nullable=False),
)
_SNAPSHOTS: Final = Table(
    "snapshots",
    _META,
    Column("case_id", String, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("digest", String, nullable=False),
    Column("body", Text, nullable=False),
)


class SqlLog:
    """A log in a database. ``where``: the path of an SQLite file, or an SQLAlchemy URL such as ``postgresql://…``.

    Safe to share between threads and after a fork.

    Raises:
        CaseError: there is no such database, or its driver is not installed.
    """

    def __init__(self, where: str | PathLike[str]) -> None:
        self._where = fspath(where)
        self._pid = os.getpid()
        with self._named():
            self._engine = _engine(self._where)
        with self._writing() as connection:
            if connection.dialect.name == "postgresql":
                # Two processes that begin at once must not both create the tables.
                connection.execute(select(func.pg_advisory_xact_lock(_CREATION_LOCK)))
            _META.create_all(connection)

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    def append(self, case_id: str, entry: Entry, expected: int) -> Stored:
        """See `log.EventLog.append`."""
        while True:
            try:
                with self._writing() as connection:
                    return self._append(connection, case_id, entry, expected)
            except IntegrityError:
                # On PostgreSQL another writer may have come between looking and storing; what it stored decides now.
                continue

    def read(self, case_id: str, after: int = 0) -> tuple[Stored, ...]:
        """See `log.EventLog.read`."""
        wanted = (
            select(_EVENTS)
            .where(_EVENTS.c.case_id == case_id, _EVENTS.c.sequence > after)
            .order_by(_EVENTS.c.sequence)
        )
        with self._reading() as connection:
            return tuple(_stored(row) for row in connection.execute(wanted).mappings())

    def find(self, case_id: str, event_id: str) -> Stored | None:
        """See `log.EventLog.find`."""
        with self._reading() as connection:
            return _find(connection, case_id, event_id)

    def cases(self) -> tuple[str, ...]:
        """See `log.EventLog.cases`."""
        with self._reading() as connection:
            return tuple(sorted(connection.scalars(select(_EVENTS.c.case_id).distinct())))

    def conflicts(self, case_id: str) -> tuple[Conflict, ...]:
        """See `log.EventLog.conflicts`."""
        wanted = select(_CONFLICTS).where(_CONFLICTS.c.case_id == case_id).order_by(_CONFLICTS.c.number)
        with self._reading() as connection:
            return tuple(_conflict(row) for row in connection.execute(wanted).mappings())

    def snapshot(self, case_id: str) -> Snapshot | None:
        """See `log.EventLog.snapshot`."""
        with self._reading() as connection:
            row = connection.execute(select(_SNAPSHOTS).where(_SNAPSHOTS.c.case_id == case_id)).first()
        return None if row is None else Snapshot(sequence=row.sequence, digest=row.digest, body=row.body)

    def keep(self, case_id: str, snapshot: Snapshot) -> None:
        """See `log.EventLog.keep`. Another writer's newer snapshot stays."""
        values = {"sequence": snapshot.sequence, "digest": snapshot.digest, "body": snapshot.body}
        mine = _SNAPSHOTS.c.case_id == case_id
        try:
            with self._writing() as connection:
                kept = connection.scalar(select(_SNAPSHOTS.c.sequence).where(mine))
                if kept is None:
                    connection.execute(insert(_SNAPSHOTS).values(case_id=case_id, **values))
                elif kept < snapshot.sequence:
                    connection.execute(update(_SNAPSHOTS).where(mine).values(**values))
        except IntegrityError:
            return  # another writer was quicker; a snapshot is only a cache

    def _append(self, connection: Connection, case_id: str, entry: Entry, expected: int) -> Stored:
        known = _find(connection, case_id, entry.event_id)
        if known is not None:
            if known.entry == entry:
                return known
            conflict = Conflict(sequence=known.sequence, entry=entry)
            _keep_conflict(connection, case_id, conflict)
            # Raised only after the transaction, which keeps the conflict, has ended well.
            connection.commit()
            raise ConflictError(conflict)
        last = connection.execute(
            select(_EVENTS.c.sequence, _EVENTS.c.digest)
            .where(_EVENTS.c.case_id == case_id)
            .order_by(_EVENTS.c.sequence.desc())
            .limit(1)
        ).first()
        sequence, digest = (0, NO_DIGEST) if last is None else (last.sequence, last.digest)
        if sequence != expected:
            raise StaleError(sequence)
        stored = Stored(
            sequence=sequence + 1, entry=entry, digest=chained(digest, case_id, sequence + 1, entry)
        )
        connection.execute(
            insert(_EVENTS).values(
                case_id=case_id, sequence=stored.sequence, digest=stored.digest, **_columns(entry)
            )
        )
        return stored

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._named(), self._connections().connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._named(), self._connections().connect() as connection:
            yield connection

    def _connections(self) -> Engine:
        if self._pid != os.getpid():
            # A connection does not survive a fork; the parent's are left alone.
            self._engine.dispose(close=False)
            self._pid = os.getpid()
        return self._engine

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Turn what the database says into a problem that names it."""
        try:
            yield
        except IntegrityError:
            raise
        except ModuleNotFoundError as error:
            message = f"没有安装这种数据库的驱动程序 {error.name}"
            remedy = "PostgreSQL：pip install 'relapse_rules[postgres]'"
            raise CaseError(CaseProblem(path=_shown(self._where), message=message, help=remedy)) from None
        except (SQLAlchemyError, ArgumentError, ValueError) as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            message = f"案卷库用不了：{reason}"
            raise CaseError(
                CaseProblem(path=_shown(self._where), message=message, help="检查路径或连接串")
            ) from error


def _engine(where: str) -> Engine:
    if "://" not in where:
        where = f"sqlite:///{where}"
    url = make_url(where)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != "sqlite":
        return create_engine(url, isolation_level="READ COMMITTED", pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - whatever the driver's connection is
    # Transactions are begun by hand, since the driver would begin them without the write lock.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def _find(connection: Connection, case_id: str, event_id: str) -> Stored | None:
    wanted = select(_EVENTS).where(_EVENTS.c.case_id == case_id, _EVENTS.c.event_id == event_id)
    row = connection.execute(wanted).mappings().first()
    return None if row is None else _stored(row)


def _keep_conflict(connection: Connection, case_id: str, conflict: Conflict) -> None:
    same = select(_CONFLICTS.c.number).where(
        _CONFLICTS.c.case_id == case_id,
        _CONFLICTS.c.event_id == conflict.entry.event_id,
        _CONFLICTS.c.body == conflict.entry.body,
    )
    if connection.execute(same).first() is None:
        connection.execute(
            insert(_CONFLICTS).values(case_id=case_id, sequence=conflict.sequence, **_columns(conflict.entry))
        )


def _columns(entry: Entry) -> dict[str, str]:
    return {
        "event_id": entry.event_id,
        "recorded_at": entry.recorded_at,
        "kind": entry.kind,
        "body": entry.body,
    }


def _entry(row: RowMapping) -> Entry:
    return Entry(event_id=row["event_id"], recorded_at=row["recorded_at"], kind=row["kind"], body=row["body"])


def _stored(row: RowMapping) -> Stored:
    return Stored(sequence=row["sequence"], entry=_entry(row), digest=row["digest"])


def _conflict(row: RowMapping) -> Conflict:
    return Conflict(sequence=row["sequence"], entry=_entry(row))


def _shown(where: str) -> str:
    """Return a URL without its password."""
    try:
        return make_url(where).render_as_string() if "://" in where else where
    except ArgumentError:
        return where
