"""The line that tells how far a long command is."""

from __future__ import annotations

import re
from io import StringIO

import pytest

from relapse_rules.cli.progress import Bar


class Terminal(StringIO):
    """A terminal that keeps what is written to it."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:
        return self._encoding

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)


def lines(stream: StringIO) -> list[str]:
    """Return what was shown, line by line, without what only moves the cursor."""
    return [
        line for line in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "\n", stream.getvalue()).split("\n") if line
    ]


def shown(stream: StringIO) -> str:
    return "".join(lines(stream))


def test_a_step_of_known_length_tells_how_many_are_done():
    stream = Terminal()

    with Bar(stream) as bar:
        bar.show("判定", 0, 40_000, "户")
        bar.show("判定", 10_000, 40_000, "户")
        bar.show("判定", 20_000, 40_000, "户")

    assert "判定" in shown(stream)
    assert "20,000/40,000 户，每秒" in shown(stream)
    assert re.search(r"，还要 \d+ 秒", shown(stream))


def test_a_step_of_unknown_length_tells_only_how_long_it_takes():
    stream = Terminal()

    with Bar(stream) as bar:
        bar.show("读入和核对各表", 0, 0)

    assert "读入和核对各表" in shown(stream)
    assert "0:00:0" in shown(stream)
    assert "/" not in shown(stream)


def test_the_next_step_takes_the_place_of_the_one_before():
    stream = Terminal()

    with Bar(stream) as bar:
        bar.show("读入和核对各表", 0, 0)
        start = stream.tell()
        bar.show("判定", 1, 2, "户")

    stream.seek(start)
    assert "读入" not in stream.read()


def test_at_the_end_the_line_is_gone():
    stream = Terminal()

    with Bar(stream) as bar:
        bar.show("判定", 2, 2, "户")

    assert stream.getvalue().endswith("\x1b[2K")


@pytest.mark.parametrize("stream", [StringIO(), Terminal("ascii")], ids=["a pipe", "no Chinese"])
def test_nothing_is_shown_where_it_cannot_be(stream):
    with Bar(stream) as bar:
        bar.show("判定", 1, 2, "户")

    assert stream.getvalue() == ""
