"""Reads the text of a policy file into its tree, and reports everything in it that is no declaration.

Each declaration is parsed on its own, so that a mistake in one hides nothing in another; the time taken grows with the
length of the file. Lark does the parsing (LALR(1), contextual lexer) and stays inside this folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from threading import Lock
from typing import Final

from lark import Lark, Token
from lark.exceptions import UnexpectedInput

from relapse_rules.diagnostics import Checked, Diagnostic, Severity
from relapse_rules.diagnostics import codes_syntax as codes
from relapse_rules.resources import grammar_directory
from relapse_rules.source import SourceText, Span
from relapse_rules.syntax import mistakes
from relapse_rules.syntax.build import Builder
from relapse_rules.syntax.declarations import AnyDeclaration, PolicyFile
from relapse_rules.syntax.layout import MAXIMUM_NESTING, Chunk, Layout, LayoutError, chunks, line_group
from relapse_rules.syntax.normalise import INVISIBLE, normalise
from relapse_rules.syntax.shapes import SHAPES
from relapse_rules.syntax.tree import Node

MAXIMUM_CHARACTERS: Final = 5_000_000
"""A longer file is not read (RR0114)."""

MAXIMUM_DECLARATIONS: Final = 20_000
"""Nor is one that begins more declarations: each of them can be wrong, and takes far longer to explain than to read."""

_MAXIMUM_MISTAKES: Final = 20
"""So many are looked for in one declaration, each with a pass over it."""

_ANY_NAME: Final = "甲"
_FIRST_WORD: Final = re.compile(r"\s*(\w+)")
_GRAMMAR_FILES: Final = ("terminals.lark", "policy.lark")
_STARTS: Final = {
    "导入": "importing",
    "采用": "adopting",
    "不适用": "excluded",
    "性质": "property",
    "用例": "case",
    **dict.fromkeys(SHAPES, "attributed"),
}


def parse(source: SourceText) -> Checked[PolicyFile]:
    """Return the declarations of ``source`` that are well formed, and what is wrong with the others.

    Nothing that an author can type raises; the value is never None.
    """
    span = Span(source.name, 0, len(source.text))
    if len(source.text) > MAXIMUM_CHARACTERS:
        too_long = _too_long(source, f"{len(source.text)} 字", f"{MAXIMUM_CHARACTERS} 字")
        return Checked(PolicyFile(declarations=(), span=span), (too_long,))
    text = normalise(source.text)
    cut = chunks(text)
    if len(cut) > MAXIMUM_DECLARATIONS:
        too_long = _too_long(source, f"{len(cut)} 条声明", f"{MAXIMUM_DECLARATIONS} 条")
        return Checked(PolicyFile(declarations=(), span=span), (too_long,))
    reader = _reader()
    with reader.lock:
        declarations, diagnostics = reader.read(source, text, cut)
    diagnostics.sort(key=lambda found: (found.span.start, found.span.end))
    return Checked(PolicyFile(declarations=tuple(declarations), span=span), tuple(diagnostics))


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or a sign of a file, as the grammar takes it. ``kind``: its terminal; INDENT, NEWLINE and DEDENT have no text.

    ``text`` is in one spelling (see `normalise`), but that of a quoted text is not: read it at its place.
    """

    kind: str
    text: str
    start: int
    end: int


def pieces(source: SourceText) -> tuple[tuple[Piece, ...], ...]:
    """Return the words of each declaration of a file in which `parse` finds no error."""
    text = normalise(source.text)
    reader = _reader()
    with reader.lock:
        reader.builder.start(source.name, source.text)
        reader.mistakes.start(source.name, text)
        return tuple(reader.pieces(text, chunk) for chunk in chunks(text))


