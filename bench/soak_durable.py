"""Decides many random households with the durable engine and watches its memory: ``python bench/soak_durable.py [DECISIONS]``.

Every hundredth decision is compared with the lanes engine. The exit code is 1 when a decision differs, or when the memory after
the first tenth (which warms up caches and the C module's pools) grows by more than `MOST_GROWTH` of it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import NamedTuple

from relapse_rules.engines import durable
from relapse_rules.facts import CaseReader
from relapse_rules.facts.case import Case, Table
from relapse_rules.policy import load_plan

MOST_GROWTH = 0.05
"""Of the resident memory: the allocator alone takes 1–3 % more in the course of a run."""
EXAMPLES = Path(__file__).parents[1] / "examples"
_COMPARED = 100
_LEFT_OUT = 10
"""One fact in so many is left out."""


class Soaked(NamedTuple):
    """How it went. Memory in bytes: after a tenth of the decisions, and the most at any later check."""

    decisions: int
    differing: int
    memory_early: int
    memory_most: int
    durable_seconds: float

    @property
    def growth(self) -> float:
        """By how much of itself the memory grew."""
        return self.memory_most / self.memory_early - 1


def soak(decisions: int, *, seed: int = 1, report: bool = False) -> Soaked:
    """Decide ``decisions`` households, drawn from the examples with facts left out at random."""
    policy = load_plan()
    reader = CaseReader(policy.vocabulary)
    examples = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(EXAMPLES.glob("*.json"))]
    rng = Random(seed)
    evaluator = durable.compile_program(policy.program)
    differing = early = most = 0
    spent = 0.0
    for number in range(decisions):
        case = _thinned(reader.read(rng.choice(examples)), rng)
        started = process_time()
        rails = evaluator.run(case)
        spent += process_time() - started
        if number % _COMPARED == 0:
            differing += rails != policy.evaluator.run(case)
        if number == decisions // 10:
            early = most = resident()
        elif early and number % 500 == 0:
            most = max(most, resident())
        if report and number % 10_000 == 0:
            print(f"{number:>7} decisions  {resident() / 2**20:.1f} MiB", flush=True)
    evaluator.close()
    return Soaked(decisions, differing, early, max(most, resident()), spent)


def _thinned(case: Case, rng: Random) -> Case:
    """Return ``case`` with some of its facts unknown, so that few households are alike."""
    tables = {
        name: Table(
            entity=name,
            ids=table.ids,
            rows=tuple(
                {fact: value for fact, value in row.items() if rng.randrange(_LEFT_OUT)} for row in table.rows
            ),
            complete=table.complete,
        )
        for name, table in case.tables.items()
    }
    return replace(case, tables=tables)


def resident() -> int:
    """Return this process's resident memory in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main(arguments: Sequence[str]) -> int:
    """Soak and print; 0 is well."""
    started = perf_counter()
    soaked = soak(int(arguments[0]) if arguments else 100_000, report=True)
    print(
        f"{soaked.decisions} decisions in {perf_counter() - started:.0f} s, "
        f"{soaked.decisions / soaked.durable_seconds:.0f} a second of processor time in the engine; "
        f"{soaked.differing} differ from lanes; memory {soaked.memory_early / 2**20:.1f} MiB, then at most "
        f"{soaked.memory_most / 2**20:.1f} MiB ({soaked.growth:+.2%})"
    )
    return int(soaked.differing > 0 or soaked.growth > MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
