"""Where expressions stand in a text, with their brackets, and whether an edit there would lose a comment."""

from __future__ import annotations

import re
from typing import Final

from relapse_rules.diagnostics import Edit, Fix
from relapse_rules.source import SourceText, Span
from relapse_rules.syntax.normalise import comments, normalise
from relapse_rules.syntax.tree import Node

_QUOTED: Final = re.compile(r'"[^"\r\n]*"|「[^」\r\n]*」')


class Places:
    """One text. Places are offsets in code points, ends excluded."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.plain = _QUOTED.sub(lambda found: "_" * len(found[0]), normalise(source.text))
        """The text in one spelling, of the same length, without comments and what is quoted."""
        self._comments = comments(source.text)

    def of(self, node: Node) -> tuple[int, int]:
        """Return where ``node`` stands, with the brackets around its first and last part: its span begins at its first word."""
        start, end = node.span.start, node.span.end
        depth = lowest = 0
        for character in self.plain[start:end]:
            depth += (character == "(") - (character == ")")
            lowest = min(lowest, depth)
        before, after = -lowest, depth - lowest
        while before:
            start -= 1
            before -= self.plain[start] == "("
        while after:
            after -= self.plain[end] == ")"
            end += 1
        return start, end

    def outer(self, node: Node) -> tuple[int, int]:
        """Return where an operand or an item stands, with the brackets around it that are its own."""
        start, end = self.of(node)
        while True:
            before, after = self.plain[:start].rstrip(), self.plain[end:]
            gap = len(after) - len(after.lstrip())
            if not before.endswith("(") or not after[gap:].startswith(")"):
                return start, end
            start, end = len(before) - 1, end + gap + 1

    def span(self, start: int, end: int) -> Span:
        """Return a place of this text."""
        return Span(self.source.name, start, end)

    def is_on_one_line(self, start: int, end: int) -> bool:
        """Whether nothing there goes on with the next line."""
        return not {"\n", "\r"} & set(self.source.text[start:end])

    def replacing(self, start: int, end: int, text: str) -> Fix | None:
        """Return the fix that puts ``text`` there; None when a comment stands there, which would be lost."""
        if any(first < end and last > start for first, last in self._comments):
            return None
        return Fix(edits=(Edit(span=self.span(start, end), text=text),))

    def without_line(self, start: int, end: int) -> Fix | None:
        """Return the fix that takes away the whole line of a place; None when the line says more."""
        number, _ = self.source.line_column(start)
        starts = self.source.line_starts
        first = starts[number - 1]
        last = starts[number] if number < len(starts) else len(self.source.text)
        if self.plain[first:start].strip() or self.plain[end:last].strip():
            return None
        return self.replacing(first, last, "")
