"""The program as a process: encodings, pipes, colours, start-up."""

import json
import os
import pty
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOOD = str(ROOT / "examples" / "01-flood-dibao.json")
PROGRAM = [sys.executable, "-m", "relapse_rules.cli.main"]


def run(*arguments, **environment):
    return subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, "COLUMNS": "80", **environment},
        timeout=60,
    )


def on_a_terminal(*arguments, **environment):
    """Return what the program writes to a terminal."""
    ours, theirs = pty.openpty()
    started = subprocess.Popen(
        [*PROGRAM, *arguments],
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "COLUMNS": "100", "TERM": "xterm", **environment},
    )
    os.close(theirs)
    parts = []
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not part:
            break
        parts.append(part)
    os.close(ours)
    assert started.wait(60) == 0
    return b"".join(parts).decode("utf-8")


def test_a_terminal_has_colour_unless_it_is_refused():
    assert "\x1b[" in on_a_terminal("decide", FLOOD)
    assert "\x1b[" not in on_a_terminal("decide", FLOOD, NO_COLOR="1")
    assert "\x1b[" not in on_a_terminal("decide", FLOOD, TERM="dumb")


def test_a_pipe_has_no_colour():
    assert b"\x1b[" not in run("decide", FLOOD).stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_chinese_gets_escapes_and_a_hint(encoding):
    ended = run("decide", FLOOD, PYTHONIOENCODING=encoding)

    assert ended.returncode == 0
    assert ended.stdout.decode(encoding).startswith(r"\u9632\u8303")
    assert b"PYTHONUTF8=1" in ended.stderr


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-16"])
def test_a_terminal_with_another_chinese_encoding(encoding):
    ended = run("decide", FLOOD, PYTHONIOENCODING=encoding)

    assert ended.returncode == 0
    assert ended.stdout.decode(encoding).startswith("防范因灾返贫工作方案")
    assert ended.stderr in {b"", b"\xff\xfe"}


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "utf-8"])
def test_json_is_json_in_every_encoding(encoding):
    ended = run("decide", FLOOD, "--format", "json", PYTHONIOENCODING=encoding)

    assert json.loads(ended.stdout.decode(encoding))["subject"]["id"] == "H1"


def test_a_reader_that_goes_away_is_no_error():
    started = subprocess.Popen(
        [*PROGRAM, "decide", *[FLOOD] * 40], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert started.stdout is not None
    assert started.stderr is not None
    started.stdout.read(10)
    started.stdout.close()

    assert started.wait(60) == 141
    assert started.stderr.read() == b""
    started.stderr.close()


@pytest.mark.parametrize("module", ["typer", "relapse_rules.cli.usage", "relapse_rules.cli.decide"])
def test_an_interruption_while_starting_is_quiet(module):
    """The program is interrupted just as it imports ``module``; it begins where its console script does."""
    (script,) = entry_points(group="console_scripts", name="relapse-rules")
    child = f"""
import os, signal, sys

class Interruption:
    def find_spec(self, name, *_):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interruption())
sys.argv = ["relapse-rules", "decide", {FLOOD!r}]
from {script.module} import {script.attr}
sys.exit({script.attr}())
"""

    ended = subprocess.run([sys.executable, "-c", child], capture_output=True, check=False, timeout=60)

    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")


def test_the_help_loads_nothing_heavy():
    script = (
        "import sys; from relapse_rules.cli.main import main; main(['--help']); "
        "print([m for m in ('lark', 'pydantic', 'rich', 'numpy', 'pypinyin', 'relapse_rules.policy') if m in sys.modules])"
    )

    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, timeout=60)

    assert ended.stdout.decode().splitlines()[-1] == "[]"


def test_the_documents_show_what_the_program_prints():
    """`scripts/make_docs.py` writes them anew after a change that was meant."""
    ended = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "make_docs.py"), "--check"],
        capture_output=True,
        check=False,
        timeout=120,
    )

    assert ended.stdout.decode() == ""
    assert ended.returncode == 0, ended.stderr.decode()
