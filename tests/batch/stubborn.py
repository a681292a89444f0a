"""A process that starts the same batch again and again, each in a child of its own that is killed at a wanted moment.

Forking spares the half second that Python needs to start. Reads one JSON object a line, the wanted run, and answers with one: how the child
ended (its exit code, or less the signal that ended it) and how many seconds it took.

``out``: where to. ``after``: seconds until it is killed. ``at``: name of a file and ``before`` or ``after``: it is killed as
this file is put in place.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from relapse_rules.batch import running, together
from relapse_rules.policy import load_plan

# Two parts on disk, each decided at once: as small as a run can be that has several of everything.
together.CHUNK = 32
running.take_in = partial(running.take_in, parts=2)


def _die_at(name: str, when: str) -> None:
    replace = Path.replace

    def replacing(self: Path, target: Path) -> Path:
        if target.name != name:
            return replace(self, target)
        if when == "after":
            replace(self, target)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    Path.replace = replacing


def _one(wanted: dict[str, Any], source: str) -> tuple[int, float]:
    began = time.monotonic()
    child = os.fork()
    if not child:
        if "at" in wanted:
            _die_at(*wanted["at"])
        running.run_batch(PLAN, source, wanted["out"], workers=2, most_bytes=1)
        os._exit(0)
    done = status = 0
    while "after" in wanted and not done and time.monotonic() < began + wanted["after"]:
        time.sleep(0.001)
        done, status = os.waitpid(child, os.WNOHANG)
    if not done:
        if "after" in wanted:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), time.monotonic() - began


PLAN = load_plan()

if __name__ == "__main__":  # pytest looks for doctests here too
    # Made once for all children: the engine, and what Arrow looks for when it first meets NumPy.
    PLAN.decide({"context": {"as_of": "2023-08-02T09:00:00+08:00"}, "household": {"household_id": "1"}})
    pa.array(np.zeros(1))
    for line in sys.stdin:
        code, seconds = _one(json.loads(line), sys.argv[1])
        sys.stdout.write(json.dumps({"code": code, "seconds": seconds}) + "\n")
        sys.stdout.flush()
