"""``relapse-rules coverage``: what answers for each statement of the plan."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

from relapse_rules.analysis.coverage import Coverage, coverage
from relapse_rules.cli import inputs
from relapse_rules.cli.console import console_for
from relapse_rules.cli.coverage_sheet import coverage_sheet
from relapse_rules.cli.failure import DONE, FOUND, Failure
from relapse_rules.cli.markdown import sheet_as_markdown
from relapse_rules.cli.table import print_sheet


def command(
    file: Annotated[
        Path | None, typer.Argument(metavar="[规则]", help="规则文件，连同用例；不写则用随附的方案和用例")
    ] = None,
    *,
    strict: Annotated[
        bool, typer.Option("--strict", help="用例没有把是、否、未知都演示到的陈述也算问题")
    ] = False,
    format_: Annotated[
        str, typer.Option("--format", metavar="格式", help="table（表，默认）、json 或 markdown")
    ] = "table",
) -> int:
    """按条款列出方案的每条陈述：可判性、由哪些规则负责、不适用的理由、有没有用例演示是、否和未知。

    退出码：0 每条都有着落，1 有陈述没有着落或引用了不存在的陈述，2 输入有误。
    """
    show = inputs.one_of(format_, _FORMATS, "--format")
    inspection = inputs.inspect_with_cases(file)
    if inspection.policy is None:
        raise Failure(inputs.shown(inspection.diagnostics, inspection.sources), FOUND)
    if inspection.policy.outline is None:
        message = f"政策“{inspection.policy.name}”没有写大纲，无从核对"
        raise Failure(message)
    found = coverage(inspection.policy, inspection.cases)
    show(found)
    wrong = found.unaccounted or found.unknown_cites or (strict and found.not_shown)
    return FOUND if wrong else DONE


def _table(found: Coverage) -> None:
    print_sheet(coverage_sheet(found), console_for(sys.stdout))


def _markdown(found: Coverage) -> None:
    sys.stdout.write(sheet_as_markdown(coverage_sheet(found)))


def _json(found: Coverage) -> None:
    statements = [
        {
            "id": each.statement.id,
            "clause": each.statement.clause,
            "testability": each.statement.testability.value,
            "cited_by": [*each.cited_by],
            "reason": each.reason,
            "cases": {outcome: [*names] for outcome, names in each.cases.items()},
        }
        for each in found.statements
    ]
    inputs.write_json({"statements": statements, "unknown_cites": [[*each] for each in found.unknown_cites]})


_FORMATS: Final[dict[str, Callable[[Coverage], None]]] = {
    "table": _table,
    "json": _json,
    "markdown": _markdown,
}
