"""Four processes append to one SQLite ledger and are killed at random moments; then everything is counted.

Run as a program, since it forks: ``killed_writers.py FOLDER KILLS SEED``. Writes one JSON object.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from random import Random

# The folder of the tests, since this runs on its own.
sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.audit.small import KEY, ledger, record

from relapse_rules.audit.ledger import open_ledger
from relapse_rules.audit.verifying import verify

WRITERS = 4
LONGEST_LIFE = 0.06  # seconds between two kills


def write(folder: Path, name: str) -> None:
    """Append for ever, and acknowledge each entry in a file of this writer's own."""
    opened = open_ledger(folder / "ledger.db", key=KEY, checkpoint_every=20)
    acknowledged = os.open(folder / f"{name}.acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    number = 0
    while True:
        number += 1
        entry = opened.append(record(f"{name}-{number}", outcome={"长": "甲" * 3000}))
        os.write(acknowledged, f"{json.dumps([entry.sequence, entry.hash])}\n".encode())


def born(folder: Path, name: str) -> int:
    """Fork a writer and return its process id."""
    process = os.fork()
    if process:
        return process
    try:
        write(folder, name)
    finally:
        os._exit(1)


def killed(process: int) -> bool:
    """Kill a writer; return whether it had lived until then."""
    os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def main(folder: Path, kills: int, seed: int) -> None:
    rng = Random(seed)
    ledger(folder / "ledger.db").close()
    alive = [born(folder, f"w{number}") for number in range(WRITERS)]
    failed = 0
    for number in range(kills):
        time.sleep(rng.random() * LONGEST_LIFE)
        place = rng.randrange(WRITERS)
        failed += not killed(alive[place])
        alive[place] = born(folder, f"k{number}")
    for process in alive:
        failed += not killed(process)
    sys.stdout.write(json.dumps({"failed": failed, **counted(folder)}))


def counted(folder: Path) -> dict[str, object]:
    """Compare what was acknowledged with what is stored, and verify the chain."""
    opened = open_ledger(folder / "ledger.db", create=False)
    stored = {entry.sequence: entry.hash for entry in opened.entries()}
    lines = [
        json.loads(line)
        for file in sorted(folder.glob("*.acknowledged"))
        for line in file.read_text().splitlines(keepends=True)
        if line.endswith("\n")
    ]
    report = verify(opened)
    return {
        "acknowledged": len(lines),
        "stored": len(stored),
        "lost": [sequence for sequence, hash_ in lines if stored.get(sequence) != hash_],
        "findings": [str(finding) for finding in report.findings],
        "covered": report.covered,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
