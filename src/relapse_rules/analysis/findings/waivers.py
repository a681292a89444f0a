"""Waivers: findings that a county has looked at and lives with, each with a reason and until a date. TOML beside the policy.

::

    [["豁免"]]
    "代码" = "RR0807"
    "规则" = ["恢复正常供水", "修复供水设施"]
    "理由" = "原文是两句：先修，再供水"
    "到期" = 2027-12-31
    "摘要" = "3f2a9c10d4e5"

TOML wants quotation marks around Chinese names; the English keys ``waiver``, ``code``, ``rules``, ``reason``, ``until`` and ``digest`` do as well. The
digest is of the texts of the rules, as the finding prints it: when a rule is changed, the waiver is looked at again. A waiver that is past its date, or
does not fit the texts any more, waives nothing and is a finding itself; and so is one that no finding answers to.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, cast

from relapse_rules.analysis.findings.model import Finding, Ground
from relapse_rules.diagnostics.code import Code
from relapse_rules.diagnostics.codes_findings import WAIVER_EXPIRED, WAIVER_OUTDATED, WAIVER_WITHOUT_FINDING
from relapse_rules.source import SourceText, Span

_TABLES: Final = ("豁免", "waiver")
_KEYS: Final = {
    "代码": "code",
    "规则": "rules",
    "理由": "reason",
    "到期": "until",
    "摘要": "digest",
    "code": "code",
    "rules": "rules",
    "reason": "reason",
    "until": "until",
    "digest": "digest",
}
_NAMES: Final = {english: chinese for chinese, english in _KEYS.items() if chinese != english}
_HEAD: Final = re.compile(r"^[ \t]*\[\[[ \t]*[\"']?(?:豁免|waiver)[\"']?[ \t]*\]\]", re.MULTILINE)


class WaiversError(ValueError):
    """A file of waivers that cannot be used; the message says in Chinese where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One waiver. ``until``: the last day on which it holds. ``span``: its first line."""

    code: str
    rules: tuple[str, ...]
    reason: str
    until: date
    digest: str
    span: Span

    @property
    def key(self) -> tuple[str, frozenset[str]]:
        """The finding that it is about."""
        return self.code, frozenset(self.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Findings weighed against waivers: those still ``open`` (waivers that fail among them), and those waived, each with its waiver."""

    open: tuple[Finding, ...]
    waived: tuple[tuple[Finding, Waiver], ...]


def read_waivers(source: SourceText) -> tuple[Waiver, ...]:
    """Return the waivers in a text, in written order.

    Raises:
        WaiversError: it is no TOML, or an entry lacks something or holds what it may not.
    """
    try:
        stated = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        message = f"“{source.name}”不是 TOML：{error}"
        raise WaiversError(message) from None
    unknown = [key for key in stated if key not in _TABLES]
    if unknown:
        message = f'“{source.name}”里有不认识的“{unknown[0]}”：每条豁免以 [["豁免"]] 开头'
        raise WaiversError(message)
    entries = [entry for table in _TABLES for entry in _entries(stated.get(table, []), source)]
    heads = [Span(source.name, found.start(), found.end()) for found in _HEAD.finditer(source.text)]
    spans = heads if len(heads) == len(entries) else [Span(source.name, 0, 0)] * len(entries)
    return tuple(
        _waiver(entry, number, source, span)
        for number, (entry, span) in enumerate(zip(entries, spans, strict=True), start=1)
    )


def _entries(stated: object, source: SourceText) -> list[Mapping[str, object]]:
    if not isinstance(stated, list) or not all(
        isinstance(each, dict) for each in cast("list[object]", stated)
    ):
        message = f'“{source.name}”：每条豁免以 [["豁免"]] 开头，下面一行一项'
        raise WaiversError(message)
    return cast("list[Mapping[str, object]]", stated)


