"""Seals a text to a public key, so that only whoever has the private key reads it: X25519, HKDF-SHA256, ChaCha20-Poly1305.

Each box has a key pair of its own, thrown away at once; the recipient's and the box's public keys go into the derivation. The key
is used once, so the nonce is fixed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from relapse_rules.audit.errors import AuditError

_PURPOSE: Final = b"relapse-rules sealed facts 1"
_NONCE: Final = bytes(12)
_REMEDY: Final = "用 relapse-rules audit key new --for seal 生成"


class SealTo:
    """A public key to seal to. ``id`` names it in records."""

    def __init__(self, public: X25519PublicKey) -> None:
        self._public = public
        self._raw = public.public_bytes_raw()
        self.id = hashlib.sha256(self._raw).hexdigest()

    def seal(self, text: str) -> dict[str, str]:
        """Return a box with ``text``, as a JSON object."""
        own = X25519PrivateKey.generate()
        shown = own.public_key().public_bytes_raw()
        secret = _derived(own.exchange(self._public), shown + self._raw)
        box = ChaCha20Poly1305(secret).encrypt(_NONCE, text.encode(), None)
        return {"box": base64.b64encode(box).decode(), "ephemeral": shown.hex(), "recipient": self.id}

    def pem(self) -> str:
        """Return the content of the public key file."""
        return self._public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class OpeningKey:
    """A private key that opens boxes. ``public`` is what others seal to."""

    def __init__(self, private: X25519PrivateKey) -> None:
        self._private = private
        self.public = SealTo(private.public_key())

    def open(self, sealed: dict[str, Any]) -> str:
        """Return the text in a box.

        Raises:
            AuditError: it is sealed to another key, or was changed.
        """
        if sealed.get("recipient") != self.public.id:
            message = f"个人信息是密封给另一把密钥的（{str(sealed.get('recipient'))[:16]}）"
            raise AuditError(message, f"这一把是 {self.public.id[:16]}")
        try:
            shown = bytes.fromhex(sealed["ephemeral"])
            box = base64.b64decode(sealed["box"], validate=True)
            shared = self._private.exchange(X25519PublicKey.from_public_bytes(shown))
            secret = _derived(shared, shown + self._private.public_key().public_bytes_raw())
            return ChaCha20Poly1305(secret).decrypt(_NONCE, box, None).decode()
        except (InvalidTag, ValueError, KeyError, TypeError, binascii.Error):
            message = "密封的个人信息打不开：内容被改动过"
            raise AuditError(message) from None

    def pem(self) -> str:
        """Return the content of the private key file (PKCS #8, not encrypted)."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def new_opening_key() -> OpeningKey:
    """Return a new key."""
    return OpeningKey(X25519PrivateKey.generate())


def seal_to(pem: str) -> SealTo:
    """Return the key of a public key file.

    Raises:
        AuditError: it holds no X25519 public key.
    """
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, X25519PublicKey):
        message = "不是密封用的公钥（X25519）"
        raise AuditError(message, _REMEDY)
    return SealTo(key)


def opening_key(pem: str) -> OpeningKey:
    """Return the key of a private key file.

    Raises:
        AuditError: it holds no X25519 private key.
    """
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, X25519PrivateKey):
        message = "不是解封用的私钥（X25519）"
        raise AuditError(message, _REMEDY)
    return OpeningKey(key)


def _derived(shared: bytes, both: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=both, info=_PURPOSE).derive(shared)
