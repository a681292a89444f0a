"""A whole decision as a page: what was decided first, then why, each reason folded under its outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from relapse_rules.decisions.decision_sheet import decision_sheet
from relapse_rules.decisions.model import Decision, Outcome
from relapse_rules.decisions.sheet import Grid, Line, Section, Tone
from relapse_rules.decisions.words import Names, Words
from relapse_rules.explain import page
from relapse_rules.explain.model import Explanation, Step, StepKind
from relapse_rules.explain.page import (
    Block,
    Cite,
    Fields,
    Fold,
    Heading,
    Items,
    Link,
    Page,
    Paragraph,
    Table,
    Text,
    Tree,
    badge,
    text_of,
)
from relapse_rules.explain.pages_proof import owed
from relapse_rules.explain.proof_tree import Elsewhere, missing_rows, proof_nodes
from relapse_rules.explain.telling import about, cited, made_by

CITED: Final = "依据"
"""The title of the columns that hold statements."""

_PARTS: Final = (
    ("措施", frozenset({StepKind.MEASURE})),
    ("任务", frozenset({StepKind.STEP, StepKind.DUTY})),
    ("例外", frozenset({StepKind.EXCEPTION})),
    (
        "以上所根据的",
        frozenset({StepKind.DEFINITION, StepKind.JUDGEMENT, StepKind.INDICATOR, StepKind.CONDITION}),
    ),
)
_ORDER: Final = (Outcome.YES, Outcome.UNKNOWN, Outcome.NO)
_TONES: Final = {
    Tone.PLAIN: page.Tone.PLAIN,
    Tone.YES: page.Tone.STRONG,
    Tone.NO: page.Tone.QUIET,
    Tone.UNKNOWN: page.Tone.PLAIN,
    Tone.ALERT: page.Tone.ALERT,
}


def decision_page(
    decision: Decision,
    words: Words,
    *,
    categories: Sequence[str] = (),
    grounds: Sequence[str] = (),
    eligibility: str = "",
    explanations: Sequence[Explanation] = (),
) -> Page:
    """Return the page of a decision. ``categories`` and ``grounds`` as for the sheet; ``explanations``: the reasons to show, if any.

    The reasons for ``eligibility`` come first, then those of measures, tasks, exceptions, and of what these rest on; of one kind yes
    before unknown before no, otherwise as given. What one of them shows in full, the later ones refer to.
    """
    sheet = decision_sheet(decision, words, categories=categories, grounds=grounds, everything=True)
    parts = tuple(_parts(explanations, eligibility))
    elsewhere: Elsewhere = {}
    anchors: dict[str, str] = {}
    blocks: list[Block] = [Heading(2, "理由")] if explanations else []
    place = 0
    for title, found in parts:
        blocks.append(Heading(3, f"{title}（{len(found)}项）"))
        for explanation in found:
            place += 1
            fold = _fold(explanation, words, f"e{place}", elsewhere)
            anchors.setdefault(explanation.id, fold.anchor)
            blocks.append(fold)
    shown = _Shown(anchors, {each.id: each.gist for each in _all_cites(explanations)})
    return Page(
        title=f"{decision.policy.name} 判定{'和理由' if explanations else '表'}",
        blocks=(
            made_by(decision.policy, decision.subject, words),
            *(block for section in sheet.sections for block in shown.section(section)),
            *blocks,
        ),
    )


# --- what was decided -----------------------------------------------------------------------------


class _Shown:
    """Turns a part of the sheet into blocks. ``anchors``: where the reasons for an id stand. ``gists``: what statements say."""

    def __init__(self, anchors: Mapping[str, str], gists: Mapping[str, str]) -> None:
        self._anchors = anchors
        self._gists = gists

    def section(self, section: Section) -> Iterator[Block]:
        yield Heading(2, section.title)
        yield from (_line(line) for line in section.lines)
        for _, alike in groupby(section.grids, key=lambda grid: grid.columns):
            yield self._table(tuple(alike))
        yield from (_line(line) for line in section.closing)

    def _table(self, grids: tuple[Grid, ...]) -> Table:
        """Return one table of grids that have the same columns; their headings are groups of it."""
        columns = grids[0].columns
        rows: list[tuple[Text, ...]] = []
        groups: list[tuple[int, str]] = []
        for grid in grids:
            if grid.heading:
                groups.append((len(rows), grid.heading))
            for row in grid.rows:
                cells = zip(columns, row.cells, strict=True)
                rows.append(tuple(self._cell(column.title, cell) for column, cell in cells))
        return Table(
            "",
            tuple(column.title for column in columns),
            tuple(rows),
            wide=tuple(place for place, column in enumerate(columns) if column.share),
            groups=tuple(groups),
        )

    def _cell(self, column: str, cell: str) -> Text:
        if column == CITED:
            return tuple(Cite(each, self._gists.get(each, "")) for each in cell.split("、") if each)
        anchor = self._anchors.get(cell)
        return page.plain(cell) if anchor is None else (Link(cell, anchor),)


def _line(line: Line) -> Paragraph:
    return Paragraph((page.Words(line.text.strip(), _TONES[line.tone]),))


# --- why ------------------------------------------------------------------------------------------


def _parts(
    explanations: Sequence[Explanation], eligibility: str
) -> Iterator[tuple[str, tuple[Explanation, ...]]]:
    """Yield the titles of the parts with their explanations, in the order of showing; none that is empty."""
    first = tuple(each for each in explanations if each.id == eligibility)
    rest = tuple(each for each in explanations if each.id != eligibility)
    parts = [("是否纳入", first)]
    for title, kinds in _PARTS:
        parts.append(
            (
                title,
                tuple(
                    each
                    for outcome in _ORDER
                    for each in rest
                    if each.kind in kinds and each.outcome is outcome
                ),
            )
        )
    yield from ((title, found) for title, found in parts if found)


def _fold(explanation: Explanation, names: Names, prefix: str, elsewhere: Elsewhere) -> Fold:
    """Return the reasons for one outcome. Its line is the first step of the proof; what forces it stands inside."""
    proof, exceptions = proof_nodes(explanation, names, prefix=f"{prefix}-", elsewhere=elsewhere)
    told = (*owed(explanation), *_missing(explanation, names))
    inside: list[Block] = [Fields(told)] if told else []
    if proof.notes:
        inside.append(Items(proof.notes))
    if proof.nodes:
        inside.append(Tree(proof.nodes))
    if exceptions:
        inside += [Heading(4, "有关的例外"), Tree(exceptions)]
    if proof.anchor:
        return Fold(proof.text, tuple(inside), anchor=proof.anchor)
    # It was shown in full before: the line's last part leads there.
    return Fold(_summary(explanation, names), (Paragraph(proof.text[-1:]), *inside), anchor=prefix)


def _missing(explanation: Explanation, names: Names) -> Iterator[tuple[str, Text]]:
    rows = missing_rows(explanation.missing, names)
    if rows:
        yield "还缺", page.plain("；".join(f"{text_of(fact)}（{text_of(source)}）" for fact, source in rows))


def _summary(explanation: Explanation, names: Names) -> Text:
    who = about(explanation.target, names, explanation.outcome)
    return (badge(explanation.outcome), page.Words(f"  {explanation.id}（{who}）"), *cited(explanation.cites))


def _all_cites(explanations: Iterable[Explanation]) -> Iterator[Cite]:
    for explanation in explanations:
        yield from (Cite(each.id, each.gist) for each in explanation.cites)
        for root in (explanation.proof, *explanation.exceptions):
            for step in _steps(root):
                yield from (Cite(each.id, each.gist) for each in step.cites)


def _steps(step: Step) -> Iterator[Step]:
    yield step
    for part in step.parts:
        yield from _steps(part)
