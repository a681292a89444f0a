"""Runs the rules over the files of a policy that has no errors."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from relapse_rules import resources
from relapse_rules.analysis.lint.desk import Desk
from relapse_rules.analysis.lint.rules import RULES
from relapse_rules.analysis.lint.waivers import weighed
from relapse_rules.check.loading import Loaded
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.syntax.declarations import PolicyFile


def lint(loaded: Loaded) -> tuple[Diagnostic, ...]:
    """Return what the rules find, by file and place.

    Files that come with the package are only looked into when the policy is one of them: who imports them cannot change them.
    """
    files = tuple(file for file in (*loaded.files, *loaded.overlays) if _is_own(file, loaded.entry))
    desk = Desk(
        files=files,
        declarations=(*loaded.declarations, *loaded.local),
        sources=loaded.sources,
        has_outline=loaded.outline is not None,
    )
    found = sorted(
        (each for rule in RULES for each in rule(desk)),
        key=lambda each: (each.span.start, each.span.end, each.code),
    )
    return tuple(_weighed(desk, found))


def _weighed(desk: Desk, found: list[Diagnostic]) -> Iterator[Diagnostic]:
    for file in desk.files:
        name = file.span.file
        yield from weighed(desk.sources[name], [each for each in found if each.span.file == name])


def _is_own(file: PolicyFile, entry: str) -> bool:
    library = resources.policies_directory().as_posix() + "/"
    return not _whole(file.span.file).startswith(library) or _whole(entry).startswith(library)


def _whole(name: str) -> str:
    return posixpath.abspath(name)
