"""``relapse-rules schema``: writes the JSON Schema of facts."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from relapse_rules.cli import inputs, screen


def command(
    *,
    policy: Annotated[
        Path | None, typer.Option(metavar="规则", help="规则文件；不写则用随附的防范因灾返贫工作方案")
    ] = None,
    local: Annotated[
        list[Path] | None, typer.Option(metavar="补充", help="县里的补充文件，可以写几次")
    ] = None,
) -> None:
    """输出事实文件的 JSON Schema，供填报系统校验。"""
    schema = inputs.load_policy(policy, local or []).schema()
    text = json.dumps(schema, ensure_ascii=False, indent=2)
    if not screen.holds(sys.stdout, text):
        text = json.dumps(schema, indent=2)
    sys.stdout.write(text + "\n")
