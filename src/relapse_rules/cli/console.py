"""The rich console of standard output or error."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console

from relapse_rules.cli import screen
from relapse_rules.cli.failure import OutputGone


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """End quietly, but not with rich's exit code 1, which says here that something was found."""
        raise OutputGone


def console_for(stream: TextIO) -> Console:
    """Return a console on ``stream``: plain text without colour where there is none, in the width of the screen.

    Nothing in the texts is taken for markup, an emoji or something to highlight.
    """
    coloured = screen.coloured(stream)
    return _Console(
        file=stream,
        width=screen.width(),
        force_terminal=coloured,
        color_system="standard" if coloured else None,
        no_color=not coloured,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=False,
    )
