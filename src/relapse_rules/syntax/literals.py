"""Reads the literals of the language into normal form: numbers with units, dates and times, statement ids."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

STATEMENT_ID: Final = re.compile(r"\d{1,2}(?:\.\d{1,2})?-\d{2}")
"""``1-01``, ``4.10-08``: a section of the plan and the place of a statement in it."""

_NUMBER: Final = re.compile(r"(\d+(?:\.\d+)?)(.*)", re.DOTALL)
_MOMENT: Final = re.compile(
    r"(\d{4})(-)(\d{1,2})-(\d{1,2})(?:[T \t\u3000]+(\d{1,2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?)?"
)
_YEAR_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_MONTHS: Final = 12


def number(written: str) -> tuple[str, str]:
    """Return the digits and the unit of a number token, digits without needless zeros in front.

    >>> number("03.50万元"), number("30%"), number("0.5")
    (('3.50', '万元'), ('30', '%'), ('0.5', ''))
    """
    found = _NUMBER.fullmatch(written)
    assert found is not None, "the lexer makes numbers of this shape only"
    whole, point, fraction = found[1].partition(".")
    return f"{whole.lstrip('0') or '0'}{point}{fraction}", found[2]


def moment(written: str) -> str | None:
    """Return a date, a time or a year and month in ISO form; None when there is no such day or it is written otherwise.

    >>> moment("2023-7-28"), moment("2023-08-01 20:00"), moment("2023-08-01T20:00:00+08:00"), moment("2023-05")
    ('2023-07-28', '2023-08-01T20:00:00', '2023-08-01T20:00:00+08:00', '2023-05')
    >>> moment("2023-02-30") is None
    True
    """
    month = _YEAR_MONTH.fullmatch(written)
    if month is not None:
        return written if int(month[1]) and 1 <= int(month[2]) <= _MONTHS else None
    found = _MOMENT.fullmatch(written)
    if found is None:
        return None
    day = f"{found[1]}-{int(found[3]):02}-{int(found[4]):02}"
    try:
        if found[5] is None:
            return date.fromisoformat(day).isoformat()
        clock = found[5] if found[5].count(":") > 1 else f"{found[5]}:00"
        return datetime.fromisoformat(f"{day}T{clock.rjust(8, '0')}{found[6] or ''}").isoformat()
    except ValueError:
        return None


def is_zoned(written: str) -> bool:
    """Return whether a moment in ISO form says its offset from UTC.

    >>> is_zoned("2023-08-01T20:00:00+08:00"), is_zoned("2023-08-01")
    (True, False)
    """
    return "T" in written and ("+" in written or "-" in written.partition("T")[2])
