"""From the conditions that 用例 show to a sheet: the marked text of each file, then the totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import PurePosixPath
from typing import Final

from relapse_rules.analysis.relevance.coverage import Mark, Shown
from relapse_rules.analysis.relevance.marked import MarkedRule
from relapse_rules.analysis.relevance.page import MEANINGS
from relapse_rules.analysis.relevance.totals import total
from relapse_rules.check.loading import Loaded
from relapse_rules.decisions.sheet import Column, Grid, Line, Row, Section, Sheet, Tone

_COLUMNS: Final = (
    Column(title="文件和规则", share=1),
    *(Column(title=mark.value) for mark in Mark),
    Column(title="两面都看得出"),
)
_TONES: Final = {
    Mark.BOTH: Tone.PLAIN,
    Mark.IDLE: Tone.PLAIN,
    Mark.HALF: Tone.UNKNOWN,
    Mark.NEVER: Tone.ALERT,
}


def relevance_sheet(rules: Sequence[MarkedRule], loaded: Loaded, *, names: bool) -> Sheet:
    """Return the sheet. ``names``: list the 用例 below each declaration."""
    files = [
        (PurePosixPath(file).name, tuple(members))
        for file, members in groupby(rules, key=lambda each: each.file)
    ]
    return Sheet(
        title="用例看得出哪些条件",
        lines=tuple(Line(text=f"{mark} {MEANINGS[mark]}") for mark in Mark),
        sections=(
            Section(
                title="规则原文",
                lines=tuple(
                    line for file, members in files for line in _file(file, members, loaded, names=names)
                ),
            ),
            Section(title="合计", grids=(Grid(columns=_COLUMNS, rows=tuple(_rows(files))),)),
        ),
    )


def _file(file: str, rules: Sequence[MarkedRule], loaded: Loaded, *, names: bool) -> Iterator[Line]:
    yield Line(text=f"【{file}】")
    for number, rule in enumerate(rules):
        if number:
            yield Line(text="")
        for text, marks in rule.lines():
            tones = {_TONES[mark] for mark in marks}
            worst = next((tone for tone in (Tone.ALERT, Tone.UNKNOWN) if tone in tones), Tone.PLAIN)
            yield Line(text=text, tone=worst)
        if names:
            for shown in rule.shown:
                yield from _names(shown, loaded)


def _names(shown: Shown, loaded: Loaded) -> Iterator[Line]:
    written = " ".join(loaded.sources[shown.span.file].slice(shown.span).split())
    yield Line(text=f"    {shown.mark} {written}", tone=_TONES[shown.mark])
    for said, cases in (("成立", shown.as_yes), ("不成立", shown.as_no)):
        told = "没有这一面" if cases is None else "、".join(cases) or "没有用例看得出"
        yield Line(text=f"        {said}：{told}")


def _rows(files: Sequence[tuple[str, Sequence[MarkedRule]]]) -> Iterator[Row]:
    for file, rules in files:
        yield _row(file, [shown for rule in rules for shown in rule.shown], Tone.PLAIN)
        for rule in rules:
            own = total(rule.shown)
            if own.half or own.never:
                yield _row(f"  {rule.name}", rule.shown, Tone.ALERT if own.never else Tone.UNKNOWN)
    yield _row("全部", [shown for _, rules in files for rule in rules for shown in rule.shown], Tone.PLAIN)


def _row(name: str, shown: Sequence[Shown], tone: Tone) -> Row:
    own = total(shown)
    return Row(cells=(name, *map(str, own), own.ways), tone=tone)
