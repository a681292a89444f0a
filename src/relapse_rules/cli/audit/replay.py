"""``relapse-rules audit replay``: decides recorded households again and checks their proofs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from relapse_rules.audit.proving import checking
from relapse_rules.audit.replay import Replayed, Replayer, Result
from relapse_rules.audit.sealing import opening_key
from relapse_rules.cli import inputs
from relapse_rules.cli.audit import desk
from relapse_rules.cli.failure import DONE, FOUND, Failure
from relapse_rules.policy import compile_policy

_SHOWN: Final = 60
_WORDS: Final = {Result.SAME: "一致", Result.DIFFERENT: "不一致", Result.IMPOSSIBLE: "不能复算"}


def command(
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="第几条…", help="条目的编号；不写则是全部")
    ] = None,
    *,
    ledger: desk.LedgerPlace = desk.DEFAULT_LEDGER,
    key: Annotated[Path | None, typer.Option(metavar="私钥", help="打开密封的个人信息的私钥文件")] = None,
    format_: desk.TableOrJson = "table",
) -> int:
    """按记录里的事实和存档的规则重新判定，逐项对照当时的结论；记录里的证明由另一个程序核对。

    退出码：0 全部一致，1 有不一致或不能复算的，2 输入有误。
    """
    as_json = inputs.one_of(format_, {"table": False, "json": True}, "--format")
    opening = None if key is None else desk.key_from(key, opening_key)
    results: list[Replayed] = []
    with desk.reading(ledger) as book:
        replayer = Replayer(book, compile_policy, key=opening, check=checking())
        if numbers:
            for number in numbers:
                entry = book.entry(number)
                if entry is None:
                    message = f"账本里没有第 {number} 条"
                    raise Failure(message)
                results.append(replayer.replay(entry))
        else:
            results.extend(map(replayer.replay, book.entries()))
    if as_json:
        inputs.write_json([_json(each) for each in results])
    else:
        sys.stdout.write("\n".join(line for each in results for line in _lines(each)) + "\n")
    return DONE if all(each.result is Result.SAME for each in results) else FOUND


def _lines(replayed: Replayed) -> list[str]:
    reason = f"：{replayed.reason}" if replayed.reason else ""
    lines = [f"第 {replayed.sequence} 条  {_WORDS[replayed.result]}{reason}"]
    for each in replayed.differences:
        lines.append(f"  {each.place}")
        lines.append(f"    当时 {_short(each.recorded)}")
        lines.append(f"    现在 {_short(each.now)}")
    return [*lines, *(f"  证明：{problem}" for problem in replayed.problems)]


def _short(text: str | None) -> str:
    if text is None:
        return "没有"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _json(replayed: Replayed) -> dict[str, object]:
    return {
        "sequence": replayed.sequence,
        "result": replayed.result.value,
        "reason": replayed.reason,
        "differences": [each._asdict() for each in replayed.differences],
        "problems": list(replayed.problems),
    }
