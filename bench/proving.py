"""What it costs to prove and to test a policy thoroughly, against merely checking and testing it.

    python bench/proving.py [--rounds 3] [--report]

Yardsticks, on the shipped plan: `prove` at most 60 times `check`, findings with it; the mutation run at most 100 times the run of the 用例.
Every command is a process of its own; cost is processor time, of the whole process, its start-up included on both sides.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from statistics import median

LIMITS = {
    "prove": ("check", 60),
    "findings": ("check", 60),
    "test --mutation": ("test", 100),
    "test --coverage": ("test", 100),
}


def main() -> int:
    """Measure, print the figures, and fail when a yardstick is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--report", action="store_true", help="do not fail when a yardstick is missed")
    chosen = parser.parse_args()
    costs = {name: cost(name, chosen.rounds) for name in ("check", "test")}
    missed: list[str] = []
    for name, seconds in costs.items():
        print(f"{name:16} {seconds:8.2f} 秒")
    for name, (base, limit) in LIMITS.items():
        seconds = cost(name, chosen.rounds)
        times = seconds / costs[base]
        print(f"{name:16} {seconds:8.2f} 秒，{base} 的 {times:.1f} 倍，要求 {limit}")
        missed += [f"{name}：{times:.1f} 倍，要求 {limit}"] * (times > limit)
    for each in missed:
        print(f"未达到：{each}")
    return 0 if chosen.report or not missed else 1


def cost(command: str, rounds: int) -> float:
    """Return the median processor time of a command on the shipped plan."""
    return median(once(command) for _ in range(rounds))


def once(command: str) -> float:
    """Run a command and return the processor seconds that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", "from relapse_rules.cli.start import main; main()", *command.split()],
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        sys.exit(f"{command}: {done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
