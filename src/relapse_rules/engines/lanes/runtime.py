"""What generated code calls where straight-line bit operations do not reach: numbers in columns, counts, references.

A relation comes as ``members`` (for each parent lane, the bits of the children known to belong to it), ``loose`` (the bits of
children whose parent is not known) and ``complete`` (the list was supplied). Rails are pairs (yes, no) of integers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from relapse_rules.values.moments import day_of
from relapse_rules.values.truth import Comparison, compare, compare_between
from relapse_rules.values.types import NEVER

Column = Sequence[int | None]
Rail = tuple[int, int]


def exists(yes: int, no: int, members: Sequence[int], loose: int, complete: bool) -> Rail:  # noqa: FBT001 - generated calls
    """Fold by 存在, a parent lane at a time."""
    out_yes = out_no = 0
    for lane, own in enumerate(members):
        possible = own | loose
        if yes & own:
            out_yes |= 1 << lane
        elif complete and no & possible == possible:
            out_no |= 1 << lane
    return out_yes, out_no


def every(yes: int, no: int, members: Sequence[int], loose: int, complete: bool) -> Rail:  # noqa: FBT001 - generated calls
    """Fold by 每个, a parent lane at a time."""
    out_no, out_yes = exists(no, yes, members, loose, complete)
    return out_yes, out_no


def lift(yes: int, no: int, links: Sequence[int | None]) -> Rail:
    """Give each child its parent's condition; unknown where the parent is."""
    out_yes = out_no = 0
    if yes or no:
        for lane, parent in enumerate(links):
            if parent is not None:
                out_yes |= (yes >> parent & 1) << lane
                out_no |= (no >> parent & 1) << lane
    return out_yes, out_no


def lift_numbers(column: Column, links: Sequence[int | None]) -> Column:
    """Give each child its parent's number; unknown where the parent is."""
    return [None if parent is None else column[parent] for parent in links]


def rails_of(answers: Sequence[bool | None]) -> Rail:
    """Return the rails of a list of truths, lane by lane."""
    yes = no = 0
    for lane, answer in enumerate(answers):
        if answer is True:
            yes |= 1 << lane
        elif answer is False:
            no |= 1 << lane
    return yes, no


def compare_columns(operator: Callable[[int, int], bool], left: Column, right: Column) -> Rail:
    """Compare two columns, lane by lane."""
    yes = no = 0
    bit = 1
    for one, other in zip(left, right, strict=True):
        if one is not None and other is not None:
            if operator(one, other):
                yes |= bit
            else:
                no |= bit
        bit <<= 1
    return yes, no


def compare_ratio(
    operator: Comparison, top: int | None, bottom: int | None, other_top: int | None, other_bottom: int | None
) -> bool | None:
    """Compare ``top / bottom`` with ``other_top / other_bottom`` by cross-multiplying; unknown by any unknown part or a bottom of 0."""
    if (
        top is None
        or bottom is None
        or other_top is None
        or other_bottom is None
        or not bottom
        or not other_bottom
    ):
        return None
    if NEVER in (top, bottom, other_top, other_bottom):
        return None
    left, right = top * other_bottom, other_top * bottom
    return (
        compare(operator, left, right)
        if (bottom > 0) == (other_bottom > 0)
        else compare(operator, -left, -right)
    )


def compare_counts(
    operator: Comparison,
    rail: Rail,
    relation: tuple[Sequence[int], int, bool],
    limits: Column,
) -> Rail:
    """Compare each parent's count of children by bounds (`values.truth.compare_between`)."""
    (yes, no), (members, loose, complete) = rail, relation
    answers: list[bool | None] = []
    for own, limit in zip(members, limits, strict=True):
        low = (yes & own).bit_count()
        high = ((own | loose) & ~no).bit_count() if complete else None
        answers.append(
            None if limit is None or limit == NEVER else compare_between(operator, low, high, limit)
        )
    return rails_of(answers)


def counts(rail: Rail, relation: tuple[Sequence[int], int, bool]) -> Column:
    """Return each parent's exact count of children whose condition is yes."""
    (yes, no), (members, loose, complete) = rail, relation
    if not complete:
        return [None] * len(members)
    return [
        (yes & own).bit_count() if (yes & own | no) & (own | loose) == own | loose else None
        for own in members
    ]


def aggregate(kind: str, column: Column, rail: Rail, relation: tuple[Sequence[int], int, bool]) -> Column:
    """Return each parent's sum, maximum or minimum over the children whose condition is yes."""
    (yes, no), (members, loose, complete) = rail, relation
    found: list[int | None] = []
    for own in members:
        chosen = yes & own
        if not complete or (chosen | no) & (own | loose) != own | loose:
            found.append(None)
            continue
        values = [value for lane, value in enumerate(column) if chosen >> lane & 1]
        found.append(_combined(kind, values))
    return found


def _combined(kind: str, values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    if kind == "sum":
        return None if NEVER in known else sum(known)
    if not known:
        return None
    return max(known) if kind == "max" else min(known)


def calculate(operation: str, left: int | None, right: int | None, rounding: str, scale: int) -> int | None:
    """Return the exact result, brought to steps by ``scale`` and rounded as said; unknown by an unknown side, NEVER or a divisor of 0."""
    if left is None or right is None or NEVER in (left, right):
        return None
    match operation:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return divide(left * right, scale, rounding)
        case _:
            return divide(left * scale, right, rounding) if right else None


def divide(top: int, bottom: int, rounding: str) -> int:
    """Return ``top / bottom`` as an integer: halves away from zero, towards zero (down) or away from it (up)."""
    sign = -1 if (top < 0) != (bottom < 0) else 1
    quotient, rest = divmod(abs(top), abs(bottom))
    if rest and (rounding == "up" or (rounding == "half-up" and 2 * rest >= abs(bottom))):
        quotient += 1
    return sign * quotient


def age(birth: int | None, today: int) -> int | None:
    """Return whole years from the date ``birth`` to ``today`` (ordinals)."""
    if birth is None or birth == NEVER:
        return None
    born, now = date.fromordinal(birth), date.fromordinal(today)
    return now.year - born.year - ((now.month, now.day) < (born.month, born.day))


def date_of(moment: int | None) -> int | None:
    """Return the ordinal of the calendar date in Asia/Shanghai of ``moment`` (seconds); NEVER stays."""
    return moment if moment is None or moment == NEVER else day_of(moment)


def apart(left: int | None, right: int | None, step: int) -> int | None:
    """Return the absolute distance in seconds of two moments counted in ``step`` seconds; unknown with NEVER."""
    if left is None or right is None or NEVER in (left, right):
        return None
    return abs(left - right) * step


def merge_number(rule: int | None, supplied: int | None) -> tuple[int | None, bool]:
    """Return the derived number merged with what was supplied, and whether they contradict each other."""
    if rule is None or supplied is None or rule == supplied:
        return (supplied if rule is None else rule), False
    return None, True


def merge_columns(rule: Column, supplied: Column) -> tuple[Column, int]:
    """Return the merged column and the lanes that contradict each other, as bits."""
    merged: list[int | None] = []
    clashes = 0
    for lane, pair in enumerate(zip(rule, supplied, strict=True)):
        value, clash = merge_number(*pair)
        merged.append(value)
        clashes |= clash << lane
    return merged, clashes
