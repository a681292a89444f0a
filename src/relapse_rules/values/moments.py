"""The calendar day of a moment, in the one time zone of the county (Asia/Shanghai)."""

from __future__ import annotations

from datetime import date
from typing import Final

from relapse_rules.values.types import SECONDS_PER_DAY, UTC_OFFSET_SECONDS

EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()


def day_of(seconds: int) -> int:
    """Return the ordinal of the calendar day of a moment (seconds since 1970-01-01T00:00:00Z).

    >>> day_of(16 * 3600 - 1), day_of(16 * 3600)
    (719163, 719164)
    """
    return EPOCH_ORDINAL + (seconds + UTC_OFFSET_SECONDS) // SECONDS_PER_DAY
