"""``relapse-rules batch``: decides a whole county from its tables to files, and writes the ledgers of its bureaus."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from relapse_rules import Policy
from relapse_rules.cli import inputs
from relapse_rules.cli.console import console_for
from relapse_rules.cli.failure import DONE, FOUND, Failure, unreadable
from relapse_rules.cli.progress import Bar
from relapse_rules.cli.table import print_sheet

if TYPE_CHECKING:
    from relapse_rules.batch.finished import FinishedRun

_MOST_NOTES: Final = 20


def command(  # noqa: PLR0913 - an option for each choice
    source: Annotated[
        Path,
        typer.Argument(metavar="县里的表", help="文件夹（一种实体一张表）或 Excel；见 docs/county-tables.md"),
    ],
    *,
    out: Annotated[Path | None, typer.Option(metavar="文件夹", help="结果写到哪里（必填）")] = None,
    policy: Annotated[
        Path | None, typer.Option(metavar="规则", help="规则文件；不写则用随附的防范因灾返贫工作方案")
    ] = None,
    local: Annotated[
        list[Path] | None,
        typer.Option(metavar="补充", help="补充文件（省、县各一个），先上级后下级，可以写几次"),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="时间", help="判定时点，代替表里写的，如 2023-08-01T20:00:00+08:00"),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="对照表", help="县里自己的表名、列名和代码；见 docs/county-tables.md"),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="个数", help="同时用几个处理器核；不写则全用")
    ] = None,
    ledgers: Annotated[
        bool, typer.Option("--ledgers", help="另写各乡镇、各单位、各村的 Excel 台账和全县汇总")
    ] = False,
    show_personal: Annotated[
        bool, typer.Option("--show-personal", help="台账里列出户编号、人编号；默认不列")
    ] = False,
) -> int:
    """判定一个县的全部农户，写出每户的结论、缺的事实和理由，说明拒收了什么，一户不漏。

    中断后用同样的参数再运行，会接着做，结果一字不差。

    退出码：0 全部判定，1 有拒收的记录或互相矛盾的事实，2 输入有误或写不下，130 被中断。
    """
    if out is None:
        message = "要写 --out：结果写到哪个文件夹"
        raise Failure(message)
    inputs.require_installed("batch", "relapse_rules.batch")
    loaded = inputs.load_policy(policy, local or [])
    with _told(out):
        _run(loaded, source, out, as_of, mapping, workers)
        if ledgers:
            _write_ledgers(loaded, out, show_personal=show_personal)
        return _tell(loaded, out, ledgers=ledgers)


@contextmanager
def _told(out: Path) -> Iterator[None]:
    """Turn what went wrong into what the user reads.

    Raises:
        Failure: the input, a file or the disk is the reason.
    """
    from relapse_rules.tables.errors import InputError  # noqa: PLC0415 - only after the packages were looked for

    try:
        yield
    except InputError as error:
        raise Failure(str(error)) from None
    except OSError as error:
        # Arrow, and whatever writes workbooks, may not know the name of what it writes.
        named = OSError(error.errno, error.strerror or str(error), error.filename or str(out))
        message = unreadable(named).message
        if out.is_dir():
            message += f"\n已判定的留在“{out}”；解决后用同样的参数再运行，会接着做"
        raise Failure(message) from None
    except KeyboardInterrupt:
        sys.stderr.write(f"\n已中断；用同样的参数再运行，会接着做（结果在“{out}”）\n")
        raise


def _run(
    policy: Policy,
    source: Path,
    out: Path,
    as_of: str | None,
    mapping: Path | None,
    workers: int | None,
) -> None:
    from relapse_rules.batch.running import Step, run_batch  # noqa: PLC0415 - as above
    from relapse_rules.batch.together import use_cores, workers_of  # noqa: PLC0415

    use_cores(workers_of(workers))
    with Bar(sys.stderr) as bar:

        def watch(step: Step, done: int, total: int) -> None:
            if step is Step.READING:
                bar.show("读入和核对各表", 0, 0)
            else:
                bar.show("判定", done, total, "户")

        run_batch(policy, source, out, as_of=as_of, mapping=mapping, workers=workers, watch=watch)


def _write_ledgers(policy: Policy, out: Path, *, show_personal: bool) -> None:
    from relapse_rules.batch.ledgers import write_ledgers  # noqa: PLC0415 - as above
    from relapse_rules.batch.summary import write_summary  # noqa: PLC0415

    with Bar(sys.stderr) as bar:
        write_ledgers(
            policy,
            out,
            show_personal=show_personal,
            progress=lambda done, total: bar.show("写台账", done, total, "本"),
        )
        bar.show("写全县汇总", 0, 0)
        write_summary(policy, out)


def _tell(policy: Policy, out: Path, *, ledgers: bool) -> int:
    """Show the summary and return the exit code."""
    from relapse_rules.batch.finished import FinishedRun  # noqa: PLC0415 - as above
    from relapse_rules.batch.summary import summarise  # noqa: PLC0415
    from relapse_rules.batch.summary_sheet import summary_sheet  # noqa: PLC0415

    run = FinishedRun(out)
    summary = summarise(policy, out)
    print_sheet(summary_sheet(summary), console_for(sys.stdout))
    _tell_notes(run.notes)
    _tell_files(run, out, ledgers=ledgers)
    return FOUND if _rejected(run) or summary.contradicting else DONE


def _rejected(run: FinishedRun) -> int:
    rejects = run.rejects()
    return 0 if rejects is None else len(rejects)


def _tell_notes(notes: Sequence[str]) -> None:
    if not notes:
        return
    shown = notes[:_MOST_NOTES]
    rest = len(notes) - len(shown)
    lines = ["", "读表时注意到：", *(f"  {note}" for note in shown)]
    if rest:
        lines.append(f"  另有 {rest} 条，见 summary.json")
    sys.stdout.write("\n".join(lines) + "\n")


def _tell_files(run: FinishedRun, out: Path, *, ledgers: bool) -> None:
    head = run.head
    lines = [
        "",
        f"读入 {head.read:,} 户 = 判定 {head.decided:,} 户 + 拒收 {head.rejected:,} 户",
        f"结果在“{out}”：decisions（每户的结论和理由）、rejects.parquet（拒收 {_rejected(run):,} 处）、summary.json",
    ]
    if ledgers:
        lines.append("台账在其中的 ledgers，另有全县汇总.xlsx")
    sys.stdout.write("\n".join(lines) + "\n")
