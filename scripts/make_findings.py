"""Writes the tables of ``docs/findings.md``, what stands between ``<!-- 生成:名称 -->`` and ``<!-- 完 -->``; with ``--check`` only says whether they are out of date.

The waivers are weighed on the day ``DAY``; move it on when the document is looked through again.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Final

from relapse_rules.analysis.findings.finders import find_all
from relapse_rules.analysis.findings.model import Finding
from relapse_rules.analysis.findings.waivers import Weighed, read_waivers, weigh
from relapse_rules.policy import Inspection, inspect, plan_path
from relapse_rules.source import SourceText

DOCUMENT: Final = Path(__file__).resolve().parents[1] / "docs" / "findings.md"
DAY: Final = date(2026, 11, 25)

_MARKED: Final = re.compile(r"(<!-- 生成:(?P<name>\S+) -->\n).*?(<!-- 完 -->)", re.DOTALL)
_CONFLICT: Final = "RR0816"
_NO_OWNER: Final = "RR0814"
_NO_LIMIT: Final = "RR0815"
_ELSEWHERE: Final = frozenset({_CONFLICT, _NO_OWNER, _NO_LIMIT})


def found(inspection: Inspection) -> Weighed:
    """Return what is found about the plan, weighed against its waivers."""
    assert inspection.policy is not None, "the bundled plan is right"
    path = plan_path().with_name("plan.waivers.toml")
    waivers = read_waivers(SourceText(path.name, path.read_text(encoding="utf-8")))
    return weigh(find_all(inspection.policy, inspection.sources), waivers, DAY)


def filled(text: str, weighed: Weighed, inspection: Inspection) -> str:
    """Return the document with its tables made anew."""
    parts: dict[str, Callable[[], str]] = {
        "读法的冲突": lambda: conflicts(weighed),
        "没有说明白的": lambda: unsettled(weighed),
        "没有单位或期限的": lambda: lacking(weighed),
        "看过而不改的": lambda: waived(weighed),
        "两种读法": lambda: readings(inspection),
    }
    return _MARKED.sub(lambda mark: f"{mark[1]}\n{parts[mark['name']]()}\n{mark[3]}", text)


def _table(titles: str, rows: Iterable[tuple[str, ...]]) -> str:
    columns = titles.split()
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _of(weighed: Weighed, code: str) -> list[Finding]:
    return [each for each in weighed.open if each.code.id == code]


def conflicts(weighed: Weighed) -> str:
    """Return what clashes under another reading."""
    return _table("发现 依据", ((each.message, "、".join(each.cites)) for each in _of(weighed, _CONFLICT)))


def unsettled(weighed: Weighed) -> str:
    """Return what is open and stands in no other table."""
    rest = [each for each in weighed.open if each.code.id not in _ELSEWHERE]
    rows = ((each.code.id, each.message, "、".join(each.cites) or "—") for each in rest)
    return _table("代码 发现 依据", sorted(rows, key=lambda row: row[0]))


def lacking(weighed: Weighed) -> str:
    """Return which rules have no unit or no limit, in the order of the statements."""
    without = {code: {each.rules[0] for each in _of(weighed, code)} for code in (_NO_OWNER, _NO_LIMIT)}
    cites = {each.rules[0]: each.cites for code in without for each in _of(weighed, code)}
    rows = (
        (rule, "、".join(cites[rule]), *("没有" if rule in without[code] else "有" for code in without))
        for rule in sorted(cites, key=lambda rule: (*map(_order, cites[rule]), rule))
    )
    count = f"没有责任单位的 {len(without[_NO_OWNER])} 条（RR0814），没有时限的 {len(without[_NO_LIMIT])} 条（RR0815）：\n\n"
    return count + _table("规则 依据 责任单位 时限", rows)


def _order(cite: str) -> str:
    """Return a statement's id so that it sorts by number: 4.10-02 after 4.2-01."""
    return ".".join(part.zfill(2) for part in re.split(r"[.]", cite.replace("-", ".0-")))


def waived(weighed: Weighed) -> str:
    """Return what is waived, with the reasons."""
    rows = (
        (each.code.id, "、".join(each.rules), "、".join(each.cites) or "—", waiver.reason, str(waiver.until))
        for each, waiver in weighed.waived
    )
    return _table("代码 规则 依据 理由 到期", rows)


def readings(inspection: Inspection) -> str:
    """Return the 解读 with their other options."""
    assert inspection.policy is not None, "the bundled plan is right"
    rows = (
        (
            each.name,
            "、".join(each.cites) or "—",
            each.taken,
            "、".join(option for option in each.options if option != each.taken),
        )
        for each in inspection.policy.readings
    )
    return _table("解读 依据 现在取 还可以取", rows)


def main() -> int:
    """Write the document if it is out of date, or with ``--check`` name it and return 1."""
    inspection = inspect(plan_path())
    before = DOCUMENT.read_text(encoding="utf-8")
    after = filled(before, found(inspection), inspection)
    if before == after:
        return 0
    print(DOCUMENT.name)
    if "--check" in sys.argv:
        return 1
    DOCUMENT.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
