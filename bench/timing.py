"""Medians of interleaved runs, with the garbage collector on, as it is in use.

Times are processor time, of all threads: on a machine that does other work too, elapsed time would measure that work.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from statistics import median
from time import process_time_ns
from typing import NamedTuple

Work = Callable[[], object]


class Timed(NamedTuple):
    """The median and the fastest of several rounds. Where they lie far apart, the machine had other work."""

    median: float
    fastest: float


def interleaved(works: Mapping[str, Work], rounds: int, milliseconds: int) -> dict[str, Timed]:
    """Return the microseconds of one call of each work.

    In each of ``rounds`` rounds every work has its turn of about ``milliseconds``, in changing order, so that a busy spell of
    the machine falls on all of them.
    """
    calls = {name: _calls_within(work, milliseconds) for name, work in works.items()}
    found: dict[str, list[float]] = {name: [] for name in works}
    names = list(works)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            work, count = works[name], calls[name]
            started = process_time_ns()
            for _ in range(count):
                work()
            found[name].append((process_time_ns() - started) / count / 1000)
    return {name: Timed(median(times), min(times)) for name, times in found.items()}


def processes(scripts: Mapping[str, str], rounds: int, environment: Mapping[str, str]) -> dict[str, Timed]:
    """Return for each script the number that a fresh Python prints when it runs the script."""
    found: dict[str, list[float]] = {name: [] for name in scripts}
    for _ in range(rounds):
        for name, script in scripts.items():
            found[name].append(float(fresh(script, environment).stdout))
    return {name: Timed(median(times), min(times)) for name, times in found.items()}


def fresh(script: str, environment: Mapping[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run ``script`` in a Python of its own."""
    return subprocess.run(  # noqa: S603 - our own interpreter and scripts
        [sys.executable, *options, "-c", script],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )


def _calls_within(work: Work, milliseconds: int) -> int:
    work()
    started = process_time_ns()
    work()
    once = max(process_time_ns() - started, 1)
    return max(1, milliseconds * 1_000_000 // once)
