"""Differential fuzzing for as long as one likes: ``make fuzz MINUTES=60``.

Every policy and case comes from a number; numbers go on from where ``--seed`` says, by default from today's date, so that each night
looks elsewhere. What is found is made smaller and kept in ``regressions/``, where the test suite tries it again for good.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from tests.conformance.isolated import WORKER
from tests.fuzz.hunts import HUNTS, SHARE, Quarry, possible, quarry
from tests.fuzz.kept import kept
from tests.fuzz.reduce import reduced

REGRESSIONS = Path(__file__).parent / "regressions"

Hunt = Callable[[Quarry], list[str]]


def search(
    seconds: float, first: int, *, hunts: Mapping[str, Hunt] = HUNTS, folder: Path = REGRESSIONS
) -> dict[str, tuple[int, int]]:
    """Return for each hunt how many quarries it went after and how many it caught; what it caught is kept in ``folder``."""
    counts = {name: [0, 0] for name in hunts if possible(name)}
    until = monotonic() + seconds
    seed = first
    try:
        while monotonic() < until:
            found = quarry(seed)
            for name, count in counts.items():
                if seed % SHARE.get(name, 1) == 0:
                    count[0] += 1
                    count[1] += _caught(name, hunts[name], found, folder)
            seed += 1
    finally:
        WORKER.close()
    return {name: (tried, caught) for name, (tried, caught) in counts.items()}


def _caught(name: str, hunt: Hunt, found: Quarry, folder: Path) -> bool:
    """Whether a hunt finds something; then it is kept."""
    try:
        problems = hunt(found)
    except Exception:  # noqa: BLE001 - a crash is what is hunted for
        keep(name, found, traceback.format_exc().splitlines()[-5:], folder)
        return True
    if problems:
        small = reduced(found, hunt)
        keep(name, small, hunt(small), folder)
    return bool(problems)


def keep(name: str, found: Quarry, problems: list[str], folder: Path) -> Path:
    """Write what was found into a file whose name tells what is in it."""
    held = {
        "hunt": name,
        "seed": found.seed,
        "policy": kept(found.policy),
        "case": kept(found.case),
        "found": problems[:5],
    }
    text = json.dumps(held, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
    path.write_text(text + "\n", "utf-8")
    return path


def main(arguments: list[str] | None = None) -> int:
    """Search, print what was done, and return 1 when anything was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=int(datetime.now(UTC).strftime("%Y%m%d")) * 1_000_000)
    chosen = parser.parse_args(arguments)
    counts = search(chosen.minutes * 60, chosen.seed)
    for name, (tried, caught) in counts.items():
        sys.stdout.write(f"{name:8} {tried:9,} tried, {caught} found\n")
    for name in HUNTS.keys() - counts.keys():
        sys.stdout.write(f"{name:8} not installed\n")
    return 1 if any(caught for _, caught in counts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
