"""A page as Markdown, as GitHub, notebooks and most editors read it. What can be folded is folded with ``<details>``."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final, assert_never

from relapse_rules.explain.page import (
    Block,
    Cite,
    Fields,
    Fold,
    Heading,
    Inline,
    Items,
    Link,
    Node,
    Page,
    Paragraph,
    Table,
    Text,
    Tone,
    Tree,
    Words,
    separated,
    statements,
    text_of,
)

_SIGNS: Final = re.compile(r"[\\`*_|<>\[\]&~]")
_BEGINNING: Final = re.compile(r"^(\s*)([-+#=]|\d+(?=[.)](?:\s|$)))")
_BOLD: Final = frozenset({Tone.STRONG, Tone.ALERT, Tone.YES, Tone.NO, Tone.UNKNOWN})


def render_markdown(page: Page) -> str:
    """Return ``page`` as Markdown, ending with a line break."""
    blocks = [f"# {escaped(page.title)}", *(_block(block) for block in page.blocks)]
    cited = statements(page)
    if cited:
        blocks += ["## 依据的条文", "\n".join(f"- {escaped(each.id)} {escaped(each.gist)}" for each in cited)]
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    r"""Return ``text`` with what Markdown would take for markup escaped, and its line breaks kept.

    >>> escaped("*甲*|[乙]"), escaped("1. 丙"), escaped("4.1-02")
    ('\\*甲\\*\\|\\[乙\\]', '1\\. 丙', '4.1-02')
    """
    signs = _SIGNS.sub(lambda found: "\\" + found[0], text)
    lines = (
        _BEGINNING.sub(
            lambda found: f"{found[1]}{found[2]}\\" if found[2].isdigit() else f"{found[1]}\\{found[2]}", line
        )
        for line in re.split(r"\r\n|\r|\n", signs)
    )
    return "<br>".join(lines)


def _text(text: Text) -> str:
    # A line that begins with a tab or many spaces would be code.
    return "".join(_inline(part) for part in separated(text)).strip()


def _inline(part: Inline) -> str:
    match part:
        case Words(text=text, tone=tone):
            return _bold(text) if tone in _BOLD else escaped(text)
        case Cite(id=cite):
            return escaped(cite)
        case Link(text=text):
            return escaped(text)
        case _:
            assert_never(part)


def _bold(text: str) -> str:
    # Bold type ends only at a word's edge, so nothing that it holds may begin or end with a space.
    kept = text.strip()
    return f"**{escaped(kept)}**" if kept else escaped(text)


def _block(block: Block) -> str:
    match block:
        case Heading(level=level, text=text):
            return f"{'#' * level} {escaped(text)}"
        case Paragraph(text=text):
            return _text(text)
        case Items(items=items, numbered=numbered):
            return "\n".join(
                f"{f'{number}.' if numbered else '-'} {_text(text)}"
                for number, text in enumerate(items, start=1)
            )
        case Fields(pairs=pairs):
            return "\n".join(f"- {escaped(name)}：{_text(text)}" for name, text in pairs)
        case Table():
            return _table(block)
        case Tree(nodes=nodes):
            return "\n".join(line for node in nodes for line in _node(node, ""))
        case Fold(text=text, blocks=blocks, open=opened):
            told = html.escape(" ".join(text_of(text).split()))
            inner = "\n\n".join(_block(each) for each in blocks)
            return f"<details{' open' if opened else ''}>\n<summary>{told}</summary>\n\n{inner}\n\n</details>"
        case _:
            assert_never(block)


def _table(table: Table) -> str:
    groups = dict(table.groups)
    lines = [[escaped(column) for column in table.columns], ["---"] * len(table.columns)]
    for place, row in enumerate(table.rows):
        if place in groups:
            lines.append([_bold(groups[place]), *("" for _ in table.columns[1:])])
        lines.append([_text(cell) for cell in row])
    caption = f"{_bold(table.caption)}\n\n" if table.caption else ""
    return caption + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _node(node: Node, indent: str) -> Iterator[str]:
    yield f"{indent}- {_text(node.text)}"
    inner = indent + "  "
    yield from (f"{inner}- {_text(note)}" for note in node.notes)
    for each in node.nodes:
        yield from _node(each, inner)
