"""``relapse-rules check``: reports what is wrong in policy files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

from relapse_rules.cli import inputs, screen
from relapse_rules.cli.failure import DONE, FOUND
from relapse_rules.diagnostics import Severity
from relapse_rules.diagnostics.render import render_concise, render_json, render_terminal
from relapse_rules.policy import Inspection


def command(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[规则…]", help="规则文件；不写则检查随附的方案")
    ] = None,
    *,
    local: Annotated[
        list[Path] | None, typer.Option(metavar="补充", help="补充文件，先上级后下级，可以写几次")
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", metavar="格式", help="terminal（默认）、concise（一处一行）或 json")
    ] = "terminal",
) -> int:
    """检查规则文件：语法、名称、类型和单位、结构、冲突、大纲覆盖；错处都指到行和列。

    退出码：0 没有错误（可以有警告），1 有错误，2 文件读不了或选项有误。
    """
    render = inputs.one_of(format_, _FORMATS, "--format")
    found = False
    paths: list[Path | None] = [None] if not files else [*files]
    for path in paths:
        inspection = inputs.inspect(path, local or [])
        sys.stdout.write(render(inspection))
        found |= any(each.severity is Severity.ERROR for each in inspection.diagnostics)
    return FOUND if found else DONE


def _terminal(inspection: Inspection) -> str:
    return render_terminal(
        inspection.diagnostics,
        inspection.sources,
        colour=screen.coloured(sys.stdout),
        width=screen.width(),
    )


def _concise(inspection: Inspection) -> str:
    return render_concise(inspection.diagnostics, inspection.sources)


def _json(inspection: Inspection) -> str:
    return render_json(inspection.diagnostics, inspection.sources)


_FORMATS: Final[dict[str, Callable[[Inspection], str]]] = {
    "terminal": _terminal,
    "concise": _concise,
    "json": _json,
}
