"""The folder of a run: what is in it, whose it is, and how a run that was cut short goes on.

=============================================  ====================================================================
``decisions/household/part-00000-0000.parquet``  households, a file for each run of them (`deciding.CountyDecider`)
``decisions/member/part-00000-0000.parquet``     the elements of the households of the file of the same name
``decisions/county.json``                        the outcomes at the county's own entities
``rejects.parquet``                              what could not be used
``summary.json``                                 policy, counts, notes, arguments: the run is finished when this is there
``.run/``                                        what a running run needs, with its arguments in ``run.json``
=============================================  ====================================================================

A file under its own name is whole. Of the files of one name, the households' is written last, so that where it is the others are.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyarrow as pa

from relapse_rules.batch.durable import write_json, write_table
from relapse_rules.batch.file_lock import FileLock
from relapse_rules.batch.finished import HOUSEHOLD
from relapse_rules.batch.run_arguments import TOLD
from relapse_rules.tables.errors import InputError

DECISIONS: Final = "decisions"
SUMMARY: Final = "summary.json"
REJECTS: Final = "rejects.parquet"
COUNTY: Final = "county.json"

_WORK: Final = ".run"
_ARGUMENTS: Final = "run.json"
_LOCK: Final = "lock"

JsonObject = dict[str, Any]


class RunFolder:
    """The folder ``out``, of a run with ``arguments``. Used as a context manager, which keeps others from writing there.

    Where nothing has been decided in the end, nothing is left of it: the next run there may be another.

    Raises:
        InputError: something else is in it, another run, or another process is writing there.
        OSError: it cannot be made or written.
    """

    def __init__(self, out: Path, arguments: Mapping[str, Any]) -> None:
        self.path = out
        self._arguments = dict(arguments)
        self._decisions = out / DECISIONS
        self._work = out / _WORK
        self.spool = self._work / "spool"
        self._scratch = self._work / "scratch"
        self._lock: FileLock | None = None
        self._made = False
        self.finished = False

    def __enter__(self) -> Self:
        self._require_ours()
        if self._whole():
            self.finished = True
            return self
        made = not self.path.exists()
        self._work.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._work / _LOCK)
        if not lock.taken():
            message = f"“{self.path}”里正有另一次判定在写；等它结束，或换一个文件夹"
            raise InputError(message)
        self._lock = lock
        self._made = made
        try:
            self._require_ours()  # another may have ended since
            self._open()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is None:
            return
        for folder in (self.spool, self._scratch):
            shutil.rmtree(folder, ignore_errors=True)
        goes_on = self._decisions.exists() and not (self.path / SUMMARY).exists()
        if not goes_on:
            (self._work / _ARGUMENTS).unlink(missing_ok=True)
        self._lock.release(remove=not goes_on)
        if not goes_on:
            with suppress(OSError):  # another run has just begun there
                self._work.rmdir()
                if self._made:
                    self.path.rmdir()

    def has(self, name: str) -> bool:
        """Whether the files of this name are there."""
        return self._part(HOUSEHOLD, name).exists()

    def write(self, name: str, tables: Mapping[str, pa.Table]) -> None:
        """Write the files of this name, by domain.

        Raises:
            OSError: one of them cannot be written.
        """
        for domain, table in sorted(tables.items(), key=lambda each: each[0] == HOUSEHOLD):
            path = self._part(domain, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_table(path, table, self._scratch)

    def finish(self, county: JsonObject, rejects: pa.Table, summary: JsonObject) -> None:
        """Write what stands for the whole run, last the summary.

        Raises:
            OSError: it cannot be written.
        """
        (self._decisions / HOUSEHOLD).mkdir(parents=True, exist_ok=True)
        write_json(self._decisions / COUNTY, county, self._scratch)
        write_table(self.path / REJECTS, rejects, self._scratch)
        write_json(self.path / SUMMARY, {**summary, "arguments": self._arguments}, self._scratch)
        self.finished = True

    def _part(self, domain: str, name: str) -> Path:
        return self._decisions / domain / f"part-{name}.parquet"

    def _whole(self) -> bool:
        """Return whether the run is finished and has left nothing to be cleared away."""
        return (self.path / SUMMARY).exists() and not self._work.exists()

    def _require_ours(self) -> None:
        """Raise InputError unless the folder is new, empty, or that of a run with the same arguments."""
        if not self.path.exists():
            return
        if not self.path.is_dir():
            message = f"“{self.path}”是一个文件；结果要写到一个文件夹"
            raise InputError(message)
        if not any(path.name != _WORK for path in self.path.iterdir()):
            return  # whatever was begun there, nothing has been decided
        before = self._before()
        if before is None:
            message = f"“{self.path}”里已有别的东西；请换一个空的文件夹"
            raise InputError(message)
        if self._arguments["source"] is None:
            message = f"“{self.path}”里已有一次判定；数据不来自文件的，不能接着做，请换一个文件夹"
            raise InputError(message)
        changed = [told for name, told in TOLD.items() if before.get(name) != self._arguments[name]]
        if changed:
            message = f"“{self.path}”里是另一次判定，{'、'.join(changed)}和这次不同；请换一个文件夹"
            raise InputError(message)

    def _before(self) -> Mapping[str, Any] | None:
        """Return the arguments of the run whose folder it is; None when it is no run's."""
        try:
            if (self.path / SUMMARY).exists():
                found = json.loads((self.path / SUMMARY).read_text("utf-8"))["arguments"]
            elif (self._work / _ARGUMENTS).exists():
                found = json.loads((self._work / _ARGUMENTS).read_text("utf-8"))
            else:
                return None
            return dict(found)
        except (ValueError, KeyError, TypeError):
            message = f"“{self.path}”里的判定结果读不出来；请换一个文件夹"
            raise InputError(message) from None

    def _open(self) -> None:
        for folder in (self.spool, self._scratch):  # left by a run that was cut short
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        self.finished = (self.path / SUMMARY).exists()
        if not self.finished:
            write_json(self._work / _ARGUMENTS, self._arguments, self._scratch)
