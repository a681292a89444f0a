"""What the audit commands share: their options, the ledger, keys, and telling what went wrong."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, TypeAlias, TypeVar

import typer

from relapse_rules import FactsError
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.export import ExportFile
from relapse_rules.audit.keys import SigningKey
from relapse_rules.audit.ledger import open_ledger
from relapse_rules.audit.moments import seconds
from relapse_rules.audit.sql_ledger import SqlLedger
from relapse_rules.cli.failure import Failure, unreadable
from relapse_rules.values.literals import SHANGHAI

DEFAULT_LEDGER: Final = "ledger.sqlite"

LedgerPlace: TypeAlias = Annotated[
    str,
    typer.Option(
        "--ledger",
        metavar="账本",
        envvar="RELAPSE_RULES_LEDGER",
        help="SQLite 文件，或 postgresql://… 连接串；只读的命令也接受导出的 .jsonl。不写则用环境变量 RELAPSE_RULES_LEDGER，再没有就用 ./ledger.sqlite",
    ),
]
Moment: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="时间", help="记录时间，如 2026-11-25T09:00:00+08:00；不写则用这台机器现在的时间"
    ),
]
TableOrJson: TypeAlias = Annotated[str, typer.Option("--format", metavar="格式", help="table（默认）或 json")]

_EXPORTED: Final = ".jsonl"

T = TypeVar("T")


@contextmanager
def told() -> Iterator[None]:
    """Turn what goes wrong with records, keys and facts into a message.

    Raises:
        Failure: something did.
    """
    try:
        yield
    except (AuditError, FactsError) as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise unreadable(error) from None


@contextmanager
def writing(where: str, key: SigningKey | None = None) -> Iterator[SqlLedger]:
    """Open a ledger to append to it, begun when it is not there. With a ``key``, a checkpoint is signed every thousand entries.

    Raises:
        Failure: it cannot be used.
    """
    if where.endswith(_EXPORTED):
        message = f"“{where}”是导出的账本，只能读"
        raise Failure(message)
    with told():
        ledger = open_ledger(where, key=key)
        try:
            yield ledger
        finally:
            ledger.close()


@contextmanager
def reading(where: str) -> Iterator[SqlLedger | ExportFile]:
    """Open a ledger, or an exported one, to read it.

    Raises:
        Failure: it is not there, or cannot be used.
    """
    with told():
        ledger = ExportFile(where) if where.endswith(_EXPORTED) else open_ledger(where, create=False)
        try:
            yield ledger
        finally:
            ledger.close()


def moment(stated: str | None) -> str:
    """Return when something is recorded: as stated, or now on this machine, in Asia/Shanghai.

    Raises:
        Failure: what is stated is no moment.
    """
    if stated is None:
        return datetime.now(tz=SHANGHAI).isoformat(timespec="seconds")
    try:
        seconds(stated)
    except AuditError as error:
        message = f"选项 --at 的“{stated[:40]}”{error}"
        raise Failure(message) from None
    return stated


def key_from(path: Path, read: Callable[[str], T]) -> T:
    """Return the key in a file.

    Raises:
        Failure: it cannot be read, or holds no such key.
    """
    try:
        return read(path.read_text(encoding="ascii"))
    except OSError as error:
        raise unreadable(error) from None
    except UnicodeDecodeError:
        message = f"“{path}”不是密钥文件（用 relapse-rules audit key new 生成密钥）"
        raise Failure(message) from None
    except AuditError as error:
        message = f"{path}：{error}"
        raise Failure(message) from None


def keep_secret(path: Path, text: str) -> None:
    """Write a private key so that only its owner can read it; nothing is overwritten.

    Raises:
        Failure: the file is there already, or cannot be written.
    """
    try:
        with open(path, "x", encoding="ascii", opener=_private) as file:
            file.write(text)
    except OSError as error:
        raise unreadable(error) from None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, stat.S_IRUSR | stat.S_IWUSR)
