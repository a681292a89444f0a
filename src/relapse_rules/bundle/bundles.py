"""Makes bundles and opens them. Nothing in one is run: a policy is compiled again from the texts, and must come out as it went in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from relapse_rules.audit.archive import archived
from relapse_rules.audit.errors import AuditError
from relapse_rules.bundle.container import packed, unpacked
from relapse_rules.bundle.errors import BundleError
from relapse_rules.bundle.manifest import Manifest, manifest_from, sha256
from relapse_rules.ir.details import Details
from relapse_rules.ir.dump import dump
from relapse_rules.ir.program import Program

if TYPE_CHECKING:
    from relapse_rules.audit.keys import SigningKey
    from relapse_rules.bundle.signature import Signature

_MANIFEST: Final = "manifest.json"
_PROGRAM: Final = "program.txt"
_SIGNATURE: Final = "signature.json"
_SOURCES: Final = "sources/"
_OUTLINE: Final = ".outline"
_AGAIN: Final = "向发布单位重新要一份"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """An opened bundle, whole and in accord with itself. ``program``: the compiled program as text, as it was when it was built."""

    manifest: Manifest
    sources: Mapping[str, str]
    program: str
    signature: bytes | None

    def signed(self) -> Signature | None:
        """Return its signature, checked; None when there is none.

        Raises:
            BundleError: the signature is not over this bundle.
            ImportError: without the extra ``relapse_rules[audit]``.
        """
        if self.signature is None:
            return None
        from relapse_rules.bundle.signature import checked_signature  # noqa: PLC0415 - an extra

        return checked_signature(self.signature, self.manifest.text)

    def require_same(self, program: Program) -> None:
        """Refuse to use the bundle when its texts compile to something else than they did where it was built.

        Raises:
            BundleError: they do; or the manifest was not made for these texts.
        """
        manifest = self.manifest
        said = (manifest.policy, manifest.digest, manifest.valid_from, manifest.valid_until)
        if said != (program.policy, program.digest, _day(program.valid_from), _day(program.valid_until)):
            message = "政策包的清单与规则文本不符"
            raise BundleError(message, _AGAIN)
        if sha256(dump(program).encode()) != manifest.program:
            message = (
                f"这一版程序（{version('relapse-rules')}）编译出来的与政策包里的（{manifest.library}）不同"
            )
            raise BundleError(message, f"用 relapse_rules {manifest.library}，或请发布单位用这一版重新制作")


def build(program: Program, details: Details, key: SigningKey | None = None) -> bytes:
    """Return the bundle of a policy, signed by ``key`` if there is one: the same bytes for the same files, library and key.

    Raises:
        BundleError: the policy was not made from files, or they do not fit into a bundle.
    """
    try:
        files = archived(details)
    except AuditError as error:
        raise BundleError(error.message, error.help) from None
    text = dump(program).encode()
    contents = {name: source.encode() for name, source in files.sources}
    manifest = Manifest(
        policy=program.policy,
        digest=program.digest,
        program=sha256(text),
        library=version("relapse-rules"),
        entry=files.entry,
        overlays=files.overlays,
        sources={name: sha256(content) for name, content in contents.items()},
        valid_from=_day(program.valid_from),
        valid_until=_day(program.valid_until),
        outline=next((name for name in contents if name.endswith(_OUTLINE)), None),
        statements=len(details.gists),
    )
    entries = {f"{_SOURCES}{name}": content for name, content in contents.items()}
    entries |= {_MANIFEST: manifest.text.encode(), _PROGRAM: text}
    if key is not None:
        from relapse_rules.bundle.signature import signature_text  # noqa: PLC0415 - an extra

        entries[_SIGNATURE] = signature_text(manifest.text, key)
    return packed(entries)


def opened(data: bytes) -> Bundle:
    """Return the bundle in ``data``: every part there, none besides, each as the manifest says. Nothing is compiled yet.

    Raises:
        BundleError: it is none, or was changed, or is from a newer version.
    """
    entries = unpacked(data)
    if _MANIFEST not in entries:
        message = "不是政策包：里面没有清单"
        raise BundleError(message, "用 relapse-rules bundle build 制作")
    manifest = manifest_from(entries.pop(_MANIFEST))
    signature = entries.pop(_SIGNATURE, None)
    program = entries.pop(_PROGRAM, b"")
    sources = {name.removeprefix(_SOURCES): content for name, content in entries.items()}
    whole = (
        all(name.startswith(_SOURCES) for name in entries)
        and {name: sha256(content) for name, content in sources.items()} == manifest.sources
        and sha256(program) == manifest.program
        and {manifest.entry, *manifest.overlays} <= sources.keys()
    )
    if not whole:
        message = "政策包里的文件与清单不符，被改动过"
        raise BundleError(message, _AGAIN)
    try:
        texts = {name: content.decode() for name, content in sources.items()}
        return Bundle(manifest=manifest, sources=texts, program=program.decode(), signature=signature)
    except UnicodeDecodeError:
        message = "政策包里有文件不是 UTF-8 文本"
        raise BundleError(message, _AGAIN) from None


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)
