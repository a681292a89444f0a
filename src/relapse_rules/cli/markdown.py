"""Lays out a sheet as Markdown (with tables, as GitHub and most editors read it)."""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.decisions.sheet import Grid, Line, Section, Sheet


def sheet_as_markdown(sheet: Sheet) -> str:
    """Return ``sheet`` as Markdown, ending with a line break."""
    blocks = [f"# {_escaped(sheet.title)}", _list(sheet.lines)]
    for section in sheet.sections:
        blocks.extend(_section(section))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield f"## {_escaped(section.title)}"
    yield from (_escaped(line.text) for line in section.lines)
    for grid in section.grids:
        if grid.heading:
            yield f"### {_escaped(grid.heading)}"
        yield grid_as_markdown(grid)
    yield from (_escaped(line.text) for line in section.closing)


def grid_as_markdown(grid: Grid) -> str:
    """Return one table."""
    lines = [_row([column.title for column in grid.columns]), _row(["---"] * len(grid.columns))]
    lines += [_row([_escaped(cell) for cell in row.cells]) for row in grid.rows]
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _list(lines: tuple[Line, ...]) -> str:
    return "\n".join(f"- {_escaped(line.text)}" for line in lines)


def _escaped(text: str) -> str:
    """Return ``text`` with what Markdown would take for markup escaped, and its line breaks kept."""
    for sign in "\\`*_|<>":
        text = text.replace(sign, "\\" + sign)
    return text.replace("\n", "<br>")
