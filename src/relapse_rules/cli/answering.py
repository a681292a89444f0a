"""What the commands that ask a decision have in common: their options, the decision itself, and writing the answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from relapse_rules import FactsError, Policy
from relapse_rules.cli import inputs, screen
from relapse_rules.cli.failure import CONTRADICTIONS, DONE, Failure, unreadable
from relapse_rules.explain import rendering
from relapse_rules.explain.errors import AskError
from relapse_rules.explain.explained import Explained
from relapse_rules.explain.page import Page, Tone
from relapse_rules.explain.render_text import render_text
from relapse_rules.facts.errors import FactProblem

TREE: Final = "tree"

CaseFile: TypeAlias = Annotated[str, typer.Argument(metavar="文件", help="事实文件（JSON）；- 表示标准输入")]
PolicyFile: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="规则", help="规则文件；不写则用随附的防范因灾返贫工作方案")
]
LocalFiles: TypeAlias = Annotated[
    list[Path] | None, typer.Option(metavar="补充", help="补充文件（省、县各一个），先上级后下级，可以写几次")
]
AsOf: TypeAlias = Annotated[
    str | None, typer.Option(metavar="时间", help="判定时点，代替事实里的；如 2023-08-02T09:00:00+08:00")
]
OneTarget: TypeAlias = Annotated[
    str | None, typer.Option("--target", metavar="对象", help="同一项有几个对象时，写明是哪一个，如 P2")
]
Format: TypeAlias = Annotated[
    str,
    typer.Option(
        "--format", metavar="格式", help="tree（终端里的树和表，默认）、markdown、html（一个文件）或 json"
    ),
]
Out: TypeAlias = Annotated[
    Path | None, typer.Option("--out", metavar="输出文件", help="写到这个文件，不写到屏幕")
]
Personal: TypeAlias = Annotated[
    bool, typer.Option("--show-personal", help="也显示个人信息；给本户或经办人看时才用")
]

_FORMATS: Final[Mapping[str, rendering.Format]] = {
    TREE: "text",
    "markdown": "markdown",
    "html": "html",
    "json": "json",
}
_OPTIONS: Final = {"first": "--from", "last": "--to"}
_COLOURS: Final = {Tone.YES: "32", Tone.NO: "2", Tone.UNKNOWN: "33", Tone.ALERT: "1;31"}


def decided(name: str, policy: Policy, as_of: str | None) -> Explained:
    """Return the decision about the household in the file called ``name``.

    Raises:
        Failure: the file cannot be read, or its facts do not fit the vocabulary.
    """
    shown = "标准输入" if name == inputs.STANDARD_INPUT else name
    try:
        return policy.decide(inputs.read_bytes(name), as_of=as_of, source_name=shown)
    except FactsError as error:
        raise Failure(str(error)) from None


@contextmanager
def asking() -> Generator[None, None, None]:
    """Ask a decision.

    Raises:
        Failure: it does not list what was asked for, or the days asked for cannot be used.
    """
    try:
        yield
    except AskError as error:
        raise Failure(str(error)) from None
    except FactsError as error:
        raise Failure("\n".join(_of_an_option(problem) for problem in error.problems)) from None


def _of_an_option(problem: FactProblem) -> str:
    """Return what is wrong with an argument, under the name of its option."""
    option = _OPTIONS.get(problem.source, problem.source)
    return str(replace(problem, source=f"选项 {option}"))


def exit_code(decision: Explained) -> int:
    """Return how a command ends that could answer."""
    return CONTRADICTIONS if decision.contradictions else DONE


def check_format(word: str) -> rendering.Format:
    """Return the format that is asked for.

    Raises:
        Failure: there is no such format.
    """
    return inputs.one_of(word, _FORMATS, "--format")


def write(
    page: Callable[[], Page], dumped: Callable[[], object], *, format_: rendering.Format, out: Path | None
) -> None:
    """Write an answer in one of the formats, to a file or to standard output. Only what the format needs is made.

    Raises:
        Failure: the file cannot be written.
    """
    if out is None:
        _print(page, dumped, format_)
        return
    text = _json(dumped()) if format_ == "json" else rendering.laid_out(page(), format_)
    try:
        out.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise unreadable(error) from None


def _print(page: Callable[[], Page], dumped: Callable[[], object], format_: rendering.Format) -> None:
    if format_ == "json":
        inputs.write_json(dumped())
    elif format_ == "text":
        sys.stdout.write(_tree(page()))
    else:
        # Both say or are taken to be UTF-8, whatever the terminal speaks.
        sys.stdout.flush()
        sys.stdout.buffer.write(rendering.laid_out(page(), format_).encode())


def _tree(page: Page) -> str:
    drawn = screen.holds(sys.stdout, "├─└│")
    paint = _painted if screen.coloured(sys.stdout) else None
    return render_text(page, width=screen.width(), drawn=drawn, paint=paint)


def _painted(text: str, tone: Tone) -> str:
    return f"\x1b[{_COLOURS[tone]}m{text}\x1b[0m" if tone in _COLOURS else text


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def hint(command: str, *words: str, local: Sequence[Path] = ()) -> str:
    """Return a command line to type next, with the county's own files that were given."""
    files = (f"--local {path}" for path in local)
    return " ".join(("relapse-rules", command, *words, *files))
