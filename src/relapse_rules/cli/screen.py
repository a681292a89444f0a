"""Standard output and error as they are: width, colour, and encodings that cannot hold every character."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import IO, Final, TextIO

_LEAST: Final = 32
_PRINTED: Final = 100
"""The width, in cells, where output goes to a file or a pipe: an A4 sheet in a common type size."""

_CANNOT: Final = "relapse-rules: this terminal cannot show Chinese (encoding {encoding}); run again with PYTHONUTF8=1 set\n"


def prepare() -> None:
    """Make standard output and error able to take any text: what their encoding lacks is written as an escape.

    Where they lack Chinese altogether, one line of English on standard error says what to do about it.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if not holds(sys.stdout, "是"):
        sys.stderr.write(_CANNOT.format(encoding=sys.stdout.encoding))


def holds(stream: IO[str], text: str) -> bool:
    """Return whether ``stream`` can write ``text`` as it is."""
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def width() -> int:
    """Return the width in cells: ``COLUMNS`` where set, else the terminal's, else a printed page's."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isascii() and stated.isdigit() and int(stated) > 0:
        return max(int(stated), _LEAST)
    try:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        # No terminal, or a stream without a file behind it (tests capture output in memory).
        columns = 0
    return max(columns, _LEAST) if columns else _PRINTED


def coloured(stream: TextIO) -> bool:
    """Return whether to colour: on a terminal, unless NO_COLOR is set to anything or the terminal is a dumb one."""
    if os.environ.get("NO_COLOR"):
        return False
    return stream.isatty() and os.environ.get("TERM") != "dumb"
