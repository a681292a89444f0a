"""Draws a draft of a case. Every choice is a small whole number of which 0 is the simplest: not stated, not supplied, the plainest value."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from typing import Final

from hypothesis import strategies as st

from relapse_rules.facts.case import Value
from relapse_rules.facts.shape import Domain
from relapse_rules.testing.blueprint import Blueprint, Slot
from relapse_rules.testing.draft import Draft, Place, Row

Draw = Callable[[st.SearchStrategy[int]], int]
"""Draws a whole number from a strategy."""


_DERIVED: Final = 8
"""One in so many: what a rule derives is seldom supplied too, for where the two differ nothing follows."""

counted = cache(st.integers)
"""The whole numbers between two, both included; made once."""


class Drawing:
    """One drawing of a case. ``complete``: everything is stated; ``most_elements``: so many elements has a list for each element above."""

    def __init__(self, blueprint: Blueprint, draw: Draw, *, complete: bool, most_elements: int) -> None:
        self.blueprint = blueprint
        self._draw = draw
        self._complete = complete
        self._most = most_elements

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
        for name in self.blueprint.order:
            if name not in domains:
                continue
            for lane, row in enumerate(draft.rows.get(name, ())):
                self._row(draft, name, row, {fact for place, at, fact in kept if (place, at) == (name, lane)})
            domain = self.blueprint.domains[name]
            if not domain.single and name not in draft.supplied and (name, 0, "") not in kept:
                self._list(draft, domain)

    def require(self, draft: Draft) -> None:
        """State of every element what must be stated, and nothing else."""
        for name, rows in draft.rows.items():
            for row in rows:
                for slot in self.blueprint.slots.get(name, ()):
                    if slot.required:
                        self._state(draft, slot, row, ())

    # --- lists ------------------------------------------------------------------------------------------------

    def _list(self, draft: Draft, domain: Domain) -> None:
        """Draw whether a list is supplied, and its elements with what they state, for each element above."""
        above = self.blueprint.domains.get(domain.above or "")
        if above is None or not draft.is_complete(above) or not (self._complete or self.upto(2)):
            return
        name = domain.reader.english
        draft.supplied.add(name)
        for position in range(len(draft.rows.get(above.reader.english, ()))):
            for _ in range(self._most):
                # Whether there is one more stands before what it states: so an element can be taken away without touching the others.
                if not self.upto(self._most):
                    break
                lane = draft.add(domain, position)
                self._row(draft, name, draft.rows[name][lane], ())

    # --- facts ------------------------------------------------------------------------------------------------

    def _row(self, draft: Draft, domain: str, row: Row, kept: Collection[str]) -> None:
        slots = self.blueprint.slots[domain]
        for slot in slots:
            if slot.required or self._complete:
                self._state(draft, slot, row, kept)
        if self._complete or not slots:
            return
        # One fact after the other until 0 is drawn: so a fact can be taken away without touching the others, and few choices
        # make a small case. As many are drawn as there are fields, on the average; some of them twice.
        while number := self.upto(len(slots)):
            self._state(draft, slots[number - 1], row, kept)

    def _state(self, draft: Draft, slot: Slot, row: Row, kept: Collection[str]) -> None:
        fact = slot.spec.fact
        if (
            fact in row
            or fact in kept
            or (slot.derived and (self._complete or self.upto(_DERIVED - 1) < _DERIVED - 1))
        ):
            return
        value = self.value(draft, slot)
        if value is not None:
            row[fact] = value

    def value(self, draft: Draft, slot: Slot) -> Value | None:
        """Draw what is stated of a field; None when nothing can be."""
        values = self._values(draft, slot)
        if not values:
            return None
        any_number = self.blueprint.candidates.takes_any_number(slot.spec)
        drawn = self.upto(len(values) - 1 + any_number)
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
