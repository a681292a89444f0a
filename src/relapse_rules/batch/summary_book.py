"""The summary as a workbook: an overview, charts, and a sheet for each table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from relapse_rules.batch.summary_model import Summary
from relapse_rules.batch.summary_tables import UNIT_LEVELS, Part, parts
from relapse_rules.batch.workbook import HEAD_ROWS, Book, Cell, Column, Page, Table, workbook
from relapse_rules.decisions.moments import moment_text
from relapse_rules.decisions.words import moment

Chart = Any
"""A chart of xlsxwriter, which has no types."""

_OVERVIEW: Final = (Column(title="项目", width=26), Column(title="说明", width=100))
_MOST_BARS: Final = 15
_WIDTH: Final = 980
_HEIGHT: Final = 580
_CHART_ROWS: Final = 30
"""Rows of the default height (20 pixels) from one chart to the next, a printed page for each."""
# Told apart in print without colour: dark, middle, light.
_DARK: Final = "#1F4E79"
_MIDDLE: Final = "#5B9BD5"
_LIGHT: Final = "#BDD7EE"
_FONT: Final = {"name": "宋体", "size": 10}


def write_book(summary: Summary, path: Path) -> None:
    """Write the workbook to ``path``.

    Raises:
        OSError: it cannot be written.
    """
    head = summary.head
    title = f"{head.policy} 全县汇总"
    told = f"判定时点 {moment(moment_text(head.as_of))}"
    tables = {part.name: part for part in parts(summary)}
    with workbook(path, title=title, made=head.as_of, streamed=False) as book:
        page = book.page("总览", title, told, [column.width for column in _OVERVIEW])
        book.rows(page, HEAD_ROWS, _OVERVIEW, _overview(summary, tuple(tables.values())))
        charts = book.page("图表", title, told, [14] * 9)
        for part in tables.values():
            book.write(
                Table(
                    name=part.name,
                    title=f"{title}：{part.name}",
                    note=f"{told}；{part.note}",
                    columns=part.columns,
                    rows=part.rows,
                    count=len(part.rows),
                    frozen=1,
                )
            )
        _draw(book, charts, tables)


def _overview(summary: Summary, tables: Sequence[Part]) -> Iterator[tuple[Cell, ...]]:
    head, eligible = summary.head, summary.eligible
    yield "政策", head.policy
    yield "规则版本", head.digest
    yield "判定时点", moment(moment_text(head.as_of))
    yield "农户", f"读入 {head.read:,} 户 = 判定 {head.decided:,} 户 + 拒收 {head.rejected:,} 户"
    yield (
        "是否纳入监测帮扶",
        f"纳入 {eligible.yes:,} 户，不纳入 {eligible.no:,} 户，事实不全、未能判定 {eligible.unknown:,} 户",
    )
    for name, is_measure in (("措施", True), ("任务", False)):
        found = [each.outcomes for each in summary.listings if each.is_measure is is_measure]
        yield (
            f"要落实的{name}",
            "".join(
                (
                    f"{sum(each.yes for each in found):,} 项，其中已完成 {sum(each.done for each in found):,} 项，",
                    f"到期而没有报完成 {sum(each.overdue for each in found):,} 项；",
                    f"未能判定 {sum(each.unknown for each in found):,} 项",
                )
            ),
        )
    yield "事实互相矛盾", f"{summary.contradicting:,} 户，请核对后重新判定"
    yield "拒收的记录", f"{sum(each.rows for each in summary.rejections):,} 处，原因见表“拒收”"
    yield "图表", "各乡镇是否纳入、各类措施、各单位和各乡镇的工作量、缺失的事实，每图一页，可直接打印"
    for part in tables:
        yield f"表“{part.name}”", part.note
    yield "个人信息", "本汇总只有数目，没有户编号和人编号"


def _draw(book: Book, page: Page, tables: dict[str, Part]) -> None:
    # Excel takes no notice of page breaks on a sheet that is fitted to a width.
    page.set_print_scale(100)
    charts = [each for each in _charts(book, tables) if each is not None]
    for number, chart in enumerate(charts):
        page.insert_chart(HEAD_ROWS - 1 + number * _CHART_ROWS, 0, chart)
    page.set_h_pagebreaks([HEAD_ROWS - 1 + number * _CHART_ROWS for number in range(1, len(charts))])


def _charts(book: Book, tables: dict[str, Part]) -> Iterator[Chart | None]:
    townships, categories, loads = tables["按乡镇"], tables["按措施类别"], tables["各单位工作量"]
    yield _chart(
        book,
        "各乡镇农户是否纳入监测帮扶（户）",
        townships,
        ((2, _DARK), (3, _LIGHT), (4, _MIDDLE)),
        (0, len(townships.rows) - 1),
    )
    yield _chart(
        book,
        "各类措施要落实的项数和其中已完成的",
        categories,
        ((2, _DARK), (3, _LIGHT)),
        (0, len(categories.rows)),
        stacked=False,
    )
    later = len(loads.columns) - 2
    dated = [(place, _MIDDLE) for place in range(4, later)]
    for level in UNIT_LEVELS:
        rows = [number for number, row in enumerate(loads.rows) if row[1] == level.value]
        if rows:
            yield _chart(
                book,
                f"各{level.value}未完成的措施和任务（项）",
                loads,
                ((3, _DARK), *dated, (later, _LIGHT)),
                (rows[0], min(rows[-1] + 1, rows[0] + _MOST_BARS)),
            )
    lacking = tables["缺失事实按提供单位"]
    yield _chart(
        book, "缺事实的户数，按提供单位", lacking, ((1, _DARK),), (0, min(len(lacking.rows), _MOST_BARS))
    )


def _chart(
    book: Book,
    title: str,
    part: Part,
    series: Sequence[tuple[int, str]],
    rows: tuple[int, int],
    *,
    stacked: bool = True,
) -> Chart | None:
    """Return bars for ``rows`` (from, to before) of a table: a series for each column and colour, those that are all zero left out."""
    first, after = rows
    shown = [(place, colour) for place, colour in series if any(row[place] for row in part.rows[first:after])]
    if not shown:
        return None
    kind = {"type": "bar", "subtype": "stacked"} if stacked and len(shown) > 1 else {"type": "bar"}
    chart: Chart = book.book.add_chart(kind)
    assert chart is not None
    top, bottom = HEAD_ROWS + first, HEAD_ROWS + after - 1
    for place, colour in shown:
        chart.add_series(
            {
                "name": [part.name, HEAD_ROWS - 1, place],
                "categories": [part.name, top, 0, bottom, 0],
                "values": [part.name, top, place, bottom, place],
                "fill": {"color": colour},
                "border": {"color": "#404040", "width": 0.5},
                "gap": 40,
                "data_labels": _labels(colour, stacked=stacked and len(shown) > 1),
            }
        )
    chart.set_title({"name": title, "name_font": {**_FONT, "size": 14, "bold": True}, "overlay": False})
    chart.set_y_axis({"reverse": True, "num_font": _FONT, "line": {"color": "#404040"}})
    chart.set_x_axis(
        {
            "num_font": _FONT,
            "num_format": "#,##0",
            "min": 0,
            "label_position": "high",
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.5}},
        }
    )
    chart.set_legend({"none": True} if len(shown) == 1 else {"position": "bottom", "font": _FONT})
    chart.set_size({"width": _WIDTH, "height": _HEIGHT})
    return chart


def _labels(colour: str, *, stacked: bool) -> dict[str, object]:
    """Return how values are written at bars: inside where they are stacked, zeros not at all."""
    inside = {
        "position": "center",
        "font": {**_FONT, "size": 9, "color": "#FFFFFF" if colour == _DARK else "#000000"},
    }
    beside = {"position": "outside_end", "font": {**_FONT, "size": 9}}
    return {"value": True, "num_format": "#,##0;;", **(inside if stacked else beside)}
