"""``relapse-rules comply``: what the records of a county show of the duties of the plan."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from relapse_rules import Policy
from relapse_rules.cli import inputs
from relapse_rules.cli.console import console_for
from relapse_rules.cli.failure import Failure, unreadable
from relapse_rules.cli.table import print_sheet

if TYPE_CHECKING:
    from relapse_rules.compliance import Report

_TABLES: Final = "一个文件可以写几次；CSV、Excel 或 Parquet"
Files = list[Path] | None


def command(  # noqa: PLR0913 - an option for each table
    events: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[程序事件…]",
            help="程序事件表（CSV、Excel、Parquet）；Excel 里按实体命名的工作表各归各表",
        ),
    ] = None,
    *,
    more_events: Annotated[Files, typer.Option("--events", metavar="表", help=f"程序事件；{_TABLES}")] = None,
    alerts: Annotated[Files, typer.Option(metavar="表", help="部门预警/推送")] = None,
    assistance: Annotated[Files, typer.Option(metavar="表", help="帮扶/救助记录")] = None,
    disasters: Annotated[Files, typer.Option(metavar="表", help="灾害事件")] = None,
    households: Annotated[Files, typer.Option(metavar="表", help="农户")] = None,
    impacts: Annotated[Files, typer.Option(metavar="表", help="受灾影响")] = None,
    projects: Annotated[Files, typer.Option(metavar="表", help="衔接资金项目")] = None,
    accountability: Annotated[Files, typer.Option(metavar="表", help="问责事项")] = None,
    policy: Annotated[
        Path | None, typer.Option(metavar="规则", help="规则文件；不写则用随附的防范因灾返贫工作方案")
    ] = None,
    local: Annotated[
        list[Path] | None,
        typer.Option(metavar="补充", help="补充文件（省、县各一个），先上级后下级，可以写几次"),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="时间", help="查到什么时候为止（必填），如 2023-09-01T00:00:00+08:00"),
    ] = None,
    workdays: Annotated[
        str,
        typer.Option(
            metavar="算法", help="工作日怎样算：calendar（国务院放假安排，默认）或 weekdays（周一至周五）"
        ),
    ] = "calendar",
    format_: Annotated[
        str, typer.Option("--format", metavar="格式", help="table（表，默认）、json 或 csv（明细）")
    ] = "table",
    excel: Annotated[Path | None, typer.Option(metavar="文件", help="另存一份 Excel 报告")] = None,
    rejects: Annotated[Path | None, typer.Option(metavar="文件", help="拒收的行另存为 CSV")] = None,
) -> int:
    """对照一县的记录查各项职责：按时、超期多久、应办而未记录、次序不对、单位不对、不能判断及原因，都写明依据。

    记录没有提到的只说“未记录”，不说没有办。

    退出码：0 都按时，1 有要核对的，2 输入有误（含没有发现问题、但有行被拒收）。
    """
    show = inputs.one_of(format_, _FORMATS, "--format")
    if as_of is None:
        message = "要写 --as-of：查到什么时候为止，如 --as-of 2023-09-01T00:00:00+08:00"
        raise Failure(message)
    inputs.require_installed("comply", "relapse_rules.compliance", "xlsxwriter")
    loaded = inputs.load_policy(policy, local or [])
    tables = {
        "procedure_event": [*(events or []), *(more_events or [])],
        "department_alert": alerts,
        "assistance": assistance,
        "disaster_event": disasters,
        "household": households,
        "impact": impacts,
        "project": projects,
        "accountability_case": accountability,
    }
    report = _report(loaded, {name: files for name, files in tables.items() if files}, as_of, workdays)
    try:
        _save(report, loaded, excel, rejects)
    except OSError as error:
        raise unreadable(error) from None
    show(report, loaded)
    return report.exit_code


def _report(policy: Policy, tables: dict[str, Sequence[Path]], as_of: str, workdays: str) -> Report:
    from relapse_rules.cases.clock import Workdays  # noqa: PLC0415 - only after the packages were looked for
    from relapse_rules.compliance import InputError, comply  # noqa: PLC0415

    rule = inputs.one_of(workdays, {each.value: each for each in Workdays}, "--workdays")
    try:
        return comply(policy, tables, as_of=as_of, workdays=rule)
    except InputError as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise unreadable(error) from None


def _save(report: Report, policy: Policy, excel: Path | None, rejects: Path | None) -> None:
    if excel is not None:
        from relapse_rules.compliance.excel import write_excel  # noqa: PLC0415 - only for those who want it

        write_excel(report, policy.vocabulary, excel)
    if rejects is not None:
        # With the mark that lets a Chinese Excel see that it is UTF-8.
        with rejects.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("来源", "行", "原因", "内容"))
            writer.writerows((each.source, each.row, each.reason, each.content) for each in report.rejects)
    elif report.rejects and excel is None:
        first = report.rejects[0]
        sys.stderr.write(
            f"有 {len(report.rejects)} 行没有收下，如 {first.source} 第 {first.row} 行：{first.reason}（全部用 --rejects 另存）\n"
        )


def _table(report: Report, policy: Policy) -> None:
    from relapse_rules.cli.comply_sheet import comply_sheet  # noqa: PLC0415 - it needs the report's classes

    print_sheet(comply_sheet(report, policy.vocabulary), console_for(sys.stdout))


def _csv(report: Report, policy: Policy) -> None:
    from relapse_rules.compliance.words import FINDING_COLUMNS, finding_cells  # noqa: PLC0415 - as above

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(FINDING_COLUMNS)
    writer.writerows(finding_cells(finding, policy.vocabulary) for finding in report.findings)


def _json(report: Report, policy: Policy) -> None:
    from relapse_rules.compliance.plain import plain_report  # noqa: PLC0415 - as above

    del policy
    inputs.write_json(plain_report(report))


_FORMATS: Final[dict[str, Callable[[Report, Policy], None]]] = {"table": _table, "json": _json, "csv": _csv}
