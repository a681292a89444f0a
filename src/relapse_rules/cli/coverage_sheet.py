"""From the coverage of a plan to a sheet, clause by clause."""

from __future__ import annotations

from typing import Final

from relapse_rules.analysis.coverage import OUTCOMES, Coverage, StatementCoverage
from relapse_rules.decisions.sheet import Column, Grid, Line, Row, Section, Sheet, Tone

_COLUMNS: Final = (
    Column(title="陈述"),
    Column(title="可判性"),
    Column(title="大意", share=5),
    Column(title="由哪些规则负责", share=6),
    *(Column(title=outcome) for outcome in OUTCOMES),
)


def coverage_sheet(found: Coverage) -> Sheet:
    """Return the sheet: a total, every statement by clause, then what is wrong."""
    return Sheet(
        title="方案陈述的着落",
        lines=(
            Line(text=f"共 {len(found.statements)} 条：{_total(found)}"),
            Line(text="“是、否、未知”之下是预期该结果的用例数；没有结果可言的（参数、单位等）写“—”。"),
        ),
        sections=(
            Section(
                title="各条款",
                grids=tuple(
                    Grid(heading=clause, columns=_COLUMNS, rows=tuple(_row(each) for each in members))
                    for clause, members in found.by_clause()
                ),
            ),
            Section(title="核对结果", lines=_verdict(found)),
        ),
    )


def _total(found: Coverage) -> str:
    cited = sum(1 for each in found.statements if each.cited_by)
    excused = sum(1 for each in found.statements if each.reason is not None)
    undecidable = sum(
        1
        for each in found.statements
        if not each.statement.must_be_accounted_for and not each.cited_by and each.reason is None
    )
    parts = [f"有规则负责 {cited} 条", f"说明不适用 {excused} 条", f"不可判 {undecidable} 条"]
    if found.unaccounted:
        parts.append(f"没有着落 {len(found.unaccounted)} 条")
    return "、".join(parts)


def _row(each: StatementCoverage) -> Row:
    if each.cited_by:
        answer = "、".join(each.cited_by)
    elif each.reason is not None:
        answer = f"不适用：{each.reason}"
    else:
        answer = "（没有）" if each.statement.must_be_accounted_for else "（不可判，不必负责）"
    counts = tuple(str(len(each.cases[outcome])) if each.concluded else "—" for outcome in OUTCOMES)
    tone = Tone.ALERT if not each.accounted_for else Tone.UNKNOWN if each.not_shown else Tone.PLAIN
    statement = each.statement
    return Row(cells=(statement.id, statement.testability.value, statement.text, answer, *counts), tone=tone)


def _verdict(found: Coverage) -> tuple[Line, ...]:
    lines = [
        Line(text=f"{each.statement.id} 没有规则负责，也没有写明不适用", tone=Tone.ALERT)
        for each in found.unaccounted
    ]
    lines += [
        Line(text=f"“{name}”引用了大纲里没有的陈述 {cite}", tone=Tone.ALERT)
        for cite, name in found.unknown_cites
    ]
    if not lines:
        lines = [
            Line(text="每条可判和需裁量的陈述都有规则负责或写明不适用，引用的陈述都存在。", tone=Tone.YES)
        ]
    lines += [
        Line(text=f"{each.statement.id} 没有用例演示：{'、'.join(each.not_shown)}", tone=Tone.UNKNOWN)
        for each in found.not_shown
    ]
    return tuple(lines)
