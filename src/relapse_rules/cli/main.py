"""The program ``relapse-rules``: finds the command, and turns what it may raise into a message and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated, Final

import typer

from relapse_rules.cli import screen
from relapse_rules.cli.failure import BAD_INPUT, Failure, OutputGone
from relapse_rules.cli.usage import PROGRAM, Commands, told

INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141

# BadParameter is public; the class that all mistakes of usage share, its base, is not.
_UsageError: Final[type[Exception]] = next(
    base
    for base in typer.BadParameter.__mro__
    if issubclass(base, Exception) and base.__name__ == "UsageError"
)

_app = typer.Typer(
    cls=Commands,
    add_completion=False,
    rich_markup_mode=None,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:  # noqa: FBT001  (typer calls it with the flag's value)
    if asked:
        sys.stdout.write(f"{PROGRAM} {version('relapse-rules')}\n")
        raise typer.Exit


@_app.callback(help="按防范因灾返贫的方案判定农户：该采取哪些措施、谁负责、何时截止、依据是什么。")
def _program(
    context: typer.Context,
    *,
    show_version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    del show_version
    if context.invoked_subcommand is None:
        sys.stdout.write(context.get_help() + "\n")
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. ``arguments``: without the program's name; the process's own by default.

    Mistakes of input are told on standard error, without a traceback; anything else is a bug and is raised.
    """
    screen.prepare()
    command = typer.main.get_command(_app)
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        result = command.main(args=words, prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
    except (BrokenPipeError, OutputGone):
        # The reader of the pipe has gone (`| head`). Python would complain again when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except Failure as failure:
        sys.stderr.write(failure.message.rstrip("\n") + "\n")
        return failure.exit_code
    except _UsageError as error:
        sys.stderr.write(f"{PROGRAM}： {told(error)}\n用法见 {PROGRAM} --help\n")
        return BAD_INPUT
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    sys.exit(main())
