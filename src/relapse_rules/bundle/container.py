"""The container of a bundle: a ZIP archive that any program opens, written in exactly one way.

No entry is compressed, no time is kept, entries come in the order of their names. What is read is written again and must give the same
bytes, so there is one archive for the same entries, nothing can hide between them, and nothing unpacks to more than it is.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from zlib import crc32

from relapse_rules.bundle.errors import BundleError

MAGIC: Final = b"PK\x03\x04"
LARGEST: Final = 64 << 20
"""So many bytes may all entries have together."""

_LARGEST_FILE: Final = 2 * LARGEST

_MOST_ENTRIES: Final = 5_000
_LONGEST_NAME: Final = 1_000
_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<4sHHHHIIH")
_VERSION: Final = 20
_UNIX: Final = 3 << 8
_UTF_8: Final = 1 << 11
_NO_TIME: Final = 0
_FIRST_DAY: Final = 1 << 5 | 1  # 1980-01-01, the earliest that the format can say
_PERMISSIONS: Final = 0o100644 << 16


def is_bundle(path: str) -> bool:
    """Whether the file at ``path`` begins as a bundle does, whatever it is called. A file that cannot be read does not."""
    try:
        with Path(path).open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except (OSError, ValueError):
        return False


def content_of(path: str) -> bytes:
    """Return what the file at ``path`` holds.

    Raises:
        BundleError: it is larger than any bundle.
        OSError: it cannot be read.
    """
    with Path(path).open("rb") as file:
        data = file.read(_LARGEST_FILE + 1)
    if len(data) > _LARGEST_FILE:
        message = f"“{path}”太大，不是政策包"
        raise BundleError(message)
    return data


def packed(entries: Mapping[str, bytes]) -> bytes:
    """Return the archive of ``entries`` (name → content).

    Raises:
        BundleError: a name leads out of the archive, or there is too much of something.
    """
    if len(entries) > _MOST_ENTRIES:
        message = f"文件太多：{len(entries)} 个，最多 {_MOST_ENTRIES} 个"
        raise BundleError(message)
    body, directory = bytearray(), bytearray()
    for name in sorted(entries):
        _require_inside(name)
        content, encoded = entries[name], name.encode()
        stamp = (_UTF_8, 0, _NO_TIME, _FIRST_DAY, crc32(content), len(content), len(content), len(encoded), 0)
        directory += _CENTRAL.pack(
            b"PK\x01\x02", _UNIX | _VERSION, _VERSION, *stamp, 0, 0, 0, _PERMISSIONS, len(body)
        )
        directory += encoded
        body += _LOCAL.pack(MAGIC, _VERSION, *stamp)
        body += encoded + content
        if len(body) > LARGEST:
            message = f"太大：超过 {LARGEST >> 20} 兆字节"
            raise BundleError(message)
    count = len(entries)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def unpacked(data: bytes) -> dict[str, bytes]:
    """Return the entries of an archive that `packed` has written.

    Raises:
        BundleError: another program has written it, or it was changed or cut short.
    """
    entries: dict[str, bytes] = {}
    place = 0
    try:
        while data.startswith(MAGIC, place) and len(entries) <= _MOST_ENTRIES:
            header = _LOCAL.unpack_from(data, place)
            size, name_size = header[8], header[9]
            start = place + _LOCAL.size + name_size
            name = data[start - name_size : start].decode()
            entries[name] = data[start : start + size]
            place = start + size
        same = packed(entries) == data
    except (struct.error, UnicodeDecodeError):
        same = False
    if not same:
        message = "不是政策包，或被改动过、没有传完整"
        raise BundleError(message, "向发布单位重新要一份")
    return entries


def _require_inside(name: str) -> None:
    """Refuse a name that is not a plain relative path."""
    parts = name.split("/")
    if (
        not name
        or len(name) > _LONGEST_NAME
        or any(part in {"", ".", ".."} for part in parts)
        or any(character in name for character in "\\:\0")
    ):
        message = f"政策包里的文件名“{name[:80]}”用不得"
        raise BundleError(message, "文件名要在包内，不带“..”和盘符")
