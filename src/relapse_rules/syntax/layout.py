"""Cuts a file into declarations, and turns line ends and indentation into tokens.

A declaration starts at a character in the first column and goes on to the next such line. In it, INDENT and DEDENT
enclose the lines below a declaration, a 步骤, 给定, 期望 or a line that ends with a colon; NEWLINE stands between them.
Any other line that is indented more goes on with the line above it. Inside brackets only a colon opens lines.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lark import Token
from lark.lark import PostLex

TAB_COLUMNS: Final = 4
"""A tab goes on to the next multiple of this."""

MAXIMUM_NESTING: Final = 100
"""Levels of brackets, lists and operators in one declaration; deeper is reported as RR0113."""

_FIRST_COLUMN: Final = re.compile(r"(?:\A|(?<=\A\ufeff)|(?<=[\r\n]))(?=[^ \t\u3000\r\n\ufeff])")
_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")
_LEADING: Final = re.compile(r"[ \t\u3000]*")
_BLOCKS: Final = ("给定", "期望")
_BLANKS: Final = " \t\u3000\r\n"
_OPENERS: Final = frozenset({"STEP", "GIVEN", "EXPECTED"})
_BRACKETS: Final = {"OPEN": "CLOSE", "OPEN_BRACE": "CLOSE_BRACE", "OPEN_BRACKET": "CLOSE_BRACKET"}
_CLOSING: Final = frozenset(_BRACKETS.values())
_LINE_END: Final = "_LINE_END"
_DASH: Final = "MINUS"


@dataclass(frozen=True, slots=True)
class Chunk:
    """One declaration, as a range of the normalised text."""

    start: int
    end: int


def chunks(text: str) -> tuple[Chunk, ...]:
    r"""Return the declarations of a normalised text. What comes before the first one belongs to none.

    >>> chunks("政策 甲\n\n  文号 \"一\"\n定义 乙")
    (Chunk(start=0, end=14), Chunk(start=15, end=19))
    """
    starts = [found.start() for found in _FIRST_COLUMN.finditer(text)]
    ends = [*starts[1:], len(text)][: len(starts)]
    return tuple(
        Chunk(start, start + len(text[start:end].rstrip(_BLANKS)))
        for start, end in zip(starts, ends, strict=True)
    )


def columns(blank: str) -> int:
    r"""Return how far ``blank`` indents, in terminal columns: a tab goes to the next multiple of 4, U+3000 takes two.

    >>> columns("  "), columns("\t"), columns("  \t"), columns("　")
    (2, 4, 4, 2)
    """
    width = 0
    for char in blank:
        if char == "\t":
            width += TAB_COLUMNS - width % TAB_COLUMNS
        else:
            width += 2 if char == "\u3000" else 1
    return width


class LayoutError(Exception):
    """The indentation of the line at ``offset`` fits no line above it, or a line starts with a stray dash."""

    def __init__(self, offset: int, *, dash: bool) -> None:
        super().__init__(offset)
        self.offset = offset
        self.dash = dash


@dataclass(slots=True)
class _Level:
    """An open block: the column of its lines, and whether the line read last may open lines below it."""

    column: int
    opens: bool = False


@dataclass(slots=True)
class _Bracket:
    """An open bracket and how many blocks were open before it."""

    token: Token
    blocks: int


@dataclass(slots=True)
class Layout(PostLex):
    """Lark's post-lexer. It holds the state of one declaration, and is set back when the next begins.

    ``previous`` is the token that the parser was given last, ``earlier`` the one before, and ``brackets`` are those not
    closed yet; ``too_deep`` is the first bracket in more than 100 others. They are read when a mistake is explained.
    ``given`` are all tokens that the parser was given, but for the DEDENTs at the very end.
    """

    always_accept = ("NAME", _LINE_END)

    previous: Token | None = None
    earlier: Token | None = None
    too_deep: Token | None = None
    brackets: list[_Bracket] = field(default_factory=list)
    given: list[Token] = field(default_factory=list)
    _levels: list[_Level] = field(default_factory=list)

    @property
    def open_bracket(self) -> Token | None:
        """The innermost bracket that is not closed."""
        return self.brackets[-1].token if self.brackets else None

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Yield the tokens of one declaration with INDENT, NEWLINE and DEDENT in place of line ends.

        Raises:
            LayoutError: the indentation fits nothing.
        """
        self.previous = self.earlier = self.too_deep = None
        self.brackets = []
        self.given = []
        self._levels = [_Level(0, opens=True)]
        return self._process(stream)

    def _process(self, stream: Iterator[Token]) -> Iterator[Token]:
        # INVARIANT: no token is looked at before the parser has taken all earlier ones, because the lexer asks the
        # parser what may come next.
        continued = False
        last: Token | None = None
        for token in stream:
            kind = token.type
            last = token
            if kind == _LINE_END:
                continued = not self.brackets
                for made in self._line_end(token):
                    continued = False
                    yield self._seen(made)
                continue
            if continued and kind == _DASH:
                raise LayoutError(token.start_pos or 0, dash=True)
            continued = False
            if kind in _BRACKETS:
                self.brackets.append(_Bracket(token, len(self._levels)))
                if len(self.brackets) > MAXIMUM_NESTING and self.too_deep is None:
                    self.too_deep = token
            elif kind in _CLOSING and self.brackets:
                base = self.brackets.pop().blocks
                while len(self._levels) > base:
                    self._levels.pop()
                    yield self._seen(Token.new_borrow_pos("DEDENT", "", token))
            elif kind in _OPENERS:
                self._levels[-1].opens = True
            yield self._seen(token)
        for _ in self._levels[1:]:
            yield Token.new_borrow_pos("DEDENT", "", last) if last else Token("DEDENT", "")

    def _seen(self, token: Token) -> Token:
        self.earlier, self.previous = self.previous, token
        self.given.append(token)
        return token

    def _line_end(self, token: Token) -> Iterator[Token]:
        end = token.end_pos or 0
        value = str(token)
        blank = value[max(value.rfind("\n"), value.rfind("\r")) + 1 :]
        column = columns(blank)
        top = self._levels[-1]
        base = self.brackets[-1].blocks if self.brackets else 1
        after_colon = self.previous is not None and self.previous.type == "COLON"
        if column > top.column:
            if after_colon or (top.opens and len(self._levels) >= base and not self.brackets):
                # A colon's block leaves the line's own block still to come: 定义 甲 当 以下全部: … then more lines.
                top.opens = top.opens and after_colon
                self._levels.append(_Level(column))
                yield Token.new_borrow_pos("INDENT", "", token)
            return
        while column < self._levels[-1].column and len(self._levels) > base:
            self._levels.pop()
            yield Token.new_borrow_pos("DEDENT", "", token)
        top = self._levels[-1]
        if len(self._levels) <= base and self.brackets:
            return
        if column == top.column and len(self._levels) > 1:
            top.opens = False
            yield Token.new_borrow_pos("NEWLINE", "", token)
        elif column > top.column and top.opens:
            top.opens = False
            self._levels.append(_Level(column))
            yield Token.new_borrow_pos("INDENT", "", token)
        elif column:
            raise LayoutError(end, dash=False)


