"""``relapse-rules watch``: checks and tests policies each time that a file is saved."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import perf_counter, sleep, strftime
from typing import Annotated, Final

import typer

from relapse_rules.analysis.case_lines import case_lines
from relapse_rules.analysis.cases import Decide, Told
from relapse_rules.analysis.watching.folder import Files, main_files
from relapse_rules.analysis.watching.watch import Look, PolicyWatch
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.cli import inputs
from relapse_rules.cli.console import console_for
from relapse_rules.cli.failure import DONE, FOUND, Failure
from relapse_rules.cli.table import print_section
from relapse_rules.decisions.sheet import Line, Section, Tone
from relapse_rules.decisions.words import Words
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.ir.program import Program
from relapse_rules.policy import Inspection, Policy
from relapse_rules.policy import inspect as inspect_policy

_PAUSE: Final = 0.3
"""Seconds between two looks at the disk, which take a millisecond or two for a hundred files."""

_SETTLING: Final = 0.05
_MOST_NAMED: Final = 3


def command(
    where: Annotated[
        Path | None, typer.Argument(metavar="[目录或规则]", help="看着的目录或规则文件；不写则当前目录")
    ] = None,
    *,
    local: Annotated[
        list[Path] | None, typer.Option(metavar="补充", help="补充文件，先上级后下级，可以写几次")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="只检查、试验一次就结束")] = False,
) -> int:
    """看着规则文件：每次保存就检查、运行用例，只重做改动碰得到的部分。按 Ctrl-C 结束。

    退出码：130 被中断；--once 时 0 没有错误、用例都通过，1 有，2 目录或文件读不了。
    """
    place = Path() if where is None else where
    if not place.exists():
        message = f"找不到文件“{place}”"
        raise Failure(message)
    folder = place if place.is_dir() else place.parent
    files = Files(folder, [*([] if place.is_dir() else [place]), *(local or [])])
    desk = _Desk(place, local or [])
    changed = files.changed()
    good = desk.turn(changed)
    while not once:
        files.follow(desk.elsewhere())
        sleep(_PAUSE)
        changed = files.changed()
        while changed and not files.is_settled():
            sleep(_SETTLING)
            changed = tuple(sorted({*changed, *files.changed()}))
        if changed:
            desk.turn(changed)
    return DONE if good else FOUND


class _Desk:
    """The policies under watch."""

    def __init__(self, place: Path, local: Sequence[Path]) -> None:
        self.place = place
        self.local = tuple(local)
        self.watched: dict[Path, PolicyWatch] = {}
        self.unused: tuple[Path, ...] = ()
        self.looks: dict[Path, Look] = {}

    def turn(self, changed: Sequence[Path]) -> bool:
        """Look at what a change concerns, tell of it, and return whether all policies are good."""
        entries = self._entries()
        told: set[Diagnostic] = set()
        for gone in self.looks.keys() - set(entries):
            del self.looks[gone], self.watched[gone]
        for entry in entries:
            if entry not in self.watched:
                self.watched[entry] = PolicyWatch(entry, self._inspect, _ready)
            if entry not in self.looks or self.watched[entry].concerns(changed):
                start = perf_counter()
                self.looks[entry] = look = self.watched[entry].look()
                named = f"{entry}：" if len(entries) > 1 else ""
                _tell(named, look, changed, perf_counter() - start, told)
        if not entries:
            _say("这里没有政策：没有一个文件写有“政策”", Tone.ALERT)
        return bool(entries) and all(look.is_good for look in self.looks.values())

    def elsewhere(self) -> tuple[Path, ...]:
        """Return the files outside the folder that policies read, too."""
        return tuple({Path(name) for look in self.looks.values() for name in look.inspection.sources})

    def _entries(self) -> tuple[Path, ...]:
        if not self.place.is_dir():
            return (self.place,)
        entries, unused = main_files(self.place)
        unused = tuple(path for path in unused if path not in self.local)
        if unused and unused != self.unused:
            _say(f"没有检查（不是哪个政策的主文件，也没有被导入）：{_named(unused)}", Tone.PLAIN)
        self.unused = unused
        return entries

    def _inspect(self, entry: Path) -> Inspection:
        return inspect_policy(entry, local=self.local)


def _ready(program: Program, typed: TypedPolicy) -> tuple[Decide, Told]:
    policy = Policy(program, typed.vocabulary)
    return (
        lambda case: policy.decide(case.facts, source_name=f"用例“{case.name}”"),
        Words(policy.vocabulary).fact,
    )


def _tell(named: str, look: Look, changed: Sequence[Path], seconds: float, told: set[Diagnostic]) -> None:
    """Write what is wrong, then one line about it all.

    ``named``: the policy, where there are several. ``told``: errors that were shown already, of files that several have.
    """
    inspection = look.inspection
    errors = [each for each in look.errors if each not in told]
    told.update(errors)
    if errors:
        sys.stdout.write(inputs.shown(errors, inspection.sources))
    failed = [result for result in look.results or () if not result.passed]
    for result in failed:
        for place, text in enumerate(case_lines(result, inspection.sources)):
            _say(text, Tone.PLAIN if place else Tone.ALERT)
    warnings = len(inspection.diagnostics) - len(look.errors)
    parts = [f"{len(look.errors)} 个错误，{warnings} 个警告"]
    if look.results is None:
        parts.append("用例没有运行")
    else:
        count = len(look.results)
        went = f"有 {len(failed)} 个不通过" if failed else "都通过"
        parts.append(f"{count} 个用例{went}，重跑 {look.fresh} 个" if count else "没有用例")
    touched = _named([path for path in changed if path.resolve() in _read(look)])
    why = f"改了 {touched}：" if touched and len(changed) < len(inspection.sources) else ""
    line = f"{strftime('%H:%M:%S')}  {named}{why}{'；'.join(parts)}；{seconds:.2f} 秒"
    _say(line, Tone.YES if look.is_good else Tone.ALERT)
    sys.stdout.flush()


def _read(look: Look) -> frozenset[Path]:
    return frozenset(Path(name).resolve() for name in look.inspection.sources)


def _named(paths: Sequence[Path] | Iterable[Path]) -> str:
    names = [path.name for path in paths]
    more = f"等 {len(names)} 个文件" if len(names) > _MOST_NAMED else ""
    return "、".join(names[:_MOST_NAMED]) + more


def _say(text: str, tone: Tone) -> None:
    print_section(Section(title="", lines=(Line(text=text, tone=tone),)), console_for(sys.stdout))
