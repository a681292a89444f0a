"""A rule for which nobody can be found: its unit stands for one that the text does not name, or for one by a fact that nobody supplies.

A 单位 whose 级别 is 未定 stands for whoever the text leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from relapse_rules.analysis.findings.desk import Desk
from relapse_rules.analysis.findings.model import Finding
from relapse_rules.analysis.findings.naming_units import naming
from relapse_rules.check.policy import UnitSpec
from relapse_rules.diagnostics.codes_findings import UNIT_UNNAMED

_OPEN: Final = "未定"


def find(desk: Desk) -> Iterator[Finding]:
    """Yield the rules whose unit cannot be found, by unit and in written order."""
    for unit in desk.policy.units:
        why = _why(desk, unit)
        if why:
            for name in naming(desk.policy, unit):
                entry = desk.by_name[name]
                yield desk.finding(
                    UNIT_UNNAMED,
                    (name,),
                    f"{entry.keyword}“{name}”由谁办没有着落：单位“{unit.name}”{why}",
                    "由县里明确是哪个单位，改写在这里",
                    cites=entry.cites,
                )


def _why(desk: Desk, unit: UnitSpec) -> str:
    if unit.level == _OPEN:
        return "只是占位，原文没有点名"
    if unit.fact is not None and not desk.program.facts[unit.fact].supplier:
        return "由一项没有人提供的事实决定"
    return ""
