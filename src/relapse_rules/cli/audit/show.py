"""``relapse-rules audit show``: one record, in full."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from relapse_rules.audit.keys import short
from relapse_rules.cli import inputs
from relapse_rules.cli.audit import desk
from relapse_rules.cli.failure import DONE, Failure


def command(
    number: Annotated[int, typer.Argument(metavar="第几条", help="条目的编号，从 1 起")],
    *,
    ledger: desk.LedgerPlace = desk.DEFAULT_LEDGER,
    format_: desk.TableOrJson = "table",
) -> int:
    """看一条记录：何时由谁签的，按哪份规则、哪些参数、哪些事实，结论是什么。"""
    as_json = inputs.one_of(format_, {"table": False, "json": True}, "--format")
    with desk.reading(ledger) as book:
        entry = book.entry(number)
    if entry is None:
        message = f"账本里没有第 {number} 条"
        raise Failure(message)
    body: dict[str, Any] = json.loads(entry.record)
    if as_json:
        inputs.write_json(body)
        return DONE
    outcome = body["outcome"]
    chosen = [each["id"] for each in outcome["measures"] if each["outcome"] == "yes"]
    hidden = len(body["hidden"])
    lines = [
        f"第 {entry.sequence} 条  校验值 {entry.hash}",
        f"  记录时间：{body['recorded_at']}",
        f"  签名密钥：{short(body['signer']['key'])}",
        f"  规则：{body['policy']['name']} {body['policy']['digest'][:19]}",
        f"  程序：{body['engine']['package']} {body['engine']['version']}（{body['engine']['name']}）",
        f"  判定时点：{body['as_of']}",
        f"  参数：{len(body['parameters'])} 项有值",
        f"  个人信息：{hidden} 处不在正文里" if hidden else "  个人信息：没有",
        f"  证明：{'有' if body['proof'] is not None else '没有'}",
        f"  纳入监测帮扶：{_WORDS[outcome['eligibility']['outcome']]}",
        f"  应当落实的措施（{len(set(chosen))}项）：{'、'.join(dict.fromkeys(chosen)) or '没有'}",
        "  全部内容见 --format json。",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return DONE


_WORDS = {"yes": "是", "no": "否", "unknown": "未知"}
