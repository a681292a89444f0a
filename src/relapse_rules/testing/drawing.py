"""Draws a draft of a case. Every choice is a small whole number of which 0 is the simplest: not stated, not supplied, the plainest value."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from typing import Final, NamedTuple

from hypothesis import strategies as st

from relapse_rules.facts.case import Value
from relapse_rules.facts.shape import Domain
from relapse_rules.testing.blueprint import Blueprint, Slot
from relapse_rules.testing.draft import Draft, Place, Row, started

Draw = Callable[[st.SearchStrategy[int]], int]
"""Draws a whole number from a strategy."""


class _Density(NamedTuple):
    """How many of ``of`` choices leave something out, for facts and for lists, against one that states it."""

    out: int
    of: int


_DENSITIES: Final = (_Density(3, 1), _Density(1, 1), _Density(1, 4))
_DERIVED: Final = _Density(8, 1)
"""What a rule derives is seldom supplied too: where the two differ nothing follows."""

counted = cache(st.integers)
"""The whole numbers between two, both included; made once."""


class Drawing:
    """One drawing of a case. ``complete``: everything is stated; ``most_elements``: so many elements has a list for each element above."""

    def __init__(self, blueprint: Blueprint, draw: Draw, *, complete: bool, most_elements: int) -> None:
        self.blueprint = blueprint
        self._draw = draw
        self._complete = complete
        self._most = most_elements
        self._density = _DENSITIES[0]

    def upto(self, last: int) -> int:
        """Draw a whole number from 0 to ``last``."""
        return self._draw(counted(0, last)) if last > 0 else 0

    def moment(self) -> int:
        """Draw a 判定时点."""
        moments = self.blueprint.candidates.moments
        return moments[self.upto(len(moments) - 1)]

    def fill(self, draft: Draft, domains: Collection[str], kept: Collection[Place] = ()) -> None:
        """Draw the lists of ``domains`` that are not supplied yet, and what their elements do not state yet.

        Nothing is added at the places that are ``kept``.
        """
        self._density = _DENSITIES[self.upto(len(_DENSITIES) - 1)]
        among = [domain for domain in self.blueprint.shape.domains if domain.reader.english in domains]
        for domain in among:
            name = domain.reader.english
            if not domain.single and name not in draft.supplied and (name, 0, "") not in kept:
                self._list(draft, domain)
        for domain in among:
            name = domain.reader.english
            for lane, row in enumerate(draft.rows.get(name, ())):
                self._row(draft, name, row, {fact for place, at, fact in kept if (place, at) == (name, lane)})

    # --- lists ------------------------------------------------------------------------------------------------

    def _list(self, draft: Draft, domain: Domain) -> None:
        """Draw whether a list is supplied, and its elements for each element above."""
        above = draft.rows.get(domain.above or "", ())
        if domain.above is not None and not draft.is_complete(self.blueprint.domains[domain.above]):
            return
        lasting = self._most + 1
        left_out = 0 if self._complete else max(1, self._density.out * lasting // (2 * self._density.of))
        for position in range(len(above)):
            if position == 0:
                size = self.upto(left_out + lasting - 1) - left_out
                if size < 0:
                    return
                draft.supplied.add(domain.reader.english)
            else:
                size = self.upto(self._most)
            for _ in range(size):
                draft.add(domain, position)
        draft.supplied.add(domain.reader.english)

    # --- facts ------------------------------------------------------------------------------------------------

    def _row(self, draft: Draft, domain: str, row: Row, kept: Collection[str]) -> None:
        for slot in self.blueprint.slots[domain]:
            if slot.spec.fact not in row and slot.spec.fact not in kept:
                value = self.value(draft, slot)
                if value is not None:
                    row[slot.spec.fact] = value

    def value(self, draft: Draft, slot: Slot) -> Value | None:
        """Draw what is stated of a field; None for nothing."""
        values = self._values(draft, slot)
        if not values or (slot.derived and self._complete):
            return None
        any_number = self.blueprint.candidates.takes_any_number(slot.spec)
        last = len(values) - 1 + any_number
        left_out = 0
        if not slot.required and not self._complete:
            density = _DERIVED if slot.derived else self._density
            left_out = max(1, (last + 1) * density.out // density.of)
        drawn = self.upto(left_out + last) - left_out
        if drawn < 0:
            return None
        return values[drawn] if drawn < len(values) else self._number(slot)

    def _values(self, draft: Draft, slot: Slot) -> tuple[Value, ...]:
        if slot.target is None:
            return self.blueprint.candidates.of(slot.spec, draft.as_of)
        target = self.blueprint.domains.get(slot.target)
        # What hangs under the household is the household's, whether or not it repeats the household's number.
        if target is None or (target.single and not slot.required):
            return ()
        if slot.required and not draft.names(slot.target):
            draft.add(target, 0)
            draft.supplied.add(slot.target)
        return draft.names(slot.target)

    def _number(self, slot: Slot) -> Value:
        """Draw a number that nothing in the policy speaks of, in whole units."""
        low, high = self.blueprint.candidates.bounds(slot.spec)
        unit = self.blueprint.candidates.unit(slot.spec)
        return low + unit * self.upto((high - low) // unit)


def drafted(drawing: Drawing) -> Draft:
    """Draw a whole case."""
    draft = started(drawing.blueprint.shape, drawing.moment())
    drawing.fill(draft, drawing.blueprint.domains)
    return draft

