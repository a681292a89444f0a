"""Moments of records: ISO 8601 texts, kept as they were given and compared as seconds."""

from __future__ import annotations

from relapse_rules.audit.errors import AuditError
from relapse_rules.facts.moments import MomentError, time_seconds


def seconds(moment: object) -> int:
    """Return seconds since 1970-01-01T00:00:00Z.

    Raises:
        AuditError: it is no moment.
    """
    try:
        return time_seconds(moment)
    except MomentError as error:
        message = f"不是时间：{error}"
        raise AuditError(message, "写作 2023-08-02T09:00:00+08:00") from None
