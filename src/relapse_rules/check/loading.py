"""Follows 导入 from the main file: all files of a policy, each read once, in the order in which they are first needed.

How a name becomes text is the caller's: from a disk (`read_from_disk`), from an editor, from a test. Names are paths with ``/``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Final

from relapse_rules import resources
from relapse_rules.check.outline import Outline, parse_outline
from relapse_rules.diagnostics import Checked, Diagnostic, Severity
from relapse_rules.diagnostics.codes_coverage import OUTLINE_MISSING
from relapse_rules.diagnostics.codes_names import IMPORT_CYCLE, IMPORT_MISSING
from relapse_rules.source import SourceText, Span
from relapse_rules.syntax.declarations import AnyDeclaration, Header, Import, PolicyFile
from relapse_rules.syntax.declared import Declaration
from relapse_rules.syntax.parse import parse

Read = Callable[[str], SourceText | Diagnostic]
"""Returns the text of that name, or says why it cannot be read."""

_DECLARED: Final = re.compile(r"^([^\s#]+)[^\S\r\n]+(?:「([^」\r\n]*)」|([^\s::]+))", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Broken:
    """A declaration that could not be parsed: its keyword and, as far as can be told, its name."""

    keyword: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """The files of a policy (imported ones before those that need them) and of its overlays, with all their texts.

    ``outline``: None when the header names none, or it cannot be read without errors. ``broken``: declarations that are missing from
    ``files`` because they could not be parsed; ``incomplete``: whole files are missing, so unknown names mean nothing.
    ``has_errors``: something was wrong with the files, so that no policy can be made of them.
    """

    entry: str
    files: tuple[PolicyFile, ...]
    overlays: tuple[PolicyFile, ...] = ()
    outline: Outline | None = None
    sources: Mapping[str, SourceText] = field(default_factory=dict)
    broken: tuple[Broken, ...] = ()
    incomplete: bool = False
    has_errors: bool = False

    @property
    def declarations(self) -> tuple[AnyDeclaration, ...]:
        """All declarations of the policy itself, in the order of its files."""
        return tuple(declared for file in self.files for declared in file.declarations)

    @property
    def local(self) -> tuple[AnyDeclaration, ...]:
        """All declarations of the county's own files."""
        return tuple(declared for file in self.overlays for declared in file.declarations)


def load_files(
    entry: str, read: Read, overlays: Iterable[str] = (), *, library: str | None = None
) -> Checked[Loaded]:
    """Return all files that ``entry`` needs, with the ``overlays``; what cannot be read or parsed is reported and left out.

    ``library``: the folder in which ``read`` finds the policies that come with the package; by default they are read from its own.
    """
    loading = _Loading(read, library)
    files = loading.follow(entry)
    local = tuple(parsed for name in overlays if (parsed := loading.overlay(name)) is not None)
    outline = loading.outline(files)
    loaded = Loaded(
        entry=entry,
        files=files,
        overlays=local,
        outline=outline,
        sources=loading.sources,
        broken=tuple(loading.broken),
        incomplete=loading.incomplete,
        has_errors=any(found.severity is Severity.ERROR for found in loading.found),
    )
    return Checked(loaded, tuple(loading.found))


