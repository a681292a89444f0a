"""The words of declarations: where their names stand, and a digest of each as it is written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Final

from relapse_rules.check.policy import Declared, ParameterSpec, ReadingSpec, TypedPolicy, UnitSpec
from relapse_rules.source import NOWHERE, SourceText, Span
from relapse_rules.syntax.declarations import AnyDeclaration, PolicyFile
from relapse_rules.syntax.format import format_file
from relapse_rules.syntax.parse import parse

_DIGITS: Final = 12
_STEP: Final = "/"
_NEXT: Final = re.compile(r"\n(?=[^\s#])")
"""The end of a declaration: what follows begins at the margin."""


class Texts:
    """The texts of a policy's declarations by name; a step stands under 程序/步骤."""

    def __init__(self, policy: TypedPolicy, sources: Mapping[str, SourceText]) -> None:
        self._sources = sources
        declared: tuple[UnitSpec | ParameterSpec | ReadingSpec | Declared, ...] = (
            *policy.units,
            *policy.parameters,
            *policy.readings,
            *policy.procedures,
            *policy.judgements,
            *policy.definitions,
            *policy.indicators,
            *policy.measures,
            *policy.tasks,
            *policy.exceptions,
            *policy.properties,
        )
        self._spans = {each.name: each.span for each in declared}
        self._fields = {
            f"{entity.name}.{spec.name}": spec.span
            for entity in policy.vocabulary.entities
            for spec in entity.fields
        }

    def place(self, name: str) -> Span:
        """Return where the name of a declaration is written, nowhere when no file holds it."""
        span = self._spans.get(name) or self._fields.get(name, NOWHERE)
        source = self._sources.get(span.file)
        if source is None:
            return span
        last = name.rpartition(_STEP)[2] if name not in self._fields else name.partition(".")[2]
        at = source.text.find(last, span.start, span.end)
        return span if at < 0 else Span(span.file, at, at + len(last))

    def digest(self, names: Iterable[str]) -> str:
        """Return what stays the same as long as the declarations say the same: comments, spaces and widths do not count."""
        said = "\n".join(self._written(name) for name in names)
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]

    def declaration(self, name: str) -> AnyDeclaration | None:
        """Return a declaration as it is written, the whole 程序 for a step; None for a name that no file declares on its own."""
        span = self._spans.get(name.partition(_STEP)[0], NOWHERE)
        source = self._sources.get(span.file)
        if source is None:
            return None
        # The place of a declaration ends with its last word, and a bracket may follow.
        following = _NEXT.search(source.text, span.end)
        end = len(source.text) if following is None else following.end()
        parsed = parse(SourceText(span.file, source.text[span.start : end])).value
        return None if parsed is None or not parsed.declarations else parsed.declarations[0]

    def _written(self, name: str) -> str:
        declared = self.declaration(name)
        return (
            name
            if declared is None
            else f"{name}\n{format_file(PolicyFile(span=NOWHERE, declarations=(declared,)))}"
        )
