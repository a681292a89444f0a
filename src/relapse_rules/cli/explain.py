"""``relapse-rules explain``: why an outcome is what it is, or the whole decision with all its reasons."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from relapse_rules import Policy
from relapse_rules.analysis.rules import near_rules, rule_text
from relapse_rules.cli import answering, inputs
from relapse_rules.cli.failure import DONE, Failure
from relapse_rules.decisions.words import Words
from relapse_rules.explain.explained import Explained
from relapse_rules.explain.model import dumped
from relapse_rules.explain.pages_list import list_page
from relapse_rules.explain.reporting import listed
from relapse_rules.explain.shown import page_of


def command(  # noqa: PLR0913 - each is an option that officers may need
    case: Annotated[
        str | None, typer.Argument(metavar="[文件]", help="事实文件（JSON）；- 表示标准输入")
    ] = None,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[名称]", help="措施、任务、例外、裁量或结论的名称；不写则说明整份判定"),
    ] = None,
    *,
    target: answering.OneTarget = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="名称", help="用白话写出一条规则；不需要事实文件")
    ] = None,
    policy: answering.PolicyFile = None,
    local: answering.LocalFiles = None,
    as_of: answering.AsOf = None,
    format_: answering.Format = answering.TREE,
    out: answering.Out = None,
    show_personal: answering.Personal = False,
) -> int:
    """说明为什么：每一步的条件、结果、所根据的事实和由谁提供、依据的条文，只列起决定作用的。

    不写名称时，markdown 和 html 是整份判定和全部理由，终端里列出可以问的项目。个人信息默认不显示。
    """
    shape = answering.check_format(format_)
    loaded = inputs.load_policy(policy, local or [])
    if rule is not None:
        sys.stdout.write(_rule(loaded, rule) + "\n")
        return DONE
    if case is None:
        message = "缺少文件：要写一个事实文件，或用 --rule 写一条规则的名称"
        raise Failure(message)
    decision = answering.decided(case, loaded, as_of)
    if name is not None:
        with answering.asking():
            found = decision.explain(name, target, personal=show_personal)
        answering.write(lambda: page_of(found), lambda: dumped(found), format_=shape, out=out)
    elif shape == "text":
        again = answering.hint("explain", case, "名称", local=local or [])
        whole = answering.hint("explain", case, "--format html --out 报告.html", local=local or [])
        hints = (f"看一项的理由：{again}", f"整份报告：{whole}")
        page = list_page(decision, Words(loaded.vocabulary), hints)
        answering.write(lambda: page, lambda: None, format_=shape, out=out)
    else:
        answering.write(
            lambda: decision.page(personal=show_personal),
            lambda: _all(decision, personal=show_personal),
            format_=shape,
            out=out,
        )
    return answering.exit_code(decision)


def _rule(policy: Policy, name: str) -> str:
    texts = dict(policy.details.sources)
    told = rule_text(texts, name)
    if told is None:
        near = near_rules(texts, name)
        raise Failure(f"规则里没有“{name}”" + (f"，是不是 {'、'.join(near)}" if near else ""))
    return told


def _all(decision: Explained, *, personal: bool) -> object:
    """Return the decision with the explanations of all that it lists, ready for JSON."""
    explanations = [
        dumped(decision.explain(id_, target, personal=personal)) for id_, target in listed(decision)
    ]
    return {"decision": decision.model_dump(), "explanations": explanations}
