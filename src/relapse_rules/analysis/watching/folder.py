"""The files of a folder that policies are made of: which of them changed, and which are the main ones."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from relapse_rules.analysis.rewriting import SUFFIX

_OUTLINE: Final = ".outline"
_IMPORT: Final = re.compile(r"^导入[ \t\u3000]*[\"“”＂]([^\"“”＂\r\n]+)[\"“”＂]", re.MULTILINE)
_HEADER: Final = re.compile(r"^政策[ \t\u3000]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as it was: what the disk says of it, and the digest of its content."""

    stamp: tuple[int, int, int]
    digest: bytes


class Files:
    """The policies and outlines below a folder, with single files elsewhere."""

    def __init__(self, folder: Path, others: Iterable[Path] = ()) -> None:
        self._folder = folder
        self._others = frozenset(others)
        self._seen: dict[Path, _Seen] = {}

    def follow(self, others: Iterable[Path]) -> None:
        """Follow more files, too, from how they are now on."""
        self._others |= frozenset(others)
        for path, seen in self._now():
            self._seen.setdefault(path, seen)

    def changed(self) -> tuple[Path, ...]:
        """Return what was written, made, removed or renamed since this was last asked, in the order of names; all at first.

        A file that was written with what it held before is not among them.
        """
        before, self._seen = self._seen, dict(self._now())
        return tuple(
            path
            for path in sorted({*before, *self._seen})
            if before.get(path) is None
            or self._seen.get(path) is None
            or before[path].digest != self._seen[path].digest
        )

    def is_settled(self) -> bool:
        """Whether nothing was touched since `changed` was last asked: an editor writes in steps."""
        return {path: seen.stamp for path, seen in self._seen.items()} == dict(self._stamps())

    def _now(self) -> Iterator[tuple[Path, _Seen]]:
        for path, stamp in self._stamps():
            known = self._seen.get(path)
            if known is not None and known.stamp == stamp:
                yield path, known
                continue
            try:
                yield path, _Seen(stamp, hashlib.sha256(path.read_bytes()).digest())
            except OSError:
                continue  # gone again, or not to be read: as good as not there

    def _stamps(self) -> Iterator[tuple[Path, tuple[int, int, int]]]:
        for path in sorted({*self._others, *_below(self._folder)}):
            try:
                state = path.stat()
            except OSError:
                continue
            yield path, (state.st_mtime_ns, state.st_size, state.st_ino)


def main_files(folder: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Return the main files of the policies below ``folder``, and files that belong to none.

    A main file is imported by no other file there, and it or what it imports has a 政策. The others are a county's own files, for example,
    or parts that nothing uses yet.
    """
    texts = {path.resolve(): _text(path) for path in _below(folder) if path.suffix == SUFFIX}
    imports = {path: _imports(path, text) for path, text in texts.items()}
    imported = {target for targets in imports.values() for target in targets}
    first = [path for path in _below(folder) if path.suffix == SUFFIX and path.resolve() not in imported]
    whole = [path for path in first if _has_header(path.resolve(), texts, imports)]
    return tuple(whole), tuple(path for path in first if path not in whole)


def _has_header(first: Path, texts: Mapping[Path, str], imports: Mapping[Path, tuple[Path, ...]]) -> bool:
    seen: set[Path] = set()
    waiting = [first]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += imports.get(path, ())
            if _HEADER.search(texts[path] if path in texts else _text(path)):
                return True
    return False


def _imports(path: Path, text: str) -> tuple[Path, ...]:
    return tuple((path.parent / name).resolve() for name in _IMPORT.findall(text))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""


def _below(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.suffix in {SUFFIX, _OUTLINE} and not entry.is_dir():
            yield entry
        elif entry.is_dir() and not entry.is_symlink():
            yield from _below(entry)
