"""Signs a bundle's manifest, which holds the digests of all else (Ed25519, the keys of `relapse_rules.audit.keys`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from relapse_rules.audit.canonical import canonical, parsed
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.keys import PublicKey, SigningKey, public_key, short
from relapse_rules.bundle.errors import BundleError

_KIND: Final = "bundle-signature"
_AGAIN: Final = "向发布单位重新要一份，或重新要它的公钥"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signed, and what was said. It has been checked: the key has signed this manifest."""

    key: PublicKey


def signature_text(manifest: str, key: SigningKey) -> bytes:
    """Return what a bundle keeps of ``key`` and its signature over ``manifest``."""
    return canonical(
        {"kind": _KIND, "format": 1, "key": key.public.statement, "signature": key.sign(manifest)}
    ).encode()


def checked_signature(kept: bytes, manifest: str) -> Signature:
    """Return the signature that a bundle keeps.

    Raises:
        BundleError: it is none, or not over this manifest.
    """
    try:
        match parsed(kept.decode()):
            case {
                "kind": "bundle-signature",
                "format": 1,
                "key": str(statement),
                "signature": str(signature),
                **rest,
            } if not rest:
                key = public_key(statement)
            case _:
                message = "政策包里的签名读不出来"
                raise BundleError(message, _AGAIN)
    except (UnicodeDecodeError, AuditError) as error:
        message = f"政策包里的签名用不得：{error}"
        raise BundleError(message, _AGAIN) from None
    if not key.signed(manifest, signature):
        message = f"签名不对：密钥 {short(key.id)} 签的不是这份清单"
        raise BundleError(message, _AGAIN)
    return Signature(key=key)


def require_trusted(signature: Signature | None, keys: Sequence[PublicKey]) -> None:
    """Refuse a bundle that none of ``keys`` has signed.

    Raises:
        BundleError: it has no signature, or that of another key.
    """
    if signature is None:
        message = "政策包没有签名"
        raise BundleError(message, "要求签名时，用 relapse-rules bundle build --key 签过的")
    if all(signature.key.id != key.id for key in keys):
        message = f"政策包是另一把密钥 {short(signature.key.id)} 签的，不在认的公钥之内"
        raise BundleError(message, _AGAIN)
