"""Writes what the commands about cases show."""

from __future__ import annotations

import sys

from relapse_rules.cli.console import console_for
from relapse_rules.cli.table import print_sheet
from relapse_rules.decisions.sheet import Sheet


def print_sheets(*sheets: Sheet) -> None:
    """Print sheets with an empty line between them."""
    console = console_for(sys.stdout)
    for number, sheet in enumerate(sheets):
        if number:
            console.print()
        print_sheet(sheet, console)


def write_bytes(content: bytes) -> None:
    """Write bytes to standard output as they are, line ends included."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
