"""File names that every system takes."""

from __future__ import annotations

import re
from typing import Final

_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_MOST_BYTES: Final = 200
"""Names may have 255 bytes; an ending and a number must still fit."""


def file_name(name: str) -> str:
    """Return ``name`` as a file can be called, without an ending.

    >>> file_name("县/乡 会商*组."), file_name("CON"), file_name("..")
    ('县_乡 会商_组', '_CON', '_')
    """
    safe = _FORBIDDEN.sub("_", name).encode("utf-8")[:_MOST_BYTES].decode("utf-8", "ignore").strip(" .")
    return f"_{safe}" if not safe or _RESERVED.fullmatch(safe) else safe


class FileNames:
    """Gives each name a file name of its own: those that would be the same, whatever the case of letters, are numbered."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, name: str) -> str:
        """Return a file name for ``name`` that has not been given before."""
        base = found = file_name(name)
        number = 1
        while found.casefold() in self._taken:
            number += 1
            found = f"{base}（{number}）"
        self._taken.add(found.casefold())
        return found
