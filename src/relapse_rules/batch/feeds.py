"""One table as a stream of Arrow batches, whatever file it is in. Nothing is checked here but that it can be read.

Rows are numbered as a spreadsheet shows them (the header is row 1); in Parquet, Arrow and databases the first record is 1.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from relapse_rules.facts.shown import shorten
from relapse_rules.tables.errors import InputError
from relapse_rules.tables.files import FIRST_ROW, SHEETS, read, stated_name

__all__ = ["SHEETS", "Batch", "Broken", "Feed", "arrow_feed", "file_feeds", "reader_feed"]

ROWS: Final = 1 << 17
"""So many rows are read at a time."""

_POSITION: Final = 4
"""Bytes of a position among few different texts."""
_CSV_BYTES: Final = 8 << 20
_CHUNK: Final = 1 << 20
_HEAD: Final = 1 << 16
_WHOLE: Final = 256 << 20
"""Bytes up to which a cell of a CSV file may hold a line break; above, rows are found by their line breaks alone."""


class Batch(NamedTuple):
    """Some rows of a table and their numbers."""

    table: pa.RecordBatch
    numbers: npt.NDArray[np.int64]


class Broken(NamedTuple):
    """A row that does not fit the header. ``cells``: its cells, as far as they can be told apart."""

    number: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One table. ``title``: of the worksheet, else empty. ``names``: of its columns. ``broken`` is filled while it is read, once."""

    source: str
    names: tuple[str, ...]
    read: Callable[[Sequence[str]], Iterator[Batch]]
    title: str = ""
    broken: list[Broken] = field(default_factory=list)


def file_feeds(path: Path) -> list[Feed]:
    """Return the tables of a file, by its suffix; anything but Excel and Parquet is taken as CSV.

    Raises:
        InputError: the file is not what its name says, or has no header.
        OSError: it cannot be opened.
    """
    path.open("rb").close()
    suffix = path.suffix.lower()
    if suffix in SHEETS:
        return [
            _checked(
                Feed(
                    source=each.source,
                    title=each.title,
                    names=_names(each.table),
                    read=_in_memory(each.table, each.first),
                )
            )
            for each in read(path)
        ]
    return [_checked(_parquet(path) if suffix in {".parquet", ".pq"} else _csv(path))]


def arrow_feed(source: str, table: pa.Table) -> Feed:
    """Return the feed of a table in memory."""
    return _checked(Feed(source=source, names=_names(table), read=_in_memory(table, 1)))


def reader_feed(source: str, names: Sequence[str], opened: Callable[[], Iterable[pa.RecordBatch]]) -> Feed:
    """Return the feed of what can be read once. It is ``opened`` when it is its turn."""

    def batches(columns: Sequence[str]) -> Iterator[Batch]:
        yield from _numbered(source, (batch.select(list(columns)) for batch in opened()), 1)

    return _checked(Feed(source=source, names=tuple(names), read=batches))


def _names(table: pa.Table) -> tuple[str, ...]:
    return tuple(str(name) for name in table.column_names)


def _checked(feed: Feed) -> Feed:
    """Return the feed; raise InputError when two of its columns have one name."""
    stated = [stated_name(name) for name in feed.names]
    twice = sorted({name for name in stated if name and stated.count(name) > 1})
    if twice:
        message = f"“{feed.source}”的列名“{'”“'.join(twice)}”出现了两次（只留一列）"
        raise InputError(message)
    return feed


def _in_memory(table: pa.Table, first: int) -> Callable[[Sequence[str]], Iterator[Batch]]:
    def batches(columns: Sequence[str]) -> Iterator[Batch]:
        yield from _numbered("", table.select(list(columns)).to_batches(max_chunksize=ROWS), first)

    return batches


def _numbered(source: str, batches: Iterable[pa.RecordBatch], first: int) -> Iterator[Batch]:
    """Yield batches of at most `ROWS` rows with their numbers; what Arrow says of broken data is worded."""
    found = iter(batches)
    while True:
        try:
            whole = next(found, None)
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(source, error) from None
        if whole is None:
            return
        for start in range(0, whole.num_rows, ROWS):
            batch = whole.slice(start, ROWS)
            yield Batch(batch, np.arange(first, first + batch.num_rows, dtype=np.int64))
            first += batch.num_rows


