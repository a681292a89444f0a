"""What the generated kernel of words asks of its block: folds, lifts, comparisons and exact arithmetic over NumPy arrays.

Rails are arrays (slots, words) of ``uint64``; bit ``k`` of word ``w`` is household ``64 w + k``. Numbers are arrays (slots, households) of
``int64`` beside arrays of which of them are known; both may be narrower where everything is the same. `ir.ranges` has proved that no
sum or product leaves ``int64``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from relapse_rules.values.moments import EPOCH_ORDINAL
from relapse_rules.values.types import NEVER, SECONDS_PER_DAY, UTC_OFFSET_SECONDS

Words = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Told = tuple[str, str, str | None]
"""A relation: child, parent, reference."""

FULL: Final = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
NOTHING: Final = np.zeros((1, 1), np.uint64)
EVERYTHING: Final = np.full((1, 1), FULL)
"""A rail that is the same for everybody."""

NOBODY: Final = -1
"""In links: the element that is referred to is not known."""

_DAYS_OF_LIFE: Final = 130 * 366
_AT_ONCE: Final = 1 << 14

Operand = npt.NDArray[Any]
"""A number's values, or which of them are known."""

Compared = Callable[[Operand, Operand], Any]


def packed(cells: Bools) -> Words:
    """Return cells (slots, households) as words; the number of households is a multiple of 64."""
    return np.packbits(cells, axis=-1, bitorder="little").view(np.uint64)


def unpacked(rails: Words) -> Bools:
    """Return words as cells."""
    return np.unpackbits(rails.view(np.uint8), axis=-1, bitorder="little").view(np.bool_)


