"""``relapse-rules explain-code``: prints the page of a diagnostic code."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from relapse_rules.cli.failure import Failure
from relapse_rules.diagnostics.catalogue import all_codes, explain
from relapse_rules.diagnostics.suggest import closest


def command(
    code: Annotated[str, typer.Argument(metavar="代码", help="如 RR0302，或它的名称，如 unit-mismatch")],
) -> None:
    """说明一个诊断代码：意思、错误和正确的例子、怎么改。"""
    page = explain(code)
    if page is None:
        near = closest(code.upper(), [known.id for known in all_codes()])
        raise Failure(f"没有“{code}”这个代码" + (f"，是不是 {near}" if near else ""))
    parts = (
        f"{page.code.id} {page.code.name}",
        page.text,
        "错误示例",
        page.wrong.markdown,
        "正确示例",
        page.right.markdown,
        "怎么改",
        page.cure,
    )
    sys.stdout.write("\n\n".join(parts) + "\n")
