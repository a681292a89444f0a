"""The ledger of records: what it promises, and how to open one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Protocol

from relapse_rules.audit.archive import Archived
from relapse_rules.audit.chain import Checkpoint, Entry, Head, Item
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.keys import PublicKey, SigningKey
from relapse_rules.audit.record import Record

if TYPE_CHECKING:
    from relapse_rules.audit.sql_ledger import SqlLedger


class Ledger(Protocol):
    """An append-only ledger. Safe to share between threads and processes; what `append` has returned is there for good."""

    @property
    def id(self) -> str:
        """The ledger's own identity, in hexadecimal."""
        ...

    def register(self, key: PublicKey) -> None:
        """Keep a key's statement, so that its records can be verified. Again is nothing."""
        ...

    def archive(self, policy: Archived) -> None:
        """Keep a policy's files, so that its records can be replayed. Again is nothing."""
        ...

    def append(self, record: Record) -> Entry:
        """Store a record after the last one; durable on return.

        Raises:
            AuditError: its key or policy is not known here, its signature or openings are wrong, or the ledger cannot be written.
        """
        ...

    def append_many(self, records: Sequence[Record]) -> tuple[Entry, ...]:
        """Store records in one transaction: all or none. See `append`."""
        ...

    def checkpoint(self, key: SigningKey, at: str) -> Checkpoint:
        """Sign how far the ledger has come and keep that. ``at``: ISO 8601, now.

        Raises:
            AuditError: the key is not valid at that time.
        """
        ...

    def head(self) -> Head:
        """Return how far the ledger has come; quick however long it is."""
        ...

    def entry(self, sequence: int) -> Entry | None:
        """Return one entry."""
        ...

    def entries(self, first: int = 1, last: int | None = None) -> Iterator[Entry]:
        """Read entries in order, both ends included, in bounded memory."""
        ...

    def policy(self, texts: str) -> Archived | None:
        """Return the files of an archived policy."""
        ...

    def items(self) -> Iterator[Item]:
        """Read everything once; see `chain.Source`."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


def open_ledger(
    where: str | PathLike[str],
    *,
    create: bool = True,
    key: SigningKey | None = None,
    checkpoint_every: int = 1000,
) -> SqlLedger:
    """Return the ledger in an SQLite file (a path) or in a database (an SQLAlchemy URL, ``postgresql://…``).

    ``create``: whether one that is not there is begun. With a ``key``, every ``checkpoint_every`` entries a checkpoint is signed, dated like the
    record that it follows.

    Raises:
        AuditError: it cannot be opened, is from a newer version, or what it takes is not installed.
    """
    try:
        from relapse_rules.audit.sql_ledger import SqlLedger  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "sqlalchemy":
            raise
        message = "没有安装账本要用的 sqlalchemy"
        raise AuditError(message, "pip install 'relapse_rules[audit]'") from None
    return SqlLedger(where, create=create, key=key, checkpoint_every=checkpoint_every)
