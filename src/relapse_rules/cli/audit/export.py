"""``relapse-rules audit export``: writes a ledger as lines of JSON."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from relapse_rules.audit.export import export
from relapse_rules.cli.audit import desk
from relapse_rules.cli.failure import DONE


def command(
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="文件", help="写到这个 .jsonl 文件；不会覆盖已有的文件")
    ],
    ledger: desk.LedgerPlace = desk.DEFAULT_LEDGER,
    show_personal: Annotated[
        bool, typer.Option("--show-personal", help="连同留在记录旁的个人信息；给有权看的人时才用")
    ] = False,
) -> int:
    """把账本导出为一行一条的 JSON，交给外人核对。默认不带个人信息。"""
    with desk.reading(ledger) as book, out.open("xb") as file:
        count = export(book, file, personal=show_personal)
    sys.stdout.write(f"已导出 {count} 条到 {out}\n")
    return DONE
