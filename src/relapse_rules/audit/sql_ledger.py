"""A ledger in SQLite or PostgreSQL, through SQLAlchemy Core; the one module of records that knows it.

SQLite runs in WAL mode with full synchronisation, and takes its write lock when a transaction begins; PostgreSQL takes an advisory
lock. Either way entries are chained one after the other, and what `append` has returned survives the process and the machine.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    bindparam,
    create_engine,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from relapse_rules.audit.archive import Archived, archived_from
from relapse_rules.audit.canonical import canonical
from relapse_rules.audit.chain import (
    FIRST,
    FORMAT,
    Checkpoint,
    Damage,
    Entry,
    Head,
    Item,
    KeyStatement,
    PolicyFiles,
    entry_hash,
    genesis,
    merged,
    new_checkpoint,
)
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.keys import PublicKey, SigningKey, public_key, short
from relapse_rules.audit.record import Record, require_true

_BUSY_SECONDS: Final = 60
_LOCK: Final = 0x5253  # any number that nobody else locks
_PAGE: Final = 200
"""So many entries are in memory at a time."""

_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")
_META: Final = MetaData()
_LEDGER: Final = Table(
    "ledger", _META, Column("id", String, primary_key=True), Column("format", Integer, nullable=False)
)
_KEYS: Final = Table(
    "keys", _META, Column("id", String, primary_key=True), Column("statement", Text, nullable=False)
)
_POLICIES: Final = Table(
    "policies", _META, Column("texts", String, primary_key=True), Column("content", Text, nullable=False)
)
_ENTRIES: Final = Table(
    "entries",
    _META,
    Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
    Column("previous", String, nullable=False),
    Column("record", Text, nullable=False),
    Column("signature", String, nullable=False),
    Column("openings", Text, nullable=False),
    Column("hash", String, nullable=False),
)
_CHECKPOINTS: Final = Table(
    "checkpoints",
    _META,
    Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("signature", String, nullable=False),
)
_LAST: Final = select(_ENTRIES.c.sequence, _ENTRIES.c.hash).order_by(_ENTRIES.c.sequence.desc()).limit(1)
_ADD: Final = insert(_ENTRIES)
_STATEMENT: Final = select(_KEYS.c.statement).where(_KEYS.c.id == bindparam("wanted"))
_CONTENT: Final = select(_POLICIES.c.content).where(_POLICIES.c.texts == bindparam("wanted"))
_SCHEMA: Final = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"
_APPEND_ONLY: Final = "账本只能追加"


class SqlLedger:
    """A ledger in a database; see `ledger.open_ledger` for the parameters, `ledger.Ledger` for the methods.

    Raises:
        AuditError: there is no such database, it holds something else or a newer format, or its driver is not installed.
    """

    def __init__(
        self,
        where: str | PathLike[str],
        *,
        create: bool = True,
        key: SigningKey | None = None,
        checkpoint_every: int = 1000,
    ) -> None:
        self._where = fspath(where)
        self._pid = os.getpid()
        self._key = key
        self._every = checkpoint_every
        # What is there is there for good, so an append need not look again.
        self._keys: dict[str, PublicKey] = {}
        self._policies: set[str] = set()
        with self._told():
            self._engine = _engine(self._where, create=create)
        try:
            self.id = self._begun(create=create)
        except AuditError:
            self.close()
            raise

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    # --- writing ------------------------------------------------------------------------------------------------

    def register(self, key: PublicKey) -> None:
        """See `ledger.Ledger.register`."""
        with self._writing() as connection:
            _register(connection, key)

    def archive(self, policy: Archived) -> None:
        """See `ledger.Ledger.archive`."""
        content, texts = policy.content, policy.texts
        with self._writing() as connection:
            if connection.scalar(_CONTENT, {"wanted": texts}) is None:
                connection.execute(insert(_POLICIES), {"texts": texts, "content": content})

    def append(self, record: Record) -> Entry:
        """See `ledger.Ledger.append`."""
        return self.append_many((record,))[0]

    def append_many(self, records: Sequence[Record]) -> tuple[Entry, ...]:
        """See `ledger.Ledger.append_many`."""
        bodies = [record.body() for record in records]
        with self._writing() as connection:
            for record, body in zip(records, bodies, strict=True):
                self._require_known(connection, record, body)
            head = self._head(connection)
            entries: list[Entry] = []
            for record, body in zip(records, bodies, strict=True):
                entry = _entry_after(head, record)
                head = Head(entry.sequence, entry.hash)
                connection.execute(_ADD, entry._asdict())
                entries.append(entry)
                if self._key is not None and head.sequence % self._every == 0:
                    self._sign(connection, head, body["recorded_at"], self._key)
        return tuple(entries)

    def checkpoint(self, key: SigningKey, at: str) -> Checkpoint:
        """See `ledger.Ledger.checkpoint`."""
        with self._writing() as connection:
            return self._sign(connection, self._head(connection), at, key)

    def _sign(self, connection: Connection, head: Head, at: str, key: SigningKey) -> Checkpoint:
        kept = connection.execute(
            select(_CHECKPOINTS).where(_CHECKPOINTS.c.sequence == head.sequence)
        ).first()
        if kept is not None:
            return Checkpoint(kept.text, kept.signature)
        made = new_checkpoint(self.id, head, at, key)
        _register(connection, key.public)
        connection.execute(
            insert(_CHECKPOINTS), {"sequence": head.sequence, "text": made.text, "signature": made.signature}
        )
        return made

    def _require_known(self, connection: Connection, record: Record, body: dict[str, Any]) -> None:
        """Refuse what `verify` would find fault with.

        Raises:
            AuditError: the key, the policy, the signature or an opening is not as it must be.
        """
        key = self._known_key(connection, body["signer"]["key"])
        texts = body["policy"]["texts"]
        if texts not in self._policies:
            if connection.scalar(_CONTENT, {"wanted": texts}) is None:
                message = f"账本里没有存档记录所用的政策 {short(texts)}（{body['policy']['digest'][:23]}）"
                raise AuditError(message, "先用 archive 存档它的文件")
            self._policies.add(texts)
        # Who has just made the record has just signed it; a signature from elsewhere is checked before it is chained.
        if record.made_of is None and not key.signed(record.text, record.signature):
            message = f"记录的签名不是密钥 {short(key.id)} 的"
            raise AuditError(message, "用签名的那把密钥，或重新制作记录")
        if trouble := key.trouble(body["recorded_at"]):
            raise AuditError(trouble, "换用有效的密钥，或生成新的")
        require_true(record.openings, body)

    def _known_key(self, connection: Connection, key_id: str) -> PublicKey:
        key = self._keys.get(key_id)
        if key is None:
            statement = connection.scalar(_STATEMENT, {"wanted": key_id})
            if statement is None:
                message = f"账本里没有登记签名的密钥 {short(key_id)}"
                raise AuditError(message, "先用 register 登记它的公钥")
            key = self._keys[key_id] = public_key(statement)
        return key

    # --- reading ------------------------------------------------------------------------------------------------

    def head(self) -> Head:
        """See `ledger.Ledger.head`."""
        with self._reading() as connection:
            return self._head(connection)

    def entry(self, sequence: int) -> Entry | None:
        """See `ledger.Ledger.entry`."""
        return next(self.entries(sequence, sequence), None)

    def entries(self, first: int = FIRST, last: int | None = None) -> Iterator[Entry]:
        """See `ledger.Ledger.entries`."""
        while True:
            wanted = select(_ENTRIES).where(_ENTRIES.c.sequence >= first)
            if last is not None:
                wanted = wanted.where(_ENTRIES.c.sequence <= last)
            with self._reading() as connection:
                page = connection.execute(wanted.order_by(_ENTRIES.c.sequence).limit(_PAGE)).all()
            for row in page:
                yield _entry(row)
            if len(page) < _PAGE:
                return
            first = page[-1].sequence + 1

    def policy(self, texts: str) -> Archived | None:
        """See `ledger.Ledger.policy`."""
        with self._reading() as connection:
            content = connection.scalar(_CONTENT, {"wanted": texts})
        return None if content is None else archived_from(content)

    def items(self) -> Iterator[Item]:
        """See `chain.Source.items`. What is appended meanwhile may or may not be among them."""
        yield from self._damage()
        with self._reading() as connection:
            keys = connection.execute(select(_KEYS).order_by(_KEYS.c.id)).all()
            policies = connection.execute(select(_POLICIES.c.texts).order_by(_POLICIES.c.texts)).all()
        yield from (KeyStatement(*_texts(row)) for row in keys)
        for row in policies:
            with self._reading() as connection:
                wanted = select(_POLICIES).where(_POLICIES.c.texts == row.texts)
                kept = connection.execute(wanted).first()
            yield PolicyFiles(*(("", "") if kept is None else _texts(kept)))
        # Checkpoints first, so that none of them counts entries that were appended after these were read.
        with self._reading() as connection:
            checkpoints = connection.execute(select(_CHECKPOINTS).order_by(_CHECKPOINTS.c.sequence)).all()
        yield from merged(self.entries(), ((row[0], Checkpoint(*_texts(row[1:]))) for row in checkpoints))

    def _damage(self) -> Iterator[Damage]:
        """Yield what the database itself finds wrong with its file, and tables that are not as they were made; SQLite only."""
        with self._reading() as connection:
            if connection.dialect.name != "sqlite":
                return
            said = connection.exec_driver_sql("PRAGMA integrity_check(20)").scalars().all()
            made = connection.exec_driver_sql(_SCHEMA).all()
        yield from (Damage(f"数据库文件损坏：{each}") for each in said if each != "ok")
        if [tuple(row) for row in made] != _schema():
            yield Damage("数据库的表或触发器不是原样：被改动过")

    def _head(self, connection: Connection) -> Head:
        row = connection.execute(_LAST).first()
        return Head(0, genesis(self.id)) if row is None else Head(row.sequence, row.hash)

    # --- the database -------------------------------------------------------------------------------------------

    def _begun(self, *, create: bool) -> str:
        """Return the ledger's identity; begin it where there is none yet.

        Raises:
            AuditError: there is none and none is to be begun, or it is from a newer version.
        """
        if not create:
            with self._reading() as connection:
                if not inspect(connection).has_table(_LEDGER.name):
                    message = f"“{_shown(self._where)}”里没有账本"
                    raise AuditError(message, "检查路径或连接串")
                return _identity(connection)
        with self._writing() as connection:
            if not inspect(connection).has_table(_LEDGER.name):
                _META.create_all(connection)
                _protect(connection)
                connection.execute(insert(_LEDGER), {"id": secrets.token_hex(16), "format": FORMAT})
            return _identity(connection)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._told(), self._connections().connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            yield connection
            connection.commit()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._told(), self._connections().connect() as connection:
            yield connection

    def _connections(self) -> Engine:
        if self._pid != os.getpid():
            # A connection does not survive a fork; the parent's are left alone.
            self._engine.dispose(close=False)
            self._pid = os.getpid()
        return self._engine

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the database says into an error that names it."""
        try:
            yield
        except ModuleNotFoundError as error:
            message = f"没有安装这种数据库的驱动程序 {error.name}"
            raise AuditError(message, "PostgreSQL：pip install 'relapse_rules[postgres]'") from None
        except AuditError:
            raise
        except (SQLAlchemyError, ValueError) as error:
            # A ValueError comes of a damaged file, whose texts the driver cannot decode.
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            if "disk is full" in reason or "No space left" in reason:
                message = f"账本“{_shown(self._where)}”写不下了：磁盘已满；这次没有写入，已有的记录不受影响"
                raise AuditError(message, "腾出空间后再写一次") from error
            message = f"账本“{_shown(self._where)}”用不了：{reason}"
            raise AuditError(message, "检查路径、权限或连接串；损坏的从备份恢复") from error


