"""A county from Parquet to Parquet with reasons, against pyarrow merely reading and writing the same files, and how the cost grows.

    python bench/batch_ends.py [--households 10000 100000 1000000] [--rounds 3] [--report]

Yardsticks: at most four times what pyarrow takes; cost by household no more than half as much again from the smallest to the largest county
(start-up is told apart); two workers at least 1.7 times one, which only a machine with two idle cores can show; at most 3 GiB.

Every measurement is a process of its own. Cost is processor time, of all threads; the gain of workers is elapsed time.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow.parquet as pa_parquet

from relapse_rules.batch.running import run_batch
from relapse_rules.batch.simulate.county import Wish, simulate
from relapse_rules.batch.together import use_cores
from relapse_rules.policy import load_plan

LIMIT = 4
GAIN = 1.7
GROWTH = 1.5
MEMORY_MB = 3 * 1024

Figures = dict[str, float]


def main() -> int:
    """Measure all counties and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--report", action="store_true", help="do not fail when a yardstick is missed")
    parser.add_argument("--folder", type=Path, help="where to put the counties; default: a temporary folder")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        child(**json.loads(chosen.child))
        return 0
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        missed = measured(Path(folder), sorted(chosen.households), chosen.rounds)
    return 0 if chosen.report or not missed else 1


def measured(folder: Path, sizes: list[int], rounds: int) -> list[str]:
    """Print the figures and return the yardsticks that were missed."""
    costs: list[float] = []
    missed: list[str] = []
    print("户数        一户（微秒）  每秒户数  最多内存  读写同样的文件  倍数")
    for size in sizes:
        county = folder / str(size)
        simulate(Wish(households=size, seed=1), county, load_plan().vocabulary)
        found = [one(county, folder / "out", workers=1) for _ in range(rounds if size < 2_000_000 else 1)]  # noqa: PLR2004 - an hour is enough
        run = {name: median(each[name] for each in found) for name in found[0]}
        plain = one(county, folder / "out", task="plain")
        ratio = run["seconds"] / plain["seconds"]
        costs.append(run["seconds"] / size)
        print(
            f"{size:<12,}{costs[-1] * 1e6:>10.1f}{size / run['elapsed']:>14,.0f}{run['megabytes']:>8,.0f} MB"
            f"{plain['seconds']:>12.2f} 秒{ratio:>8.2f}"
        )
        missed += [f"{size:,} 户：{ratio:.2f} 倍，要求 {LIMIT}"] * (ratio > LIMIT and size == sizes[-1])
        missed += [f"{size:,} 户：{run['megabytes']:,.0f} MB"] * (run["megabytes"] > MEMORY_MB)
        if size == sizes[-1] and size < 2_000_000:  # noqa: PLR2004 - as above
            missed += gained(county, folder / "out", rounds)
        shutil.rmtree(county)
    growth = costs[-1] / costs[0]
    print(f"最大的县一户的成本是最小的 {growth:.2f} 倍")
    missed += [f"成本增长 {growth:.2f}"] * (growth > GROWTH)
    for each in missed:
        print(f"未达到：{each}")
    return missed


def gained(county: Path, out: Path, rounds: int) -> list[str]:
    """Print how much faster two workers are than one."""
    times = {
        workers: min(one(county, out, workers=workers)["elapsed"] for _ in range(rounds))
        for workers in (1, 2)
    }
    gain = times[1] / times[2]
    print(f"一个核 {times[1]:.1f} 秒，两个核 {times[2]:.1f} 秒，{gain:.2f} 倍（本机 {os.cpu_count()} 核）")
    return [f"两个核 {gain:.2f} 倍，要求 {GAIN}"] * (gain < GAIN)


def one(county: Path, out: Path, *, task: str = "run", workers: int = 1) -> Figures:
    """Measure in a process of its own, in which Arrow too has as many threads as there are ``workers``."""
    if task == "run":
        shutil.rmtree(out, ignore_errors=True)
    given = {"county": str(county), "out": str(out), "task": task, "workers": workers}
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, __file__, "--child", json.dumps(given)],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def child(county: str, out: str, task: str, workers: int) -> None:
    """Do one task and print its figures."""
    import resource  # noqa: PLC0415 - there is none on Windows

    use_cores(workers)
    if task == "run":
        policy = load_plan()
        began, used = time.perf_counter(), time.process_time()
        run_batch(policy, county, out, workers=workers)
        elapsed, seconds = time.perf_counter() - began, time.process_time() - used
    else:
        elapsed, seconds = plain(Path(county), Path(out))
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"elapsed": elapsed, "seconds": seconds, "megabytes": megabytes}))


def plain(county: Path, out: Path) -> tuple[float, float]:
    """Read a county's tables, and write what was decided of it; return elapsed and processor seconds."""
    elapsed = seconds = 0.0
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        for path in sorted(county.glob("*.parquet")):
            began, used = time.perf_counter(), time.process_time()
            pa_parquet.read_table(path)
            elapsed, seconds = elapsed + time.perf_counter() - began, seconds + time.process_time() - used
        for number, path in enumerate(sorted(out.rglob("*.parquet"))):
            table = pa_parquet.read_table(path)
            began, used = time.perf_counter(), time.process_time()
            pa_parquet.write_table(table, Path(folder) / f"{number}.parquet", compression="zstd")
            elapsed, seconds = elapsed + time.perf_counter() - began, seconds + time.process_time() - used
    return elapsed, seconds


if __name__ == "__main__":
    sys.exit(main())
