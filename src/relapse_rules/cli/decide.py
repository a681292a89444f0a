"""``relapse-rules decide``: decides households and prints what an officer needs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from relapse_rules import FactsError, Policy
from relapse_rules.cli import inputs
from relapse_rules.cli.console import console_for
from relapse_rules.cli.failure import BAD_INPUT, CONTRADICTIONS, DONE, Failure
from relapse_rules.cli.markdown import sheet_as_markdown
from relapse_rules.cli.table import print_sheet
from relapse_rules.decisions.decision_sheet import decision_sheet
from relapse_rules.decisions.grounds import grounds
from relapse_rules.decisions.model import Decision
from relapse_rules.decisions.sheet import Sheet
from relapse_rules.decisions.words import Words


def command(
    files: Annotated[list[str], typer.Argument(metavar="文件…", help="事实文件（JSON）；- 表示标准输入")],
    *,
    policy: Annotated[
        Path | None, typer.Option(metavar="规则", help="规则文件；不写则用随附的防范因灾返贫工作方案")
    ] = None,
    local: Annotated[
        list[Path] | None,
        typer.Option(metavar="补充", help="补充文件（省、县各一个），先上级后下级，可以写几次"),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="时间", help="判定时点，代替事实里的；如 2023-08-02T09:00:00+08:00")
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", metavar="格式", help="table（表，默认）、json 或 markdown")
    ] = "table",
    everything: Annotated[
        bool, typer.Option("--all", help="也列出不适用的措施、全部还缺的事实和全部读法")
    ] = False,
) -> int:
    """判定一户或几户：是否纳入、该采取哪些措施、谁负责、何时截止、还缺什么事实。

    退出码：0 已判定（含未能判定的结论），2 输入有误，3 事实互相矛盾。
    """
    show = inputs.one_of(format_, _FORMATS, "--format")
    loaded = inputs.load_policy(policy, local or [])
    decisions: list[Decision] = []
    failed = False
    for name in files:
        try:
            decisions.append(_decided(loaded, name, as_of))
        except Failure as failure:
            # The others are decided all the same.
            sys.stderr.write(failure.message + "\n")
            failed = True
    if decisions:
        show(loaded, decisions, everything=everything)
    if failed:
        return BAD_INPUT
    return CONTRADICTIONS if any(decision.contradictions for decision in decisions) else DONE


def _decided(policy: Policy, name: str, as_of: str | None) -> Decision:
    shown = "标准输入" if name == inputs.STANDARD_INPUT else name
    try:
        return policy.decide(inputs.read_bytes(name), as_of=as_of, source_name=shown)
    except FactsError as error:
        raise Failure(str(error)) from None


def _sheet(policy: Policy, decision: Decision, *, everything: bool) -> Sheet:
    return decision_sheet(
        decision,
        Words(policy.vocabulary),
        categories=policy.program.categories,
        grounds=grounds(policy.program),
        everything=everything,
    )


def _table(policy: Policy, decisions: Sequence[Decision], *, everything: bool) -> None:
    console = console_for(sys.stdout)
    for number, decision in enumerate(decisions):
        if number:
            console.print()
        print_sheet(_sheet(policy, decision, everything=everything), console)


def _markdown(policy: Policy, decisions: Sequence[Decision], *, everything: bool) -> None:
    pages = (sheet_as_markdown(_sheet(policy, decision, everything=everything)) for decision in decisions)
    sys.stdout.write("\n".join(pages))


def _json(policy: Policy, decisions: Sequence[Decision], *, everything: bool) -> None:
    """Write one decision as an object, several as a list; they are always complete."""
    del policy, everything
    dumped = [decision.model_dump() for decision in decisions]
    inputs.write_json(dumped[0] if len(dumped) == 1 else dumped)


_FORMATS: Final[dict[str, Callable[..., None]]] = {"table": _table, "json": _json, "markdown": _markdown}