class Frame:
    """The shape of one block of households.

    ``households``: how many there is room for, a multiple of 64. ``slots``: by domain. ``present``: by domain, which slots hold an
    element. ``complete``: by domain, the households whose list was supplied. ``links``: by reference, the slot (or, for a county's
    own domain, the lane) that each element refers to; what hangs under a household needs none. ``today``: 判定时点's date (ordinal).
    """

    def __init__(
        self,
        *,
        households: int,
        slots: Mapping[str, int],
        present: Mapping[str, Words],
        complete: Mapping[str, Words],
        links: Mapping[Told, npt.NDArray[np.int32]],
        today: int,
    ) -> None:
        self.households = households
        self.words = households // 64
        self.slots = slots
        self.present = present
        self.complete = complete
        self.links = links
        self.today = today
        self.conflicts: list[tuple[int, Words]] = []
        self._ages = _ages_on(today)
        self._absent = {domain: ~there for domain, there in present.items()}
        self._belongs: dict[Told, tuple[tuple[Words, ...], Words]] = {}

    # --- between domains --------------------------------------------------------------------------

    def exists(self, yes: Words, no: Words, relation: Told) -> tuple[Words, Words]:
        """Fold by 存在, a parent at a time."""
        child, _, _ = relation
        complete, absent = self.complete[child], self._absent[child]
        if self._hangs(relation):
            found = np.bitwise_or.reduce(yes & self.present[child], axis=0, keepdims=True)
            return found, np.bitwise_and.reduce(no | absent, axis=0, keepdims=True) & complete
        owned, loose = self.owned(relation)
        found_yes = [np.bitwise_or.reduce(yes & own, axis=0) for own in owned]
        possible = [own if loose is None else own | loose for own in owned]
        found_no = [complete & ~np.bitwise_or.reduce(each & ~no, axis=0) for each in possible]
        return self._stacked(found_yes), self._stacked(found_no)

    def every(self, yes: Words, no: Words, relation: Told) -> tuple[Words, Words]:
        """Fold by 每个, a parent at a time."""
        refuted, proved = self.exists(no, yes, relation)
        return proved, refuted

    def lift(self, yes: Words, no: Words, relation: Told) -> tuple[Words, Words]:
        """Give each element its parent's condition; unknown where the parent is."""
        if self._hangs(relation):
            return yes, no
        out_yes = np.zeros((self.slots[relation[0]], self.words), np.uint64)
        out_no = np.zeros_like(out_yes)
        for slot, own in enumerate(self.owned(relation)[0]):
            place = min(slot, len(yes) - 1)
            out_yes |= own & yes[place]
            out_no |= own & no[min(slot, len(no) - 1)]
        return out_yes, out_no

    def lift_shared(self, yes: int, no: int, relation: Told) -> tuple[Words, Words]:
        """Give each element the condition of what it refers to in a domain of the county."""
        links = self.links.get(relation)
        if links is None:
            return (EVERYTHING if yes & 1 else NOTHING), (EVERYTHING if no & 1 else NOTHING)
        return packed(self._looked_up(yes, links)), packed(self._looked_up(no, links))

    def lift_number(self, values: Ints, known: Bools, relation: Told) -> tuple[Ints, Bools]:
        """Give each element its parent's number; unknown where the parent is."""
        if self._hangs(relation):
            return values, known
        shape = (self.slots[relation[1]], self.households)
        links = self.links[relation]
        at = np.maximum(links, 0)
        columns = np.arange(self.households)
        if shape[0] == 0:
            return np.zeros(links.shape, np.int64), np.zeros(links.shape, np.bool_)
        above = np.broadcast_to(values, shape)[at, columns]
        return above, np.broadcast_to(known, shape)[at, columns] & (links != NOBODY)

    def lift_shared_number(
        self, column: int | list[int | None] | None, _: object, relation: Told
    ) -> tuple[Ints, Bools]:
        """Give each element the number of what it refers to in a domain of the county."""
        lanes = column if isinstance(column, list) else [column]
        values = np.array([0 if value is None else value for value in (*lanes, None)], np.int64)
        known = np.array([value is not None for value in (*lanes, None)], np.bool_)
        links = self.links.get(relation)
        if links is None:
            return values[:1].reshape(1, 1), known[:1].reshape(1, 1)
        # The last place stands for what is not known.
        return values[links], known[links]

    def _looked_up(self, rail: int, links: npt.NDArray[np.int32]) -> Bools:
        size = max(int(links.max(initial=-1)), rail.bit_length() - 1) + 1
        lanes = np.array([bool(rail >> lane & 1) for lane in range(size)] + [False], np.bool_)
        return lanes[links]

    def _hangs(self, relation: Told) -> bool:
        """Whether each element belongs to the one parent that its household has."""
        return relation not in self.links

    def owned(self, relation: Told) -> tuple[tuple[Words, ...], Words | None]:
        """Return for each slot of the parent its children, and the children of which it is not known where they belong."""
        if self._hangs(relation):
            return (self.present[relation[0]],), None
        found = self._belongs.get(relation)
        if found is None:
            links, present = self.links[relation], self.present[relation[0]]
            owned = tuple(packed(links == slot) & present for slot in range(self.slots[relation[1]]))
            found = self._belongs[relation] = owned, packed(links == NOBODY) & present
        return found

    def _stacked(self, rows: list[Words]) -> Words:
        return np.stack(rows) if rows else np.zeros((0, self.words), np.uint64)

    # --- comparisons ------------------------------------------------------------------------------

    def _rails(self, holds: Operand, known: Operand, domain: str) -> tuple[Words, Words]:
        shape = (self.slots[domain], self.households)
        settled = packed(np.broadcast_to(known, shape))
        yes = packed(np.broadcast_to(holds, shape)) & settled
        return yes, yes ^ settled

    def compare(
        self,
        holds: Compared,
        left: Operand,
        left_known: Operand,
        right: Operand,
        right_known: Operand,
        domain: str,
    ) -> tuple[Words, Words]:
        """Compare two numbers."""
        return self._rails(holds(left, right), _both(left_known, right_known), domain)

    def compare_ratio(self, holds: Compared, domain: str, *parts: Operand) -> tuple[Words, Words]:
        """Compare two quotients by cross-multiplying; unknown by an unknown part, a NEVER, or a bottom of 0."""
        top, top_known, bottom, bottom_known, other, other_known, under, under_known = parts
        known = top_known & bottom_known & other_known & under_known & (bottom != 0) & (under != 0)
        for part in (top, bottom, other, under):
            known = known & (part != NEVER)
        top, bottom, other, under = (np.where(known, part, 1) for part in (top, bottom, other, under))
        sign = np.where((bottom > 0) == (under > 0), 1, -1)
        return self._rails(holds(sign * top * under, sign * other * bottom), known, domain)

    def compare_count(
        self,
        operator: str,
        yes: Words,
        no: Words,
        limit: Operand,
        limit_known: Operand,
        relation: Told,
    ) -> tuple[Words, Words]:
        """Compare counts by bounds (`values.truth.compare_between`)."""
        low, high, complete = self._bounds(yes, no, relation)
        known = limit_known & (limit != NEVER)
        proved, refuted = _between(operator, low, high, complete, limit)
        shape = (self.slots[relation[1]], self.households)
        return packed(np.broadcast_to(proved & known, shape)), packed(np.broadcast_to(refuted & known, shape))

    def count(self, yes: Words, no: Words, relation: Told) -> tuple[Ints, Bools]:
        """Return each parent's exact count."""
        low, high, complete = self._bounds(yes, no, relation)
        return low, complete & (low == high)

    def _bounds(self, yes: Words, no: Words, relation: Told) -> tuple[Ints, Ints, Bools]:
        """Return how many children have the condition at least and at most, and where the list is complete."""
        owned, loose = self.owned(relation)
        complete = unpacked(self.complete[relation[0]])
        shape = self.present[relation[0]].shape
        lows = [_counted(np.broadcast_to(yes & own, shape)) for own in owned]
        highs = [
            _counted(np.broadcast_to((own if loose is None else own | loose) & ~no, shape)) for own in owned
        ]
        empty = np.zeros((0, self.households), np.int64)
        return np.stack(lows) if lows else empty, np.stack(highs) if highs else empty, complete

    def aggregate(
        self,
        kind: str,
        values: Operand,
        known: Operand,
        yes: Words | None,
        no: Words | None,
        relation: Told,
    ) -> tuple[Ints, Bools]:
        """Return each parent's sum, maximum or minimum over the children whose condition is yes."""
        owned, loose = self.owned(relation)
        shape = (self.slots[relation[0]], self.households)
        words = self.present[relation[0]].shape
        values, known = np.broadcast_to(values, shape), np.broadcast_to(known, shape)
        complete = unpacked(self.complete[relation[0]])
        results: list[tuple[Ints, Bools]] = []
        for own in owned:
            chosen = np.broadcast_to(own if yes is None else own & yes, words)
            possible = own if loose is None else own | loose
            refuted = np.zeros(words, np.uint64) if no is None else np.broadcast_to(no, words)
            settled = ~np.bitwise_or.reduce(possible & ~(chosen | refuted), axis=0)
            results.append(
                _combined(kind, values, known, unpacked(chosen.copy()), complete & unpacked(settled))
            )
        if not results:
            return np.zeros((0, self.households), np.int64), np.zeros((0, self.households), np.bool_)
        return np.stack([each[0] for each in results]), np.stack([each[1] for each in results])

    # --- arithmetic -------------------------------------------------------------------------------

    def calculate(
        self,
        operation: str,
        left: Operand,
        left_known: Operand,
        right: Operand,
        right_known: Operand,
        rounding: str,
        scale: int,
    ) -> tuple[Operand, Operand]:
        """Return the exact result, rounded as said; unknown by an unknown side or a divisor of 0.

        What is computed where a side is unknown means nothing, and may wrap around.
        """
        known = _both(left_known, right_known)
        match operation:
            case "+":
                return left + right, known
            case "-":
                return left - right, known
            case "*":
                product = left * right
                return (product if scale == 1 else _divided(product, np.array(scale), rounding)), known
            case _:
                top = left if scale == 1 else left * scale
                return _divided(top, np.where(right != 0, right, 1), rounding), known & (right != 0)

    def without_never(self, values: Operand, known: Operand) -> tuple[Operand, Operand]:
        """Return a number for arithmetic, which takes no 未发生."""
        never = values == NEVER
        return np.where(never, 0, values), known & ~never

    def age(self, birth: Operand, known: Operand) -> tuple[Operand, Operand]:
        """Return whole years from a date of birth to 判定时点's date."""
        known = np.broadcast_to(known & (birth != NEVER), birth.shape)
        born, told = birth.reshape(-1), known.reshape(-1)
        ages = np.empty(born.shape, np.int64)
        # Bit by bit, so that what is found on the way stays in the cache.
        for start in range(0, born.size, _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            place = born[part] - (self.today - len(self._ages) + 1)
            ages[part] = self._ages.take(place, mode="clip")
            # Dates before the table (here very large) and in the future are rare, and no reason to reckon every age.
            outside = (place.view(np.uint64) >= len(self._ages)) & told[part]
            if outside.any():
                ages[part][outside] = _years(born[part][outside], self.today)
        return ages.reshape(birth.shape), known

    def date_of(self, moment: Operand, known: Operand) -> tuple[Any, Any]:
        """Return the calendar date in Asia/Shanghai; NEVER stays."""
        never = moment == NEVER
        days = EPOCH_ORDINAL + (np.where(never, 0, moment) + UTC_OFFSET_SECONDS) // SECONDS_PER_DAY
        return np.where(never, NEVER, days), known

    def apart(
        self,
        left: Operand,
        left_known: Operand,
        right: Operand,
        right_known: Operand,
        step: int,
    ) -> tuple[Any, Any]:
        """Return the absolute distance in seconds of two moments counted in ``step`` seconds; unknown with NEVER."""
        known = left_known & right_known & (left != NEVER) & (right != NEVER)
        return np.abs(np.where(known, left, 0) - np.where(known, right, 0)) * step, known

    def merge_number(
        self,
        node: int,
        rule: Operand,
        rule_known: Operand,
        supplied: Operand,
        supplied_known: Operand,
        domain: str,
    ) -> tuple[Any, Any]:
        """Return the derived number merged with what was supplied; two that differ are a contradiction, and unknown."""
        clash = rule_known & supplied_known & (rule != supplied)
        shape = (self.slots[domain], self.households)
        self.conflicts.append((node, packed(np.broadcast_to(clash, shape))))
        return np.where(rule_known, rule, supplied), (rule_known | supplied_known) & ~clash


def _both(left: Operand, right: Operand) -> Operand:
    """Return where both are known; a number that is the same for everybody is known or not."""
    for one, other in ((left, right), (right, left)):
        if one.size == 1 and one.flat[0] and other.ndim == one.ndim:
            return other
    return left & right


def _counted(rail: Words) -> Ints:
    """Return how many slots are set, by household."""
    narrow = np.uint8 if len(rail) <= np.iinfo(np.uint8).max else np.int64
    cells = unpacked(np.ascontiguousarray(rail)).view(np.uint8)
    count: Ints = np.add.reduce(cells, axis=0, dtype=narrow).astype(np.int64)
    return count


def _between(operator: str, low: Ints, high: Ints, complete: Bools, limit: Operand) -> tuple[Bools, Bools]:
    """Return where every number from ``low`` to ``high`` (without end where the list is not ``complete``) compares so, and where none does."""
    match operator:
        case "LESS":
            return complete & (high < limit), low >= limit
        case "AT_MOST":
            return complete & (high <= limit), low > limit
        case "MORE":
            return low > limit, complete & (high <= limit)
        case "AT_LEAST":
            return low >= limit, complete & (high < limit)
        case "EQUAL":
            return complete & (low == limit) & (high == limit), (low > limit) | (complete & (high < limit))
        case _:
            refuted, proved = _between("EQUAL", low, high, complete, limit)
            return proved, refuted


def _combined(kind: str, values: Ints, known: Bools, chosen: Bools, settled: Bools) -> tuple[Ints, Bools]:
    settled = settled & ~(chosen & ~known).any(axis=0)
    if kind == "sum":
        settled = settled & ~(chosen & (values == NEVER)).any(axis=0)
        return np.where(chosen & (values != NEVER), values, 0).sum(axis=0), settled
    settled = settled & chosen.any(axis=0)
    if kind == "max":
        return np.where(chosen, values, np.iinfo(np.int64).min).max(
            axis=0, initial=np.iinfo(np.int64).min
        ), settled
    return np.where(chosen, values, np.iinfo(np.int64).max).min(
        axis=0, initial=np.iinfo(np.int64).max
    ), settled


def _divided(top: Ints, bottom: Ints, rounding: str) -> Ints:
    """Return ``top / bottom``: halves away from zero, towards zero (down) or away from it (up)."""
    if rounding == "down" and bottom.size == 1 and (divisor := int(bottom.flat[0])) > 0:
        quotient: Ints = top // divisor
        if top.min(initial=0) < 0:
            quotient += (top < 0) & (quotient * divisor != top)
        return quotient
    sign = np.where((top < 0) != (bottom < 0), -1, 1)
    above, below = np.abs(top), np.abs(bottom)
    quotient = above // below
    rest = above - quotient * below
    if rounding == "up":
        quotient = quotient + (rest > 0)
    elif rounding == "half-up":
        quotient = quotient + ((rest > 0) & (rest >= below - rest))
    result: Ints = sign * quotient
    return result


@lru_cache(maxsize=64)
def _ages_on(today: int) -> npt.NDArray[np.int16]:
    """Return the whole years by ``today`` of those who were born on each of the days before, today last."""
    return _years(np.arange(max(today - _DAYS_OF_LIFE, 1), today + 1), today).astype(np.int16)


def _years(birth: Operand, today: int) -> Ints:
    """Return whole years between dates (ordinals) and ``today``."""
    born = (birth - EPOCH_ORDINAL).astype("datetime64[D]")
    now = np.array(today - EPOCH_ORDINAL).astype("datetime64[D]")
    years = now.astype("datetime64[Y]").astype(np.int64) - born.astype("datetime64[Y]").astype(np.int64)
    whole: Ints = years - (_day_in_year(born) > _day_in_year(now))
    return whole


def _day_in_year(day: Operand) -> Operand:
    """Return month and day of the month as one number that orders them."""
    month = day.astype("datetime64[M]")
    order: Operand = month.astype(np.int64) % 12 * 32 + (day - month).astype(np.int64)
    return order
