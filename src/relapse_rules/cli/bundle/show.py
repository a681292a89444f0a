"""``relapse-rules bundle show``: says what is in a bundle."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from relapse_rules.bundle.errors import BundleError
from relapse_rules.cli import inputs
from relapse_rules.cli.bundle import shelf
from relapse_rules.cli.failure import DONE


def command(
    bundle: Annotated[Path, typer.Argument(metavar="政策包", help="bundle build 写出的文件")],
    *,
    files: Annotated[bool, typer.Option("--files", help="列出其中的文件和各自的校验值")] = False,
    format_: Annotated[str, typer.Option("--format", metavar="格式", help="text（默认）或 json")] = "text",
) -> int:
    """看政策包的清单：政策、校验值、有效期、文件；不编译，不核对签名（用 bundle verify）。

    退出码：0 已列出，1 不是政策包或被改动过，2 文件读不了。
    """
    as_json = inputs.one_of(format_, {"text": False, "json": True}, "--format")
    try:
        made = shelf.bundle_in(bundle)
    except BundleError as error:
        raise shelf.refused(bundle, error) from None
    if as_json:
        inputs.write_json({**json.loads(made.manifest.text), "signed": made.signature is not None})
        return DONE
    lines = [*shelf.described(made.manifest), f"签名　　{'有' if made.signature else '没有'}"]
    if files:
        lines += [f"  {digest}  {name}" for name, digest in sorted(made.manifest.sources.items())]
    sys.stdout.write("\n".join(lines) + "\n")
    return DONE
