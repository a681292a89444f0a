"""Which of the ``.policy`` files of a run are main files. The parts that they import are tested with them, not by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from os import walk
from pathlib import Path
from typing import Final

_IMPORT: Final = re.compile(r'^导入[^\S\r\n]+["“]([^"”\r\n]+)["”]', re.MULTILINE)
SUFFIX: Final = ".policy"


def policy_files(named: Iterable[Path], skipped: Sequence[str]) -> tuple[Path, ...]:
    """Return the policy files that are ``named``, or lie in a folder that is; folders whose name matches ``skipped`` are not entered."""
    found: dict[Path, None] = {}
    for path in named:
        if path.is_dir():
            found.update(dict.fromkeys(_within(path, skipped)))
        elif path.suffix == SUFFIX:
            found[path.resolve()] = None
    return tuple(found)


def mains(files: Iterable[Path]) -> frozenset[Path]:
    """Return the files that no other of ``files`` imports; of files that import each other in a circle, the first by name.

    What cannot be read imports nothing: reading it again will say why.
    """
    imports = {path: _imports(path) for path in files}
    imported = {wanted for path, wanted_by_it in imports.items() for wanted in wanted_by_it if wanted != path}
    found = {path for path in imports if path not in imported}
    reached = _reached(found, imports)
    for path in sorted(imports):
        if path not in reached:
            found.add(path)
            reached |= _reached({path}, imports)
    return frozenset(found)


def _within(folder: Path, skipped: Sequence[str]) -> Iterator[Path]:
    for place, folders, names in walk(folder):
        folders[:] = sorted(
            name for name in folders if not any(fnmatch(name, pattern) for pattern in skipped)
        )
        yield from ((Path(place) / name).resolve() for name in sorted(names) if name.endswith(SUFFIX))


def _imports(path: Path) -> frozenset[Path]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return frozenset()
    return frozenset((path.parent / name).resolve() for name in _IMPORT.findall(text))


def _reached(start: Iterable[Path], imports: Mapping[Path, frozenset[Path]]) -> set[Path]:
    reached: set[Path] = set()
    waiting = list(start)
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting.extend(imports.get(path, ()))
    return reached
