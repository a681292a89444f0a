"""A page to be read: headings, paragraphs, tables and trees of plain words. What it says is settled; how it is laid out is a renderer's.

Nothing in it is markup: every text is what the reader sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from relapse_rules.decisions.model import Outcome
from relapse_rules.decisions.words import OUTCOMES


class Tone(StrEnum):
    """How much a text asks to be seen. Whatever it says, the words say too."""

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    ALERT = "alert"


# --- within a line --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """Some words of a line."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Cite:
    """A statement of the plan: its number, and what it says in the outline's words (empty when nobody says)."""

    id: str
    gist: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to the `Node` or `Fold` with this anchor."""

    text: str
    anchor: str


Inline = Words | Cite | Link
Text = tuple[Inline, ...]
"""A line, from left to right. Nothing is put between its parts, but 、 between two `Cite`."""


# --- below one another ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows. ``level`` 2 is a part of the page, 3 a part of that, 4 a part inside a `Fold`."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line by itself."""

    text: Text


@dataclass(frozen=True, slots=True)
class Items:
    """Several lines of one kind, in no particular order or, with ``numbered``, from 1."""

    items: tuple[Text, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """Names with what they are: 对象, 判定时点."""

    pairs: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; each row has as many cells as there are columns.

    ``caption``: its name, empty where a heading has just given it. ``wide``: columns that need most room. ``groups``: titles of what
    stands below, each before the row of that position.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    wide: tuple[int, ...] = ()
    groups: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A line of a tree. ``notes``: lines that belong to it; ``nodes``: what stands under it; ``open``: these are shown at first."""

    text: Text
    notes: tuple[Text, ...] = ()
    nodes: tuple[Node, ...] = ()
    anchor: str = ""
    open: bool = True


@dataclass(frozen=True, slots=True)
class Tree:
    """Lines that stand under one another."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """What is shown when its line is opened; where nothing can be opened, it is always shown."""

    text: Text
    blocks: tuple[Block, ...]
    anchor: str = ""
    open: bool = False


Block = Heading | Paragraph | Items | Fields | Table | Tree | Fold


@dataclass(frozen=True, slots=True)
class Page:
    """A whole page."""

    title: str
    blocks: tuple[Block, ...]


# --- making texts ---------------------------------------------------------------------------------

_TONES: Final = {Outcome.YES: Tone.YES, Outcome.NO: Tone.NO, Outcome.UNKNOWN: Tone.UNKNOWN}


def plain(text: str) -> Text:
    """Return a line of words that need no attention of their own; empty for no words."""
    return (Words(text),) if text else ()


def quiet(text: str) -> Text:
    """Return a line of small words."""
    return (Words(text, Tone.QUIET),) if text else ()


def badge(outcome: Outcome) -> Words:
    """Return 是, 否 or 未知, in its colour."""
    return Words(OUTCOMES[outcome], _TONES[outcome])


def text_of(text: Text) -> str:
    """Return the words of a line."""
    return "".join(part.text if isinstance(part, Words | Link) else part.id for part in separated(text))


def separated(text: Text) -> Iterator[Inline]:
    """Yield the parts of a line with the 、 that stands between two `Cite`."""
    for before, part in zip((None, *text), text, strict=False):
        if isinstance(before, Cite) and isinstance(part, Cite):
            yield Words("、")
        yield part


# --- reading a page -------------------------------------------------------------------------------


def statements(page: Page) -> tuple[Cite, ...]:
    """Return every statement that the page cites, once each, in order of their numbers; those without words of their own left out."""
    found = {each.id: each for text in texts(page.blocks) for each in text if isinstance(each, Cite)}
    return tuple(found[each] for each in sorted(found, key=_place) if found[each].gist)


def _place(cite: str) -> tuple[tuple[int, int | str], ...]:
    """Return what puts 4.2-01 before 4.10-01."""
    parts = cite.replace("-", ".").split(".")
    return tuple((0, int(part)) if part.isdecimal() and part.isascii() else (1, part) for part in parts)


def texts(blocks: Iterable[Block]) -> Iterator[Text]:
    """Yield every line of some blocks, from top to bottom."""
    for block in blocks:
        match block:
            case Heading(text=text):
                yield plain(text)
            case Paragraph(text=text):
                yield text
            case Items(items=items):
                yield from items
            case Fields(pairs=pairs):
                for name, text in pairs:
                    yield plain(name)
                    yield text
            case Table(rows=rows):
                yield from (cell for row in rows for cell in row)
            case Tree(nodes=nodes):
                yield from _node_texts(nodes)
            case Fold(text=text, blocks=inner):
                yield text
                yield from texts(inner)
            case _:
                assert_never(block)


def _node_texts(nodes: Iterable[Node]) -> Iterator[Text]:
    for node in nodes:
        yield node.text
        yield from node.notes
        yield from _node_texts(node.nodes)
