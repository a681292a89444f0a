"""``relapse-rules test --coverage`` and ``--mutation``: how much the 用例 of a policy would notice."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relapse_rules.analysis.cases import Decide
from relapse_rules.analysis.mutation.run import MutationRun, mutation_run
from relapse_rules.analysis.relevance.coverage import Mark, Shown, relevance
from relapse_rules.analysis.relevance.marked import marked
from relapse_rules.analysis.relevance.page import relevance_page
from relapse_rules.analysis.rewriting import replace_content
from relapse_rules.check.loading import Loaded
from relapse_rules.check.policy import TypedCase, TypedPolicy
from relapse_rules.cli import inputs
from relapse_rules.cli.console import console_for
from relapse_rules.cli.failure import DONE, FOUND, Failure, unreadable
from relapse_rules.cli.mutation_sheet import mutation_sheet, place
from relapse_rules.cli.relevance_sheet import relevance_sheet
from relapse_rules.cli.table import print_section, print_sheet
from relapse_rules.decisions.sheet import Line, Section
from relapse_rules.diagnostics.suggest import closest
from relapse_rules.syntax.declarations import Case, PolicyFile
from relapse_rules.syntax.declared import Declaration
from relapse_rules.syntax.format import format_file

Watch = Callable[[Iterable[TypedCase]], Iterator[TypedCase]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for besides whether the 用例 pass. The files are where to write."""

    coverage: bool
    mutation: bool
    html: Path | None
    rule: str | None
    tests: Path | None
    as_json: bool

    def require_sensible(self) -> None:
        """Raise `Failure` when options do not go together."""
        if self.coverage and self.mutation:
            message = "--coverage 和 --mutation 分两次运行"
            raise Failure(message)
        stray = [
            name
            for name, given, own in (
                ("--html", self.html is not None, self.coverage),
                ("--write-tests", self.tests is not None, self.mutation),
                ("--rule", self.rule is not None, self.coverage or self.mutation),
                ("--json", self.as_json, self.coverage or self.mutation),
            )
            if given and not own
        ]
        if stray:
            with_what = "--mutation" if stray[0] == "--write-tests" else "--coverage 或 --mutation"
            message = f"{stray[0]} 要与 {with_what} 同用"
            raise Failure(message)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A policy whose cases pass. ``entry``: the file that holds them, whole paths from where the command runs."""

    policy: TypedPolicy
    loaded: Loaded
    decide: Decide
    entry: Path
    watch: Watch


def measure(measured: Measured, wanted: Wanted) -> int:
    """Do what is wanted, and return the exit code.

    Raises:
        Failure: there is no such rule, or a file cannot be written.
    """
    if wanted.rule is not None:
        _require_known(wanted.rule, measured.loaded)
    return _relevance(measured, wanted) if wanted.coverage else _mutation(measured, wanted)


def _require_known(rule: str, loaded: Loaded) -> None:
    known = [
        each.name.text
        for each in loaded.declarations
        if isinstance(each, Declaration) and not isinstance(each, Case)
    ]
    if rule not in known:
        near = closest(rule, known)
        message = f"没有叫“{rule}”的规则" + (f"，是不是“{near}”" if near else "")
        raise Failure(message)


# --- relevance ------------------------------------------------------------------------------------


def _relevance(measured: Measured, wanted: Wanted) -> int:
    shown = relevance(measured.loaded, measured.policy, watch=measured.watch)
    if wanted.rule is not None:
        shown = tuple(each for each in shown if each.rule == wanted.rule)
    rules = marked(measured.loaded, shown)
    if wanted.html is not None:
        _write(wanted.html, relevance_page(measured.policy.name, rules))
    if wanted.as_json:
        inputs.write_json({"conditions": [_condition(each, measured.loaded) for each in shown]})
    elif wanted.html is None:
        print_sheet(
            relevance_sheet(rules, measured.loaded, names=wanted.rule is not None), console_for(sys.stdout)
        )
    lacking = any(each.mark in {Mark.HALF, Mark.NEVER} for each in shown)
    return FOUND if lacking else DONE


def _condition(shown: Shown, loaded: Loaded) -> dict[str, Any]:
    source = loaded.sources[shown.span.file]
    line, column = source.line_column(shown.span.start)
    return {
        "rule": shown.rule,
        "file": shown.span.file,
        "line": line,
        "column": column,
        "text": source.slice(shown.span),
        "mark": shown.mark.name.lower(),
        "as_yes": None if shown.as_yes is None else [*shown.as_yes],
        "as_no": None if shown.as_no is None else [*shown.as_no],
    }


# --- mutation -------------------------------------------------------------------------------------


def _mutation(measured: Measured, wanted: Wanted) -> int:
    run = mutation_run(
        measured.loaded, measured.policy, measured.decide, rule=wanted.rule, watch=measured.watch
    )
    if wanted.as_json:
        inputs.write_json(_run(run, measured.loaded))
    else:
        print_sheet(mutation_sheet(run, measured.loaded), console_for(sys.stdout))
    if wanted.tests is not None:
        _write_tests(wanted.tests, run, measured.entry)
    return FOUND if run.survivors else DONE


def _run(run: MutationRun, loaded: Loaded) -> dict[str, Any]:
    cases = {id(each.mutant): each.case for each in run.survivors}
    return {
        "mutants": [
            {
                "kind": mutant.kind.name.lower(),
                "rule": mutant.rule,
                "place": place(mutant, loaded),
                "before": mutant.before,
                "after": mutant.after or None,
                "outcome": "killed" if number in run.killed else "same" if number in run.same else "survived",
                "killed_by": [*run.killed.get(number, ())],
                "case": None if (case := cases.get(id(mutant))) is None else _text(case),
            }
            for number, mutant in enumerate(run.mutants)
        ]
    }


def _text(case: Case) -> str:
    return format_file(PolicyFile(declarations=(case,)))


def _write_tests(path: Path, run: MutationRun, entry: Path) -> None:
    """Write a file that imports what the cases stand on, and holds one for each mutant that could be told."""
    cases = tuple(dict.fromkeys(each.case for each in run.survivors if each.case is not None))
    beginning = f'导入 "{Path(os.path.relpath(entry, path.parent)).as_posix()}"\n\n'
    if cases:
        _write(path, beginning + format_file(PolicyFile(declarations=cases)))
    told = f"写了 {len(cases)} 个用例到“{path}”" if cases else "没有用例可写"
    print_section(Section(title="", lines=(Line(text=told),)), console_for(sys.stderr))


def _write(path: Path, text: str) -> None:
    try:
        replace_content(path, text.encode())
    except OSError as error:
        raise unreadable(error) from None
