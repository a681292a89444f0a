"""The files of a policy as a ledger keeps them, so that a decision can be repeated when the files are long gone.

Folders of the machine do not matter: files that come with the package stand under `LIBRARY`, the others under the folder that they
have in common.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from relapse_rules import resources
from relapse_rules.audit.canonical import canonical, digest, parsed
from relapse_rules.audit.errors import AuditError
from relapse_rules.ir.details import Details

FORMAT: Final = 1
LIBRARY: Final = "@bundled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """A policy's files. ``entry`` and ``overlays`` are names among ``sources`` (name, text)."""

    entry: str
    overlays: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]

    @property
    def content(self) -> str:
        """The canonical text that a ledger keeps."""
        return canonical(
            {
                "kind": "policy",
                "format": FORMAT,
                "entry": self.entry,
                "overlays": self.overlays,
                "sources": self.sources,
            }
        )

    @property
    def texts(self) -> str:
        """The digest of all this, by which records name it."""
        return digest(self.content)


def archived(details: Details) -> Archived:
    """Return the files of a policy under names that mean the same everywhere.

    Raises:
        AuditError: the policy was not made from files.
    """
    if not details.sources:
        message = "这份政策不是从文件读来的，没有可以存档的文本"
        raise AuditError(message, "用 load 或 load_plan 读入")
    library = resources.policies_directory().as_posix()
    # A policy that was read from a bundle has such names already.
    absolute = {
        name: f"{library}/{name.removeprefix(f'{LIBRARY}/')}"
        if _inside(name, LIBRARY)
        else posixpath.normpath(Path(name).absolute().as_posix())
        for name, _ in details.sources
    }
    own = [path for path in absolute.values() if not _inside(path, library)]
    common = posixpath.commonpath([posixpath.dirname(path) for path in own]) if own else ""
    named = {
        name: f"{LIBRARY}/{posixpath.relpath(path, library)}"
        if _inside(path, library)
        else posixpath.relpath(path, common)
        for name, path in absolute.items()
    }
    return Archived(
        entry=named[details.entry],
        overlays=tuple(named[name] for name in details.overlays),
        sources=tuple((named[name], text) for name, text in details.sources),
    )


def archived_from(content: str) -> Archived:
    """Return the files in a text that a ledger keeps.

    Raises:
        AuditError: it is none, or from a newer version.
    """
    value = parsed(content)
    match value:
        case {
            "kind": "policy",
            "format": 1,
            "entry": str(entry),
            "overlays": list(overlays),
            "sources": list(sources),
        } if all(map(_is_source, sources)):
            return Archived(
                entry=entry,
                overlays=tuple(map(str, overlays)),
                sources=tuple((name, text) for name, text in sources),
            )
        case {"kind": "policy", "format": other} if other != FORMAT:
            message = f"存档政策的格式版本 {other} 这一版程序不认识"
            raise AuditError(message, "升级 relapse_rules")
        case _:
            message = "不是存档的政策"
            raise AuditError(message)


def _is_source(value: object) -> bool:
    match value:
        case [str(), str()]:
            return True
        case _:
            return False


def _inside(path: str, folder: str) -> bool:
    return path.startswith(folder + "/")
