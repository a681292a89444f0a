"""Measures what `relapse-rules watch` takes after one file was saved, against checking and testing everything.

Each file of the shipped plan is changed in turn: a comment at its end. Then a rule is changed, so that cases have to be run again. The last
line says whether the slowest takes at most half of a full check. Times are processor time: other work on the machine does not count.

    python bench/watch.py
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from relapse_rules.analysis.watching.watch import PolicyWatch
from relapse_rules.check import loading
from relapse_rules.cli.watch import _ready
from relapse_rules.policy import inspect
from relapse_rules.resources import policies_directory

ENTRY = "cases/all.policy"
MOST = 0.5
ROUNDS = 3


def main() -> None:
    """Print seconds of processor time for each file, slowest last, and the ratio."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "policies"
        shutil.copytree(policies_directory(), folder)
        full = min(_full(folder / ENTRY) for _ in range(ROUNDS))
        watch = PolicyWatch(folder / ENTRY, inspect, _ready)
        start = time.process_time()
        watch.look()
        tested = time.process_time() - start
        took = sorted((_edited(watch, path), path.name) for path in folder.rglob("*.policy"))
        rule = min(_changed(watch, folder / "4.05-water.policy") for _ in range(ROUNDS))
    print(f"check alone, nothing kept: {full:.3f} s; the first look, with every case: {tested:.3f} s")
    print(f"after changing a rule, with its cases: {rule:.3f} s, {rule / full:.2f} of a check alone")
    for seconds, name in (took[len(took) // 2], *took[-3:]):
        print(f"after saving {name}: {seconds:.3f} s, {seconds / full:.2f} of it")
    slowest = max(took[-1][0], rule)
    print("within" if slowest <= MOST * full else "BEYOND", f"{MOST} of a full check")


def _full(entry: Path) -> float:
    loading._parsed.cache_clear()  # noqa: SLF001 - as in a process that has just begun
    start = time.process_time()
    inspect(entry)
    return time.process_time() - start


def _edited(watch: PolicyWatch, path: Path) -> float:
    return min(_once(watch, path, f"\n# {number}\n") for number in range(ROUNDS))


def _changed(watch: PolicyWatch, path: Path) -> float:
    """Return the time after a rule was made narrower; it is put back afterwards."""
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("规模水厂、集中供水点", "规模水厂"), encoding="utf-8")
    start = time.process_time()
    look = watch.look()
    took = time.process_time() - start
    assert look.fresh
    path.write_text(before, encoding="utf-8")
    watch.look()
    return took


def _once(watch: PolicyWatch, path: Path, comment: str) -> float:
    path.write_text(path.read_text(encoding="utf-8") + comment, encoding="utf-8")
    start = time.process_time()
    look = watch.look()
    assert look.is_good
    return time.process_time() - start


if __name__ == "__main__":
    main()
