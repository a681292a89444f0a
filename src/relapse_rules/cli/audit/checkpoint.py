"""``relapse-rules audit checkpoint``: signs how far the ledger has come."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from relapse_rules.audit.keys import signing_key
from relapse_rules.cli.audit import desk
from relapse_rules.cli.failure import DONE


def command(
    *,
    key: Annotated[Path, typer.Option(metavar="私钥", help="签署检查点的私钥文件")],
    ledger: desk.LedgerPlace = desk.DEFAULT_LEDGER,
    at: desk.Moment = None,
) -> int:
    """签一个检查点：写明账本现在有几条、最后一条的校验值。以后少了哪一条都查得出。"""
    signer = desk.key_from(key, signing_key)
    signed_at = desk.moment(at)
    with desk.writing(ledger) as book:
        book.register(signer.public)
        book.checkpoint(signer, signed_at)
        sys.stdout.write(f"已签检查点：{book.head()}\n")
    return DONE
