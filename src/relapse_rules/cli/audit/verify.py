"""``relapse-rules audit verify``: finds what was done to a ledger."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from relapse_rules.audit.chain import Head
from relapse_rules.audit.keys import short, verifying_key
from relapse_rules.audit.verifying import Report, verify
from relapse_rules.cli import inputs
from relapse_rules.cli.audit import desk
from relapse_rules.cli.failure import DONE, FOUND, Failure

_HEAD: Final = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


def command(
    *,
    ledger: desk.LedgerPlace = desk.DEFAULT_LEDGER,
    trust: Annotated[
        list[Path] | None,
        typer.Option(
            "--trust", metavar="公钥", help="只认这些公钥签的记录，可以写几次；不写则认账本里登记的"
        ),
    ] = None,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="编号:校验值", help="另外记下的某一条的编号和校验值，账本必须有它"),
    ] = None,
    format_: desk.TableOrJson = "table",
) -> int:
    """核对账本：改过、少了、多了、换了次序的条目都查得出，并指明是哪一条。

    退出码：0 没有发现问题，1 发现了问题，2 账本用不了。
    """
    as_json = inputs.one_of(format_, {"table": False, "json": True}, "--format")
    keys = tuple(desk.key_from(path, verifying_key) for path in trust or [])
    expected = None if head is None else _head(head)
    with desk.reading(ledger) as book:
        progress = _progress if sys.stderr.isatty() else None
        report = verify(book, trusted=keys, head=expected, progress=progress)
    if progress is not None:
        sys.stderr.write("\r\x1b[K")
    if as_json:
        inputs.write_json(_json(report))
    else:
        sys.stdout.write("\n".join(_lines(report)) + "\n")
    return DONE if report.sound else FOUND


def _head(text: str) -> Head:
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        message = f"选项 --head 要写作 编号:校验值（append 时写出的），这里是“{text[:40]}”"
        raise Failure(message)
    return Head(int(found[1]), found[2])


def _progress(count: int) -> None:
    sys.stderr.write(f"\r已核对 {count} 条")
    sys.stderr.flush()


def _lines(report: Report) -> list[str]:
    signers = "、".join(f"{short(key)}（{count} 条）" for key, count in sorted(report.signers.items()))
    lines = [
        f"账本共 {report.head.sequence} 条，最后一条的校验值 {report.head.hash}",
        f"检查点管到第 {report.covered} 条" if report.covered else "没有检查点：末尾少了条目查不出",
        f"签名：{signers or '没有'}",
    ]
    if not report.trusted:
        lines.append("没有指明认哪些公钥（--trust）：谁若能把整本账重写，就查不出")
    if report.sound:
        return [*lines, "没有发现问题。"]
    more = ["还有别的问题，没有全部列出。"] if report.more else []
    return [
        *lines,
        f"发现 {len(report.findings)} 处问题：",
        *(f"  {found}" for found in report.findings),
        *more,
    ]


def _json(report: Report) -> dict[str, object]:
    return {
        "sound": report.sound,
        "head": {"sequence": report.head.sequence, "hash": report.head.hash},
        "covered": report.covered,
        "trusted": report.trusted,
        "signers": dict(sorted(report.signers.items())),
        "findings": [{"sequence": found.sequence, "message": found.message} for found in report.findings],
        "more": report.more,
    }
