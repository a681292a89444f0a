"""``relapse-rules lint``: finds needless and unusual ways of writing and likely slips, and mends what can safely be mended."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from relapse_rules.analysis.lint.fixing import Fixed, fixed
from relapse_rules.analysis.lint.linting import lint
from relapse_rules.analysis.rewriting import replace_content
from relapse_rules.bundle.container import is_bundle
from relapse_rules.check.loading import Loaded, read_from_disk
from relapse_rules.cli import inputs, screen
from relapse_rules.cli.failure import DONE, FOUND, Failure, unreadable
from relapse_rules.diagnostics import Diagnostic, Severity
from relapse_rules.diagnostics.render import render_concise, render_json, render_terminal
from relapse_rules.source import SourceText


def command(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[规则…]", help="规则文件；不写则看随附的方案和用例")
    ] = None,
    *,
    local: Annotated[
        list[Path] | None, typer.Option(metavar="补充", help="补充文件，先上级后下级，可以写几次")
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="改掉能放心改的，改过以后判定不变")] = False,
    format_: Annotated[
        str, typer.Option("--format", metavar="格式", help="terminal（默认）、concise（一处一行）或 json")
    ] = "terminal",
) -> int:
    """看规则文件的写法：绕弯的、重复的、多半是笔误的。先要没有错误（check）。

    有理由不改的，在注释里写“lint: 忽略 RR0909 理由”。退出码：0 没有发现，1 有发现，2 规则有错或文件读写不了。
    """
    render = inputs.one_of(format_, _FORMATS, "--format")
    if fix:
        _require_files(files or [])
    found = False
    paths: list[Path | None] = [*files] if files else [None]
    for path in paths:
        loaded = _loaded(path, local or [])
        left, sources = _fixed(loaded) if fix else (lint(loaded), loaded.sources)
        sys.stdout.write(render(left, sources))
        fixable = sum(each.fix is not None for each in left)
        if fixable and not fix and format_ != "json":
            sys.stdout.write(f"其中 {fixable} 处可以用 --fix 改掉\n")
        found |= bool(left)
    return FOUND if found else DONE


def _require_files(files: Sequence[Path]) -> None:
    """Refuse to fix what is not the reader's to change, or is in no file of its own.

    Raises:
        Failure: so it is.
    """
    if not files:
        message = "--fix 要写明规则文件"
        raise Failure(message)
    bundle = next((path for path in files if is_bundle(str(path))), None)
    if bundle is not None:
        message = f"“{bundle}”是政策包，改不了；改它的规则文件，再制作一份"
        raise Failure(message)


def _loaded(path: Path | None, local: Sequence[Path]) -> Loaded:
    """Return the files of a policy.

    Raises:
        Failure: it has errors, or cannot be read.
    """
    inspection = inputs.inspect_with_cases(path, local)
    errors = [each for each in inspection.diagnostics if each.severity is Severity.ERROR]
    if errors or inspection.policy is None or inspection.loaded is None:
        raise Failure(inputs.shown(errors or inspection.diagnostics, inspection.sources))
    return inspection.loaded


def _fixed(loaded: Loaded) -> tuple[tuple[Diagnostic, ...], Mapping[str, SourceText]]:
    """Write what can be fixed, and return what is left."""
    overlays = [file.span.file for file in loaded.overlays]
    made = fixed(loaded.entry, read_from_disk, overlays)
    try:
        for name, text in made.texts.items():
            replace_content(Path(name), text.encode())
    except OSError as error:
        raise unreadable(error) from None
    _tell(made)
    return made.left, made.sources


def _tell(made: Fixed) -> None:
    for found, source in made.done:
        line, column = source.line_column(found.span.start)
        sys.stderr.write(f"已改：{source.name}:{line}:{column} {found.code} {found.message}\n")
    if made.done:
        sys.stderr.write(f"改了 {len(made.done)} 处，{len(made.texts)} 个文件\n")


Rendered = Callable[[Sequence[Diagnostic], Mapping[str, SourceText]], str]


def _terminal(found: Sequence[Diagnostic], sources: Mapping[str, SourceText]) -> str:
    return render_terminal(found, sources, colour=screen.coloured(sys.stdout), width=screen.width())


_FORMATS: Final[dict[str, Rendered]] = {
    "terminal": _terminal,
    "concise": render_concise,
    "json": render_json,
}
