"""From a mutation run to a sheet: how many mistakes of each kind are noticed, then those that are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from relapse_rules.analysis.mutation.kinds import Kind
from relapse_rules.analysis.mutation.mutants import Mutant
from relapse_rules.analysis.mutation.run import MutationRun, Survivor
from relapse_rules.check.loading import Loaded
from relapse_rules.decisions.sheet import Column, Grid, Line, Row, Section, Sheet, Tone
from relapse_rules.syntax.declarations import PolicyFile
from relapse_rules.syntax.format import format_file

_COLUMNS: Final = (
    Column(title="写错的种类", share=1),
    Column(title="试了"),
    Column(title="发现"),
    Column(title="没发现"),
    Column(title="没有区别"),
    Column(title="发现率"),
)


def mutation_sheet(run: MutationRun, loaded: Loaded) -> Sheet:
    """Return the sheet."""
    return Sheet(
        title="故意写错的规则，用例发现了多少",
        lines=(
            Line(text="每次只写错一处。有用例因此不通过，就是发现了；没有区别的，对任何一户结果都一样。"),
            Line(text="期望说不出的（责任单位、力度、先后次序、依据等）不去写错，因为没有用例能发现。"),
        ),
        sections=(
            Section(title="合计", grids=(Grid(columns=_COLUMNS, rows=tuple(_rows(run))),)),
            Section(
                title="没有发现的",
                lines=tuple(_survivors(run, loaded)) or (Line(text="没有。", tone=Tone.YES),),
            ),
        ),
    )


def rate(killed: int, survived: int) -> str:
    """Return the share that was noticed, in percent with one decimal, rounded down; — for none."""
    tried = killed + survived
    return "—" if not tried else f"{killed * 1000 // tried / 10:.1f}%"


def place(mutant: Mutant, loaded: Loaded) -> str:
    """Return where a mistake is made: file, line and column."""
    source = loaded.sources.get(mutant.span.file)
    if source is None:
        return mutant.span.file
    line, column = source.line_column(mutant.span.start)
    return f"{mutant.span.file}:{line}:{column}"


def _rows(run: MutationRun) -> Iterator[Row]:
    for kind in Kind:
        killed, survived, same = run.counts(kind)
        if killed or survived or same:
            yield _row(kind.value, killed, survived, same)
    yield _row("全部", *run.counts())


def _row(name: str, killed: int, survived: int, same: int) -> Row:
    numbers = (killed + survived + same, killed, survived, same)
    tone = Tone.UNKNOWN if survived else Tone.PLAIN
    return Row(cells=(name, *map(str, numbers), rate(killed, survived)), tone=tone)


def _survivors(run: MutationRun, loaded: Loaded) -> Iterator[Line]:
    for number, each in enumerate(run.survivors):
        if number:
            yield Line(text="")
        yield from _survivor(each, loaded)


def _survivor(survivor: Survivor, loaded: Loaded) -> Iterator[Line]:
    mutant = survivor.mutant
    yield Line(text=f"{mutant.rule}：{mutant.kind}", tone=Tone.ALERT)
    yield Line(text=f"  {place(mutant, loaded)}")
    yield Line(text=f"  原文：{mutant.before}")
    yield Line(text=f"  写成：{mutant.after or '（漏写）'}")
    if survivor.case is None:
        yield Line(text="  没有找到能发现它的用例。", tone=Tone.UNKNOWN)
    else:
        yield Line(text="  这个用例能发现它：")
        text = format_file(PolicyFile(declarations=(survivor.case,)))
        yield from (Line(text=f"    {line}") for line in text.rstrip().split("\n"))
