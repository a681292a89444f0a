"""What commands read: policies, facts, and the words of an option; mistakes end the command with a `Failure`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final, TypeVar

from relapse_rules import policy as policies
from relapse_rules.cli import screen
from relapse_rules.cli.failure import Failure, unreadable
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.render import render_terminal
from relapse_rules.resources import policies_directory
from relapse_rules.source import SourceText

STANDARD_INPUT: Final = "-"

_CASES: Final = "cases/all.policy"

T = TypeVar("T")


def load_policy(path: Path | None, local: Sequence[Path]) -> policies.Policy:
    """Return the policy in ``path``, by default the bundled plan, with the county's own files.

    Raises:
        Failure: it cannot be read or has errors; the message shows them.
    """
    _require_readable(path, local)
    try:
        return policies.load_plan(local=local) if path is None else policies.load(path, local=local)
    except policies.PolicyError as error:
        raise Failure(shown(error.diagnostics, error.sources)) from None


def require_installed(extra: str, *modules: str) -> None:
    """Import what a command needs of an extra.

    Raises:
        Failure: a package is missing; the message says what to install.
    """
    try:
        for module in modules:
            import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("relapse_rules"):
            raise
        message = f"没有安装 {error.name}：pip install 'relapse_rules[{extra}]'"
        raise Failure(message) from None


def inspect(path: Path | None, local: Sequence[Path]) -> policies.Inspection:
    """Return everything that is found about the policy in ``path``, by default the bundled plan.

    Raises:
        Failure: a file cannot be read.
    """
    _require_readable(path, local)
    return policies.inspect(policies.plan_path() if path is None else path, local=local)


def _require_readable(path: Path | None, local: Sequence[Path]) -> None:
    """Open each file that was named; what is in it, and what it imports, is the policy's business."""
    try:
        for named in (*([] if path is None else [path]), *local):
            named.open("rb").close()
    except OSError as error:
        raise unreadable(error) from None


def inspect_with_cases(path: Path | None, local: Sequence[Path] = ()) -> policies.Inspection:
    """Return everything that is found about the policy in ``path``; by default about the bundled plan with all its cases.

    Raises:
        Failure: a file cannot be read.
    """
    return inspect(cases_path() if path is None else path, local)


def cases_path() -> Path:
    """Return the main file of the worked cases that come with the plan."""
    return policies_directory() / _CASES


def write_json(value: object) -> None:
    """Write ``value`` as JSON; where standard output cannot hold its characters, with escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    if not screen.holds(sys.stdout, text):
        text = json.dumps(value, indent=2)
    sys.stdout.write(text + "\n")


def shown(diagnostics: Sequence[Diagnostic], sources: Mapping[str, SourceText]) -> str:
    """Return diagnostics as they are shown on standard error."""
    return render_terminal(diagnostics, sources, colour=screen.coloured(sys.stderr), width=screen.width())


def read_bytes(name: str) -> bytes:
    """Return what the file called ``name`` holds; ``-`` is standard input.

    Raises:
        Failure: it cannot be read.
    """
    try:
        return sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    except OSError as error:
        raise unreadable(error) from None


def one_of(word: str, options: Mapping[str, T], name: str) -> T:
    """Return what ``word`` stands for among the options of the command-line option called ``name``.

    Raises:
        Failure: it is none of them.
    """
    if word not in options:
        message = f"选项 {name} 不能是“{word}”，可以是 {'、'.join(options)}"
        raise Failure(message)
    return options[word]