def _waiver(entry: Mapping[str, object], number: int, source: SourceText, span: Span) -> Waiver:
    where = f"“{source.name}”第 {number} 条豁免"
    for key in entry:
        if key not in _KEYS:
            message = f"{where}有不认识的“{key}”，可以写的是{'、'.join(_NAMES.values())}"
            raise WaiversError(message)
    stated = {_KEYS[key]: value for key, value in entry.items()}
    rules = stated.get("rules")
    if isinstance(rules, str):
        rules = [rules]
    if (
        not isinstance(rules, list)
        or not rules
        or not all(isinstance(e, str) for e in cast("list[object]", rules))
    ):
        message = f'{where}没有写“规则”，或写得不对：写规则的名称，几条时写 ["甲", "乙"]'
        raise WaiversError(message)
    until = stated.get("until")
    if not isinstance(until, date) or isinstance(until, datetime):
        message = f"{where}没有写“到期”，或写得不对：写日期，如 2027-12-31，不加引号"
        raise WaiversError(message)
    return Waiver(
        code=_text(stated, "code", where).upper(),
        rules=tuple(cast("list[str]", rules)),
        reason=_text(stated, "reason", where),
        until=until,
        digest=_text(stated, "digest", where),
        span=span,
    )


def _text(stated: Mapping[str, object], key: str, where: str) -> str:
    value = stated.get(key)
    if not isinstance(value, str) or not value.strip():
        message = f"{where}没有写“{_NAMES[key]}”，或写得不对：写在引号里"
        raise WaiversError(message)
    return value.strip()


def weigh(
    findings: Iterable[Finding], waivers: Iterable[Waiver], on: date, codes: Collection[str] | None = None
) -> Weighed:
    """Return which findings are open on the day ``on``. ``codes``: those that were looked for; None for all.

    What is undecided cannot be waived: it is not known what would be.
    """
    by_key = {waiver.key: waiver for waiver in waivers}
    met: set[tuple[str, frozenset[str]]] = set()
    still: list[Finding] = []
    waived: list[tuple[Finding, Waiver]] = []
    for finding in findings:
        key = (finding.code.id, frozenset(finding.rules))
        waiver = by_key.get(key)
        met.add(key)
        if waiver is None or finding.ground is Ground.UNDECIDED:
            still.append(finding)
        elif waiver.digest != finding.digest:
            still += [
                finding,
                _failing(
                    WAIVER_OUTDATED,
                    waiver,
                    "规则的文字已经改过，豁免对不上了",
                    f"重新看过；还要豁免的，摘要改为 {finding.digest}",
                ),
            ]
        elif waiver.until < on:
            still += [
                finding,
                _failing(
                    WAIVER_EXPIRED, waiver, f"豁免已于 {waiver.until} 到期", "重新看过；还要豁免的，改“到期”"
                ),
            ]
        else:
            waived.append((finding, waiver))
    still += _unmet(
        waiver for key, waiver in by_key.items() if key not in met and (codes is None or waiver.code in codes)
    )
    return Weighed(open=tuple(still), waived=tuple(waived))


def _unmet(waivers: Iterable[Waiver]) -> Iterator[Finding]:
    for waiver in waivers:
        yield _failing(
            WAIVER_WITHOUT_FINDING, waiver, "没有这样的发现要豁免", "删去这条豁免，或改正代码和规则的名称"
        )


def _failing(code: Code, waiver: Waiver, why: str, cure: str) -> Finding:
    named = "、".join(f"“{rule}”" for rule in waiver.rules)
    return Finding(
        code=code,
        rules=waiver.rules,
        message=f"对 {waiver.code} {named}的豁免不起作用：{why}",
        help=cure,
        ground=Ground.STRUCTURE,
        span=waiver.span,
        digest=waiver.digest,
    )


def drafted(findings: Iterable[Finding], until: date) -> str:
    """Return entries for findings, ready to be pasted once the reasons are written."""
    return "\n".join(
        f'[["豁免"]]\n"代码" = "{each.code.id}"\n"规则" = [{", ".join(f"{_quoted(rule)}" for rule in each.rules)}]\n'
        f'"理由" = ""\n"到期" = {until}\n"摘要" = "{each.digest}"\n'
        for each in findings
        if each.ground is not Ground.UNDECIDED
        and each.code not in {WAIVER_EXPIRED, WAIVER_OUTDATED, WAIVER_WITHOUT_FINDING}
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
