"""An acknowledged entry is there and the chain whole, whatever happens to whoever appends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "killed_writers.py"
KILLS = 200


@pytest.mark.slow
def test_killed_writers_lose_nothing_and_break_nothing(tmp_path):
    done = subprocess.run(
        [sys.executable, PROGRAM, tmp_path, str(KILLS), "7"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["failed"] == 0, done.stderr
    assert found["acknowledged"] >= KILLS
    assert found["stored"] >= found["acknowledged"]
    assert (found["lost"], found["findings"]) == ([], [])
    assert found["covered"] > 0
