"""The rules of a policy as they are written, with the mark of each condition before it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from relapse_rules.analysis.relevance.coverage import Mark, Shown
from relapse_rules.check.loading import Loaded
from relapse_rules.source import SourceText
from relapse_rules.syntax.declared import Declaration
from relapse_rules.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of a line; or, with ``shown``, the beginning of a condition, whose text follows and ends with `End`."""

    text: str = ""
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class End:
    """Where a condition ends."""


Part = Piece | End


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedRule:
    """A declaration with its conditions, in the order of the text. ``parts``: its whole text with their beginnings and ends."""

    file: str
    line: int
    name: str
    shown: tuple[Shown, ...]
    parts: tuple[Part, ...]

    def lines(self) -> Iterator[tuple[str, tuple[Mark, ...]]]:
        """Yield the lines, each condition with its mark before it, and the marks that stand there."""
        text = "".join(
            part.shown.mark if part.shown is not None else part.text
            for part in self.parts
            if isinstance(part, Piece)
        )
        for line in text.split("\n"):
            yield line.rstrip("\r"), tuple(mark for mark in Mark for _ in range(line.count(mark)))


def marked(loaded: Loaded, shown: Sequence[Shown]) -> tuple[MarkedRule, ...]:
    """Return every declaration that conditions are written in, in the order of the texts."""
    written = {
        file.span.file: sorted(file.declarations, key=lambda each: each.span.start)
        for file in (*loaded.files, *loaded.overlays)
    }

    def within(each: Shown) -> tuple[str, int]:
        starts = [declared.span.start for declared in written[each.span.file]]
        return each.span.file, bisect_right(starts, each.span.start) - 1

    return tuple(
        _rule(written[file][place], loaded.sources[file], tuple(members))
        for (file, place), members in groupby(shown, key=within)
    )


def _rule(declared: Node, source: SourceText, shown: tuple[Shown, ...]) -> MarkedRule:
    assert isinstance(declared, Declaration), "what holds conditions has a name"
    span = declared.span
    return MarkedRule(
        file=source.name,
        line=source.line_column(span.start)[0],
        name=declared.name.text,
        shown=shown,
        parts=tuple(_parts(source.text, span.start, _end(source.text, span.end), shown)),
    )


def _end(text: str, end: int) -> int:
    """Return where the declaration ends without the blank lines after it."""
    return len(text[:end].rstrip())


def _parts(text: str, start: int, end: int, shown: Sequence[Shown]) -> Iterator[Part]:
    position = start
    open_until: list[int] = []
    for each in shown:
        while open_until and open_until[-1] <= each.span.start:
            yield Piece(text[position : open_until[-1]])
            position = open_until.pop()
            yield End()
        yield Piece(text[position : each.span.start])
        position = each.span.start
        yield Piece(shown=each)
        open_until.append(min(each.span.end, open_until[-1] if open_until else end))
    for closing in reversed(open_until):
        yield Piece(text[position:closing])
        position = closing
        yield End()
    yield Piece(text[position:end])
