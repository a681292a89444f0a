"""Where the parser stood when it gave up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lark import Token

from relapse_rules.source import Span

END: Final = frozenset({"$END", "INDENT", "DEDENT", "NEWLINE", "_LINE_END"})
"""Kinds of tokens that stand for the end of a line or of the declaration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Where the parser stood. ``kind`` is the terminal of ``word``, empty when it is none; ``spelled`` what may come."""

    word: str
    kind: str
    span: Span
    before: Token | None
    before_span: Span
    expected: frozenset[str]
    spelled: frozenset[str]
    starts_line: bool
