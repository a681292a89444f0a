"""Compiled policies kept on disk, by content.

An entry is never trusted for being there: its key is a digest over everything that it was made from. The folder is
``$RELAPSE_RULES_CACHE``, else the user's cache folder; ``RELAPSE_RULES_CACHE=off`` switches it off, and a folder that cannot
be written, or that others can write to, is left alone without a word: a cache may be missing, never wrong.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

VARIABLE: Final = "RELAPSE_RULES_CACHE"
_OFF: Final = frozenset({"off", "0", "no"})
_MOST_ENTRIES: Final = 32


def folder() -> Path | None:
    """Return where compiled policies are kept, or None when the cache is switched off."""
    chosen = os.environ.get(VARIABLE, "").strip()
    if chosen.lower() in _OFF:
        return None
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME", "").strip()
    root = Path(base) if base else Path(os.path.expanduser("~")) / ".cache"  # noqa: PTH111 - Path.home() raises without a home
    return root / "relapse_rules"


def entry_name(entry: str, overlays: tuple[str, ...]) -> str:
    """Return the name of the entry for a policy: which files, by which code, on which Python."""
    parts = (
        sys.implementation.cache_tag,
        sys.version,
        _code(),
        str(Path(entry).absolute()),
        *(str(Path(own).absolute()) for own in overlays),
    )
    return hashlib.sha256("\0".join(str(part) for part in parts).encode()).hexdigest()


def file_digest(name: str) -> bytes | None:
    """Return the digest of a file's bytes, or None when it cannot be read."""
    try:
        return hashlib.sha256(Path(name).read_bytes()).digest()
    except OSError:
        return None


def read(key: str) -> bytes | None:
    """Return the entry called ``key`` (letters and digits), or None."""
    place = folder()
    if place is None or not _is_ours(place):
        return None
    with suppress(OSError):
        return (place / key).read_bytes()
    return None


def write(key: str, content: bytes) -> None:
    """Keep ``content`` under ``key``; readers see the whole entry or none. Quiet when nothing can be written."""
    place = folder()
    if place is None:
        return
    with suppress(OSError):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_ours(place):
            return
        _make_room(place)
        from tempfile import mkstemp  # noqa: PLC0415 - costs milliseconds that a start from the cache need not pay

        descriptor, temporary = mkstemp(dir=place)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).replace(place / key)


@cache  # a process keeps the code with which it started
def _code() -> str:
    """Return what tells this version of the library from others: its files, their sizes and times."""
    return "\0".join(sorted(_files(Path(__file__).parent)))


def _files(directory: str | Path) -> Iterator[str]:
    with os.scandir(directory) as entries:  # four times as quick as a Path for each
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path)
            elif entry.name.endswith(".py"):
                status = entry.stat()
                yield f"{entry.path} {status.st_size} {status.st_mtime_ns}"


def _is_ours(place: Path) -> bool:
    """Whether only this user can have put entries into ``place``: what is read back is unpickled."""
    try:
        status = place.stat()
    except OSError:
        return False
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _make_room(place: Path) -> None:
    """Remove the oldest entries beyond a small number."""
    entries = sorted(
        (entry for entry in place.iterdir() if entry.is_file()), key=lambda entry: entry.stat().st_mtime
    )
    for entry in entries[: max(0, len(entries) - _MOST_ENTRIES + 1)]:
        with suppress(OSError):
            entry.unlink()
