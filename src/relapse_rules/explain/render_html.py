"""A page as HTML: one file that needs nothing else, or a part of a notebook.

Whatever a text holds, it is shown as text: everything is escaped here, and the file's own content policy allows nothing but its one style and its
one script. Without the script (a strict reader, a notebook) the page folds and prints all the same.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
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
)

_CONTENT_POLICY: Final = (
    "default-src 'none'; style-src '{style}'; script-src '{script}'; base-uri 'none'; form-action 'none'"
)


def render_html(page: Page) -> str:
    """Return ``page`` as a whole HTML document."""
    style, script = _asset("page.css"), _asset("page.js")
    policy = _CONTENT_POLICY.format(style=_digest(style), script=_digest(script))
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(page.title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<main class="rr">\n{_Layout(page, "").body(toolbar=True)}\n</main>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def render_fragment(page: Page) -> str:
    """Return ``page`` as a part of another HTML page, with its style, without a script."""
    # Several parts may stand in one notebook: their anchors must differ.
    prefix = hashlib.sha256(_Layout(page, "").body().encode()).hexdigest()[:8] + "-"
    body = _Layout(page, prefix).body()
    return f'<style>{_asset("page.css")}</style>\n<div class="rr" lang="zh-CN">\n{body}\n</div>\n'


@cache
def _asset(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class _Layout:
    """Lays out one page. ``prefix`` stands before every anchor."""

    def __init__(self, page: Page, prefix: str) -> None:
        self._page = page
        self._prefix = prefix
        self._cited = statements(page)
        self._places = {cite.id: place for place, cite in enumerate(self._cited, start=1)}

    def body(self, *, toolbar: bool = False) -> str:
        """Return everything. ``toolbar``: leave a place for the script's buttons, before the first part."""
        blocks = self._page.blocks
        first = next((place for place, block in enumerate(blocks) if isinstance(block, Heading)), len(blocks))
        return "\n".join(
            (
                f"<h1>{escape(self._page.title)}</h1>",
                self._blocks(blocks[:first]),
                *(['<div class="toolbar"></div>'] if toolbar else []),
                self._blocks(blocks[first:]),
                *self._statements(),
            )
        )

    def _statements(self) -> Sequence[str]:
        if not self._cited:
            return ()
        rows = "\n".join(
            f'<div id="{self._anchor(f"c{place}")}"><dt>{escape(cite.id)}</dt>'
            f'<dd id="{self._anchor(f"g{place}")}">{escape(cite.gist)}</dd></div>'
            for place, cite in enumerate(self._cited, start=1)
        )
        return ("<h2>依据的条文</h2>", f'<dl class="statements">\n{rows}\n</dl>')

    def _anchor(self, anchor: str) -> str:
        return escape(self._prefix + anchor)

    # --- within a line ----------------------------------------------------------------------------

    def _text(self, text: Text) -> str:
        return "".join(self._inline(part) for part in separated(text))

    def _inline(self, part: Inline) -> str:
        match part:
            case Words(text=text, tone=Tone.PLAIN):
                return escape(text)
            case Words(text=text, tone=tone):
                return f'<span class="{tone.value}">{escape(text)}</span>'
            case Link(text=text, anchor=anchor):
                return f'<a href="#{self._anchor(anchor)}">{escape(text)}</a>'
            case Cite(id=cite):
                return self._cite(part) if cite in self._places else escape(cite)
            case _:
                assert_never(part)

    def _cite(self, cite: Cite) -> str:
        """Return a statement's number: it leads to its words, shows them when pointed at, and has them read out."""
        place = self._places[cite.id]
        return (
            f'<a class="cite" href="#{self._anchor(f"c{place}")}" aria-describedby="{self._anchor(f"g{place}")}"'
            f' data-gist="{escape(cite.gist)}">{escape(cite.id)}</a>'
        )

    # --- below one another ------------------------------------------------------------------------

    def _blocks(self, blocks: Sequence[Block]) -> str:
        return "\n".join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> str:
        match block:
            case Heading(level=level, text=text):
                return f"<h{level}>{escape(text)}</h{level}>"
            case Paragraph(text=text):
                return f"<p>{self._text(text)}</p>"
            case Items(items=items, numbered=numbered):
                name = "ol" if numbered else "ul"
                return f"<{name}>{''.join(f'<li>{self._text(text)}</li>' for text in items)}</{name}>"
            case Fields(pairs=pairs):
                rows = "".join(f"<dt>{escape(name)}</dt><dd>{self._text(text)}</dd>" for name, text in pairs)
                return f'<dl class="fields">{rows}</dl>'
            case Table():
                return self._table(block)
            case Tree(nodes=nodes):
                return f'<ul class="tree">{"".join(self._node(node) for node in nodes)}</ul>'
            case Fold(text=text, blocks=blocks, anchor=anchor, open=opened):
                inside = f'<div class="inside">\n{self._blocks(blocks)}\n</div>'
                return f'<details class="fold"{self._id(anchor)}{_open(opened)}>{self._summary(text)}\n{inside}</details>'
            case _:
                assert_never(block)

    def _table(self, table: Table) -> str:
        # On a narrow screen the rows are laid out as lists: only the roles then tell that this is a table.
        columns = "".join(
            f'<th scope="col" role="columnheader">{escape(each)}</th>' for each in table.columns
        )
        groups = {
            place: f'<tr role="row" class="group"><th scope="rowgroup" role="rowheader" colspan="{len(table.columns)}">{escape(title)}</th></tr>\n'
            for place, title in table.groups
        }
        rows = "\n".join(
            groups.get(place, "") + self._row(table, row) for place, row in enumerate(table.rows)
        )
        caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
        return (
            f'<table role="table">{caption}\n'
            f'<thead role="rowgroup"><tr role="row">{columns}</tr></thead>\n'
            f'<tbody role="rowgroup">\n{rows}\n</tbody></table>'
        )

    def _row(self, table: Table, row: tuple[Text, ...]) -> str:
        first = f'<th scope="row" role="rowheader">{self._text(row[0])}</th>'
        rest = "".join(
            f'<td role="cell" data-label="{escape(column)}">{self._text(cell)}</td>'
            for column, cell in zip(table.columns[1:], row[1:], strict=True)
        )
        return f'<tr role="row">{first}{rest}</tr>'

    def _node(self, node: Node) -> str:
        notes = "".join(f"<li>{self._text(note)}</li>" for note in node.notes)
        noted = f'<ul class="notes">{notes}</ul>' if notes else ""
        if not node.nodes:
            return f'<li{self._id(node.anchor)}><div class="leaf">{self._text(node.text)}</div>{noted}</li>'
        parts = "".join(self._node(each) for each in node.nodes)
        return (
            f"<li{self._id(node.anchor)}><details{_open(node.open)}>{self._summary(node.text)}"
            f'{noted}<ul class="parts">{parts}</ul></details></li>'
        )

    def _summary(self, text: Text) -> str:
        """Return the line that opens a fold, and under it, shown when it is open, its statements.

        A link must not stand in a line that is itself a button: there the statements are plain numbers.
        """
        first = next((place for place, part in enumerate(text) if isinstance(part, Cite)), None)
        if first is None:
            return f"<summary>{self._text(text)}</summary>"
        line, cites = text[: first - 1], text[first - 1 :]
        numbers = "".join(
            self._number(part) if isinstance(part, Cite) else self._inline(part) for part in separated(cites)
        )
        return (
            f'<summary>{self._text(line)}<span class="cites">{numbers}</span></summary>'
            f'<p class="cites">{self._text(cites)}</p>'
        )

    def _number(self, cite: Cite) -> str:
        gist = f' data-gist="{escape(cite.gist)}"' if cite.gist else ""
        return f'<span class="cite"{gist}>{escape(cite.id)}</span>'

    def _id(self, anchor: str) -> str:
        return f' id="{self._anchor(anchor)}"' if anchor else ""


def _open(opened: bool) -> str:  # noqa: FBT001  (the value of an attribute)
    return " open" if opened else ""
