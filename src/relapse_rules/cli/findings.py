"""``relapse-rules findings``: what a policy comes to for all households."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from relapse_rules import policy as policies
from relapse_rules.analysis.findings.finders import TITLES, find_all
from relapse_rules.analysis.findings.model import Finding, Shown
from relapse_rules.analysis.findings.waivers import (
    Waiver,
    WaiversError,
    Weighed,
    drafted,
    read_waivers,
    weigh,
)
from relapse_rules.analysis.worked_case import as_json
from relapse_rules.cli import inputs
from relapse_rules.cli.console import console_for
from relapse_rules.cli.failure import DONE, FOUND, Failure, unreadable
from relapse_rules.cli.findings_sheet import findings_sheet, how, place
from relapse_rules.cli.progress import Bar
from relapse_rules.cli.table import print_sheet
from relapse_rules.policy import Inspection
from relapse_rules.source import SourceText

_SUFFIX: Final = ".waivers.toml"
_SHANGHAI: Final = timedelta(hours=8)
_A_YEAR: Final = timedelta(days=365)


def command(
    file: Annotated[
        Path | None, typer.Argument(metavar="[规则]", help="规则文件；不写则用随附的方案")
    ] = None,
    *,
    local: Annotated[
        list[Path] | None, typer.Option(metavar="补充", help="县里的补充文件，可以写几次")
    ] = None,
    code: Annotated[
        list[str] | None, typer.Option("--code", metavar="代码", help="只找这一类（如 RR0801），可以写几次")
    ] = None,
    waivers: Annotated[
        Path | None,
        typer.Option(metavar="豁免", help="豁免文件；不写则用规则文件旁边的同名 .waivers.toml，没有就不豁免"),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="日期", help="按哪一天看豁免到期没有，如 2026-11-25；默认今天"),
    ] = None,
    draft_waivers: Annotated[
        bool, typer.Option("--draft-waivers", help="不列表，写出各项待处理的发现的豁免草稿，填上理由即可用")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> int:
    """找出规则对任何一户都成立而看不出来的问题：永远不会成立、互相矛盾、重复、缺口、轮不到、没有责任单位或时限。

    每项发现或由证明得出，或附一户为证；未能判定的照样列出。看过而不改的，写进豁免文件：理由、到期日、规则文字的摘要。

    退出码：0 没有待处理的，1 有待处理的发现（未能判定的、失效的豁免也算），2 输入有误。
    """
    inputs.require_installed("prove", "z3")
    codes = None if not code else _codes(code)
    day = _day(on)
    inspection = inputs.inspect(file, local or [])
    if inspection.policy is None:
        raise Failure(inputs.shown(inspection.diagnostics, inspection.sources))
    source = _waivers_source(file, waivers)
    known = () if source is None else _waivers(source)
    weighed = weigh(_found(inspection, codes), known, day, codes)
    sources = {**inspection.sources, **({} if source is None else {source.name: source})}
    if draft_waivers:
        sys.stdout.write(drafted(weighed.open, day + _A_YEAR))
    elif as_json:
        inputs.write_json(_as_json(weighed, sources))
    else:
        print_sheet(findings_sheet(weighed, sources), console_for(sys.stdout))
    return FOUND if weighed.open else DONE


def _found(inspection: Inspection, codes: Collection[str] | None) -> list[Finding]:
    """Return all findings, with a bar on standard error where that is a terminal."""
    assert inspection.policy is not None, "asked only of a policy without errors"
    with Bar(sys.stderr) as bar:

        def show(told: str, done: int, total: int) -> None:
            bar.show(f"查找{told}", done, total, "类")

        return list(find_all(inspection.policy, inspection.sources, only=codes, progress=show))


def _codes(written: Collection[str]) -> frozenset[str]:
    known = {each.id: each for each in TITLES} | {each.name: each for each in TITLES}
    found: set[str] = set()
    for word in written:
        each = known.get(word.upper()) or known.get(word.lower())
        if each is None:
            message = f"选项 --code 不能是“{word}”，可以是 {'、'.join(code.id for code in TITLES)}"
            raise Failure(message)
        found.add(each.id)
    return frozenset(found)


def _day(on: str | None) -> date:
    """Return the day on which waivers are weighed; by default today in Shanghai."""
    if on is None:
        return (datetime.now(UTC) + _SHANGHAI).date()
    try:
        return date.fromisoformat(on)
    except ValueError:
        message = f"选项 --on 要写日期，如 2026-11-25，这里是“{on}”"
        raise Failure(message) from None


def _waivers_source(file: Path | None, named: Path | None) -> SourceText | None:
    """Return the text of the file of waivers, None when none is named and none is beside the policy.

    Raises:
        Failure: it cannot be read.
    """
    main = policies.plan_path() if file is None else file
    path = named or main.with_name(f"{main.stem}{_SUFFIX}")
    try:
        return SourceText(path.as_posix(), path.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        if named is None:
            return None
        raise unreadable(error) from None
    except OSError as error:
        raise unreadable(error) from None
    except UnicodeDecodeError:
        message = f"“{path}”不是 UTF-8 文本，另存为 UTF-8 编码"
        raise Failure(message) from None


def _waivers(source: SourceText) -> tuple[Waiver, ...]:
    try:
        return read_waivers(source)
    except WaiversError as error:
        raise Failure(str(error)) from None


# --- JSON -----------------------------------------------------------------------------------------


def _as_json(weighed: Weighed, sources: Mapping[str, SourceText]) -> dict[str, Any]:
    return {
        "open": [_finding(each, sources) for each in weighed.open],
        "waived": [
            {**_finding(each, sources), "reason": waiver.reason, "until": str(waiver.until)}
            for each, waiver in weighed.waived
        ],
    }


def _finding(finding: Finding, sources: Mapping[str, SourceText]) -> dict[str, Any]:
    return {
        "code": finding.code.id,
        "name": finding.code.name,
        "rules": [*finding.rules],
        "message": finding.message,
        "help": finding.help,
        "place": place(finding.span, sources),
        "labels": [{"place": place(each.span, sources), "message": each.message} for each in finding.labels],
        "cites": [*finding.cites],
        "ground": finding.ground.value,
        "how": how(finding),
        "bounded": [*finding.bounded],
        "elements": finding.elements,
        "digest": finding.digest,
        "witness": None if finding.witness is None else _witness(finding.witness),
    }


def _witness(shown: Shown) -> dict[str, Any]:
    return {
        "given": [*shown.given],
        "says": [[rule, outcome] for rule, outcome in shown.says],
        "case": shown.case,
        "facts": as_json(shown.facts),
    }
