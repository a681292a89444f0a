"""What tells one run from another: the policy, the moment, the tables, and all else that what is decided depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import Any, Final

from relapse_rules.batch.decider import Running
from relapse_rules.batch.mapping import Mapped, OwnNames
from relapse_rules.batch.sources import Source, set_aside
from relapse_rules.batch.spool import DEFAULT_BYTES
from relapse_rules.tables.errors import InputError

TOLD: Final = {
    "library": "程序的版本",
    "policy": "规则",
    "as_of": "判定时点",
    "mapping": "对照表",
    "source": "县里的表",
    "most_bytes": "内存的限度（most_bytes）",
}
"""What arguments are called."""


def arguments_of(
    policy: Running,
    source: Source,
    out: Path,
    as_of: str | None,
    mapping: Mapped,
    most_bytes: int = DEFAULT_BYTES,
) -> dict[str, Any]:
    """Return the arguments of a run, files by their digests, as JSON can hold them.

    Raises:
        InputError: a file is not there.
        OSError: it cannot be read.
    """
    return {
        "library": version("relapse_rules"),
        "policy": policy.digest,
        "as_of": as_of,
        "mapping": _mapping(mapping),
        "source": _source(source, out),
        "most_bytes": most_bytes,
    }


_READ_AT_ONCE: Final = 1 << 20


def _mapping(mapping: Mapped) -> str | None:
    if mapping is None:
        return None
    if isinstance(mapping, Mapping | OwnNames):
        return hashlib.sha256(repr(mapping).encode()).hexdigest()
    return _digest(Path(mapping))


def _source(source: Source, out: Path) -> list[list[str]] | None:
    """Return the names and digests of all files, None for what is no file: it may be different the next time.

    What is set aside is no source, nor what is in ``out``, wherever that folder is.
    """
    if not isinstance(source, str | PathLike) or "://" in str(source):
        return None
    path, written = Path(source), out.resolve()
    files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    return [
        [each.relative_to(path.parent).as_posix(), _digest(each)]
        for each in files
        if not each.resolve().is_relative_to(written)
        and not any(map(set_aside, each.relative_to(path).parts))
    ]


def _digest(path: Path) -> str:
    try:
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(_READ_AT_ONCE):
                digest.update(block)
    except FileNotFoundError:
        message = f"找不到“{path}”"
        raise InputError(message) from None
    return digest.hexdigest()
