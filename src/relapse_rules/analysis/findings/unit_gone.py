"""A 单位 that is merged into another while the policy is in force, and that rules go on naming.

A decision gives the name of the unit that took over, so nobody is lost; but the text is out of date from that day on. Mergers that lead back to where
they began leave nobody, and are told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from relapse_rules.analysis.findings.desk import Desk
from relapse_rules.analysis.findings.model import Finding
from relapse_rules.analysis.findings.naming_units import naming
from relapse_rules.check.policy import TypedPolicy, UnitSpec
from relapse_rules.diagnostics.codes_findings import UNIT_GONE

_MOST_NAMED = 5


def find(desk: Desk) -> Iterator[Finding]:
    """Yield the units that are gone and still named, in written order."""
    policy = desk.policy
    for unit in policy.units:
        if not unit.successions:
            continue
        successor, since = unit.successions[0]
        named = naming(policy, unit)
        if not named or (policy.valid_until is not None and since > policy.valid_until):
            continue
        told = "、".join(f"“{name}”" for name in named[:_MOST_NAMED])
        more = f"等 {len(named)} 条规则" if len(named) > _MOST_NAMED else ""
        day = date.fromordinal(since)
        circle = _comes_back(policy, unit)
        message = (
            f"单位“{unit.name}”并来并去又回到自己，{told}{more}落不到任何单位"
            if circle
            else f"单位“{unit.name}”自 {day} 起并入“{successor}”，{told}{more}还写着它"
        )
        yield desk.finding(
            UNIT_GONE,
            (unit.name,),
            message,
            "改正“并入”" if circle else f"修订时改写为“{successor}”；判定已按并入后的单位列出",
            cites=unit.cites,
            labels=tuple((name, "这里写着它") for name in named[:_MOST_NAMED]),
        )


def _comes_back(policy: TypedPolicy, unit: UnitSpec) -> bool:
    known = {name: each for each in policy.units for name in (each.name, *each.aliases)}
    seen: set[str] = set()
    current: UnitSpec | None = unit
    while current is not None and current.successions:
        if current.name in seen:
            return True
        seen.add(current.name)
        current = known.get(current.successions[-1][0])
    return False
