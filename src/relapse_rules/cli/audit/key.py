"""``relapse-rules audit key``: makes keys."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from relapse_rules.audit.keys import new_signing_key, short
from relapse_rules.audit.sealing import new_opening_key
from relapse_rules.cli import inputs
from relapse_rules.cli.audit import desk
from relapse_rules.cli.failure import DONE, unreadable

_NEW: Final = {"new": True}
_PURPOSES: Final = {"sign": False, "seal": True}


def command(
    action: Annotated[str, typer.Argument(metavar="new", help="new：生成一对密钥")],
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="文件", help="私钥写到这个文件，公钥写到同名的 .pub 文件")
    ],
    purpose: Annotated[
        str, typer.Option("--for", metavar="用途", help="sign（签署记录，默认）或 seal（密封个人信息）")
    ] = "sign",
    not_before: Annotated[
        str | None, typer.Option(metavar="时间", help="签名密钥从何时起有效；不写则不限")
    ] = None,
    not_after: Annotated[
        str | None, typer.Option(metavar="时间", help="签名密钥到何时为止有效；不写则不限")
    ] = None,
) -> int:
    """生成密钥：签署记录用的（Ed25519），或密封个人信息用的（X25519）。已有的文件不会被覆盖。"""
    inputs.one_of(action, _NEW, "new")
    public = out.with_name(f"{out.name}.pub")
    if inputs.one_of(purpose, _PURPOSES, "--for"):
        opening = new_opening_key()
        private, known, name = opening.pem(), opening.public.pem(), opening.public.id
    else:
        with desk.told():
            signing = new_signing_key(not_before=not_before, not_after=not_after)
        private, known, name = signing.pem(), signing.public.pem(), signing.public.id
    desk.keep_secret(out, private)
    try:
        with public.open("x", encoding="ascii") as file:
            file.write(known)
    except OSError as error:
        raise unreadable(error) from None
    sys.stdout.write(f"已生成密钥 {short(name)}\n  私钥 {out}（只有本人能读，不要外传）\n  公钥 {public}\n")
    return DONE
