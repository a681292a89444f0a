"""A run that is killed at any moment and started again ends with the bytes of one that was left alone: nothing lost, nothing twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

pytest.importorskip("pyarrow", reason="extra batch is not installed")

from tests.batch.folders import digests

from relapse_rules.batch.simulate.county import Wish, simulate
from relapse_rules.policy import load_plan

KILLED = -9
KILLS = 50
MOST_KILLS = 10


class Stubborn:
    """The process of `stubborn.py`."""

    def __init__(self, source: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("stubborn.py")), str(source)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, out: Path, **killed: object) -> tuple[int, float]:
        """Run the batch once; return how it ended and after how many seconds."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"out": str(out), **killed}) + "\n")
        self._process.stdin.flush()
        ended = json.loads(self._process.stdout.readline())
        return ended["code"], ended["seconds"]

    def close(self) -> None:
        self._process.communicate(timeout=60)


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    folder = tmp_path_factory.mktemp("killed") / "county"
    simulate(Wish(households=48, seed=1, dirt=1000), folder, load_plan().vocabulary)
    process = Stubborn(folder)
    yield process
    process.close()


@pytest.fixture(scope="module")
def alone(batch, tmp_path_factory):
    """The digests of the files of a run that was left alone, and how many seconds it takes."""
    folder = tmp_path_factory.mktemp("alone")
    runs = [batch.run(folder / name) for name in "ab"]
    assert [code for code, _ in runs] == [0, 0]
    return digests(folder / "a"), min(seconds for _, seconds in runs)


def finished_after(batch: Stubborn, out: Path, longest: float, rng: Random) -> int:
    """Start a run until it is through, killing it at a random moment before ``longest`` some times; return how often it was killed."""
    for kills in range(MOST_KILLS):
        code, _ = batch.run(out, after=rng.uniform(0, longest))
        if code == 0:
            return kills
        assert code == KILLED
    # A machine that is slow at the moment would never be through in that time.
    assert batch.run(out)[0] == 0
    return MOST_KILLS


@pytest.mark.slow
def test_killed_at_fifty_random_moments(batch, alone, tmp_path):
    expected, seconds = alone
    rng = Random(5)
    kills = runs = 0

    while kills < KILLS:
        out = tmp_path / str(runs)
        kills += finished_after(batch, out, seconds, rng)
        runs += 1

        assert digests(out) == expected


@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("run.json", "after"),
        ("part-00000-0000.parquet", "before"),  # the first of a domain
        ("part-00001-0000.parquet", "after"),
        ("rejects.parquet", "before"),
        ("summary.json", "before"),
        ("summary.json", "after"),
    ],
)
def test_killed_as_a_file_is_put_in_place(batch, alone, tmp_path, name, when):
    expected, _ = alone

    code, _ = batch.run(tmp_path / "out", at=(name, when))

    assert code == KILLED
    assert batch.run(tmp_path / "out")[0] == 0
    assert digests(tmp_path / "out") == expected
