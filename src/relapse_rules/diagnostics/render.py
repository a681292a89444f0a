"""Lays out diagnostics: for a terminal, one line each, and as JSON. Nothing here words a finding.

All renderings are sorted by file, place and code, so the same findings always give the same text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from relapse_rules.diagnostics import Diagnostic, Fix, Label, Severity
from relapse_rules.diagnostics.excerpt import excerpt, visible
from relapse_rules.source import SourceText, Span

_DEFAULT_WIDTH: Final = 120
_LEAST_EXCERPT: Final = 20
_RESET: Final = "\x1b[0m"
_BLUE: Final = "\x1b[1;34m"
_CYAN: Final = "\x1b[1;36m"
_BOLD: Final = "\x1b[1m"
_SEVERITY_COLOURS: Final = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m"}


def render_terminal(
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, SourceText],
    *,
    colour: bool,
    width: int | None = None,
) -> str:
    """Return each diagnostic with its line of source underlined, then how many there are.

    ``sources`` maps a file's name, as spans have it, to its text; a place in a file that is not there is named without being shown.
    ``width`` is the terminal's, in cells; without it lines are cut at 120. A span over several lines shows its first one.
    """
    ordered = _ordered(diagnostics)
    blocks = [
        _Block(diagnostic=diagnostic, sources=sources, colour=colour, width=width or _DEFAULT_WIDTH).render()
        for diagnostic in ordered
    ]
    return "\n".join([*blocks, summary(ordered) + "\n"])


def render_concise(diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceText]) -> str:
    """Return one line for each diagnostic, ``file:line:column: error[RRnnnn] message``, then how many there are."""
    ordered = _ordered(diagnostics)
    lines = []
    for found in ordered:
        place = _place(found.span, sources)
        lines.append(f"{place}{': ' if place else ''}{found.severity}[{found.code}] {visible(found.message)}")
    return "\n".join([*lines, summary(ordered), ""])


def render_json(diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceText]) -> str:
    """Return a JSON list with one object for each diagnostic.

    ``start`` and ``end`` (excluded) hold the offset in code points from 0, the line and the column in code points from 1, and
    ``utf16``, the same place as editors count it: line and character from 0, in UTF-16 units. They are null where the text is not known.
    ``fix``, only where there is a safe one: its edits, each a place and the text to be there.
    """
    objects = [
        {
            "code": found.code,
            "severity": found.severity.value,
            "message": found.message,
            "help": found.help or None,
            **_json_span(found.span, sources),
            "labels": [
                {"message": label.message, **_json_span(label.span, sources)} for label in found.labels
            ],
            **_json_fix(found.fix, sources),
        }
        for found in _ordered(diagnostics)
    ]
    return json.dumps(objects, ensure_ascii=False, indent=2) + "\n"


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """Return how many errors and warnings there are, in one line.

    >>> summary([])
    '0 个错误，0 个警告'
    """
    severities = [found.severity for found in diagnostics]
    return f"{severities.count(Severity.ERROR)} 个错误，{severities.count(Severity.WARNING)} 个警告"


def _ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    return sorted(
        diagnostics,
        key=lambda found: (found.span.file, found.span.start, found.code, found.span.end, found.message),
    )


def _clamped(span: Span, source: SourceText) -> tuple[int, int]:
    """Return the start and end of ``span``, held within the text: a pass may point behind its last character."""
    size = len(source.text)
    start = min(max(span.start, 0), size)
    return start, min(max(span.end, start), size)


def _place(span: Span, sources: Mapping[str, SourceText]) -> str:
    """Return ``file:line:column``, as much of it as is known; nothing for what stands in no file."""
    source = sources.get(span.file)
    if source is None:
        return visible(span.file)
    line, column = source.line_column(_clamped(span, source)[0])
    return f"{visible(span.file) or '<文本>'}:{line}:{column}"


def _json_span(span: Span, sources: Mapping[str, SourceText]) -> dict[str, object]:
    source = sources.get(span.file)
    if source is None:
        return {"file": span.file or None, "start": None, "end": None}
    start, end = _clamped(span, source)
    return {
        "file": span.file or None,
        "start": _json_position(start, source),
        "end": _json_position(end, source),
    }


def _json_fix(fix: Fix | None, sources: Mapping[str, SourceText]) -> dict[str, object]:
    """Return the edits of a safe fix; nothing where there is none."""
    if fix is None:
        return {}
    return {"fix": [{"text": edit.text, **_json_span(edit.span, sources)} for edit in fix.edits]}


def _json_position(offset: int, source: SourceText) -> dict[str, object]:
    line, column = source.line_column(offset)
    return {
        "offset": offset,
        "line": line,
        "column": column,
        "utf16": {"line": line - 1, "character": source.column_utf16(offset)},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """One diagnostic being laid out."""

    diagnostic: Diagnostic
    sources: Mapping[str, SourceText]
    colour: bool
    width: int  # cells

    def render(self) -> str:
        found = self.diagnostic
        tint = _SEVERITY_COLOURS[found.severity]
        head = (
            self._paint(f"{found.severity}[{found.code}]", tint)
            + self._paint(": ", _BOLD)
            + self._paint(visible(found.message), _BOLD)
        )
        lines = [head, *self._snippets(tint)]
        if found.help:
            lines.extend(
                f"{' ' * self._gutter()} {self._paint('=', _BLUE)} {self._paint('help:', _CYAN)} {visible(text)}"
                for text in found.help.split("\n")
            )
        return "\n".join(lines) + "\n"

    def _snippets(self, tint: str) -> Iterator[str]:
        """Yield the primary place, then each label: under the same line where it stands on it, else as a place of its own."""
        primary = self.diagnostic.span
        if not self._place(primary) and not self.diagnostic.labels:
            return
        yield from self._location("-->", primary)
        yield from self._source_line(primary)
        yield from self._mark(primary, "^", "", tint)
        shown = self._shown(primary)
        labels = sorted(self.diagnostic.labels, key=_label_order)
        for label in sorted(labels, key=lambda label: self._shown(label.span) != shown):
            if self._shown(label.span) != shown:
                yield from self._location(":::", label.span)
                yield from self._source_line(label.span)
                shown = self._shown(label.span)
            yield from self._mark(label.span, "-", label.message, _BLUE)

    def _shown(self, span: Span) -> tuple[str, int, str]:
        """Return what line is printed for ``span``, and as what: a long one is cut where its span is."""
        source = self.sources.get(span.file)
        return span.file, self._line(span), "" if source is None else self._excerpt(span, source)[0]

    def _location(self, arrow: str, span: Span) -> Iterator[str]:
        if place := self._place(span):
            yield f"{' ' * self._gutter()}{self._paint(arrow, _BLUE)} {place}"

    def _source_line(self, span: Span) -> Iterator[str]:
        source = self.sources.get(span.file)
        if source is None:
            return
        number = self._line(span)
        bar = self._paint("|", _BLUE)
        text = self._excerpt(span, source)[0]
        yield f"{' ' * self._gutter()} {bar}"
        yield f"{self._paint(str(number).rjust(self._gutter()), _BLUE)} {bar} {text}".rstrip()

    def _mark(self, span: Span, sign: str, message: str, tint: str) -> Iterator[str]:
        """Yield the underline; where the text is not known, only the message."""
        source = self.sources.get(span.file)
        bar = f"{' ' * self._gutter()} {self._paint('|', _BLUE)}"
        words = visible(message)
        if source is None:
            if words:
                yield f"{bar} {self._paint(words, tint)}"
            return
        _, indent, marked = self._excerpt(span, source)
        last = source.line_column(max(_clamped(span, source)[0], _clamped(span, source)[1] - 1))[0]
        if last > self._line(span):
            words = " ".join(part for part in (words, f"（到第 {last} 行）") if part)
        yield f"{bar} {' ' * indent}{self._paint(sign * marked + (f' {words}' if words else ''), tint)}"

    def _excerpt(self, span: Span, source: SourceText) -> tuple[str, int, int]:
        start, end = _clamped(span, source)
        line, column = source.line_column(start)
        text = source.line(line)
        first = min(column - 1, len(text))
        # A mark ends with its first line, without the blanks there.
        last = max(first, min(first + end - start, len(text.rstrip())))
        room = max(_LEAST_EXCERPT, self.width - self._gutter() - len(" | "))
        shown = excerpt(text, first, last, width=room)
        return shown.text, shown.indent, shown.marked

    def _gutter(self) -> int:
        """Return how many digits the largest line number of this diagnostic has."""
        spans = (self.diagnostic.span, *(label.span for label in self.diagnostic.labels))
        return max(len(str(self._line(span))) for span in spans)

    def _line(self, span: Span) -> int:
        source = self.sources.get(span.file)
        return 0 if source is None else source.line_column(_clamped(span, source)[0])[0]

    def _place(self, span: Span) -> str:
        return _place(span, self.sources)

    def _paint(self, text: str, tint: str) -> str:
        return f"{tint}{text}{_RESET}" if self.colour else text


def _label_order(label: Label) -> tuple[str, int, int, str]:
    return label.span.file, label.span.start, label.span.end, label.message
