"""Files of a synthetic county: a table for each entity, Parquet or CSV, all of them there or none."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from errno import EEXIST, ENOTEMPTY
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


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a small table of texts."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into; when all is written it becomes ``folder``, and when anything fails it is gone.

    Raises:
        OSError: ``folder`` has something in it, or cannot be written; the error names it.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise OSError(ENOTEMPTY, strerror(ENOTEMPTY), str(folder))
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(EEXIST, strerror(EEXIST), str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        yield staging
        staging.chmod(0o755)
        if folder.is_dir():
            folder.rmdir()
        staging.rename(folder)
    except OSError as error:
        if error.filename is not None or error.errno is None:
            raise
        # A full disk, as Arrow tells it, names no file.
        raise OSError(error.errno, strerror(error.errno), str(folder)) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
