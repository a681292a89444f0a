"""Where cases are worked on: one policy, one log; mistakes end a command with a `Failure`, never a traceback."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from relapse_rules import Policy
from relapse_rules.cases.errors import CaseError
from relapse_rules.cases.events import PolicyChoice, moment_seconds
from relapse_rules.cases.log import EventLog
from relapse_rules.cases.session import OPENED, Case
from relapse_rules.cli import inputs
from relapse_rules.cli.failure import Failure
from relapse_rules.decisions.moments import moment_text
from relapse_rules.diagnostics.suggest import closest

if TYPE_CHECKING:
    from relapse_rules.cases.sql_log import SqlLog

_SQLITE: Final = b"SQLite format 3\0"
_URL: Final = "://"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A policy and a log. ``stay``: the older policy that cases begun under it go on with; ``redecide``: they go by ``policy``."""

    policy: Policy
    log: EventLog
    workdays: str
    redecide: bool = False
    stay: Policy | None = None

    def case(self, name: str) -> Case:
        """Return the case called ``name``, brought up to date with its log.

        Raises:
            Failure: there is no such case; the message names one that may be meant.
            CaseError: it goes by another version of the policy, or its log was tampered with.
        """
        if self.log.find(name, OPENED) is None:
            guess = closest(name, self.log.cases())
            hint = "先用 case open 立案" if guess is None else f"是不是“{guess}”"
            message = f"没有案卷“{name}”（{hint}）"
            raise Failure(message)
        choice = PolicyChoice.REDECIDE if self.redecide else None
        return Case.replay(
            self.log,
            name,
            self.policy,
            earlier=() if self.stay is None else (self.stay,),
            other_policy=choice if self.stay is None else PolicyChoice.STAY,
            workdays=self.workdays,
        )


@contextmanager
def errors_told() -> Iterator[None]:
    """Turn what a case cannot take into what the user reads."""
    try:
        yield
    except CaseError as error:
        raise Failure(_adapted(str(error))) from None


@contextmanager
def desk(
    where: str,
    policy: Path | None,
    local: Sequence[Path] | None,
    *,
    workdays: str,
    redecide: bool = False,
    stay: Path | None = None,
    create: bool = False,
) -> Iterator[Desk]:
    """Give the desk with the log at ``where``, for as long as it is needed. ``create``: whether a log that is not there is begun.

    Raises:
        Failure: the policy has errors, the log cannot be used, or the options contradict each other.
    """
    if redecide and stay is not None:
        message = "--redecide 和 --stay 只能选一个"
        raise Failure(message)
    loaded = inputs.load_policy(policy, local or [])
    older = None if stay is None else inputs.load_policy(stay, local or [])
    kept = _log(where, create=create)
    try:
        yield Desk(policy=loaded, log=kept, workdays=workdays, redecide=redecide, stay=older)
    finally:
        kept.close()


def moment(stated: str | None, option: str) -> str | None:
    """Return a moment of the command line in ISO 8601, Asia/Shanghai.

    Raises:
        Failure: it is no moment, or names no time zone.
    """
    if stated is None:
        return None
    try:
        return moment_text(moment_seconds(stated))
    except CaseError as error:
        problem = error.problems[0]
        message = f"选项 {option}：{problem.message}（{problem.help}）"
        raise Failure(message) from None


def _log(where: str, *, create: bool) -> SqlLog:
    if _URL not in where:
        _require_usable(Path(where), create=create)
    try:
        from relapse_rules.cases.sql_log import SqlLog  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "sqlalchemy":
            raise
        message = "案卷库要用 SQLAlchemy，没有安装：pip install 'relapse_rules[cases]'"
        raise Failure(message) from None
    with errors_told():
        return SqlLog(where)


def _require_usable(path: Path, *, create: bool) -> None:
    """Look whether ``path`` is, or can become, a log in SQLite: its driver would say so in English, or begin an empty one."""
    name = f"案卷库“{path}”"
    message = ""
    if path.is_dir():
        message = f"{name}是目录，要写一个文件"
    elif not path.exists():
        if not create:
            message = f"找不到{name}（用 --log 指明，或先用 case open 立案）"
        elif not path.parent.is_dir():
            message = f"{name}所在的目录不存在"
    elif not os.access(path, os.R_OK | os.W_OK):
        message = f"没有权限使用{name}"
    elif not _is_database(path):
        message = f"{name}不是 SQLite 数据库"
    if message:
        raise Failure(message)


def _is_database(path: Path) -> bool:
    """Whether SQLite can take the file; an empty one is a database without tables."""
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) in {_SQLITE, b""}


def _adapted(text: str) -> str:
    """Return a message of the library with the names of this program's options."""
    for said, here in _HERE.items():
        text = text.replace(said, here)
    return text


_HERE: Final = {
    "选 redecide 按这一版重新判定，或选 stay 沿用并给出那一版政策": "加 --redecide 改按这一版判定，或用 --stay 给出那一版规则沿用",
    "先用 advance 推进时钟": "先用 --advance-to 推进时钟",
    "推进时钟用 advance": "推进时钟用 --advance-to",
    "workdays=weekdays": "--workdays weekdays",
}
