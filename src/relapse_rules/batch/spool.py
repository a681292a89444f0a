"""Validated rows waiting to be put together by household: in memory while they are few, else on disk, split by the household's number.

All rows of a household come out together. Which part it is in depends on its number alone, so that a second run has the same parts.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

HOUSEHOLD: Final = "#household"
"""The column with the number of a row's household; null where the row states none."""

DEFAULT_BYTES: Final = 1 << 30
DEFAULT_PARTS: Final = 64

_SPLIT_BYTES: Final = 64 << 20
"""So much of one entity is split at a time: the more, the larger the pieces on disk."""
_SHARE: Final = 16
"""Small parts are handed out together up to this share of what may be in memory; what is on disk is some four times as much in memory."""
_WEIGHT: Final = np.uint64(0x100000001B3)
_MIXER: Final = np.uint64(0x9E3779B97F4A7C15)
_LONGEST: Final = 64


class Spool:
    """Rows by entity. ``most_bytes``: so much is kept in memory; beyond, everything goes to ``parts`` Arrow files an entity in ``folder``.

    Used as a context manager: what was put on disk is gone at the end.
    """

    def __init__(
        self, *, most_bytes: int = DEFAULT_BYTES, parts: int = DEFAULT_PARTS, folder: Path | None = None
    ) -> None:
        self._most = most_bytes
        self._parts = parts
        self._parent = folder
        self._folder: Path | None = None
        self._held: dict[str, list[pa.Table]] = {}
        self._bytes: dict[str, int] = {}
        self._writers: dict[tuple[str, int], pa.RecordBatchFileWriter] = {}
        self._schemas: dict[str, pa.Schema] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._close()
        finally:  # what cannot be finished, on a full disk, is cleared all the same
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def count(self) -> int:
        """How many parts there are, once nothing more is added."""
        return 1 if self._folder is None else len(self._together())

    def add(self, entity: str, rows: pa.Table) -> None:
        """Add rows; all of one entity have the same columns and come before those of the next.

        Raises:
            OSError: there is no room on the disk.
        """
        if self._folder is not None and entity not in self._schemas:
            self.finish()  # a file is written in one go
        self._schemas.setdefault(entity, rows.schema)
        self._held.setdefault(entity, []).append(rows)
        self._bytes[entity] = self._bytes.get(entity, 0) + rows.nbytes
        if self._folder is None and sum(self._bytes.values()) > self._most:
            self._folder = Path(tempfile.mkdtemp(prefix="relapse-rules-", dir=self._parent))
            for each in tuple(self._held):
                self._split(each)
        elif self._folder is not None and self._bytes[entity] > _SPLIT_BYTES:
            self._split(entity)

    def finish(self) -> None:
        """Note that nothing more will be added to what is there."""
        if self._folder is not None:
            for entity in tuple(self._held):
                self._split(entity)
            self._close()

    def parts(self) -> Iterator[Mapping[str, pa.Table]]:
        """Yield the parts; each holds all rows of its households, in the order in which they were added. Once only."""
        if self._folder is None:
            held, self._held = self._held, {}
            yield {entity: pa.concat_tables(rows) for entity, rows in held.items()}
            return
        for group in self._together():
            yield {
                entity: pa.concat_tables([self._part(entity, part) for part in group])
                for entity in self._schemas
            }

    def _together(self) -> list[list[int]]:
        """Return which small parts are handed out as one: engines are quick with many households at a time."""
        groups: list[list[int]] = []
        room = 0
        for part in range(self._parts):
            paths = [self._path(entity, part) for entity in self._schemas]
            size = sum(path.stat().st_size for path in paths if path.exists())
            if not groups or size > room:
                groups.append([])
                room = self._most // _SHARE
            groups[-1].append(part)
            room -= size
        return groups

    def _part(self, entity: str, part: int) -> pa.Table:
        path = self._path(entity, part)
        if not path.exists():
            return self._schemas[entity].empty_table()
        with pa.memory_map(str(path)) as file:
            return pa.ipc.open_file(file).read_all()

    def _path(self, entity: str, part: int) -> Path:
        assert self._folder is not None
        return self._folder / f"{entity}-{part:05d}.arrow"

    def _split(self, entity: str) -> None:
        self._bytes[entity] = 0
        for rows in _pieces(self._held.pop(entity)):
            part = part_of(rows.column(HOUSEHOLD).combine_chunks(), self._parts)
            ordered = rows.take(pa.array(np.argsort(part, kind="stable")))
            start = 0
            for number, count in enumerate(np.bincount(part, minlength=self._parts).tolist()):
                if count:
                    self._writer(entity, number, rows.schema).write_table(ordered.slice(start, count))
                start += count

    def _writer(self, entity: str, part: int, schema: pa.Schema) -> pa.RecordBatchFileWriter:
        writer = self._writers.get((entity, part))
        if writer is None:
            # Arrow's own form takes half as long to write and to read as Parquet, and is gone when the run ends.
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            writer = pa.RecordBatchFileWriter(str(self._path(entity, part)), schema, options=options)
            self._writers[entity, part] = writer
        return writer

    def _close(self) -> None:
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()


def _pieces(tables: list[pa.Table]) -> Iterator[pa.Table]:
    """Yield tables joined into larger ones, letting go of each as soon as it is in."""
    tables.reverse()
    while tables:
        piece, size = [tables.pop()], 0
        while tables and (size := size + piece[-1].nbytes) < _SPLIT_BYTES:
            piece.append(tables.pop())
        yield pa.concat_tables(piece).combine_chunks()


def part_of(names: pa.Array, parts: int) -> npt.NDArray[np.int32]:
    """Return a part from 0 on for each text, the same for the same text in every run; 0 for nulls.

    >>> part_of(pa.array(["甲", None, "甲"]), 1).tolist()
    [0, 0, 0]
    """
    filled = names.fill_null("")
    if pa.types.is_dictionary(filled.type):
        filled = filled.dictionary_decode()
    filled = filled.cast(pa.large_string())
    count = len(filled)
    offsets = np.frombuffer(filled.buffers()[1], np.int64)[filled.offset : filled.offset + count + 1]
    body = filled.buffers()[2]
    text = np.frombuffer(body, np.uint8) if body is not None else np.zeros(0, np.uint8)
    mixed = np.zeros(count, np.uint64)
    starts, lengths = offsets[:-1], np.diff(offsets)
    for place in range(min(int(lengths.max(initial=0)), _LONGEST)):
        there = np.flatnonzero(lengths > place)
        mixed[there] = (mixed[there] ^ text[starts[there] + place]) * _WEIGHT
    mixed = (mixed * _MIXER) >> np.uint64(33)
    found: npt.NDArray[np.int32] = (mixed % np.uint64(parts)).astype(np.int32)
    found[np.asarray(names.is_null())] = 0
    return found
