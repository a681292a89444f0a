"""Reads an archived policy again, from its texts alone: nothing on the disk of this machine takes part."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from relapse_rules.audit.archive import LIBRARY, Archived
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.making import PolicyLike
from relapse_rules.check.check import check
from relapse_rules.check.loading import load_files, read_from
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.diagnostics import Diagnostic, Severity
from relapse_rules.source import SourceText

Compile = Callable[[TypedPolicy, Mapping[str, SourceText]], PolicyLike]
"""Makes a policy that decides of a typed one and its texts: `relapse_rules.policy.compile_policy`."""


def restore(archived: Archived) -> tuple[TypedPolicy, Mapping[str, SourceText]]:
    """Return the typed policy of archived files, and their texts.

    Raises:
        AuditError: this version finds errors in them.
    """
    loaded = load_files(archived.entry, read_from(dict(archived.sources)), archived.overlays, library=LIBRARY)
    assert loaded.value is not None, "files are always loaded, whatever is wrong with them"
    checked = check(loaded.value)
    if loaded.has_errors or checked.value is None:
        raise _unreadable((*loaded.diagnostics, *checked.diagnostics))
    return checked.value, loaded.value.sources


def _unreadable(found: tuple[Diagnostic, ...]) -> AuditError:
    first = next((each for each in found if each.severity is Severity.ERROR), None)
    reason = "" if first is None else f"：{first.span.file} {first.code} {first.message}"
    message = f"存档的政策这一版程序读不了{reason}"
    return AuditError(message, "用记录里写明的那一版 relapse_rules 复算")
