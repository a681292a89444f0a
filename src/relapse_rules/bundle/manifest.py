"""What a bundle says of itself: canonical JSON, which holds the digest of everything else in it and is what is signed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from relapse_rules.audit.canonical import canonical, parsed
from relapse_rules.audit.errors import AuditError
from relapse_rules.bundle.errors import BundleError

FORMAT: Final = 1
KIND: Final = "policy-bundle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """``policy``: its name; ``digest``: that of its files, as records of decisions name it; ``program``: SHA-256 of the program's text.

    ``library``: the version that built it. ``entry`` and ``overlays`` are names among ``sources`` (name → SHA-256 of the bytes).
    ``valid_from`` and ``valid_until``: dates in force, both included, None without a limit. ``outline``: the file of the plan's outline.
    """

    policy: str
    digest: str
    program: str
    library: str
    entry: str
    overlays: tuple[str, ...]
    sources: Mapping[str, str]
    valid_from: date | None
    valid_until: date | None
    outline: str | None
    statements: int

    @property
    def text(self) -> str:
        """The canonical text."""
        return canonical(
            {
                "kind": KIND,
                "format": FORMAT,
                "policy": self.policy,
                "digest": self.digest,
                "program": self.program,
                "library": self.library,
                "entry": self.entry,
                "overlays": self.overlays,
                "sources": dict(self.sources),
                "valid_from": None if self.valid_from is None else self.valid_from.isoformat(),
                "valid_until": None if self.valid_until is None else self.valid_until.isoformat(),
                "outline": self.outline,
                "statements": self.statements,
            }
        )

    def is_in_force(self, day: date) -> bool:
        """Whether ``day`` lies within the dates in force."""
        return (self.valid_from is None or day >= self.valid_from) and (
            self.valid_until is None or day <= self.valid_until
        )


def sha256(content: bytes) -> str:
    """Return a digest in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def manifest_from(content: bytes) -> Manifest:
    """Return the manifest that a bundle holds.

    Raises:
        BundleError: it is none, or from a newer version.
    """
    try:
        value = parsed(content.decode())
    except (UnicodeDecodeError, AuditError):
        raise _no_manifest() from None
    match value:
        case {"kind": "policy-bundle", "format": int(version)} if version > FORMAT:
            message = f"政策包的格式版本是 {version}，这一版程序只认到 {FORMAT}"
            raise BundleError(message, "升级 relapse_rules")
        case {"kind": "policy-bundle", "format": 1, **said}:
            return _manifest(said)
        case _:
            raise _no_manifest()


def _manifest(said: dict[Any, Any]) -> Manifest:
    match said:
        case {
            "policy": str(policy),
            "digest": str(digest),
            "program": str(program),
            "library": str(library),
            "entry": str(entry),
            "overlays": overlays,
            "sources": sources,
            "valid_from": valid_from,
            "valid_until": valid_until,
            "outline": None | str() as outline,
            "statements": int(statements),
            **rest,
        } if not rest:
            return Manifest(
                policy=policy,
                digest=digest,
                program=program,
                library=library,
                entry=entry,
                overlays=_names(overlays),
                sources=_digests(sources),
                valid_from=_day(valid_from),
                valid_until=_day(valid_until),
                outline=outline,
                statements=statements,
            )
        case _:
            raise _no_manifest()


def _names(said: object) -> tuple[str, ...]:
    parts = cast("list[object]", said) if isinstance(said, list) else [None]
    names = tuple(each for each in parts if isinstance(each, str))
    if len(names) < len(parts):
        raise _no_manifest()
    return names


def _digests(said: object) -> dict[str, str]:
    parts = cast("dict[str, object]", said) if isinstance(said, dict) else {"": None}
    digests = {name: each for name, each in parts.items() if isinstance(each, str)}
    if len(digests) < len(parts):
        raise _no_manifest()
    return digests


def _day(said: object) -> date | None:
    match said:
        case None:
            return None
        case str():
            try:
                return date.fromisoformat(said)
            except ValueError:
                raise _no_manifest() from None
        case _:
            raise _no_manifest()


def _no_manifest() -> BundleError:
    return BundleError("政策包的清单读不出来", "向发布单位重新要一份")
