"""``relapse-rules audit append``: decides, records, signs and appends."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from relapse_rules.audit.hiding import How, Privacy
from relapse_rules.audit.keys import signing_key
from relapse_rules.audit.making import make_record
from relapse_rules.audit.proving import proving
from relapse_rules.audit.sealing import SealTo, seal_to
from relapse_rules.cli import inputs
from relapse_rules.cli.audit import desk
from relapse_rules.cli.failure import CONTRADICTIONS, DONE


def command(  # noqa: PLR0913 - each is an option of the command
    files: Annotated[list[str], typer.Argument(metavar="文件…", help="事实文件（JSON）；- 表示标准输入")],
    *,
    key: Annotated[Path, typer.Option(metavar="私钥", help="签署记录的私钥文件")],
    ledger: desk.LedgerPlace = desk.DEFAULT_LEDGER,
    seal: Annotated[
        Path | None,
        typer.Option(
            "--seal-to", metavar="公钥", help="把个人信息密封给这把公钥；不写则用不到的抹去，用到的留在记录旁"
        ),
    ] = None,
    mask: Annotated[
        bool, typer.Option("--mask", help="与 --seal-to 合用：判定用不到的个人信息抹去，只密封用到的")
    ] = False,
    policy: Annotated[
        Path | None, typer.Option(metavar="规则", help="规则文件；不写则用随附的防范因灾返贫工作方案")
    ] = None,
    local: Annotated[
        list[Path] | None, typer.Option(metavar="补充", help="补充文件，先上级后下级，可以写几次")
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="时间", help="判定时点，代替事实里的")] = None,
    at: desk.Moment = None,
    checkpoint: Annotated[bool, typer.Option("--checkpoint", help="写完后签一个检查点")] = False,
) -> int:
    """判定一户或几户，把事实、参数、结论和证明签成记录，接在账本后面。

    写出“第几条、校验值”时，这一条已经落盘；每一千条签一个检查点。姓名、证件号等个人信息不写进记录的正文。
    """
    signer = desk.key_from(key, signing_key)
    privacy = _privacy(None if seal is None else desk.key_from(seal, seal_to), mask=mask)
    recorded_at = desk.moment(at)
    loaded = inputs.load_policy(policy, local or [])
    contradicted = False
    readable: dict[str, None] = {}
    with desk.told():
        prove = proving(loaded)
    with desk.writing(ledger, signer) as book:
        book.register(signer.public)
        for name in files:
            shown = "标准输入" if name == inputs.STANDARD_INPUT else name
            made = make_record(
                loaded,
                inputs.read_bytes(name),
                signer,
                recorded_at=recorded_at,
                as_of=as_of,
                privacy=privacy,
                prove=prove,
                source_name=shown,
            )
            book.archive(made.policy)
            entry = book.append(made.record)
            readable |= dict.fromkeys(made.in_clear)
            contradicted = contradicted or bool(made.decision.contradictions)
            sys.stdout.write(f"第 {entry.sequence} 条  {shown}  校验值 {entry.hash}\n")
            sys.stdout.flush()
        if checkpoint:
            book.checkpoint(signer, recorded_at)
            sys.stdout.write(f"已签检查点：{book.head()}\n")
    if readable:
        sys.stderr.write(
            f"留在记录旁、能打开账本的人都看得到的个人信息：{'、'.join(readable)}（要密封用 --seal-to）\n"
        )
    return CONTRADICTIONS if contradicted else DONE


def _privacy(box: SealTo | None, *, mask: bool) -> Privacy:
    if box is None:
        return Privacy()
    return Privacy(unused=How.MASKED if mask else How.SEALED, used=How.SEALED, seal_to=box)
