"""A lock between processes that is gone with the process that holds it, however that ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

if sys.platform != "win32":
    import fcntl


class FileLock:
    """A lock on the file ``path``, which is made. On Windows nothing is locked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def taken(self) -> bool:
        """Take the lock and return True, or False when another process has it, or is just removing it.

        Raises:
            OSError: the file cannot be made, or its disk knows no locks.
        """
        try:
            file = self._path.open("ab")
        except FileNotFoundError:  # its folder is just being removed
            return False
        try:
            if sys.platform != "win32":
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Whoever waited for a file that has been removed locks nothing.
                if os.fstat(file.fileno()).st_nlink == 0:
                    file.close()
                    return False
        except BlockingIOError:
            file.close()
            return False
        except OSError as error:
            file.close()
            raise OSError(error.errno, error.strerror, str(self._path)) from None
        self._file = file
        return True

    def release(self, *, remove: bool = False) -> None:
        """Give it back. ``remove``: with its file."""
        assert self._file is not None
        if remove and sys.platform != "win32":
            self._path.unlink(missing_ok=True)
        self._file.close()
        if remove and sys.platform == "win32":  # which removes no open file
            self._path.unlink(missing_ok=True)
