"""How entries of a ledger hang together: each is chained to the one before by a digest, and checkpoints sign how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple, Protocol

from relapse_rules.audit.canonical import canonical, digest, parsed
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.keys import SigningKey

FORMAT: Final = 1
FIRST: Final = 1
"""The number of a ledger's first entry."""

_PURPOSE: Final = "relapse-rules ledger entry 1"
_GENESIS: Final = "relapse-rules ledger 1"


class Entry(NamedTuple):
    """A record in its place. ``previous`` and ``hash`` in hexadecimal; ``openings``: canonical JSON, None where they were left out."""

    sequence: int
    previous: str
    record: str
    signature: str
    openings: str | None
    hash: str

    def computed(self) -> str:
        """Return the hash that the entry must have."""
        return entry_hash(self.previous, self.sequence, digest(self.record), self.signature)


class Checkpoint(NamedTuple):
    """A signed statement that the ledger had ``count`` entries and ended in ``head``. ``text`` is canonical JSON that says so."""

    text: str
    signature: str

    def body(self) -> dict[str, Any]:
        """Return the members: ``kind format ledger count head at key``.

        Raises:
            AuditError: it is none that this version knows.
        """
        value = parsed(self.text)
        known = {"at", "count", "format", "head", "key", "kind", "ledger"}
        if not isinstance(value, dict) or value.get("kind") != "checkpoint":
            message = "不是检查点"
            raise AuditError(message)
        if value.get("format") != FORMAT or value.keys() != known:
            message = "检查点的格式这一版程序不认识"
            raise AuditError(message, "升级 relapse_rules")
        return value


class Head(NamedTuple):
    """How far a ledger has come: the number and hash of its last entry. ``sequence`` 0: none yet, and ``hash`` is the ledger's own."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


class KeyStatement(NamedTuple):
    """A key that the ledger knows."""

    id: str
    statement: str


class PolicyFiles(NamedTuple):
    """An archived policy: the digest by which records name it, and its canonical text."""

    texts: str
    content: str


class Damage(NamedTuple):
    """A part of the ledger's file that is not as this library writes it. ``message`` says where and what."""

    message: str


Item = KeyStatement | PolicyFiles | Entry | Checkpoint | Damage


class Source(Protocol):
    """Where a ledger is read from. `items` gives keys and policies, then entries in their order, each checkpoint after its entry."""

    @property
    def id(self) -> str:
        """The ledger's own identity, in hexadecimal."""
        ...

    def items(self) -> Iterator[Item]:
        """Read everything once, in bounded memory."""
        ...


def genesis(ledger: str) -> str:
    """Return what the first entry of the ledger with this identity is chained to."""
    return digest(f"{_GENESIS}\n{ledger}")


def entry_hash(previous: str, sequence: int, record_hash: str, signature: str) -> str:
    """Return the hash of an entry."""
    return digest("\n".join((_PURPOSE, previous, str(sequence), record_hash, signature)))


def new_checkpoint(ledger: str, head: Head, at: str, key: SigningKey) -> Checkpoint:
    """Return a checkpoint signed by ``key``. ``at``: ISO 8601, when it is made.

    Raises:
        AuditError: the key is not valid at that time.
    """
    if trouble := key.public.trouble(at):
        raise AuditError(trouble, "换用有效的密钥，或生成新的")
    text = canonical(
        {
            "kind": "checkpoint",
            "format": FORMAT,
            "ledger": ledger,
            "count": head.sequence,
            "head": head.hash,
            "at": at,
            "key": key.public.id,
        }
    )
    return Checkpoint(text, key.sign(text))


def head_from(text: str) -> Head:
    """Return the head that ``text`` states as ``count:hash``, the form in which it is printed and kept elsewhere.

    Raises:
        AuditError: it is none.
    """
    count, _, hash_ = text.strip().partition(":")
    digits = 64  # of SHA-256
    if not count.isascii() or not count.isdigit() or len(hash_) != digits:
        message = f"不是账本的末条：{text[:80]}"
        raise AuditError(message, "写作“条数:校验值”，append 和 verify 都会打印")
    return Head(int(count), hash_)


def merged(entries: Iterable[Entry], checkpoints: Iterable[tuple[int, Checkpoint]]) -> Iterator[Item]:
    """Yield entries in their order, with each checkpoint (count, checkpoint; ascending) after the entry that it counts to."""
    waiting = iter(checkpoints)
    following = next(waiting, None)
    for entry in entries:
        while following is not None and following[0] < entry.sequence:
            yield following[1]
            following = next(waiting, None)
        yield entry
    while following is not None:
        yield following[1]
        following = next(waiting, None)
