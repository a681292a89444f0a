"""``relapse-rules test``: runs the worked cases of a policy."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from relapse_rules import Policy
from relapse_rules.analysis.case_lines import case_lines
from relapse_rules.analysis.cases import CaseResult, run_case
from relapse_rules.check.policy import TypedCase
from relapse_rules.cli import inputs, screen
from relapse_rules.cli.console import console_for
from relapse_rules.cli.failure import DONE, FOUND
from relapse_rules.cli.failure import Failure as CommandFailure
from relapse_rules.cli.table import print_section
from relapse_rules.decisions.model import Decision
from relapse_rules.decisions.sheet import Line, Section, Tone
from relapse_rules.decisions.words import Words
from relapse_rules.policy import Inspection, compile_policy


def command(
    file: Annotated[
        Path | None, typer.Argument(metavar="[规则]", help="含用例的规则文件；不写则运行随附方案的全部用例")
    ] = None,
    *,
    local: Annotated[
        list[Path] | None, typer.Option(metavar="补充", help="县里的补充文件，可以写几次")
    ] = None,
) -> int:
    """运行用例：按给定的事实判定，与期望逐行核对。

    退出码：0 全部通过，1 有用例不通过，2 输入有误。
    """
    inspection = inputs.inspect_with_cases(file, local or [])
    if inspection.policy is None:
        raise CommandFailure(inputs.shown(inspection.diagnostics, inspection.sources))
    if not inspection.cases:
        message = "规则文件里没有用例"
        raise CommandFailure(message)
    policy = compile_policy(inspection.policy)
    told = Words(policy.vocabulary).fact
    results = [
        run_case(lambda case: _decided(policy, case), case, told=told) for case in _watched(inspection.cases)
    ]
    failed = [result for result in results if not result.passed]
    console = console_for(sys.stdout)
    for result in failed:
        print_section(_failed(result, inspection), console)
    total = f"{len(results)} 个用例，{len(results) - len(failed)} 个通过，{len(failed)} 个不通过"
    tone = Tone.ALERT if failed else Tone.YES
    print_section(Section(title="", lines=(Line(text=total, tone=tone),)), console)
    return FOUND if failed else DONE


def _decided(policy: Policy, case: TypedCase) -> Decision:
    return policy.decide(case.facts, source_name=f"用例“{case.name}”")


def _watched(cases: Iterable[TypedCase]) -> Iterator[TypedCase]:
    """Yield the cases, with a bar on standard error where that is a terminal."""
    yield from track(
        list(cases),
        description="运行用例",
        console=console_for(sys.stderr),
        transient=True,
        disable=not screen.coloured(sys.stderr),
    )


def _failed(result: CaseResult, inspection: Inspection) -> Section:
    title, *told = case_lines(result, inspection.sources)
    return Section(title="", lines=(Line(text=title, tone=Tone.ALERT), *(Line(text=text) for text in told)))
