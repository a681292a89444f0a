"""What explanations and records need of a policy beyond its program: the officers' words, the statements, the texts themselves.

Deciding never needs it, so it is kept apart from the program and read only when somebody asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from relapse_rules.ir.program import Program
from relapse_rules.source import Span
from relapse_rules.values.types import Type

_OPENING: Final = "(（"
_CLOSING: Final = ")）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """``wording[i]``: how the policy writes node ``i``, on one line; empty for what is written over several lines or nowhere.

    ``numbers``: what kind of number each 指标 is. ``parameters``: what kind of value each 参数 has. ``gists``: statement id → what it says, in the outline's words. ``sources``: name and text of every file, in the order in which
    they were first needed. ``entry`` names the main file, ``overlays`` the county's own.
    """

    wording: tuple[str, ...] = ()
    numbers: Mapping[str, Type] = field(default_factory=dict)
    parameters: Mapping[str, Type] = field(default_factory=dict)
    gists: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[tuple[str, str], ...] = ()
    entry: str = ""
    overlays: tuple[str, ...] = ()

    def words(self, node: int) -> str:
        """Return the policy's words for a node, or nothing."""
        return self.wording[node] if node < len(self.wording) else ""


def details_of(
    program: Program,
    texts: Mapping[str, str],
    *,
    gists: Mapping[str, str],
    numbers: Mapping[str, Type],
    parameters: Mapping[str, Type] | None = None,
    entry: str = "",
    overlays: tuple[str, ...] = (),
) -> Details:
    """Return the details of ``program``, which still has its origins. ``texts``: the files that it was made from, by name."""
    return Details(
        wording=tuple(_words(spans, texts) for spans in program.origins),
        numbers=dict(numbers),
        parameters=dict(parameters or {}),
        gists=dict(gists),
        sources=tuple(texts.items()),
        entry=entry,
        overlays=overlays,
    )


def _words(spans: tuple[Span, ...], texts: Mapping[str, str]) -> str:
    for span in spans:
        written = _balanced(texts.get(span.file, ""), span).strip()
        if written and "\n" not in written and "\r" not in written:
            return " ".join(written.split())
    return ""


def _balanced(text: str, span: Span) -> str:
    """Return what ``span`` covers, with the brackets around its first and last part: an expression's span begins at its first word."""
    start, end = span.start, span.end
    depth = lowest = 0
    for character in text[start:end]:
        depth += (character in _OPENING) - (character in _CLOSING)
        lowest = min(lowest, depth)
    before, after = -lowest, depth - lowest
    while before and start > 0 and (text[start - 1] in _OPENING or text[start - 1] == " "):
        start -= 1
        before -= text[start] in _OPENING
    while after and end < len(text) and (text[end] in _CLOSING or text[end] == " "):
        after -= text[end] in _CLOSING
        end += 1
    return text[start:end]
