"""``relapse-rules prove``: decides the 性质 of a policy for all households."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from relapse_rules import policy as policies
from relapse_rules.analysis.proving.goals import Limits
from relapse_rules.analysis.proving.other import other_policies
from relapse_rules.analysis.proving.prove import LoadOther, prove
from relapse_rules.analysis.proving.telling import MARKS, settings_told, verdict_section
from relapse_rules.analysis.proving.verdicts import Outcome, Verdict
from relapse_rules.analysis.proving.witness_case import case_name, witness_case
from relapse_rules.analysis.rewriting import replace_content
from relapse_rules.analysis.worked_case import as_json, stated_facts
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.cli import inputs
from relapse_rules.cli.console import console_for
from relapse_rules.cli.failure import DONE, FOUND, Failure, unreadable
from relapse_rules.cli.progress import Bar
from relapse_rules.cli.table import print_section
from relapse_rules.decisions.sheet import Line, Section, Tone
from relapse_rules.diagnostics.suggest import closest

MILLION: Final = 1_000_000
"""Steps of the solver in one unit of --effort."""
MOST_ELEMENTS: Final = 6
MOST_EFFORT: Final = 4_000
"""The solver counts its steps in 32 bits."""


def command(
    file: Annotated[
        Path | None, typer.Argument(metavar="[规则]", help="含性质的规则文件；不写则用随附的方案")
    ] = None,
    *,
    local: Annotated[
        list[Path] | None, typer.Option(metavar="补充", help="补充文件，先上级后下级，可以写几次")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--property", metavar="性质", help="只判定这一条，可以写几次")
    ] = None,
    elements: Annotated[int, typer.Option(metavar="条数", help="每个名单（家庭成员、住房……）最多看几条")] = 2,
    effort: Annotated[
        int,
        typer.Option(metavar="百万步", help="每条性质最多让求解器走多少百万步；用尽了就算未能判定"),
    ] = 40,
    write_test: Annotated[
        Path | None, typer.Option("--write-test", metavar="文件", help="把反例写成用例，存进这个文件")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> int:
    """对任何一户判定各条性质：成立、不成立（给出事实最少的反例）或未能判定。

    退出码：0 全部成立，1 有不成立的或未能判定的，2 输入有误。
    """
    _require_between("--elements", elements, 1, MOST_ELEMENTS)
    _require_between("--effort", effort, 1, MOST_EFFORT)
    inspection = inputs.inspect(file, local or [])
    policy = inspection.policy
    if policy is None:
        raise Failure(inputs.shown(inspection.diagnostics, inspection.sources))
    if not policy.properties:
        message = "规则文件里没有性质"
        raise Failure(message)
    _require_known(policy, only or [])
    limits = Limits(elements=elements, effort=effort * MILLION)
    found: list[Verdict] = []
    main = policies.plan_path() if file is None else file
    for verdict in _watched(policy, only, limits, other_policies(_inspected, main, local or [])):
        found.append(verdict)
        if not as_json:
            print_section(verdict_section(verdict, policy), console_for(sys.stdout))
    if as_json:
        inputs.write_json({"properties": [_as_json(verdict, policy) for verdict in found]})
    else:
        print_section(_total(found), console_for(sys.stdout))
    if write_test is not None:
        _write(write_test, file, found, policy)
    return DONE if all(each.outcome is Outcome.PROVED for each in found) else FOUND


def _inspected(path: Path, overlays: Sequence[Path]) -> TypedPolicy | None:
    return policies.inspect(path, local=overlays).policy


def _require_between(option: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        message = f"{option} 要在 {low} 到 {high} 之间，这里是 {value}"
        raise Failure(message)


def _require_known(policy: TypedPolicy, names: Sequence[str]) -> None:
    known = [each.name for each in policy.properties]
    for name in names:
        if name not in known:
            near = closest(name, known)
            meant = f"；是不是“{near}”" if near else f"；有的是：{'、'.join(known[:8])}"
            message = f"没有叫“{name}”的性质{meant}"
            raise Failure(message)


def _watched(
    policy: TypedPolicy,
    only: Sequence[str] | None,
    limits: Limits,
    load_other: LoadOther,
) -> Iterator[Verdict]:
    """Yield the verdicts, with a bar on standard error where that is a terminal."""
    wanted = [each.name for each in policy.properties if not only or each.name in only]
    verdicts = prove(policy, only=wanted, limits=limits, load_other=load_other)
    with Bar(sys.stderr) as bar:
        for done, name in enumerate(wanted):
            bar.show(f"判定“{name}”", done, len(wanted), "条")
            yield next(verdicts)


def _total(found: Sequence[Verdict]) -> Section:
    parts = [f"{sum(each.outcome is outcome for each in found)} 条{mark}" for outcome, mark in MARKS.items()]
    refuted = any(each.outcome is not Outcome.PROVED for each in found)
    line = Line(text=f"{len(found)} 条性质，{'，'.join(parts)}", tone=Tone.ALERT if refuted else Tone.YES)
    return Section(title="", lines=(line,))


def _as_json(verdict: Verdict, policy: TypedPolicy) -> dict[str, Any]:
    witness = verdict.witness
    told: dict[str, Any] = {
        "name": verdict.name,
        "kind": verdict.kind,
        "outcome": verdict.outcome.value,
        "sentence": verdict.sentence,
        "cites": [*verdict.cites],
        "methods": [each.value for each in verdict.methods],
        "bounded": [*verdict.bounded],
        "elements": verdict.elements,
        "refuting": [*verdict.refuting],
        "doubt": None if verdict.doubt is None else verdict.doubt.value,
        "reason": verdict.reason,
    }
    if witness is not None:
        told["witness"] = {
            "facts": as_json(stated_facts(witness.case, policy.vocabulary)),
            "changed": None
            if witness.changed is None
            else as_json(stated_facts(witness.changed, policy.vocabulary)),
            "parameters": dict(settings_told(witness, policy)),
            "smallest": witness.smallest,
            "said": [
                {"subject": s.subject, "outcome": s.outcome, "changed": s.changed, "other": s.other}
                for s in verdict.said
            ],
        }
    return told


def _write(path: Path, main: Path | None, found: Sequence[Verdict], policy: TypedPolicy) -> None:
    """Add the refuting households as 用例 to a file, whole or not at all; those that it has already stay as they are."""
    texts = {case_name(each): text for each in found if (text := witness_case(each, policy)) is not None}
    refuted = [each for each in found if each.outcome is Outcome.REFUTED]
    if not path.parent.is_dir():
        message = f"写不了“{path}”：没有这个文件夹"
        raise Failure(message)
    try:
        before = path.read_text("utf-8") if path.exists() else _beginning(path, main)
        new = [text for name, text in texts.items() if f"用例 {name}\n" not in _plain_heads(before)]
        if new:
            replace_content(path, "\n".join([before, *new]).encode())
    except OSError as error:
        raise unreadable(error) from None
    except UnicodeDecodeError:
        message = f"“{path}”不是 UTF-8 文本，不往里写"
        raise Failure(message) from None
    lines = [f"写了 {len(new)} 个用例到“{path}”" if new else "没有新的用例可写"]
    if len(texts) < len(refuted):
        lines.append(
            f"{len(refuted) - len(texts)} 个反例写不成用例：不涉及农户，或要先设定参数，或说的条件没有名称"
        )
    section = Section(title="", lines=tuple(Line(text=text) for text in lines))
    print_section(section, console_for(sys.stderr))


def _beginning(path: Path, main: Path | None) -> str:
    """Return the first line of a new file of 用例: it imports the policy, so that it runs by itself."""
    entry = policies.plan_path() if main is None else main
    return f'导入 "{Path(os.path.relpath(entry, path.parent)).as_posix()}"\n'


def _plain_heads(text: str) -> str:
    """Return the first line of each declaration without comments."""
    return "".join(f"{line.partition('#')[0].rstrip()}\n" for line in text.splitlines())
