"""Finds policy files in folders, and puts new content in the place of a file's old one: the whole of it or nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from difflib import unified_diff
from pathlib import Path
from tempfile import mkstemp
from typing import Final

SUFFIX: Final = ".policy"

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


def policy_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files among ``paths`` and the policy files in the folders among them, each once.

    Files of a folder come in the order of their names; hidden folders are left out.

    Raises:
        OSError: a folder cannot be read.
    """
    return tuple(dict.fromkeys(file for path in paths for file in _files(path)))


def replace_content(path: Path, content: bytes) -> None:
    """Put ``content`` into ``path``. Whoever reads it meanwhile, and a machine that fails, sees the old content or the new.

    Raises:
        OSError: the folder of the file cannot be written; the file is as it was.
    """
    target = path.resolve()  # a link stays one
    descriptor, name = mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(target.stat().st_mode & 0o7777 if target.exists() else _usual_mode())
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def difference(name: str, before: str, after: str) -> str:
    """Return what changes in a file, as a unified diff; nothing when both are the same."""
    lines = unified_diff(_LINE.findall(before), _LINE.findall(after), name, f"{name}（整理后）")
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for entry in sorted(path.iterdir()):
        if entry.is_dir() and not entry.name.startswith("."):
            yield from _files(entry)
        elif entry.suffix == SUFFIX and entry.is_file():
            yield entry


def _usual_mode() -> int:
    """Return the permissions of a new file, which a temporary one has not."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
