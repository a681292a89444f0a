"""How a command ends when its input is wrong."""

from __future__ import annotations

from errno import EDQUOT, EFBIG, ENOSPC, EROFS
from typing import Final

DONE: Final = 0
FOUND: Final = 1
BAD_INPUT: Final = 2
CONTRADICTIONS: Final = 3

_FULL: Final = frozenset({ENOSPC, EDQUOT, EFBIG})


class Failure(Exception):  # noqa: N818  (it ends a command; the mistake is the user's)
    """The command cannot go on. ``message`` is what the user reads, on standard error."""

    def __init__(self, message: str, exit_code: int = BAD_INPUT) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code


class OutputGone(Exception):  # noqa: N818  (nobody made an error: the reader of a pipe had enough)
    """Nobody reads standard output any more."""


def unreadable(error: OSError) -> Failure:
    """Return the failure for a named file that cannot be read or written.

    Raises:
        OSError: the error names no file, so it is not the user's.
    """
    if error.filename is None:
        raise error
    name = f"“{error.filename}”"
    match error:
        case FileNotFoundError():
            return Failure(f"找不到文件{name}")
        case IsADirectoryError():
            return Failure(f"{name}是目录，要写一个文件")
        case NotADirectoryError():
            return Failure(f"用不了{name}：它的上级是文件，不是目录")
        case PermissionError():
            return Failure(f"没有权限使用文件{name}")
        case FileExistsError():
            return Failure(f"文件{name}已经存在")
        case _ if error.errno in _FULL:
            return Failure(f"磁盘满了，或到了限额，写不下文件{name}")
        case _ if error.errno == EROFS:
            return Failure(f"磁盘是只读的，写不了文件{name}")
        case _:
            return Failure(f"用不了文件{name}：{error.strerror}")
