"""The benchmark runs, on few rows: its figures are for `make bench-live`."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("duckdb", reason="the yardstick is not installed")
SCRIPT = Path(__file__).parents[2] / "bench" / "comply.py"


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_benchmark_measures_both(form):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--events", "2000", "--rounds", "1", "--format", form],
        capture_output=True,
        text=True,
        check=True,
    )

    assert f"2000 events as {form}" in done.stdout
    assert ", 0 rejected" in done.stdout
    assert "ratio of medians" in done.stdout
