"""What the commands of ``relapse-rules bundle`` share: opening a bundle, reading keys, wording its manifest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from relapse_rules.bundle.bundles import Bundle, opened
from relapse_rules.bundle.container import content_of
from relapse_rules.bundle.errors import BundleError
from relapse_rules.cli import inputs
from relapse_rules.cli.failure import FOUND, Failure, unreadable

if TYPE_CHECKING:
    from relapse_rules.audit.keys import PublicKey, SigningKey
    from relapse_rules.bundle.manifest import Manifest


def bundle_in(path: Path) -> Bundle:
    """Return the bundle in a file.

    Raises:
        BundleError: it is none, or was changed.
        Failure: the file cannot be read.
    """
    try:
        return opened(content_of(str(path)))
    except OSError as error:
        raise unreadable(error) from None


def refused(path: Path, error: BundleError) -> Failure:
    """Return how a command ends that was given such a bundle."""
    return Failure(f"{path}：{error}", FOUND)


def signing_key_in(path: Path) -> SigningKey:
    """Return the private key in a file.

    Raises:
        Failure: it cannot be read, or holds no such key.
    """
    _require_cryptography()
    from relapse_rules.audit.keys import signing_key  # noqa: PLC0415 - an extra
    from relapse_rules.cli.audit.desk import key_from  # noqa: PLC0415 - the same

    return key_from(path, signing_key)


def public_keys_in(paths: Sequence[Path]) -> tuple[PublicKey, ...]:
    """Return the public keys in files.

    Raises:
        Failure: one cannot be read, or holds none.
    """
    if not paths:
        return ()
    _require_cryptography()
    from relapse_rules.audit.keys import verifying_key  # noqa: PLC0415 - an extra
    from relapse_rules.cli.audit.desk import key_from  # noqa: PLC0415 - the same

    return tuple(key_from(path, verifying_key) for path in paths)


def can_check_signatures() -> bool:
    """Whether what signatures take is installed."""
    try:
        import relapse_rules.audit.keys  # noqa: F401, PLC0415 - an extra
    except ModuleNotFoundError:
        return False
    return True


def described(manifest: Manifest) -> Iterator[str]:
    """Yield what a manifest says, a line each."""
    first = "没有写" if manifest.valid_from is None else manifest.valid_from.isoformat()
    last = "不限" if manifest.valid_until is None else manifest.valid_until.isoformat()
    yield f"政策　　{manifest.policy}"
    yield f"校验值　{manifest.digest}"
    yield f"有效期　自 {first} 至 {last}"
    yield f"制作　　relapse_rules {manifest.library}"
    yield f"目录　　{f'{manifest.outline}，{manifest.statements} 条陈述' if manifest.outline else '没有'}"
    yield f"文件　　{len(manifest.sources)} 个，主文件 {manifest.entry}"
    if manifest.overlays:
        yield f"补充　　{'、'.join(manifest.overlays)}"


def _require_cryptography() -> None:
    inputs.require_installed("audit", "cryptography")
