"""The small helpers of the hand-written plan: three-valued logic over ``True``, ``False`` and ``None`` (unknown)."""

from __future__ import annotations

from datetime import date

NEVER = 1 << 62
"""未发生, as `Case` rows hold it."""
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

Truth = bool | None


def all3(*values: Truth) -> Truth:
    """Return Kleene's and."""
    return False if False in values else None if None in values else True


def any3(*values: Truth) -> Truth:
    """Return Kleene's or."""
    return True if True in values else None if None in values else False


def not3(value: Truth) -> Truth:
    """Return Kleene's not."""
    return None if value is None else not value


def exists(values: list[Truth], complete: bool) -> Truth:  # noqa: FBT001 - always passed by position
    """Return whether any listed value holds; an incomplete list proves nothing by what is missing."""
    return True if True in values else False if complete and None not in values else None


def every(values: list[Truth], complete: bool) -> Truth:  # noqa: FBT001 - the same
    """Return whether all listed values hold."""
    return False if False in values else True if complete and None not in values else None


def at_least(limit: int | None, values: list[Truth], complete: bool) -> Truth:  # noqa: FBT001 - the same
    """Return whether ``limit`` of the values hold, as far as it is known."""
    if limit is None:
        return None
    proved = values.count(True)
    if proved >= limit:
        return True
    return False if complete and proved + values.count(None) < limit else None


def member(value: str | None, *choices: str) -> Truth:
    """Return whether a stated name is one of ``choices``."""
    return None if value is None else value in choices


def holds_any(values: frozenset[str] | None, *choices: str) -> Truth:
    """Return whether a stated set holds one of ``choices``."""
    return None if values is None else not values.isdisjoint(choices)


def filled(values: frozenset[str] | None) -> Truth:
    """Return whether a stated set is not empty."""
    return None if values is None else bool(values)


def happened(moment: int | None, now: int) -> Truth:
    """Return whether a date or time has come by ``now``."""
    return None if moment is None else moment <= now


def at_most(value: int | None, limit: int | None) -> Truth:
    """Return whether ``value`` does not exceed ``limit``."""
    return None if value is None or limit is None else value <= limit


def merged(rule: Truth, supplied: Truth) -> Truth:
    """Return a derived condition: by rule or as supplied; unknown where they contradict each other."""
    return supplied if rule is None else rule if supplied is None or supplied is rule else None


def merged_number(rule: int | None, supplied: int | None) -> int | None:
    """Return a derived number: by rule or as supplied; unknown where they contradict each other."""
    return supplied if rule is None else rule if supplied is None or supplied == rule else None


def rounded(top: int | None, bottom: int | None) -> int | None:
    """Return ``top / bottom``, halves away from zero."""
    if top is None or not bottom:
        return None
    sign = -1 if top < 0 else 1
    return sign * ((2 * abs(top) + bottom) // (2 * bottom))


def age(birth: int | None, today: date) -> int | None:
    """Return whole years from the ordinal ``birth`` to ``today``."""
    if birth is None or birth == NEVER:
        return None
    born = date.fromordinal(birth)
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def month_of(moment: int) -> int:
    """Return year * 12 + month - 1 in Asia/Shanghai of a time in seconds."""
    day = date.fromordinal((moment + 28_800) // 86_400 + EPOCH_ORDINAL)
    return day.year * 12 + day.month - 1
