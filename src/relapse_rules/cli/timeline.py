"""``relapse-rules timeline``: on which days outcomes and duties change by themselves."""

from __future__ import annotations

from typing import Annotated

import typer

from relapse_rules.cli import answering, inputs
from relapse_rules.explain.model import dumped
from relapse_rules.explain.shown import page_of


def command(
    case: answering.CaseFile,
    *,
    first: Annotated[str, typer.Option("--from", metavar="日期", help="从哪天起，如 2023-08-02")],
    last: Annotated[str, typer.Option("--to", metavar="日期", help="到哪天止，含当天")],
    policy: answering.PolicyFile = None,
    local: answering.LocalFiles = None,
    as_of: answering.AsOf = None,
    format_: answering.Format = answering.TREE,
    out: answering.Out = None,
) -> int:
    """列出一段时间里哪天会变：年龄到了、期限到了、数值或单位换了；其他事实都照判定时点所填报的。"""
    shape = answering.check_format(format_)
    decision = answering.decided(case, inputs.load_policy(policy, local or []), as_of)
    with answering.asking():
        found = decision.timeline(first, last)
    answering.write(lambda: page_of(found), lambda: dumped(found), format_=shape, out=out)
    return answering.exit_code(decision)