def line_group(text: str, offset: int) -> Chunk | None:
    r"""Return the lines of one attribute: the one that holds ``offset`` or is continued there, in a declaration's text.

    A line belongs to the attribute above it when it is indented more than the first line below the declaration's own.
    Under 给定 and 期望 each line counts for itself. None when ``offset`` is on the declaration's own line.

    >>> line_group("定义 甲\n  对象 乙\n  当 丙\n    且\n  推导 丁", 18)
    Chunk(start=12, end=24)
    """
    starts = [0, *(found.end() for found in _LINE_BREAK.finditer(text))]
    number = bisect_right(starts, offset) - 1
    indents = [_indent(text, start) for start in starts]
    body = next((indent for indent in indents[1:] if indent is not None), None)
    if number == 0 or body is None:
        return None
    first = number
    while first > 1 and (indents[first] is None or _deeper(indents[first], body)):
        first -= 1
    if text[starts[first] :].lstrip(_BLANKS).startswith(_BLOCKS) and first < number:
        deep = next(indent for indent in indents[first + 1 :] if indent is not None)
        first, body = number, deep
        while indents[first] is None or _deeper(indents[first], body):
            first -= 1
    after = number + 1
    while after < len(starts) and (indents[after] is None or _deeper(indents[after], body)):
        after += 1
    return Chunk(starts[first], starts[after] if after < len(starts) else len(text))


def _deeper(indent: int | None, body: int) -> bool:
    return indent is not None and indent > body


def _indent(text: str, start: int) -> int | None:
    """Return the indentation of the line at ``start``; None for a blank line."""
    blank = _LEADING.match(text, start)
    assert blank is not None, "it matches nothing at all, too"
    end = blank.end()
    return None if end == len(text) or text[end] in "\r\n" else columns(blank[0])
