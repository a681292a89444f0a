"""Keys that sign records (Ed25519), and their statements: who a key is and when it is valid, signed by the key itself.

A private key file holds the key and its statement, a public key file the public key and the statement. Only this module and `sealing` know
the package ``cryptography``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from relapse_rules.audit.canonical import canonical, digest, parsed
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.moments import seconds

FORMAT: Final = 1
_STATEMENT: Final = "RELAPSE-RULES KEY STATEMENT"
_FIELDS: Final = frozenset({"format", "kind", "not_after", "not_before", "public", "signature"})
_BLOCK: Final = re.compile(r"-----BEGIN ([A-Z -]+)-----\n([A-Za-z0-9+/=\n]+)-----END \1-----")
_HEX: Final = re.compile(r"[0-9a-f]+")
_REMEDY: Final = "用 relapse-rules audit key new 生成密钥"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A key as everybody may know it. ``not_before`` and ``not_after``: ISO 8601, both included; None without a limit.

    ``statement`` is the canonical text that says all this, signed by the key. Make one with `public_key`.
    """

    id: str
    public: bytes
    not_before: str | None
    not_after: str | None
    statement: str

    @property
    def statement_digest(self) -> str:
        """What a record names, so that the validity of its key cannot be changed afterwards."""
        return digest(self.statement)

    def signed(self, text: str, signature: str) -> bool:
        """Whether ``signature`` (hexadecimal) is this key's over ``text``."""
        if len(signature) != _SIGNATURE_DIGITS or not _HEX.fullmatch(signature):
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(bytes.fromhex(signature), text.encode())
        except InvalidSignature:
            return False
        return True

    def trouble(self, moment: str) -> str:
        """Return why the key is not valid at ``moment``, or nothing."""
        at = seconds(moment)
        if self.not_before is not None and at < seconds(self.not_before):
            return f"签名密钥 {short(self.id)} 自 {self.not_before} 起才有效"
        if self.not_after is not None and at > seconds(self.not_after):
            return f"签名密钥 {short(self.id)} 已于 {self.not_after} 过期"
        return ""

    def pem(self) -> str:
        """Return the content of the public key file: the key as other programs read it, and the statement."""
        public = Ed25519PublicKey.from_public_bytes(self.public)
        known = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return known.decode() + _block(_STATEMENT, self.statement.encode())


_SIGNATURE_DIGITS: Final = 128


class SigningKey:
    """A private key. ``public`` is what others need to check its signatures."""

    def __init__(self, private: Ed25519PrivateKey, public: PublicKey) -> None:
        self._private = private
        self.public = public

    def sign(self, text: str) -> str:
        """Return the signature over the UTF-8 bytes of ``text``, in hexadecimal."""
        return self._private.sign(text.encode()).hex()

    def pem(self) -> str:
        """Return the content of the private key file (PKCS #8, not encrypted)."""
        private = self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return private.decode() + self.public.pem()


def new_signing_key(
    *, not_before: str | None = None, not_after: str | None = None, seed: bytes | None = None
) -> SigningKey:
    """Return a new key, valid between two moments. ``seed``: 32 bytes that make the same key each time, for tests.

    Raises:
        AuditError: a moment is none, or the last lies before the first.
    """
    if not_before is not None and not_after is not None and seconds(not_before) > seconds(not_after):
        message = f"密钥的有效期写反了：{not_before} 至 {not_after}"
        raise AuditError(message)
    private = Ed25519PrivateKey.generate() if seed is None else Ed25519PrivateKey.from_private_bytes(seed)
    said = {
        "kind": "key",
        "format": FORMAT,
        "public": private.public_key().public_bytes_raw().hex(),
        "not_before": not_before,
        "not_after": not_after,
    }
    statement = canonical({**said, "signature": private.sign(canonical(said).encode()).hex()})
    return SigningKey(private, public_key(statement))


def signing_key(pem: str) -> SigningKey:
    """Return the key of a private key file.

    Raises:
        AuditError: it is none, or its two parts belong to different keys.
    """
    blocks = _blocks(pem)
    if "PRIVATE KEY" not in blocks or _STATEMENT not in blocks:
        what = "只有公钥，签名要用私钥文件" if _STATEMENT in blocks else "不是签名私钥"
        message = f"密钥文件里{what}"
        raise AuditError(message, _REMEDY)
    public = public_key(_text(blocks[_STATEMENT]))
    try:
        private = load_pem_private_key(_block("PRIVATE KEY", blocks["PRIVATE KEY"]).encode(), password=None)
    except (ValueError, TypeError):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        message = "密钥文件里的不是 Ed25519 私钥"
        raise AuditError(message, _REMEDY)
    if private.public_key().public_bytes_raw() != public.public:
        message = "密钥文件里的私钥和公钥说明不是一对"
        raise AuditError(message, _REMEDY)
    return SigningKey(private, public)


def verifying_key(pem: str) -> PublicKey:
    """Return the public key of a public or private key file.

    Raises:
        AuditError: it holds none.
    """
    blocks = _blocks(pem)
    if _STATEMENT not in blocks:
        message = "密钥文件里没有签名公钥"
        raise AuditError(message, _REMEDY)
    return public_key(_text(blocks[_STATEMENT]))


def public_key(statement: str) -> PublicKey:
    """Return the key that a statement speaks of.

    Raises:
        AuditError: it is no statement, from a newer version, or not signed by the key itself.
    """
    value = parsed(statement)
    if not isinstance(value, dict) or value.get("kind") != "key":
        message = "不是签名密钥的说明"
        raise AuditError(message, _REMEDY)
    if value.get("format") != FORMAT:
        message = f"签名密钥说明的格式版本 {value.get('format')} 这一版程序不认识"
        raise AuditError(message, "升级 relapse_rules")
    public = _public_bytes(value)
    key = PublicKey(
        id=hashlib.sha256(public).hexdigest(),
        public=public,
        not_before=value.get("not_before"),
        not_after=value.get("not_after"),
        statement=statement,
    )
    said = {name: each for name, each in value.items() if name != "signature"}
    if not isinstance(value["signature"], str) or not key.signed(canonical(said), value["signature"]):
        message = f"签名密钥 {short(key.id)} 的说明不是它自己签的"
        raise AuditError(message, "公钥文件被改动过，向持有人重新要一份")
    for moment in (key.not_before, key.not_after):
        if moment is not None:
            seconds(moment)
    return key


def short(key_id: str) -> str:
    """Return the first digits of a key's or an entry's identity, enough to tell it apart when shown."""
    return key_id[:16]


def _public_bytes(value: dict[str, Any]) -> bytes:
    stated = value.get("public")
    digits = 64  # of 32 bytes
    whole = value.keys() == _FIELDS and isinstance(stated, str) and len(stated) == digits
    if not whole or not isinstance(stated, str) or not _HEX.fullmatch(stated):
        message = "签名密钥的说明不完整"
        raise AuditError(message, _REMEDY)
    return bytes.fromhex(stated)


def _blocks(pem: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name, body in _BLOCK.findall(pem.replace("\r\n", "\n")):
        try:
            found[name] = base64.b64decode(body)
        except binascii.Error:
            continue
    return found


def _text(block: bytes) -> str:
    return block.decode("utf-8", "replace")


def _block(name: str, content: bytes) -> str:
    body = base64.encodebytes(content).decode()
    return f"-----BEGIN {name}-----\n{body}-----END {name}-----\n"