def _unreadable(source: str, error: Exception) -> InputError:
    return InputError(f"“{source}”读不了，可能没有传完或已损坏：{shorten(str(error))}")


def _parquet(path: Path) -> Feed:
    try:
        with pa_parquet.ParquetFile(path) as file:
            names, repeated = tuple(file.schema_arrow.names), _repeated(file.metadata)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(str(path), error) from None

    def batches(columns: Sequence[str]) -> Iterator[Batch]:
        with pa_parquet.ParquetFile(path, read_dictionary=repeated, memory_map=True) as file:
            yield from _numbered(str(path), file.iter_batches(ROWS, columns=list(columns)), 1)

    return Feed(source=str(path), names=names, read=batches)


def _repeated(metadata: pa_parquet.FileMetaData) -> list[str]:
    """Return the columns of texts that repeat, to be read as they are kept: each text once. Ids take more bytes than a position would."""
    if not metadata.num_row_groups:
        return []
    group = metadata.row_group(0)
    chunks = (group.column(place) for place in range(group.num_columns))
    return [
        chunk.path_in_schema
        for chunk in chunks
        if chunk.has_dictionary_page and chunk.total_uncompressed_size < _POSITION * chunk.num_values
    ]


def _csv(path: Path) -> Feed:
    encoding, head = _head(path)
    delimiter = "\t" if "\t" in head and "," not in head else ","
    names = tuple(name.strip() for name in next(csv.reader([head], delimiter=delimiter), []))
    if not any(names):
        message = f"“{path}”是空的，第一行要写列名"
        raise InputError(message)
    broken: list[Broken] = []

    def left_out(row: pa_csv.InvalidRow) -> str:
        cells = next(csv.reader([row.text], delimiter=delimiter), [])
        reason = f"应有 {row.expected_columns} 列，这里有 {row.actual_columns} 列"
        broken.append(Broken(row.number or 0, reason, tuple(cells)))
        return "skip"

    def batches(columns: Sequence[str]) -> Iterator[Batch]:
        first = 0
        try:
            reader = pa_csv.open_csv(
                path,
                # Only one thread knows the numbers of broken rows.
                read_options=pa_csv.ReadOptions(
                    encoding=encoding,
                    use_threads=False,
                    block_size=_CSV_BYTES,
                    column_names=names,
                    skip_rows=1,
                ),
                parse_options=pa_csv.ParseOptions(
                    delimiter=delimiter,
                    newlines_in_values=path.stat().st_size < _WHOLE,
                    invalid_row_handler=left_out,
                ),
                convert_options=pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=False,
                    include_columns=list(columns),
                ),
            )
            for batch in reader:
                yield Batch(batch, _row_numbers(first, batch.num_rows, broken))
                first += batch.num_rows
        except (pa.ArrowException, UnicodeDecodeError) as error:
            raise _unreadable(str(path), error) from None

    return Feed(source=str(path), names=names, read=batches, broken=broken)


def _row_numbers(first: int, count: int, broken: Sequence[Broken]) -> npt.NDArray[np.int64]:
    """Return the numbers of good rows from the ``first`` on, counting the broken ones between them."""
    numbers = np.array([row.number for row in broken], np.int64)
    places = np.arange(first + FIRST_ROW, first + FIRST_ROW + count, dtype=np.int64)
    return places + np.searchsorted(numbers - np.arange(len(numbers)), places, side="right")


def _head(path: Path) -> tuple[str, str]:
    """Return the encoding of a CSV file, UTF-8 or else GB18030 (what Excel writes on a Chinese Windows), and its first line."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            message = f"“{path}”是 UTF-16 编码（另存为 UTF-8 编码的 CSV）"
            raise InputError(message)
        first = head.partition(b"\n")[0].rstrip(b"\r")
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            chunk = head
            while chunk:
                decoder.decode(chunk)
                chunk = file.read(_CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030", first.decode("gb18030", errors="replace")
    return "utf8", first.decode("utf-8-sig")
