"""``relapse-rules why-not``: what would have to be otherwise for an outcome to be another."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from relapse_rules.cli import answering, inputs
from relapse_rules.decisions.model import Outcome
from relapse_rules.explain.model import dumped
from relapse_rules.explain.shown import page_of

_MOST: Final = 4
_WANTED: Final = {"yes": Outcome.YES, "是": Outcome.YES, "no": Outcome.NO, "否": Outcome.NO}


def command(  # noqa: PLR0913 - each is an option that officers may need
    case: answering.CaseFile,
    name: Annotated[str, typer.Argument(metavar="名称", help="措施、任务、例外、裁量或结论的名称")],
    *,
    target: answering.OneTarget = None,
    wanted: Annotated[
        str | None,
        typer.Option(
            "--wanted", metavar="结果", help="要的结果：yes 或 no；不写则是 yes，已经是 yes 的则是 no"
        ),
    ] = None,
    most: Annotated[
        int, typer.Option("--most", metavar="个数", help="一种办法最多改变几项事实", min=1)
    ] = _MOST,
    policy: answering.PolicyFile = None,
    local: answering.LocalFiles = None,
    as_of: answering.AsOf = None,
    format_: answering.Format = answering.TREE,
    out: answering.Out = None,
    show_personal: answering.Personal = False,
) -> int:
    """列出怎样才会变：最少要改变哪几项事实、差多少、凭什么材料；做得到的在前，个人信息默认不显示。"""
    shape = answering.check_format(format_)
    outcome = None if wanted is None else inputs.one_of(wanted, _WANTED, "--wanted")
    decision = answering.decided(case, inputs.load_policy(policy, local or []), as_of)
    with answering.asking():
        found = decision.why_not(name, target, outcome, most_changes=most, personal=show_personal)
    answering.write(lambda: page_of(found), lambda: dumped(found), format_=shape, out=out)
    return answering.exit_code(decision)
