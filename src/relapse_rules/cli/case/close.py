"""``relapse-rules case close``: ends a case."""

from __future__ import annotations

from typing import Annotated

import typer

from relapse_rules.cli.case import options
from relapse_rules.cli.case.desk import desk, errors_told
from relapse_rules.cli.case.shown import print_sheets
from relapse_rules.cli.case.status_sheet import owed
from relapse_rules.cli.failure import DONE
from relapse_rules.decisions.sheet import Line, Sheet
from relapse_rules.decisions.words import Words, moment


def command(
    case: options.CaseName,
    *,
    reason: Annotated[str | None, typer.Option(metavar="理由", help="为什么结案，记入案卷")] = None,
    log: options.LogPlace = options.DEFAULT_LOG,
    policy: options.PolicyFile = None,
    local: options.Local = None,
    redecide: options.Redecide = False,
    stay: options.Stay = None,
    workdays: options.Workdays = "calendar",
) -> int:
    """结案：案卷不再接受事件，仍可查看。还没办的事照样列出来，由人决定是否可以结案。

    退出码：0 已结案，2 输入有误。
    """
    with (
        errors_told(),
        desk(log, policy, local, workdays=workdays, redecide=redecide, stay=stay) as here,
    ):
        found = here.case(case)
        repeated = found.close(reason=reason).repeated
        open_duties = owed("结案时还没有办的事", found.owed, Words(here.policy.vocabulary))
        lines = [Line(text=f"时点：{moment(found.as_of)}，共 {found.sequence} 条事件")]
        if reason is not None:
            lines.append(Line(text=f"理由：{reason}"))
        print_sheets(
            Sheet(
                title=f"案卷 {found.id} " + ("早已结案，没有变化" if repeated else "已结案"),
                lines=tuple(lines),
                sections=() if open_duties is None else (open_duties,),
            )
        )
    return DONE
