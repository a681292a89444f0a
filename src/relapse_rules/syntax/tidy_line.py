"""Writes the words of one line, with the blanks that belong between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relapse_rules.syntax import literals
from relapse_rules.syntax.format_expressions import is_plain, moment, text
from relapse_rules.syntax.normalise import written_text
from relapse_rules.syntax.parse import Piece
from relapse_rules.syntax.shapes import ATTRIBUTE_KEYWORDS
from relapse_rules.syntax.tree import Moment, Text
from relapse_rules.syntax.words import COMPARISONS, KEYWORDS, OPERATORS

GAP: Final = "  "
"""Between two attributes on one line, and before a comment."""

_NOT_AFTER: Final = frozenset({"OPEN", "OPEN_BRACE", "OPEN_BRACKET", "DOT", "SLASH", "SEPARATOR"})
"""No blank comes after these."""

_NOT_BEFORE: Final = frozenset(
    {"SEPARATOR", "COLON", "CLOSE", "CLOSE_BRACE", "CLOSE_BRACKET", "DOT", "SLASH", "OPEN_BRACKET"}
)
_CALLED: Final = frozenset({"FUNCTION", "COUNT", "AGGREGATE"})
_ENDS_A_VALUE: Final = frozenset(
    {"NAME", "QUOTED_NAME", "NUMBER", "MOMENT", "TEXT", "CLOSE", "YES", "NO", "ROUNDING"}
)
"""A minus after one of these subtracts; after anything else it is a sign."""

_ATTRIBUTES: Final = (ATTRIBUTE_KEYWORDS | {"来源"}) - {"自", "-"}
"""Words that begin an attribute, where they are no names. 自 says since when, after 并入."""

_OF_CLAIMS: Final = frozenset({"依据", "对象"})
"""Those of a 性质: the other words say there what is claimed."""

_NAMES: Final = frozenset({"NAME", "QUOTED_NAME"})
_OF_TYPES: Final = frozenset({"COLON", "TYPE", "TYPE_SET"})
"""After one of these, 代码 is a type."""


def written_line(words: Sequence[Piece], source: str, *, declaration: str, is_item: bool) -> str:
    """Return the line of ``words``, from its first word on, in a declaration of that keyword.

    ``source``: the text of the file; ``is_item``: the line begins with a dash.
    """
    attributes = _OF_CLAIMS if declaration == "性质" else _ATTRIBUTES
    line = ""
    for place, word in enumerate(words):
        if place and not _is_glued(words, place, is_item=is_item):
            begins = word.text in attributes and word.kind not in _NAMES and _begins_attribute(words, place)
            line += GAP if begins else " "
        line += _written(word, source)
    return line


def written_comment(comment: str) -> str:
    """Return a comment without blanks at its end, after a plain mark."""
    return f"#{comment[1:].rstrip()}"


def _is_glued(words: Sequence[Piece], place: int, *, is_item: bool) -> bool:
    """Return whether no blank stands before the word at ``place``, which is not the first."""
    word, last = words[place], words[place - 1].kind
    if last in _NOT_AFTER or word.kind in _NOT_BEFORE:
        return True
    if word.kind == "OPEN":
        return last in _CALLED
    if last != "MINUS":
        return False
    return not is_item if place == 1 else words[place - 2].kind not in _ENDS_A_VALUE


def _begins_attribute(words: Sequence[Piece], place: int) -> bool:
    """Return whether a word that may begin an attribute does so here."""
    last = words[place - 1].kind
    match words[place].kind:
        case "CODE":
            return last not in _OF_TYPES
        case "DONE":
            return last != "EXPECTED"
        case "AFTER":
            return all(each.kind != "EFFECT" for each in words[:place])
        case _:
            return True


def _written(word: Piece, source: str) -> str:
    match word.kind:
        case "TEXT":
            return text(Text(value=written_text(source[word.start : word.end])))
        case "QUOTED_NAME":
            inner = word.text[1:-1]
            # One that holds a slash is plain too, but reads as two.
            return inner if is_plain(inner) and inner not in KEYWORDS and "/" not in inner else word.text
        case "MOMENT":
            return moment(Moment(text=literals.moment(word.text) or word.text))
        case "SEPARATOR":
            return "、"
        case "COMPARISON":
            return COMPARISONS[word.text][0]
        case "PLUS" | "MINUS_WORD" | "TIMES" | "DIVIDE":
            return OPERATORS[word.text].value
        case _:
            return word.text
