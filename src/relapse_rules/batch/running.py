"""Decides a county of any size from files to files, in bounded memory. Killed at any moment and started again, it ends with the same files."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from enum import StrEnum
from os import PathLike
from pathlib import Path

import pyarrow as pa

from relapse_rules.batch.decider import Running
from relapse_rules.batch.deciding import CountyDecider, carried_facts
from relapse_rules.batch.finished import HOUSEHOLD
from relapse_rules.batch.intake import County, take_in
from relapse_rules.batch.mapping import Mapped
from relapse_rules.batch.rejects import Count, assert_whole
from relapse_rules.batch.run_arguments import arguments_of
from relapse_rules.batch.run_folder import RunFolder
from relapse_rules.batch.sources import Source
from relapse_rules.batch.spool import DEFAULT_BYTES
from relapse_rules.batch.taken import Taken
from relapse_rules.batch.together import chunks, workers_of
from relapse_rules.batch.workers import workers_beside
from relapse_rules.decisions.moments import moment_text


class Step(StrEnum):
    """What a run is at."""

    READING = "reading"
    DECIDING = "deciding"


Watch = Callable[[Step, int, int], object]
"""Told what a run is at, how many households are done, and of how many; both 0 while it reads."""


def run_batch(
    policy: Running,
    source: Source,
    out: str | PathLike[str],
    *,
    as_of: str | None = None,
    mapping: Mapped = None,
    workers: int | None = None,
    watch: Watch | None = None,
    most_bytes: int = DEFAULT_BYTES,
) -> None:
    """Decide all households of ``source`` and write what is decided to the folder ``out`` (`run_folder`); `finished.FinishedRun` reads it.

    ``source``, ``as_of``, ``mapping`` and ``workers`` as for `relapse_rules.policy.Policy.decide_batch`. Beyond ``most_bytes`` of validated
    rows, everything waits on disk in parts, of which at most two are in memory at a time.

    A run over files that was cut short goes on when it is started with the same arguments, and ends with the same bytes; one that is
    finished is left as it is.

    Raises:
        InputError: nothing can be decided, or ``out`` holds something else.
        OSError: a file cannot be read or written; what was decided until then stays, and the run can go on.
    """
    threads = workers_of(workers)
    arguments = arguments_of(policy, source, Path(out), as_of, mapping, most_bytes)
    with RunFolder(Path(out), arguments) as folder:
        if folder.finished:
            return
        told = watch or _unwatched
        told(Step.READING, 0, 0)
        with (
            _named(folder.spool),
            take_in(
                policy,
                source,
                as_of=as_of,
                mapping=mapping,
                carry=carried_facts(policy),
                most_bytes=most_bytes,
                folder=folder.spool,
            ) as county,
        ):
            _Run(policy, county, folder, told).through(threads)


class _Run:
    def __init__(self, policy: Running, county: County, folder: RunFolder, told: Watch) -> None:
        self._policy = policy
        self._county = county
        self._folder = folder
        self._told = told
        self._decider = CountyDecider(policy, county)
        self._total = _of(county.counts, county).read
        self._done = 0

    def through(self, threads: int) -> None:
        """Decide everything and write it."""
        rejects = [self._county.rejects]
        self._told(Step.DECIDING, 0, self._total)
        # One thread does everything itself: a pool of one would decide beside the thread that puts households together.
        with workers_beside(threads) as workers:
            waiting: deque[Future[int]] = deque()
            for number, taken in enumerate(self._county.parts()):
                rejects.append(taken.rejects)
                for place, (first, last) in enumerate(chunks(taken)):
                    name = f"{number:05}-{place:04}"
                    waiting.append(workers.submit(self._chunk, name, taken, first, last))
                    while len(waiting) > threads:
                        self._count(waiting.popleft())
                del taken
            while waiting:
                self._count(waiting.popleft())
        self._finish(pa.concat_tables(rejects))

    def _chunk(self, name: str, taken: Taken, first: int, last: int) -> int:
        if not self._folder.has(name):
            decided = self._decider.decide(taken, first, last)
            self._folder.write(name, {**decided.elements, HOUSEHOLD: decided.households})
        return last - first

    def _count(self, chunk: Future[int]) -> None:
        self._done += chunk.result()
        self._told(Step.DECIDING, self._done, self._total)

    def _finish(self, rejects: pa.Table) -> None:
        counts = self._county.counts
        assert_whole(counts)
        households = _of(counts, self._county)
        assert households.decided == self._done, f"{households.decided} ≠ {self._done}"
        summary = {
            "policy": {
                "name": self._policy.name,
                "digest": self._policy.digest,
                "as_of": moment_text(self._county.case.as_of),
            },
            "households": _counted(households),
            "rows": {count.entity: _counted(count) for count in counts},
            "notes": list(self._county.notes),
        }
        self._folder.finish(self._decider.county(), rejects, summary)


def _unwatched(step: Step, done: int, total: int) -> None:
    """Tell nobody."""


def _of(counts: tuple[Count, ...], county: County) -> Count:
    return next(count for count in counts if count.entity == county.subject_name)


def _counted(count: Count) -> dict[str, int]:
    return {"read": count.read, "decided": count.decided, "rejected": count.rejected}


@contextmanager
def _named(folder: Path) -> Iterator[None]:
    """Give an OSError that names no file the name of the folder in which rows wait."""
    try:
        yield
    except OSError as error:
        if error.filename is not None:
            raise
        raise OSError(error.errno, error.strerror or str(error), str(folder)) from None
