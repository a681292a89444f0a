"""Where the texts of a policy are read from: files on a disk, or a bundle with the county's own files beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from relapse_rules import store
from relapse_rules.bundle.container import content_of, is_bundle
from relapse_rules.bundle.errors import BundleError
from relapse_rules.check.loading import read_from_disk
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.source import SourceText

if TYPE_CHECKING:
    from relapse_rules.bundle.bundles import Bundle


@dataclass(slots=True, kw_only=True)
class Places:
    """``entry``, ``overlays`` and ``library``: names that `read` knows. ``bundle``: the one that they are in, if they are.

    ``seen``: each file of the disk that was read → the digest of its bytes, None for what was looked for and not there.
    """

    entry: str
    overlays: tuple[str, ...]
    library: str | None = None
    bundle: Bundle | None = None
    seen: dict[str, bytes | None] = field(default_factory=dict[str, bytes | None])

    def read(self, name: str) -> SourceText | Diagnostic:
        """Return the text of that name, or why it cannot be read."""
        inner = None if self.bundle is None else self.bundle.sources.get(name)
        if inner is not None:
            return SourceText(name, inner)
        text = read_from_disk(name)
        self.seen[name] = store.file_digest(name) if isinstance(text, SourceText) else None
        return text


def places_of(entry: str, overlays: Sequence[str]) -> Places:
    """Return where the policy with the main file ``entry``, or in the bundle ``entry``, is read from.

    Raises:
        BundleError: the bundle is not to be used.
    """
    if not is_bundle(entry):
        return Places(entry=entry, overlays=tuple(overlays))
    from relapse_rules.audit.archive import LIBRARY  # noqa: PLC0415 - most policies are in no bundle
    from relapse_rules.bundle.bundles import opened  # noqa: PLC0415 - the same

    try:
        data = content_of(entry)
    except OSError as error:
        message = f"读不了政策包：{error.strerror}"
        raise BundleError(message) from None
    bundle = opened(data)
    # Absolute, so that no file of the disk has the name of one in the bundle.
    own = (Path(name).absolute().as_posix() for name in overlays)
    return Places(
        entry=bundle.manifest.entry,
        overlays=(*bundle.manifest.overlays, *own),
        library=LIBRARY,
        bundle=bundle,
        seen={entry: hashlib.sha256(data).digest()},
    )
