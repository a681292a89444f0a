"""A lock between processes that is gone with the process that holds it, however that ends."""

from __future__ import annotations

import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl


class FileLock:
    """A lock on a file, which is made. On Windows nothing is locked.

    Raises:
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab")

    def taken(self) -> bool:
        """Take the lock and return True, or False when another process has it."""
        if sys.platform != "win32":
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._file.close()
                return False
        return True

    def release(self) -> None:
        """Give it back."""
        self._file.close()