class _Reader:
    """The parser with its builder and layout. They hold the state of one file at a time, hence the lock."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.builder = Builder()
        self.layout = Layout()
        directory = grammar_directory()
        self.lark = Lark(
            "".join((directory / name).read_text(encoding="utf-8") for name in _GRAMMAR_FILES),
            parser="lalr",
            lexer="contextual",
            start=sorted(set(_STARTS.values())),
            transformer=self.builder,
            postlex=self.layout,
            maybe_placeholders=False,
        )
        self.mistakes = mistakes.Mistakes(self.lark.terminals, self.layout)

    def read(
        self, source: SourceText, text: str, cut: Sequence[Chunk]
    ) -> tuple[list[AnyDeclaration], list[Diagnostic]]:
        """Return all declarations of a file and all that is wrong in it; ``text`` is the normalised one, ``cut`` its parts."""
        diagnostics = list(_invisible(source, text))
        declarations: list[AnyDeclaration] = []
        self.builder.start(source.name, source.text)
        self.mistakes.start(source.name, text)
        before = text[: cut[0].start if cut else len(text)]
        diagnostics += self.mistakes.before_the_first(before)
        incomplete = False
        for chunk in reversed(cut):
            if INVISIBLE.search(text, chunk.start, chunk.end):
                incomplete = False
                continue
            # Read from the end: an attribute that slipped into the first column is then known to be missing above.
            declaration, found, is_attribute = self._declaration(text, chunk, slipped=incomplete)
            incomplete = is_attribute
            diagnostics += found
            if declaration is not None:
                declarations.append(declaration)
        declarations.reverse()
        return declarations, diagnostics

    def pieces(self, text: str, chunk: Chunk) -> tuple[Piece, ...]:
        """Return the words of a declaration without mistakes."""
        self.builder.next_declaration(chunk.start)
        self.lark.parse(text[chunk.start : chunk.end], start=_STARTS[self.mistakes.first_word(chunk)])
        return tuple(_piece(token, chunk.start) for token in self.layout.given)

    def _declaration(
        self, text: str, chunk: Chunk, *, slipped: bool
    ) -> tuple[AnyDeclaration | None, list[Diagnostic], bool]:
        word = self.mistakes.first_word(chunk)
        start = _STARTS.get(word)
        if start is None:
            return None, [self.mistakes.unknown_declaration(chunk, word)], self.mistakes.is_attribute(word)
        found: list[Diagnostic] = []
        current = text[chunk.start : chunk.end]
        while True:
            self.builder.next_declaration(chunk.start, word)
            try:
                # The transformer makes a declaration of the tree that Lark would return.
                made: AnyDeclaration | None = self.lark.parse(current, start=start)  # type: ignore[assignment] # see above
                break
            except UnexpectedInput as error:
                made, mistake = None, self.mistakes.explain(error, chunk)
            except LayoutError as error:
                made, mistake = None, self.mistakes.bad_layout(error, chunk)
            group = line_group(current, mistake.span.start - chunk.start)
            # Where lines are left out, what they should have said is missing; that is no mistake of its own.
            if not (found and group is None):
                found.append(mistake)
            rest = self._without_head(current, word) if group is None else _blanked(current, group)
            if rest is None or rest == current or len(found) == _MAXIMUM_MISTAKES:
                break
            current = rest
        built = self.builder.diagnostics
        if found or slipped:
            built = [one for one in built if one.code != mistakes.MISSING.id]
        found += built
        found += self._too_deep(made)
        broken = any(one.severity is Severity.ERROR for one in found) or slipped
        return None if broken else made, found, False

    def _without_head(self, text: str, keyword: str) -> str | None:
        """Return a declaration with any name and nothing else on its own line; None where the lines below rest on more."""
        head, _, below = text.partition("\n")
        first = _FIRST_WORD.match(below)
        plain = f"{keyword} {_ANY_NAME}"
        if first is None or not self.mistakes.is_attribute(first[1]) or head.rstrip().endswith(":"):
            return None
        return f"{plain.ljust(len(head))}\n{below}" if len(plain) <= len(head) else None

    def _too_deep(self, declaration: AnyDeclaration | None) -> Iterator[Diagnostic]:
        if declaration is None:
            return
        if self.layout.too_deep is not None:
            yield _nesting_too_deep(self.builder.span(self.layout.too_deep))
            return
        if self.builder.nested < MAXIMUM_NESTING:
            return
        pending: list[tuple[object, int]] = [(declaration, 0)]
        while pending:
            part, depth = pending.pop()
            if isinstance(part, tuple):
                pending += [(item, depth) for item in part]
            elif isinstance(part, Node):
                if depth > MAXIMUM_NESTING:
                    yield _nesting_too_deep(part.span)
                    return
                pending += [(getattr(part, field.name), depth + 1) for field in fields(part)]


def _piece(token: Token, start: int) -> Piece:
    return Piece(token.type, str(token), start + (token.start_pos or 0), start + (token.end_pos or 0))


def _too_long(source: SourceText, has: str, limit: str) -> Diagnostic:
    return codes.FILE_TOO_LONG.at(
        Span(source.name, 0, 0), f"文件有 {has}，超过 {limit}的上限", help="分成几个文件，用“导入”连起来"
    )


def _nesting_too_deep(span: Span) -> Diagnostic:
    return codes.NESTING_TOO_DEEP.at(
        span, f"条件或算式嵌套超过 {MAXIMUM_NESTING} 层", help="把里层的部分另写成一个“定义”或“指标”"
    )


def _blanked(text: str, lines: Chunk) -> str:
    """Return ``text`` without what ``lines`` say, and with the same places; their last line end stays."""
    kept = text[lines.start : lines.end].rstrip("\r\n")
    return f"{text[: lines.start]}{' ' * len(kept)}{text[lines.start + len(kept) :]}".rstrip()


@cache
def _reader() -> _Reader:
    return _Reader()


def _invisible(source: SourceText, text: str) -> Iterator[Diagnostic]:
    """Report characters outside comments that cannot be seen (RR0112), one for each line that has any."""
    line = 0
    for found in INVISIBLE.finditer(text):
        number, _ = source.line_column(found.start())
        if number == line or (found.start() == 0 and found[0] == "\ufeff"):
            continue
        line = number
        yield codes.INVISIBLE_CHARACTER.at(
            Span(source.name, found.start(), found.end()),
            f"这里有一个看不见的字符(U+{ord(found[0]):04X})",
            help="删去它；从网页或文档复制文字时容易带进来",
        )