def read_from_disk(name: str) -> SourceText | Diagnostic:
    """Return the text of a file. A byte order mark is no part of it; bytes that are not UTF-8 are reported, never guessed."""
    path = Path(name)
    try:
        if path.is_dir():
            return _unreadable(name, f"“{name}”是目录，不是文件", "写出目录里的文件名")
        data = path.read_bytes()
    except FileNotFoundError:
        return _not_found(name)
    except (OSError, ValueError) as error:
        return _unreadable(name, f"读不了文件“{name}”：{error}", "检查文件名和读取权限")
    try:
        return SourceText(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return _unreadable(name, f"“{name}”不是 UTF-8 文本（第{error.start + 1}字节）", "另存为 UTF-8 编码")


def read_from(texts: Mapping[str, str]) -> Read:
    """Return a reader of texts by name, for what is not on a disk."""

    def read(name: str) -> SourceText | Diagnostic:
        text = texts.get(name)
        if text is None:
            return _not_found(name)
        return SourceText(name, text.removeprefix("\ufeff"))

    return read


@lru_cache(maxsize=512)
def _parsed(text: SourceText) -> Checked[PolicyFile]:
    """Return the parsed file. Editors and tests check the same vocabulary again and again, and parsing it takes the longest."""
    return parse(text)


def _not_found(name: str) -> Diagnostic:
    return _unreadable(name, f"找不到文件“{name}”", "检查文件名和目录；文件名区分大小写")


def _unreadable(name: str, message: str, cure: str) -> Diagnostic:
    return IMPORT_MISSING.at(Span(name, 0, 0), message, help=cure)


class _Loading:
    """The files read so far, and what is wrong with them."""

    def __init__(self, read: Read, library: str | None) -> None:
        self.read = read
        self.library = library
        self.found: list[Diagnostic] = []
        self.sources: dict[str, SourceText] = {}
        self.broken: list[Broken] = []
        self.bundled: set[str] = set()
        self.incomplete = False

    def follow(self, entry: str) -> tuple[PolicyFile, ...]:
        """Return ``entry`` and what it imports; a file comes after its imports. An import back into a file is a circle."""
        done: dict[str, PolicyFile] = {}
        first = self._file(entry, None)
        pending = [] if first is None else [(entry, first, _imports(first))]
        while pending:
            name, file, imports = pending[-1]
            wanted = next(imports, None)
            if wanted is None:
                done[name] = file
                pending.pop()
                continue
            target = self._locate(name, wanted.path.value)
            open_files = [each for each, _, _ in pending]
            if target in open_files:
                self._circle(wanted, [*open_files[open_files.index(target) :], target])
            elif target not in done and target not in self.sources:
                imported = self._file(target, wanted.path.span)
                if imported is not None:
                    pending.append((target, imported, _imports(imported)))
        return tuple(done.values())

    def overlay(self, name: str) -> PolicyFile | None:
        """Return one of the county's own files."""
        return self._file(name, None)

    def outline(self, files: Iterable[PolicyFile]) -> Outline | None:
        """Return the outline that the header names, relative to the header's file."""
        for file in files:
            for declared in file.declarations:
                if isinstance(declared, Header) and declared.outline is not None:
                    name = _beside(file.span.file, declared.outline.value)
                    text = self.read(name)
                    if isinstance(text, Diagnostic):
                        self.found.append(
                            OUTLINE_MISSING.at(declared.outline.span, text.message, help=text.help)
                        )
                        return None
                    self.sources[name] = text
                    checked = parse_outline(text)
                    self.found += checked.diagnostics
                    return None if checked.has_errors else checked.value
        return None

    def _file(self, name: str, wanted_at: Span | None) -> PolicyFile | None:
        text = read_from_disk(name) if name in self.bundled else self.read(name)
        if isinstance(text, Diagnostic):
            self.incomplete = True
            self.found.append(text if wanted_at is None else replace(text, span=wanted_at))
            return None
        self.sources[name] = text
        checked = _parsed(text)
        self.found += checked.diagnostics
        if any(found.severity is Severity.ERROR for found in checked.diagnostics):
            self.broken += _broken(text, checked.value)
        return checked.value

    def _locate(self, importer: str, path: str) -> str:
        """Return the name of an imported file: beside the importer, else among the policies that come with the package.

        A file that is there but cannot be read is the one that was meant: another must not stand in for it.
        """
        name = _beside(importer, path)
        if name in self.sources or self.read(name) != _not_found(name):
            return name
        if self.library is not None:
            kept = f"{self.library}/{path}"
            return kept if PurePosixPath(path).name == path and self.read(kept) != _not_found(kept) else name
        bundled = resources.policies_directory() / path
        if PurePosixPath(path).name != path or not bundled.is_file():
            return name
        self.bundled.add(bundled.as_posix())
        return bundled.as_posix()

    def _circle(self, wanted: Import, names: list[str]) -> None:
        self.incomplete = True
        self.found.append(
            IMPORT_CYCLE.at(
                wanted.path.span,
                f"文件互相导入：{' → '.join(f'“{name}”' for name in names)}",
                help="删去其中一条“导入”；两边都要用的声明，挪到第三个文件",
            )
        )


def _imports(file: PolicyFile) -> Iterator[Import]:
    return (declared for declared in file.declarations if isinstance(declared, Import))


def _beside(importer: str, path: str) -> str:
    """Return the name of ``path`` as seen from the file ``importer``, without ``.`` and ``..`` where they can be resolved."""
    parts: list[str] = []
    joined = PurePosixPath(importer).parent / path
    for part in joined.parts:
        if part == ".." and parts and parts[-1] not in {"..", "/"}:
            parts.pop()
        else:
            parts.append(part)
    return PurePosixPath(*parts).as_posix()


def _broken(source: SourceText, file: PolicyFile | None) -> list[Broken]:
    """Return the declarations whose first line is in ``source`` but which are not in ``file``."""
    parsed = {
        (declared.name.text)
        for declared in (file.declarations if file else ())
        if isinstance(declared, Declaration)
    }
    return [
        Broken(keyword=found[1], name=name)
        for found in _DECLARED.finditer(source.text)
        if (name := found[2] or found[3]) not in parsed and found[1] != "导入"
    ]
