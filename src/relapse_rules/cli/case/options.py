"""The options that the commands about cases share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

DEFAULT_LOG: Final = "cases.sqlite"

CaseName = Annotated[str, typer.Argument(metavar="案卷", help="案卷编号")]
LogPlace = Annotated[
    str,
    typer.Option(
        "--log",
        metavar="案卷库",
        envvar="RELAPSE_RULES_LOG",
        help="SQLite 文件，或 postgresql://… 连接串；不写则用环境变量 RELAPSE_RULES_LOG，再没有就用 ./cases.sqlite",
    ),
]
PolicyFile = Annotated[
    Path | None, typer.Option("--policy", metavar="规则", help="规则文件；不写则用随附的防范因灾返贫工作方案")
]
Local = Annotated[
    list[Path] | None,
    typer.Option("--local", metavar="补充", help="补充文件（省、县各一个），先上级后下级，可以写几次"),
]
Redecide = Annotated[
    bool, typer.Option("--redecide", help="案卷用的是另一版规则时，改按这一版判定（记入案卷）")
]
Stay = Annotated[
    Path | None,
    typer.Option("--stay", metavar="旧规则", help="案卷用的是另一版规则时，沿用这一份旧规则（记入案卷）"),
]
Workdays = Annotated[
    str,
    typer.Option(
        "--workdays",
        metavar="算法",
        help="工作日：calendar（国务院节假日安排，默认）或 weekdays（周一至周五）",
    ),
]
AdvanceTo = Annotated[
    str | None,
    typer.Option(
        "--advance-to",
        metavar="时点",
        help="先把案卷的时钟推进到这一时点（记入案卷），如 2023-08-02T18:00:00+08:00；不写则用案卷自己的时钟",
    ),
]
TableOrJson = Annotated[str, typer.Option("--format", metavar="格式", help="table（表，默认）或 json")]
