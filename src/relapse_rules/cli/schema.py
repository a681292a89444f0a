"""``relapse-rules schema``: writes the JSON Schema of facts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relapse_rules.cli import inputs


def command(
    *,
    policy: Annotated[
        Path | None, typer.Option(metavar="规则", help="规则文件；不写则用随附的防范因灾返贫工作方案")
    ] = None,
    local: Annotated[
        list[Path] | None, typer.Option(metavar="补充", help="补充文件，先上级后下级，可以写几次")
    ] = None,
) -> None:
    """输出事实文件的 JSON Schema，供填报系统校验。"""
    inputs.write_json(inputs.load_policy(policy, local or []).schema())
