"""Files of a synthetic county: a table for each entity, Parquet or CSV, all of them there or none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from errno import EEXIST, EIO, ENOTEMPTY
from os import strerror
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Final, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

_BOM: Final = b"\xef\xbb\xbf"
"""Lets a Chinese Excel see that a file is UTF-8."""


class Format(StrEnum):
    """How tables are written."""

    PARQUET = "parquet"
    CSV = "csv"


class Tables:
    """The open tables of a folder. Each write becomes one row group. ``rows``: how many have been written, by name."""

    def __init__(self, folder: Path, form: Format) -> None:
        self._folder = folder
        self._format = form
        self._open = ExitStack()
        self._writers: dict[str, pa_parquet.ParquetWriter | pa_csv.CSVWriter] = {}
        self.rows: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def write(self, name: str, table: pa.Table) -> None:
        """Append rows to the table of this name."""
        if self._format is Format.CSV:
            table = _spelt(table)
        if name not in self._writers:
            self._writers[name] = self._opened(name, table.schema)
            self.rows[name] = 0
        self._writers[name].write_table(table)
        self.rows[name] += table.num_rows

    def _opened(self, name: str, schema: pa.Schema) -> pa_parquet.ParquetWriter | pa_csv.CSVWriter:
        path = self._folder / f"{name}.{self._format.value}"
        if self._format is Format.PARQUET:
            writer = pa_parquet.ParquetWriter(path, schema, compression="zstd", store_decimal_as_integer=True)
            return self._open.enter_context(writer)
        file = self._open.enter_context(path.open("wb"))
        file.write(_BOM)
        return self._open.enter_context(pa_csv.CSVWriter(file, schema))


def _spelt(table: pa.Table) -> pa.Table:
    """Return a table as officers would type it: 是 and 否, and texts without a dictionary."""
    return pa.table({name: _typed(table.column(name)) for name in table.column_names})


def _typed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, "是", "否")
    if pa.types.is_dictionary(column.type):
        return pc.cast(column, pa.string())
    return column


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into; when all is written it becomes ``folder``, and when anything fails it is gone.

    An empty folder that is there already stays the one that it was, with its owner, and is filled.

    Raises:
        OSError: ``folder`` has something in it, or cannot be written; the error names it.
    """
    try:
        target = folder.resolve()
        with _staging(target) as staging:
            yield staging
            _put(staging, target)
    except OSError as error:
        # Nobody knows the folder beside it, and a full disk, as Arrow tells it, names no file at all.
        number = error.errno or EIO
        raise OSError(number, strerror(number), str(folder)) from None


@contextmanager
def _staging(target: Path) -> Iterator[Path]:
    there = target.is_dir()
    if there and any(target.iterdir()):
        raise OSError(ENOTEMPTY, strerror(ENOTEMPTY))
    if target.exists() and not there:
        raise FileExistsError(EEXIST, strerror(EEXIST))
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(mkdtemp(prefix=f".{target.name}.", dir=target if there else target.parent))
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _put(staging: Path, target: Path) -> None:
    if target.is_dir():
        for path in sorted(staging.iterdir()):
            path.rename(target / path.name)
    else:
        staging.chmod(0o755)
        staging.rename(target)
