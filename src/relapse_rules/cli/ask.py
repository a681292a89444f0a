"""``relapse-rules ask``: what to ask next, and whom."""

from __future__ import annotations

from relapse_rules.cli import answering, inputs
from relapse_rules.explain.model import dumped
from relapse_rules.explain.shown import page_of


def command(
    case: answering.CaseFile,
    *,
    policy: answering.PolicyFile = None,
    local: answering.LocalFiles = None,
    as_of: answering.AsOf = None,
    format_: answering.Format = answering.TREE,
    out: answering.Out = None,
    show_personal: answering.Personal = False,
) -> int:
    """列出接下来问什么：未知的事实按能定下多少结论排列，按提供单位分开，并指出最少问清哪几项就全部能定。"""
    shape = answering.check_format(format_)
    decision = answering.decided(case, inputs.load_policy(policy, local or []), as_of)
    with answering.asking():
        found = decision.questions(personal=show_personal)
    answering.write(lambda: page_of(found), lambda: dumped(found), format_=shape, out=out)
    return answering.exit_code(decision)
