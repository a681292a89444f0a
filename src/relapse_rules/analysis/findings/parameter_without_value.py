"""A 参数 that rules read and that has no value on some day on which the policy is in force.

Whatever reads it is unknown on such a day, and a time limit that it gives has no end. Days are looked at from 生效日期 to 失效日期; where the policy
has no 生效日期, from the first day on which the 参数 has an entry of its own. 待定 is no value. A 参数 that serves only as 参考指标 decides nothing, and is left to
the warning RR0405.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from relapse_rules.analysis.findings.desk import Desk
from relapse_rules.analysis.findings.model import Finding
from relapse_rules.check.policy import ParameterSpec
from relapse_rules.diagnostics.codes_findings import PARAMETER_WITHOUT_VALUE
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program

_MOST_NAMED: Final = 3
_FOREVER: Final = date.max.toordinal()


class _Gap(NamedTuple):
    """Days (ordinals) without a value; ``last`` None: for good."""

    first: int
    last: int | None
    unset: bool


def find(desk: Desk) -> Iterator[Finding]:
    """Yield the gaps, by 参数 in written order and by date."""
    for parameter in desk.policy.parameters:
        readers = tuple(_readers(desk.program, parameter.name))
        if readers:
            for gap in _gaps(parameter, desk.policy.valid_from, desk.policy.valid_until):
                yield _finding(desk, parameter, gap, readers)


def _finding(desk: Desk, parameter: ParameterSpec, gap: _Gap, readers: tuple[str, ...]) -> Finding:
    named = "、".join(f"“{name}”" for name in readers[:_MOST_NAMED])
    more = "等" if len(readers) > _MOST_NAMED else ""
    last = "起一直" if gap.last is None else f"到 {date.fromordinal(gap.last)} "
    state = "待定" if gap.unset else "没有值"
    return desk.finding(
        PARAMETER_WITHOUT_VALUE,
        (parameter.name,),
        f"参数“{parameter.name}”从 {date.fromordinal(gap.first)} {last}{state}，这些天{named}{more}判定不了",
        "由县里用“设定”填写；原文就没有规定的，报请明确" if gap.unset else "补上从这一天起的值",
        cites=parameter.cites,
        labels=tuple((name, "这里用到它") for name in readers[:_MOST_NAMED]),
    )


def _gaps(parameter: ParameterSpec, first: int | None, last: int | None) -> Iterator[_Gap]:
    values = parameter.values
    start = first if first is not None else values[0].since if values else None
    if start is None:
        return
    end = last if last is not None else _FOREVER
    # Each part of the days, from its first: whether there is a value, and whether there is an entry at all.
    parts = [] if values and values[0].since <= start else [(start, False, False)]
    parts += [(max(each.since, start), each.value is not None, True) for each in values]
    following = [*(part[0] for part in parts[1:]), end + 1]
    for (since, has_value, has_entry), until in zip(parts, following, strict=True):
        if not has_value and since < until and since <= end:
            yield _Gap(since, None if until > _FOREVER else min(until - 1, end), has_entry)


def _readers(program: Program, parameter: str) -> Iterator[str]:
    """Yield the declarations that read a 参数 themselves, not through another, in the order of the program."""
    own = {
        position
        for position, node in enumerate(program.nodes)
        if (isinstance(node, nodes.Parameter) and node.name == parameter)
        or (isinstance(node, nodes.Test) and node.parameter == parameter)
    }
    named = set(program.named.values())
    declared = {
        **{entry.id: (entry.node,) for entry in (*program.conclusions, *program.judgements)},
        **{each.id: tuple(n for n in (each.node, each.done) if n is not None) for each in program.listings},
    }
    limited = {
        each.id for each in program.listings if each.limit is not None and each.limit.within == parameter
    }
    for name, tops in declared.items():
        if name in limited or _reads(program, tops, own, named - set(tops)):
            yield name


def _reads(program: Program, tops: tuple[int, ...], own: set[int], named: set[int]) -> bool:
    """Whether something in ``own`` leads to ``tops`` by a way on which no other declaration lies."""
    waiting, seen = list(tops), set[int]()
    while waiting:
        position = waiting.pop()
        if position in own:
            return True
        if position not in seen and position not in named:
            seen.add(position)
            waiting.extend(operands(program.nodes[position]))
    return False
