"""How far a long command is: one line on a terminal, with rate and time left; nothing where there is no terminal."""

from __future__ import annotations

from types import TracebackType
from typing import Self, TextIO

from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from relapse_rules.cli import screen
from relapse_rules.cli.console import console_for


class _Rate(ProgressColumn):
    """So many of so many, so many a second, so long to go."""

    def render(self, task: Task) -> Text:
        if not task.total:
            return Text("")
        unit = task.fields["unit"]
        told = f"{task.completed:,.0f}/{task.total:,.0f} {unit}"
        if task.speed:
            told += f"，每秒 {task.speed:,.0f} {unit}"
        left = task.time_remaining
        if left is not None and not task.finished:
            told += f"，还要 {left:,.0f} 秒"
        return Text(told)


class Bar:
    """The line on ``stream``. Used as a context manager; it is gone at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            _Rate(),
            TimeElapsedColumn(),
            console=console_for(stream),
            transient=True,
            disable=not (stream.isatty() and screen.holds(stream, "━判")),
        )
        self._task: TaskID | None = None
        self._name = ""

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, name: str, done: int, total: int, unit: str = "") -> None:
        """Show that ``done`` of ``total`` are done of what is called ``name``; without a total only how long it has taken."""
        if self._task is None or name != self._name:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._task = self._progress.add_task(name, total=total or None, unit=unit)
            self._name = name
        self._progress.update(self._task, completed=done, total=total or None)