def _engine(where: str, *, create: bool) -> Engine:
    if "://" not in where:
        if not create and not Path(where).is_file():
            message = f"找不到账本“{where}”"
            raise AuditError(message, "用 audit append 开始一本")
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


def _identity(connection: Connection) -> str:
    rows = connection.execute(select(_LEDGER)).all()
    if len(rows) != 1:
        message = "账本的首页被改动过"
        raise AuditError(message, "从备份恢复")
    if rows[0].format != FORMAT:
        message = f"账本的格式版本 {rows[0].format} 这一版程序不认识"
        raise AuditError(message, "升级 relapse_rules")
    return str(rows[0].id)


@cache
def _schema() -> list[tuple[Any, ...]]:
    """Return the schema of a new ledger in SQLite."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        _META.create_all(connection)
        _protect(connection)
        made = [tuple(row) for row in connection.exec_driver_sql(_SCHEMA).all()]
    engine.dispose()
    return made


def _protect(connection: Connection) -> None:
    """Make the database itself refuse to change or remove entries: a guard against accidents, which the chain does not need."""
    tables = (_LEDGER, _KEYS, _POLICIES, _ENTRIES, _CHECKPOINTS)
    if connection.dialect.name == "sqlite":
        for table in tables:
            for action in ("UPDATE", "DELETE"):
                connection.execute(
                    text(
                        f"CREATE TRIGGER {table.name}_{action.lower()} BEFORE {action} ON {table.name}"
                        f" BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END"
                    )
                )
        return
    connection.execute(
        text(
            "CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{_APPEND_ONLY}'; END $$"
        )
    )
    for table in tables:
        connection.execute(
            text(
                f"CREATE TRIGGER {table.name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table.name}"
                " FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()"
            )
        )


def _register(connection: Connection, key: PublicKey) -> None:
    kept = connection.scalar(_STATEMENT, {"wanted": key.id})
    if kept is None:
        connection.execute(insert(_KEYS), {"id": key.id, "statement": key.statement})
    elif kept != key.statement:
        message = f"账本里登记的密钥 {short(key.id)} 是另一个有效期"
        raise AuditError(message, "要改有效期就换一把新密钥")


def _entry_after(head: Head, record: Record) -> Entry:
    sequence = head.sequence + 1
    return Entry(
        sequence=sequence,
        previous=head.hash,
        record=record.text,
        signature=record.signature,
        openings=canonical([each.dump() for each in record.openings]),
        hash=entry_hash(head.hash, sequence, record.hash, record.signature),
    )


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.sequence, *_texts(row[1:]))


def _texts(values: Sequence[Any]) -> list[str]:
    """Return the columns of a row, which are texts: SQLite gives whatever a damaged file says.

    Raises:
        AuditError: one is none.
    """
    if not all(isinstance(value, str) for value in values):
        message = "数据库里有一格不是文本：被改动过"
        raise AuditError(message, "从备份恢复")
    return list(values)


def _shown(where: str) -> str:
    """Return a URL without its password."""
    try:
        return make_url(where).render_as_string() if "://" in where else where
    except ArgumentError:
        return where
