"""``relapse-rules robust``: what the outcomes hinge on apart from facts."""

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
    """列出结论取决于什么：换一种裁量、解读或本地参数，哪些结论会变；不论怎样都不变的有几项。"""
    shape = answering.check_format(format_)
    decision = answering.decided(case, inputs.load_policy(policy, local or []), as_of)
    with answering.asking():
        found = decision.robustness(personal=show_personal)
    answering.write(lambda: page_of(found), lambda: dumped(found), format_=shape, out=out)
    return answering.exit_code(decision)
