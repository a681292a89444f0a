"""``relapse-rules test``: runs the worked cases of a policy, and tells how much they would notice."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
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
from relapse_rules.cli.thoroughness import Measured, Wanted, measure
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
        list[Path] | None, typer.Option(metavar="补充", help="补充文件，先上级后下级，可以写几次")
    ] = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="在规则原文上标出：每个条件，有没有用例看得出它起作用")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="文件", help="与 --coverage 同用：写成一个网页")
    ] = None,
    mutation: Annotated[
        bool, typer.Option("--mutation", help="故意把规则写错，每次一处，看用例发现多少")
    ] = False,
    rule: Annotated[
        str | None,
        typer.Option(
            metavar="规则名",
            help="与 --coverage、--mutation 同用：只看这一条规则；--coverage 还列出是哪些用例",
        ),
    ] = None,
    write_tests: Annotated[
        Path | None,
        typer.Option(metavar="文件", help="与 --mutation 同用：把能发现其余错误的用例写进这个文件"),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="与 --coverage、--mutation 同用：输出 JSON")
    ] = False,
) -> int:
    """运行用例：按给定的事实判定，与期望逐行核对。

    退出码：0 全部通过，1 有用例不通过，2 输入有误。--coverage 有条件没有两面都看得出、--mutation 有写错的没有发现，也是 1。
    """
    wanted = Wanted(
        coverage=coverage,
        mutation=mutation,
        html=html,
        rule=rule,
        tests=write_tests,
        as_json=as_json,
    )
    wanted.require_sensible()
    inspection = inputs.inspect_with_cases(file, local or [])
    if inspection.policy is None or inspection.loaded is None:
        raise CommandFailure(inputs.shown(inspection.diagnostics, inspection.sources))
    if not inspection.cases:
        message = "规则文件里没有用例"
        raise CommandFailure(message)
    policy = compile_policy(inspection.policy)
    told = Words(policy.vocabulary).fact
    decide = partial(_decided, policy)
    results = [run_case(decide, case, told=told) for case in _watched(inspection.cases)]
    if all(result.passed for result in results) and (coverage or mutation):
        return measure(
            Measured(
                policy=inspection.policy,
                loaded=inspection.loaded,
                decide=decide,
                entry=inputs.cases_path() if file is None else file,
                watch=_watched,
            ),
            wanted,
        )
    return _tell(results, inspection)


def _tell(results: Sequence[CaseResult], inspection: Inspection) -> int:
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
