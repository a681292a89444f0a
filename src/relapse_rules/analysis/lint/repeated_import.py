"""RR0907 repeated-import: a file is imported twice by the same file.

It is read once all the same. The fix takes the later line away.
"""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.lint.desk import Desk
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_style import REPEATED_IMPORT
from relapse_rules.syntax.declarations import Import


def repeated_import(desk: Desk) -> Iterator[Diagnostic]:
    """Yield each 导入 of what the same file imports further up."""
    for file in desk.files:
        seen: dict[str, Import] = {}
        for declared in file.declarations:
            if not isinstance(declared, Import):
                continue
            first = seen.setdefault(declared.path.value, declared)
            if first is not declared:
                places = desk.places(declared)
                yield REPEATED_IMPORT.at(
                    declared.path.span,
                    f"“{declared.path.value}”已经导入过",
                    help="删去这一行",
                    labels=(Label(span=first.path.span, message="第一处"),),
                    fix=places.without_line(declared.span.start, declared.path.span.end),
                )
