"""Measures the ledger in one run and prints one table: part of ``make bench-explain``, or ``python bench/audit.py [--quick] [--entries N]``.

Appending against a bare insert into SQLite with the same durability (write-ahead log, full synchronisation), a transaction each; and how
long it takes to open and to verify a long ledger. Appending waits for the disk, so these are elapsed times; nothing is asserted.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from live import Figure, show

from relapse_rules.audit.archive import Archived, archived
from relapse_rules.audit.chain import Head
from relapse_rules.audit.keys import new_signing_key
from relapse_rules.audit.ledger import open_ledger
from relapse_rules.audit.making import make_record
from relapse_rules.audit.record import Record
from relapse_rules.audit.verifying import verify
from relapse_rules.policy import load_plan

EXAMPLE = Path(__file__).parent.parent / "examples" / "01-flood-dibao.json"
KEY = new_signing_key(seed=bytes(32))
AT = "2026-11-25T09:00:00+08:00"
BATCH = 10_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few repeats: shows that it runs, not how fast")
    parser.add_argument("--entries", type=int, default=0, metavar="N", help="length of the long ledger")
    chosen = parser.parse_args()
    rounds, each = (2, 20) if chosen.quick else (9, 300)
    entries = chosen.entries or (2_000 if chosen.quick else 100_000)
    policy = load_plan()
    record = make_record(policy, EXAMPLE.read_text("utf-8"), KEY, recorded_at=AT).record
    small = _small(record, archived(policy.details))
    with tempfile.TemporaryDirectory() as folder:
        figures = [
            *appending(Path(folder), record, archived(policy.details), rounds, each),
            *long_ledger(Path(folder), small, archived(policy.details), entries),
        ]
    show(figures)


def appending(folder: Path, record: Record, files: Archived, rounds: int, each: int) -> list[Figure]:
    """Append one by one, and insert the same bytes one by one."""
    ledger = open_ledger(folder / "ledger.sqlite")
    ledger.register(KEY.public)
    ledger.archive(files)
    bare = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE entries (sequence INTEGER PRIMARY KEY, body TEXT NOT NULL)")
    text = record.text

    def insert() -> None:
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("INSERT INTO entries (body) VALUES (?)", (text,))
        bare.execute("COMMIT")

    times: dict[str, list[float]] = {"append": [], "insert": []}
    works: dict[str, Callable[[], object]] = {"append": lambda: ledger.append(record), "insert": insert}
    for _ in range(rounds):
        for name, work in works.items():
            started = perf_counter()
            for _ in range(each):
                work()
            times[name].append((perf_counter() - started) / each * 1e6)
    ledger.close()
    bare.close()
    rate = median(times["insert"]) / median(times["append"])
    return [
        Figure(
            name="bare insert, a transaction each",
            median=median(times["insert"]),
            fastest=min(times["insert"]),
            unit="µs",
        ),
        Figure(
            name=f"append a record of {len(text):,} characters",
            median=median(times["append"]),
            fastest=min(times["append"]),
            unit="µs",
            compared_with="rate of the bare insert",
            ratio=rate,
            limit="at least 0.5",
        ),
    ]


def long_ledger(folder: Path, record: Record, files: Archived, entries: int) -> list[Figure]:
    """Open and verify a ledger of many small entries."""
    where = folder / "long.sqlite"
    ledger = open_ledger(where)
    ledger.register(KEY.public)
    ledger.archive(files)
    for start in range(0, entries, BATCH):
        ledger.append_many([record] * min(BATCH, entries - start))
        sys.stderr.write(f"\r{start + BATCH} entries")
    ledger.checkpoint(KEY, AT)
    head = ledger.head()
    ledger.close()
    opened = [_seconds(lambda: _head(where)) for _ in range(5)]
    half = _seconds(lambda: _verified(where, trusted=True))
    sys.stderr.write("\r\x1b[K")
    return [
        Figure(
            name=f"open a ledger of {head.sequence:,} entries and read its head",
            median=median(opened) * 1e3,
            fastest=min(opened) * 1e3,
            unit="ms",
        ),
        Figure(
            name="verify it, an entry",
            median=half / head.sequence * 1e6,
            fastest=half / head.sequence * 1e6,
            unit="µs",
        ),
    ]


def _small(record: Record, files: Archived) -> Record:
    """Return a signed record that states little, so that a long ledger measures entries and not one household."""
    from relapse_rules.audit.canonical import canonical  # noqa: PLC0415 - for this alone

    body = record.body() | {
        "facts": {},
        "hidden": [],
        "sealed": None,
        "outcome": {},
        "proof": None,
        "parameters": [],
    }
    body["policy"] = {**body["policy"], "texts": files.texts}
    text = canonical(body)
    return Record(text, KEY.sign(text), ())


def _head(where: Path) -> Head:
    ledger = open_ledger(where, create=False)
    try:
        return ledger.head()
    finally:
        ledger.close()


def _verified(where: Path, *, trusted: bool) -> None:
    ledger = open_ledger(where, create=False)
    report = verify(ledger, trusted=(KEY.public,) if trusted else ())
    ledger.close()
    if not report.sound:
        message = f"the ledger is damaged: {report.findings[0]}"
        raise SystemExit(message)


def _seconds(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


if __name__ == "__main__":
    main()
