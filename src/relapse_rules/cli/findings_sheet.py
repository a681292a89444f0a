"""From findings to a sheet: kind by kind, each with the household that shows it; then what is waived."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from relapse_rules.analysis.findings.finders import TITLES
from relapse_rules.analysis.findings.model import Finding, Ground
from relapse_rules.analysis.findings.waivers import Waiver, Weighed
from relapse_rules.decisions.sheet import Column, Grid, Line, Row, Section, Sheet, Tone
from relapse_rules.diagnostics.code import Code
from relapse_rules.source import SourceText, Span

_COLUMNS: Final = (
    Column(title="发现", share=6),
    Column(title="依据", share=1),
    Column(title="位置", share=3),
    Column(title="怎么知道", share=3),
)
_WAIVED: Final = (
    Column(title="发现", share=4),
    Column(title="理由", share=3),
    Column(title="到期"),
)
_GROUNDS: Final = {
    Ground.STRUCTURE: "看写法就知道",
    Ground.PROVED: "对任何一户都证明了",
    Ground.WITNESS: "有一户为证，见下",
    Ground.UNDECIDED: "未能判定",
}


def findings_sheet(weighed: Weighed, sources: Mapping[str, SourceText]) -> Sheet:
    """Return the sheet. ``sources``: the texts that the findings point into."""
    kinds: dict[Code, list[Finding]] = {}
    for finding in sorted(weighed.open, key=lambda each: each.code.id):
        kinds.setdefault(finding.code, []).append(finding)
    sections = [_section(code, found, sources) for code, found in kinds.items()]
    if weighed.waived:
        sections.append(_waived(weighed.waived))
    return Sheet(
        title="规则的发现",
        lines=(Line(text=f"待处理 {len(weighed.open)} 项，已豁免 {len(weighed.waived)} 项"),),
        sections=tuple(sections),
    )


def _section(code: Code, found: Sequence[Finding], sources: Mapping[str, SourceText]) -> Section:
    return Section(
        title=f"{TITLES[code]}（{code.id}）",
        lines=tuple(Line(text=f"怎么办：{text}") for text in dict.fromkeys(each.help for each in found)),
        grids=(Grid(columns=_COLUMNS, rows=tuple(_row(each, sources) for each in found)),),
        closing=tuple(line for each in found for line in _witness(each)),
    )


def _row(finding: Finding, sources: Mapping[str, SourceText]) -> Row:
    others = "".join(
        f"\n{place(label.span, sources)}：{label.message}" for label in finding.labels if label.span.file
    )
    return Row(
        cells=(
            finding.message,
            "、".join(finding.cites),
            f"{place(finding.span, sources)}{others}",
            how(finding),
        ),
        tone=Tone.UNKNOWN if finding.ground is Ground.UNDECIDED else Tone.PLAIN,
    )


def how(finding: Finding) -> str:
    """Return how a finding is known, and up to how many elements a list was looked at."""
    told = _GROUNDS[finding.ground]
    if finding.ground is Ground.PROVED and finding.bounded:
        return f"{told}（{'、'.join(finding.bounded)}各不超过 {finding.elements} 条）"
    return told


def place(span: Span, sources: Mapping[str, SourceText]) -> str:
    """Return a place as file and line, by the file's own name."""
    source = sources.get(span.file)
    name = span.file.rpartition("/")[2]
    return name if source is None else f"{name}:{source.line_column(span.start)[0]}"


def _witness(finding: Finding) -> Iterator[Line]:
    """Yield the household that shows a finding: what is otherwise, what the rules say, and the 用例."""
    shown = finding.witness
    if shown is None:
        return
    yield Line(text=f"见证“{'”和“'.join(finding.rules)}”的一户：", tone=Tone.ALERT)
    for given in shown.given:
        yield Line(text=f"  假如{given}")
    for rule, outcome in shown.says:
        yield Line(text=f"  {rule}：{outcome}")
    for text in shown.case.rstrip("\n").split("\n"):
        yield Line(text=f"    {text}")


def _waived(waived: Sequence[tuple[Finding, Waiver]]) -> Section:
    rows = (
        Row(cells=(f"{each.code.id} {each.message}", waiver.reason, str(waiver.until)), tone=Tone.NO)
        for each, waiver in waived
    )
    return Section(title="已豁免", grids=(Grid(columns=_WAIVED, rows=tuple(rows)),))
