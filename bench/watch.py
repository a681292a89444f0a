"""Measures what `relapse-rules watch` takes after one file was saved, against checking and testing everything.

Each file of the shipped plan is changed in turn, as an officer might: a comment at its end. The last line says whether the slowest of them
takes at most half of a full check.

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
        watch.look()
        took = sorted((_edited(watch, path), path.name) for path in folder.rglob("*.policy"))
    print(f"check alone, nothing kept: {full:.3f} s")
    for seconds, name in (took[len(took) // 2], *took[-3:]):
        print(f"after saving {name}: {seconds:.3f} s, {seconds / full:.2f} of it")
    print("within" if took[-1][0] <= MOST * full else "BEYOND", f"{MOST} of a full check")


def _full(entry: Path) -> float:
    loading._parsed.cache_clear()  # noqa: SLF001 - as in a process that has just begun
    start = time.process_time()
    inspect(entry)
    return time.process_time() - start


def _edited(watch: PolicyWatch, path: Path) -> float:
    return min(_once(watch, path, f"\n# {number}\n") for number in range(ROUNDS))


def _once(watch: PolicyWatch, path: Path, comment: str) -> float:
    path.write_text(path.read_text(encoding="utf-8") + comment, encoding="utf-8")
    start = time.process_time()
    look = watch.look()
    assert look.is_good
    return time.process_time() - start


if __name__ == "__main__":
    main()
