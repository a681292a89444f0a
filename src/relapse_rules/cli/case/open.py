"""``relapse-rules case open``: begins a case with what is known of a household."""

from __future__ import annotations

from typing import Annotated

import typer

from relapse_rules.cases.session import open_case
from relapse_rules.cli import inputs
from relapse_rules.cli.case import options
from relapse_rules.cli.case.desk import desk, errors_told, moment
from relapse_rules.cli.case.shown import print_sheets
from relapse_rules.cli.case.status import FORMATS, dumped
from relapse_rules.cli.case.status_sheet import status_sheet
from relapse_rules.cli.failure import CONTRADICTIONS, DONE, Failure
from relapse_rules.decisions.words import Words


def command(  # noqa: PLR0913  (each parameter is an option of the command)
    file: Annotated[str, typer.Argument(metavar="文件", help="一户的事实（JSON）；- 表示标准输入")],
    *,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="时点", help="立案时点，代替事实里的判定时点；案卷的时钟从这里起"),
    ] = None,
    id_: Annotated[str | None, typer.Option("--id", metavar="案卷", help="案卷编号；不写则用户编号")] = None,
    everything: Annotated[bool, typer.Option("--all", help="列出全部还要问的事实")] = False,
    format_: options.TableOrJson = "table",
    log: options.LogPlace = options.DEFAULT_LOG,
    policy: options.PolicyFile = None,
    local: options.Local = None,
    workdays: options.Workdays = "calendar",
) -> int:
    """立案：以一户现有的事实开一个案卷，列出要办的事。同样的内容再立一次，案卷不变。

    退出码：0 已立案，2 输入有误，3 事实互相矛盾（照样立案）。
    """
    as_json = inputs.one_of(format_, FORMATS, "--format")
    start = moment(as_of, "--as-of")
    if id_ is not None and not (id_.strip() and id_.isprintable()):
        message = "案卷编号要写文字，不能有换行和控制字符"
        raise Failure(message)
    content = inputs.read_bytes(file)
    with errors_told(), desk(log, policy, local, workdays=workdays, create=True) as here:
        opened = open_case(
            here.policy, content, as_of=start, log=here.log, case_id=id_, workdays=here.workdays
        )
        known = opened.known
        if as_json:
            inputs.write_json(dumped(opened, known))
        else:
            title = (
                f"案卷 {opened.id} 已立案" if opened.sequence == 1 else f"案卷 {opened.id} 早已立案，没有变化"
            )
            words = Words(here.policy.vocabulary)
            print_sheets(
                status_sheet(
                    opened, known, here.policy.name, words, title=title, at=False, everything=everything
                )
            )
    return CONTRADICTIONS if known.concluded.contradictions else DONE
