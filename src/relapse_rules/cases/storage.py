"""Opens the log that a path or URL names."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

from relapse_rules.cases.errors import CaseError, CaseProblem

if TYPE_CHECKING:
    from relapse_rules.cases.sql_log import SqlLog


def open_log(where: str | PathLike[str]) -> SqlLog:
    """Return the log in an SQLite file (a path) or in a database (an SQLAlchemy URL, ``postgresql://…``), made when it is not there.

    Raises:
        CaseError: it cannot be opened, or what it takes is not installed.
    """
    try:
        from relapse_rules.cases.sql_log import SqlLog  # noqa: PLC0415 - an extra, and only for those who keep cases
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "sqlalchemy":
            raise
        message = "没有安装保存案卷要用的 sqlalchemy"
        raise CaseError(CaseProblem(message=message, help="pip install 'relapse_rules[cases]'")) from None
    return SqlLog(where)
