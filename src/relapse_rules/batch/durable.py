"""Files that are whole or not there: written under another name, brought to the disk, then put in place."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

_COMPRESSION: Final = "zstd"


def write_table(path: Path, table: pa.Table, scratch: Path) -> None:
    """Write a Parquet file; the same table gives the same bytes.

    ``scratch``: a folder on the same disk, for what is not finished.

    Raises:
        OSError: it cannot be written, with the name of the file; then it is not there, or as it was.
    """
    # Parquet fills up the page of a dictionary that names one text twice with whatever was in memory.
    columns = [
        column.cast(field.type.value_type) if pa.types.is_dictionary(field.type) else column
        for field, column in zip(table.schema, table.columns, strict=True)
    ]
    table = pa.table(columns, names=table.schema.names)
    sink = pa.BufferOutputStream()
    # Two batches of a column of names have one dictionary between them; a file has no use for the pieces.
    pq.write_table(table.combine_chunks(), sink, compression=_COMPRESSION)
    write_bytes(path, sink.getvalue(), scratch)


def write_json(path: Path, value: Mapping[str, Any], scratch: Path) -> None:
    """Write JSON; see `write_table`."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    write_bytes(path, text.encode(), scratch)


def write_bytes(path: Path, content: bytes | pa.Buffer, scratch: Path) -> None:
    """Write a file; see `write_table`."""
    partial = scratch / f"{path.parent.name}-{path.name}.partial"
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        _settle(path.parent)
    except OSError as error:
        partial.unlink(missing_ok=True)
        # Writing and bringing to the disk name no file.
        raise OSError(error.errno, error.strerror, str(path)) from None


def _settle(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
