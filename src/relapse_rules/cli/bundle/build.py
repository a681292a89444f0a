"""``relapse-rules bundle build``: writes a policy into one file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from relapse_rules.analysis.rewriting import replace_content
from relapse_rules.bundle.bundles import build
from relapse_rules.bundle.errors import BundleError
from relapse_rules.cli import inputs
from relapse_rules.cli.bundle import shelf
from relapse_rules.cli.failure import DONE, Failure, unreadable


def command(
    policy: Annotated[
        Path | None, typer.Argument(metavar="[规则]", help="规则文件；不写则用随附的方案")
    ] = None,
    *,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="文件", help="写到这个文件，如 某县.rulepack；已有的会被换掉"),
    ],
    local: Annotated[
        list[Path] | None, typer.Option(metavar="补充", help="补充文件，先上级后下级，可以写几次")
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", metavar="私钥", help="用这把私钥签名（audit key new 生成）")
    ] = None,
) -> int:
    """把规则和它导入的全部文件、目录、编译结果装成一个文件。同样的输入总是写出同样的字节。

    退出码：0 已写出，2 规则有错，或文件读写不了。
    """
    signing = None if key is None else shelf.signing_key_in(key)
    made = inputs.load_policy(policy, local or [])
    try:
        data = build(made.program, made.details, signing)
        replace_content(out, data)
    except BundleError as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise unreadable(error) from None
    signed = "已签名" if signing else "没有签名"
    sys.stdout.write(f"已写出 {out}（{len(data):,} 字节，{signed}）\n  {made.name}  {made.digest}\n")
    return DONE
