"""The report as an Excel workbook: 总表, 按单位, 按乡镇, 明细, 拒收, 说明."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike, fspath
from typing import Final

import xlsxwriter

from relapse_rules.compliance.model import Report, Tally, Verdict
from relapse_rules.compliance.words import EXPLANATION, FINDING_COLUMNS, finding_cells, moment
from relapse_rules.values.vocabulary import Vocabulary

MOST_ROWS: Final = 1_048_575
"""Rows that a worksheet holds under its header."""

_VERDICTS: Final = tuple(Verdict)
_WIDTHS: Final = {"职责或步骤": 26, "说明": 48, "原因": 48, "内容": 60, "名称": 30, "来源": 30, "问题": 90}
_NARROW: Final = 14


def write_excel(report: Report, vocabulary: Vocabulary, path: str | PathLike[str]) -> None:
    """Write ``report`` to ``path``.

    Raises:
        OSError: the file cannot be written.
    """
    # Names and ids stay text: nothing is taken for a formula, a link or a number.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with open(fspath(path), "wb"):  # noqa: PTH123 - only to learn now, as an OSError, whether it can be written
        pass
    with xlsxwriter.Workbook(fspath(path), options) as book:
        heading = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})

        def sheet(title: str, columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> None:
            page = book.add_worksheet(title)
            page.freeze_panes(1, 0)
            for place, column in enumerate(columns):
                page.set_column(place, place, _WIDTHS.get(column, _NARROW))
                page.write_string(0, place, column, heading)
            number = 0
            for number, row in enumerate(rows, start=1):
                for place, cell in enumerate(row):
                    if isinstance(cell, str):
                        page.write_string(number, place, cell)
                    else:
                        page.write_number(number, place, cell)
            page.autofilter(0, 0, max(number, 1), len(columns) - 1)

        sheet(
            "总表",
            ("职责或步骤", "依据", *_VERDICTS),
            (_tally(tally, cited=True) for tally in report.by_duty),
        )
        sheet("按单位", ("名称", *_VERDICTS), (_tally(tally) for tally in report.by_unit))
        sheet("按乡镇", ("名称", *_VERDICTS), (_tally(tally) for tally in report.by_township))
        sheet("明细", FINDING_COLUMNS, _details(report, vocabulary))
        sheet("拒收", ("来源", "行", "原因", "内容"), _rejects(report))
        sheet("说明", ("项目", "依据", "说明"), _notes(report))


def _tally(tally: Tally, *, cited: bool = False) -> list[str | int]:
    head = [tally.name, "、".join(tally.cites)] if cited else [tally.name]
    return [*head, *(tally.counts.get(verdict, 0) for verdict in _VERDICTS)]


def _details(report: Report, vocabulary: Vocabulary) -> Iterable[Sequence[str]]:
    for number, finding in enumerate(report.findings):
        if number == MOST_ROWS:
            return
        yield finding_cells(finding, vocabulary)


def _rejects(report: Report) -> Iterable[Sequence[str | int]]:
    for each in report.rejects[:MOST_ROWS]:
        yield each.source, each.row, each.reason, each.content


def _notes(report: Report) -> Iterable[Sequence[str]]:
    yield "政策", "", report.policy
    yield "规则版本", "", report.digest
    yield "判定时点", "", moment(report.as_of)
    for entity, count in report.rows.items():
        yield "收下的行数", "", f"{entity}：{count}"
    for line in EXPLANATION:
        yield "怎样读", "", line
    if len(report.findings) > MOST_ROWS:
        yield (
            "明细",
            "",
            f"共 {len(report.findings)} 条，一张表只放得下前 {MOST_ROWS} 条；全部的请用 --format csv",
        )
    if len(report.rejects) > MOST_ROWS:
        yield "拒收", "", f"共 {len(report.rejects)} 行，这里是前 {MOST_ROWS} 行；全部的请用 --rejects"
    for note in report.notes:
        yield "注意", "", note
    for question in report.questions:
        text = f"{question.unit}（{question.told}）：{question.asked}"
        yield "请有权机关研究（不是结论）", "、".join(question.cites), text
    for each in report.not_judged:
        many = "" if each.count is None else f"{each.count} 项："
        yield f"不能判断：{each.duty}", "、".join(each.cites), many + each.reason
