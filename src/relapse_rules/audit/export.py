"""A ledger as a file of JSON lines: for auditors elsewhere, and verified byte by byte.

One object a line, each canonical (RFC 8785), in this order: ``ledger``, ``key`` and ``policy`` lines, ``entry`` lines with each
``checkpoint`` after the entry that it counts to, and ``end`` with the digest of all bytes before it. There is one way to write a
ledger, so that any other byte anywhere is found. Personal values kept beside the records are left out unless asked for; the
commitments in the records stay, so the file verifies without them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

from relapse_rules.audit.archive import Archived, archived_from
from relapse_rules.audit.canonical import canonical, parsed
from relapse_rules.audit.chain import Checkpoint, Damage, Entry, Item, KeyStatement, PolicyFiles
from relapse_rules.audit.errors import AuditError

FORMAT: Final = 1
START: Final = b'{"format":'
"""How every export begins; no SQLite file does."""

_LONGEST_LINE: Final = 256 * 1024 * 1024
_ENTRY: Final = re.compile(
    r'\{"hash":"([0-9a-f]{64})","kind":"entry","openings":(null|\[.*?\]),"previous":"([0-9a-f]{64})",'
    r'"record":(\{.*\}),"sequence":([1-9][0-9]{0,18}),"signature":"([0-9a-f]{128})"\}'
)


class Readable(Protocol):
    """A ledger to export."""

    @property
    def id(self) -> str:
        """The ledger's own identity."""
        ...

    def items(self) -> Iterator[Item]:
        """Read everything once; see `chain.Source`."""
        ...


def export(ledger: Readable, out: BinaryIO, *, personal: bool = False) -> int:
    """Write a ledger and return the number of entries. ``personal``: with the personal values that are kept beside records.

    Raises:
        AuditError: the ledger is damaged.
        OSError: ``out`` cannot be written.
    """
    total = hashlib.sha256()
    count = 0

    def put(line: str) -> None:
        encoded = f"{line}\n".encode()
        total.update(encoded)
        out.write(encoded)

    put(canonical({"kind": "ledger", "format": FORMAT, "id": ledger.id}))
    for item in ledger.items():
        match item:
            case Damage(message=message):
                raise AuditError(message, "先用 audit verify 查明，再从备份恢复")
            case Entry():
                put(_entry_line(item, personal=personal))
                count += 1
            case KeyStatement(id=id_, statement=statement):
                put(canonical({"kind": "key", "id": id_, "statement": statement}))
            case PolicyFiles(texts=texts, content=content):
                put(canonical({"kind": "policy", "texts": texts, "content": content}))
            case Checkpoint(text=text, signature=signature):
                put(canonical({"kind": "checkpoint", "text": text, "signature": signature}))
    out.write(f"{canonical({'kind': 'end', 'digest': total.hexdigest()})}\n".encode())
    return count


class ExportFile:
    """An export, to verify or to replay.

    Raises:
        AuditError: it cannot be read, is none, or is from a newer version.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._path = Path(path)
        first = next(self._lines(), b"")
        value = _object(first)
        if value is None or value.get("kind") != "ledger":
            message = f"“{self._path}”不是导出的账本"
            raise AuditError(message)
        if value.get("format") != FORMAT:
            message = f"导出账本的格式版本 {value.get('format')} 这一版程序不认识"
            raise AuditError(message, "升级 relapse_rules")
        self.id = str(value.get("id"))
        self._header = canonical({"kind": "ledger", "format": FORMAT, "id": self.id}).encode() + b"\n"

    def items(self) -> Iterator[Item]:
        """Read everything once; see `chain.Source.items`. Lines that are not as they were written are damage."""
        total = hashlib.sha256()
        ended = False
        for number, line in enumerate(self._lines(), start=1):
            if ended:
                yield Damage(f"第 {number} 行：结尾行之后还有内容")
                return
            if number == 1:
                if line != self._header:
                    yield Damage("第 1 行：不是规范写法，被改动过")
            elif line == _end_line(total.hexdigest()):
                ended = True
            else:
                yield _item(line) or Damage(f"第 {number} 行：不是账本的行，或不是规范写法，被改动过")
            total.update(line)
        if not ended:
            yield Damage("结尾行缺失或与前面的内容不符：文件没有写完，被截短或被改动过")

    def entries(self, first: int = 1, last: int | None = None) -> Iterator[Entry]:
        """Read entries in order, both ends included."""
        for item in self.items():
            if isinstance(item, Entry) and item.sequence >= first and (last is None or item.sequence <= last):
                yield item

    def entry(self, sequence: int) -> Entry | None:
        """Return one entry."""
        return next(self.entries(sequence, sequence), None)

    def policy(self, texts: str) -> Archived | None:
        """Return the files of an archived policy."""
        for item in self.items():
            if isinstance(item, PolicyFiles) and item.texts == texts:
                return archived_from(item.content)
            if isinstance(item, Entry):
                break
        return None

    def close(self) -> None:
        """Do nothing: the file is open only while it is read."""

    def _lines(self) -> Iterator[bytes]:
        try:
            with self._path.open("rb") as file:
                while line := file.readline(_LONGEST_LINE):
                    yield line
        except OSError as error:
            message = f"读不了“{self._path}”：{error.strerror}"
            raise AuditError(message) from None


def _entry_line(entry: Entry, *, personal: bool) -> str:
    openings = entry.openings if personal and entry.openings is not None else "null"
    # Put together from canonical parts, in the order of canonical keys.
    return (
        f'{{"hash":"{entry.hash}","kind":"entry","openings":{openings},"previous":"{entry.previous}",'
        f'"record":{entry.record},"sequence":{entry.sequence},"signature":"{entry.signature}"}}'
    )


def _end_line(digest: str) -> bytes:
    return f"{canonical({'kind': 'end', 'digest': digest})}\n".encode()


def _item(line: bytes) -> Item | None:
    """Return what a line says, None when it is no line of an export or not written in the one way."""
    if not line.endswith(b"\n"):
        return None
    try:
        text = line[:-1].decode()
    except UnicodeDecodeError:
        return None
    entry = _ENTRY.fullmatch(text)
    if entry is not None:
        hash_, openings, previous, record, sequence, signature = entry.groups()
        kept = None if openings == "null" else openings
        return Entry(int(sequence), previous, record, signature, kept, hash_)
    match _object(line):
        case {"kind": "key", "id": str(id_), "statement": str(statement), **rest} if not rest:
            return KeyStatement(id_, statement)
        case {"kind": "policy", "texts": str(texts), "content": str(content), **rest} if not rest:
            return PolicyFiles(texts, content)
        case {"kind": "checkpoint", "text": str(said), "signature": str(signed), **rest} if not rest:
            return Checkpoint(said, signed)
        case _:
            return None


def _object(line: bytes) -> Mapping[str, Any] | None:
    try:
        value = parsed(line.decode().removesuffix("\n"))
    except (AuditError, UnicodeDecodeError):
        return None
    return value if isinstance(value, dict) else None
