"""RR0902 needless-brackets: brackets around one word, around other brackets, or around the whole of a condition.

Brackets tell a reader that something is worked out first. Where nothing else is, he looks for it in vain. Brackets that only make an order
plain which holds anyway are welcome and not reported. The fix takes them away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from relapse_rules.analysis.lint.desk import Desk
from relapse_rules.diagnostics import Diagnostic, Edit, Fix
from relapse_rules.diagnostics.codes_style import NEEDLESS_BRACKETS
from relapse_rules.source import SourceText, Span
from relapse_rules.syntax.parse import Piece, pieces

_CALLED: Final = frozenset({"FUNCTION", "COUNT", "AGGREGATE"})
_LAYOUT: Final = frozenset({"INDENT", "NEWLINE", "DEDENT"})
_WHOLE: Final = frozenset({"WHEN", "VALUE", "FINDING", "TRIGGER", "DONE"})
"""Words after which a condition or a value begins."""


def needless_brackets(desk: Desk) -> Iterator[Diagnostic]:
    """Yield each pair of brackets without which the text reads the same."""
    for file in desk.files:
        source = desk.sources[file.span.file]
        for declaration in _words(source):
            if declaration[0].text != "性质":
                yield from _needless(declaration, source)


@lru_cache(maxsize=128)
def _words(source: SourceText) -> tuple[tuple[Piece, ...], ...]:
    """Return the words of each declaration. Fixing looks at most files again and again, unchanged."""
    return pieces(source)


def _needless(words: Sequence[Piece], source: SourceText) -> Iterator[Diagnostic]:
    pairs = dict(_pairs(words))
    for first, last in sorted(pairs.items()):
        around_one = last - first == 2  # noqa: PLR2004 - one word between
        around_brackets = pairs.get(first + 1) == last - 1 and words[first - 1].kind not in _CALLED
        if words[first - 1].kind not in _CALLED and (
            around_one or around_brackets or _is_whole(words, first, last)
        ):
            span = Span(source.name, words[first].start, words[last].end)
            # A blank in their place keeps apart what they kept apart.
            yield NEEDLESS_BRACKETS.at(
                span,
                "这对括号不需要",
                help="去掉括号",
                fix=Fix(edits=tuple(Edit(span=_of(words[each], source), text=" ") for each in (first, last))),
            )


def _is_whole(words: Sequence[Piece], first: int, last: int) -> bool:
    """Whether the brackets hold all of an attribute or of an item, on one line."""
    begins = words[first - 1].kind in _WHOLE or (
        words[first - 1].kind == "MINUS" and words[first - 2].kind in {"INDENT", "NEWLINE"}
    )
    ends = last + 1 == len(words) or words[last + 1].kind in {"NEWLINE", "DEDENT"}
    return begins and ends and all(word.kind not in _LAYOUT for word in words[first:last])


def _pairs(words: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """Yield the places of each pair of round brackets."""
    opened: list[int] = []
    for place, word in enumerate(words):
        if word.kind == "OPEN":
            opened.append(place)
        elif word.kind == "CLOSE":
            yield opened.pop(), place


def _of(word: Piece, source: SourceText) -> Span:
    return Span(source.name, word.start, word.end)
