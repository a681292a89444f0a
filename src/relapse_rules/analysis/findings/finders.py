"""All findings there are, in the order in which they are looked for, and how a reader is told of each kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final, NamedTuple

from relapse_rules.analysis.findings import (
    exception_masked,
    exceptions_contradict,
    fact_not_supplied,
    household_not_reached,
    never,
    never_matters,
    no_limit,
    no_owner,
    order_in_a_circle,
    parameter_without_value,
    reading_conflict,
    rule_repeated,
    task_unreachable,
    unit_gone,
    unit_unnamed,
)
from relapse_rules.analysis.findings.desk import Desk
from relapse_rules.analysis.findings.model import Finding
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.diagnostics import codes_findings as codes
from relapse_rules.diagnostics.code import Code
from relapse_rules.source import SourceText


class Finder(NamedTuple):
    """What looks for findings of some codes. ``told``: what it looks for, for a line of progress."""

    told: str
    codes: tuple[Code, ...]
    find: Callable[[Desk], Iterator[Finding]]


TITLES: Final = {
    codes.NEVER_YES: "永远不会是“是”的规则",
    codes.NEVER_NO: "永远不会是“否”的规则",
    codes.NEVER_MATTERS: "改变不了任何结果的规则",
    codes.EXCEPTIONS_CONTRADICT: "作用相反而会同时成立的例外",
    codes.EXCEPTION_MASKED: "从不改变什么的例外",
    codes.RULE_SUBSUMED: "另一条规则已经管到的规则",
    codes.RULE_DUPLICATED: "重复的规则",
    codes.HOUSEHOLD_NOT_REACHED: "没有措施管到的农户",
    codes.PARAMETER_WITHOUT_VALUE: "有几天没有值的参数",
    codes.UNIT_GONE: "已经并入别处的单位",
    codes.UNIT_UNNAMED: "找不到单位的规则",
    codes.TASK_UNREACHABLE: "永远轮不到的事",
    codes.ORDER_IN_A_CIRCLE: "互相等待的事",
    codes.NO_OWNER: "没有责任单位的规则",
    codes.NO_LIMIT: "没有时限的规则",
    codes.READING_CONFLICT: "换一种读法就冲突的条文",
    codes.FACT_NOT_SUPPLIED: "没有人提供的事实",
    codes.WAIVER_EXPIRED: "过期的豁免",
    codes.WAIVER_OUTDATED: "规则改过以后对不上的豁免",
    codes.WAIVER_WITHOUT_FINDING: "没有发现可豁免的豁免",
}
"""How a reader is told of each kind, in the order of the codes."""

FINDERS: Final = (
    Finder("永远是、永远否", (codes.NEVER_YES, codes.NEVER_NO), never.find),
    Finder("改变不了结果", (codes.NEVER_MATTERS,), never_matters.find),
    Finder("例外相反", (codes.EXCEPTIONS_CONTRADICT,), exceptions_contradict.find),
    Finder("例外多余", (codes.EXCEPTION_MASKED,), exception_masked.find),
    Finder("规则重复", (codes.RULE_SUBSUMED, codes.RULE_DUPLICATED), rule_repeated.find),
    Finder("没有措施的农户", (codes.HOUSEHOLD_NOT_REACHED,), household_not_reached.find),
    Finder("没有值的参数", (codes.PARAMETER_WITHOUT_VALUE,), parameter_without_value.find),
    Finder("并入别处的单位", (codes.UNIT_GONE,), unit_gone.find),
    Finder("找不到的单位", (codes.UNIT_UNNAMED,), unit_unnamed.find),
    Finder("轮不到的事", (codes.TASK_UNREACHABLE,), task_unreachable.find),
    Finder("互相等待的事", (codes.ORDER_IN_A_CIRCLE,), order_in_a_circle.find),
    Finder("责任单位", (codes.NO_OWNER,), no_owner.find),
    Finder("时限", (codes.NO_LIMIT,), no_limit.find),
    Finder("别的读法", (codes.READING_CONFLICT,), reading_conflict.find),
    Finder("没有人提供的事实", (codes.FACT_NOT_SUPPLIED,), fact_not_supplied.find),
)


def find_all(
    policy: TypedPolicy,
    sources: Mapping[str, SourceText],
    *,
    only: Collection[str] | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Iterator[Finding]:
    """Yield the findings about ``policy`` as they are found. They are the same on every run.

    ``sources``: its texts. ``only``: the codes (``RR0801``) that are looked for; None for all. ``progress`` is told what is looked for next, and
    how many of how many kinds are done.
    """
    wanted = [finder for finder in FINDERS if only is None or any(code.id in only for code in finder.codes)]
    desk = Desk(policy, sources)
    for done, finder in enumerate(wanted):
        if progress is not None:
            progress(finder.told, done, len(wanted))
        for finding in finder.find(desk):
            if only is None or finding.code.id in only:
                yield finding
